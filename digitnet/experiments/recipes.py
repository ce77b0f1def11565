"""Every network by name, with the settings it is trained with.

A recipe's layers are a flat list between the picture and the softmax over ten digits, which all have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from digitnet.errors import ConfigError
from digitnet.models.layers import Convolution, Dense, Dropout, Layer, Mean, Pooling


@dataclass(frozen=True)
class Recipe:
    """A network and its training defaults.

    Attributes:
        layers: makes the layers between the (28, 28, 1) input and the ten probabilities.
        other_hands: varied copies of other hands than MNIST's, too.
        refuse: the network also learns what is no digit.
        validation_share: the source's own; where it held nothing out of the 60,000, little, for the curves.
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
    other_hands: bool = True
    refuse: bool = False
    validation_share: float = 0.02
    published_accuracy: float | None = None


def _perceptron() -> list[Layer]:
    """No hidden layer: softmax regression.

    Source: "Handwritten Digit Recognition with 98% Accuracy", model 1; 92.10% published.
    """
    return []


def _mlp_64_64() -> list[Layer]:
    """Two narrow hidden layers.

    Source: "Handwritten Digit Recognition with 98% Accuracy", model 2; 97.37% published.
    """
    return [Dense(64), Dense(64)]


def _mlp_128_128_dropout() -> list[Layer]:
    """Two hidden layers with dropout.

    Source: "Handwritten Digit Recognition with 98% Accuracy", model 3; 97.28% published.
    """
    return [Dense(128), Dropout(0.3), Dense(128), Dropout(0.3)]


def _mlp_512_512_dropout() -> list[Layer]:
    """Two wide hidden layers with dropout.

    Source: "Handwritten Digit Recognition with 98% Accuracy", model 4; 98.24% published.
    """
    return [Dense(512), Dropout(0.3), Dense(512), Dropout(0.3)]


def _linear_15() -> list[Layer]:
    """A hidden layer without activation, which adds nothing that softmax regression could not do.

    Source: "Hello Neural Networks"; about 92% published.
    """
    return [Dense(15, "linear")]


def _mlp_1024_tanh() -> list[Layer]:
    """Three hidden layers of different activations.

    Source: the Keras/MNIST workshop post; 98.11% published.
    """
    return [Dense(1024), Dense(128, "tanh"), Dropout(0.05), Dense(64)]


def _mlp_512_256() -> list[Layer]:
    """Two wide hidden layers with dropout.

    Source: Gogul Ilango's MNIST tutorial on a multi-layer perceptron in Keras; 98.15% published.
    """
    return [Dense(512), Dropout(0.2), Dense(256), Dropout(0.2)]


def _cnn_30_15() -> list[Layer]:
    """Two convolutions and two dense layers.

    Source: Isaac Zepeda's tutorial on a convolutional network for MNIST in Keras; 99.06% published.
    """
    return [
        Convolution(30, 5),
        Pooling(2),
        Convolution(15, 3),
        Pooling(2),
        Dropout(0.2),
        Dense(128),
        Dense(50),
    ]


def _quick() -> list[Layer]:
    """Two convolutions on a picture that is halved at once, so that little is left to compute; our own."""
    return [Convolution(32, 5, stride=2), Pooling(2), Convolution(64, 3), Dense(64)]


def _digitnet() -> list[Layer]:
    """Seven 3 x 3 convolutions with batch normalisation and a mean over the picture; our own."""
    return _seven(32)


def _mnist() -> list[Layer]:
    """The same convolutions, wider by a quarter; our own."""
    return _seven(40)


def _seven(filters: int) -> list[Layer]:
    # The first two need no padding: the margin of a normalised digit is empty.
    return [
        Convolution(filters, normalize=True),
        Convolution(filters, normalize=True),
        Pooling(2),
        Convolution(2 * filters, same=True, normalize=True),
        Convolution(2 * filters, same=True, normalize=True),
        Pooling(2),
        Convolution(4 * filters, same=True, normalize=True),
        Convolution(4 * filters, same=True, normalize=True),
        Convolution(4 * filters, same=True, normalize=True),
        Mean(),
        Dropout(0.2),
    ]


_DIGITNET = Recipe(
    name="digitnet",
    summary="Seven convolutions with batch normalisation, trained on varied copies and on what is no digit",
    source="digitnet",
    layers=_digitnet,
    epochs=50,
    batch_size=128,
    learning_rate=0.002,
    schedule="cosine",
    average_weights=True,
    augment=True,
    refuse=True,
)

RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name="perceptron",
            summary="No hidden layer",
            source='"Handwritten Digit Recognition with 98% Accuracy", model 1',
            layers=_perceptron,
            epochs=70,
            batch_size=64,
            optimizer="sgd",
            learning_rate=0.01,
            validation_share=0.2,
            published_accuracy=0.9210,
        ),
        Recipe(
            name="mlp-64-64",
            summary="Two hidden layers of 64 units",
            source='"Handwritten Digit Recognition with 98% Accuracy", model 2',
            layers=_mlp_64_64,
            epochs=100,
            batch_size=64,
            optimizer="sgd",
            learning_rate=0.01,
            validation_share=0.2,
            published_accuracy=0.9737,
        ),
        Recipe(
            name="mlp-128-128-dropout",
            summary="Two hidden layers of 128 units with dropout",
            source='"Handwritten Digit Recognition with 98% Accuracy", model 3',
            layers=_mlp_128_128_dropout,
            epochs=50,
            batch_size=64,
            optimizer="sgd",
            learning_rate=0.01,
            validation_share=0.2,
            published_accuracy=0.9728,
        ),
        Recipe(
            name="mlp-512-512-dropout",
            summary="Two hidden layers of 512 units with dropout",
            source='"Handwritten Digit Recognition with 98% Accuracy", model 4',
            layers=_mlp_512_512_dropout,
            epochs=31,
            batch_size=128,
            validation_share=0.2,
            published_accuracy=0.9824,
        ),
        Recipe(
            name="linear-15",
            summary="One hidden layer of 15 units without activation",
            source='"Hello Neural Networks"',
            layers=_linear_15,
            epochs=20,
            batch_size=128,
            optimizer="sgd",
            learning_rate=0.01,
            published_accuracy=0.92,
        ),
        Recipe(
            name="mlp-1024-tanh",
            summary="Three hidden layers of 1024, 128 (tanh) and 64 units",
            source="the Keras/MNIST workshop post",
            layers=_mlp_1024_tanh,
            epochs=10,
            batch_size=64,
            published_accuracy=0.9811,
        ),
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
            name="quick",
            summary="Two convolutions on a halved picture, trained within seconds",
            source="digitnet",
            layers=_quick,
            epochs=2,
            batch_size=64,
            learning_rate=0.006,
            schedule="warm-up",
        ),
        _DIGITNET,
        replace(
            _DIGITNET,
            name="mnist",
            summary="Seven wider convolutions, trained to read MNIST's own test digits best",
            layers=_mnist,
            other_hands=False,
            refuse=False,
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
