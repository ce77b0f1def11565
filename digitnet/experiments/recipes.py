"""List the networks by name, each with its source and its training settings."""

from __future__ import annotations

from dataclasses import dataclass, replace

from digitnet.errors import ConfigError
from digitnet.experiments.published import PUBLISHED, Published
from digitnet.models.architecture import parse_layers
from digitnet.models.layers import Layer


@dataclass(frozen=True)
class Recipe:
    """A network and its default settings for training.

    Attributes:
        source: the publication that the network and the settings come from; "digitnet" for our own.
        layers: the layers between the picture and the probabilities, as `architecture.parse_layers` reads them.
        other_hands: augment with other handwriting than MNIST's, too.
        refuse: train the network to recognize non-digits, too.
        validation_share: share of the training digits held out, as in the source; small if the source held out none.
    """

    name: str
    summary: str
    source: str
    layers: str
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

    @property
    def network(self) -> tuple[Layer, ...]:
        """The layers between the 28 x 28 picture and the probabilities."""
        return parse_layers(self.layers)

    @property
    def published(self) -> Published | None:
        """The settings and figures that the source states, None for our own networks."""
        return PUBLISHED.get(self.name)


# The first two convolutions need no padding: the margin of a normalized digit is empty.
_DIGITNET = Recipe(
    name="digitnet",
    summary="Seven convolutions with batch normalization, trained on varied copies and on non-digits",
    source="digitnet",
    layers=(
        "conv 32 3x3 norm, conv 32 3x3 norm, pool 2, "
        "conv 64 3x3 same norm, conv 64 3x3 same norm, pool 2, "
        "conv 128 3x3 same norm, conv 128 3x3 same norm, conv 128 3x3 same norm, mean, dropout 0.2"
    ),
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
            layers="",
            epochs=70,
            batch_size=64,
            optimizer="sgd",
            learning_rate=0.01,
            validation_share=0.2,
        ),
        Recipe(
            name="mlp-64-64",
            summary="Two hidden layers of 64 units",
            source='"Handwritten Digit Recognition with 98% Accuracy", model 2',
            layers="dense 64, dense 64",
            epochs=100,
            batch_size=64,
            optimizer="sgd",
            learning_rate=0.01,
            validation_share=0.2,
        ),
        Recipe(
            name="mlp-128-128-dropout",
            summary="Two hidden layers of 128 units with dropout",
            source='"Handwritten Digit Recognition with 98% Accuracy", model 3',
            layers="dense 128, dropout 0.3, dense 128, dropout 0.3",
            epochs=50,
            batch_size=64,
            optimizer="sgd",
            learning_rate=0.01,
            validation_share=0.2,
        ),
        Recipe(
            name="mlp-512-512-dropout",
            summary="Two hidden layers of 512 units with dropout",
            source='"Handwritten Digit Recognition with 98% Accuracy", model 4',
            layers="dense 512, dropout 0.3, dense 512, dropout 0.3",
            epochs=31,
            batch_size=128,
            validation_share=0.2,
        ),
        # Without an activation the hidden layer adds nothing that softmax regression could not do.
        Recipe(
            name="linear-15",
            summary="One hidden layer of 15 units without activation",
            source='"Hello Neural Networks"',
            layers="dense 15 linear",
            epochs=30,
            batch_size=128,
            optimizer="sgd",
            learning_rate=0.01,
        ),
        Recipe(
            name="mlp-1024-tanh",
            summary="Three hidden layers of 1024, 128 (tanh) and 64 units",
            source="the Keras/MNIST workshop post",
            layers="dense 1024, dense 128 tanh, dropout 0.05, dense 64",
            epochs=10,
            batch_size=64,
        ),
        Recipe(
            name="mlp-512-256",
            summary="Two hidden layers of 512 and 256 units with dropout",
            source="Gogul Ilango, MNIST digits with a multi-layer perceptron in Keras",
            layers="dense 512, dropout 0.2, dense 256, dropout 0.2",
            epochs=25,
            batch_size=128,
        ),
        Recipe(
            name="cnn-30-15",
            summary="Two convolutions of 30 and 15 filters, two dense layers",
            source="Isaac Zepeda, MNIST digits with a convolutional network in Keras",
            layers="conv 30 5x5, pool 2, conv 15 3x3, pool 2, dropout 0.2, dense 128, dense 50",
            epochs=5,
            batch_size=200,
        ),
        Recipe(
            name="quick",
            summary="Two convolutions on a halved picture, trained within seconds",
            source="digitnet",
            layers="conv 32 5x5 stride 2, pool 2, conv 64 3x3, dense 64",
            epochs=3,
            batch_size=64,
            learning_rate=0.006,
            schedule="warm-up",
        ),
        _DIGITNET,
        replace(
            _DIGITNET,
            name="mnist",
            summary="Seven wider convolutions, trained to read MNIST's own test digits best",
            layers=(
                "conv 40 3x3 norm, conv 40 3x3 norm, pool 2, "
                "conv 80 3x3 same norm, conv 80 3x3 same norm, pool 2, "
                "conv 160 3x3 same norm, conv 160 3x3 same norm, conv 160 3x3 same norm, mean, dropout 0.2"
            ),
            other_hands=False,
            refuse=False,
        ),
    )
}


def get_recipe(name: str) -> Recipe:
    """Return the recipe with this name.

    Raises:
        ConfigError: there is no such recipe.
    """
    try:
        return RECIPES[name]
    except KeyError:
        raise ConfigError(f"Expected a recipe of {', '.join(RECIPES)}. Received: {name!r}.") from None
