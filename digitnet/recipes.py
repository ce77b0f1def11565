"""Every network by name, with the settings it is trained with.

A recipe's layers are a flat list that `keras.Sequential` takes as it is. Keras is imported only when
layers are made, so that naming recipes costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digitnet.errors import ConfigError

if TYPE_CHECKING:
    from keras import Layer, Sequential


@dataclass(frozen=True)
class Recipe:
    """A network and its training defaults.

    Attributes:
        layers: makes the layers between the (28, 28, 1) input and the ten probabilities, inclusive.
        published_accuracy: test accuracy (0 to 1) that the source states, None where there is none.
    """

    name: str
    summary: str
    source: str
    layers: Callable[[], list[Layer]]
    epochs: int
    batch_size: int
    optimizer: str = "adam"
    learning_rate: float = 0.001
    schedule: str = "constant"
    average_weights: bool = False
    augment: bool = False
    validation_share: float = 0.1
    published_accuracy: float | None = None

    def build(self) -> Sequential:
        """Return the untrained network: float32 (n, 28, 28, 1) in 0..1 to probabilities (n, 10)."""
        import keras

        return keras.Sequential([keras.Input((28, 28, 1), name="digit"), *self.layers()], name=self.name)


def _mlp_512_256() -> list[Layer]:
    """Two wide hidden layers with dropout.

    Source: Gogul Ilango's MNIST tutorial on a multi-layer perceptron in Keras; 98.15% published.
    """
    from keras import layers

    return [
        layers.Flatten(),
        layers.Dense(512, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(256, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(10, activation="softmax"),
    ]


def _cnn_30_15() -> list[Layer]:
    """Two convolutions and two dense layers.

    Source: Isaac Zepeda's tutorial on a convolutional network for MNIST in Keras; 99.06% published.
    """
    from keras import layers

    return [
        layers.Conv2D(30, 5, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(15, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Dropout(0.2),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(50, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]


def _digitnet() -> list[Layer]:
    """Six 3 x 3 convolutions with batch normalisation and a mean over the picture; our own.

    The first two need no padding: the margin of a normalised digit is empty.
    """
    from keras import layers

    return [
        *_convolution(32, padding="valid"),
        *_convolution(32, padding="valid"),
        layers.MaxPooling2D(),
        *_convolution(64),
        *_convolution(64),
        layers.MaxPooling2D(),
        *_convolution(96),
        *_convolution(96),
        layers.GlobalAveragePooling2D(),
        layers.Dropout(0.2),
        layers.Dense(10, activation="softmax"),
    ]


def _convolution(filters: int, padding: str = "same") -> list[Layer]:
    from keras import layers

    return [
        layers.Conv2D(filters, 3, padding=padding, use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
    ]


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name="mlp-512-256",
            summary="Two hidden layers of 512 and 256 units with dropout",
            source="Gogul Ilango, MNIST digits with a multi-layer perceptron in Keras",
            layers=_mlp_512_256,
            epochs=25,
            batch_size=128,
            published_accuracy=0.9815,
        ),
        Recipe(
            name="cnn-30-15",
            summary="Two convolutions of 30 and 15 filters, two dense layers",
            source="Isaac Zepeda, MNIST digits with a convolutional network in Keras",
            layers=_cnn_30_15,
            epochs=5,
            batch_size=200,
            published_accuracy=0.9906,
        ),
        Recipe(
            name="digitnet",
            summary="Six convolutions with batch normalisation, trained on varied copies of each digit",
            source="digitnet",
            layers=_digitnet,
            epochs=40,
            batch_size=128,
            learning_rate=0.002,
            schedule="cosine",
            average_weights=True,
            augment=True,
        ),
    )
}


def get_recipe(name: str) -> Recipe:
    """Return the recipe called `name`.

    Raises:
        ConfigError: there is none of that name.
    """
    try:
        return RECIPES[name]
    except KeyError:
        raise ConfigError(f"Expected a recipe of {', '.join(RECIPES)}. Received: {name!r}.") from None
