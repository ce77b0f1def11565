"""List the tutorials whose networks are recipes."""

from __future__ import annotations

from typing import NamedTuple

from digitnet.errors import ConfigError


class Tutorial(NamedTuple):
    """A published tutorial.

    Attributes:
        title: its title, or a description if its title is not known.
        author: its author, or "" if not known.
        subject: one sentence on its experiments.
        recipes: names of the recipes of its networks, in its order.
    """

    name: str
    title: str
    author: str
    subject: str
    recipes: tuple[str, ...]


TUTORIALS = {
    tutorial.name: tutorial
    for tutorial in (
        Tutorial(
            "98-percent",
            "Handwritten Digit Recognition with 98% Accuracy",
            "",
            "Goes in four steps from a network without hidden layers to wide layers with dropout and Adam.",
            ("perceptron", "mlp-64-64", "mlp-128-128-dropout", "mlp-512-512-dropout"),
        ),
        Tutorial(
            "hello",
            "Hello Neural Networks",
            "",
            "Trains one small hidden layer without an activation, which can do no more than no hidden layer.",
            ("linear-15",),
        ),
        Tutorial(
            "workshop",
            "Keras/MNIST workshop",
            "",
            "Stacks three hidden layers of falling width, one of them with tanh and a little dropout.",
            ("mlp-1024-tanh",),
        ),
        Tutorial(
            "mlp",
            "MNIST digits with a multi-layer perceptron in Keras",
            "Gogul Ilango",
            "Trains two wide hidden layers, each followed by dropout.",
            ("mlp-512-256",),
        ),
        Tutorial(
            "cnn",
            "MNIST digits with a convolutional network in Keras",
            "Isaac Zepeda",
            "Puts two convolutions with pooling before the dense layers, and so passes 99%.",
            ("cnn-30-15",),
        ),
    )
}


def get_tutorial(name: str) -> Tutorial:
    """Return the tutorial called `name`; raises ConfigError."""
    if name not in TUTORIALS:
        raise ConfigError(f"Expected a tutorial of {', '.join(TUTORIALS)}. Received: {name!r}.")
    return TUTORIALS[name]
