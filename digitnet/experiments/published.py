"""List the settings and the figures that the tutorials state for their networks.

The recipes have settings of their own, for the training; a test holds them against this table.
"""

from __future__ import annotations

from typing import NamedTuple


class Published(NamedTuple):
    """The settings with which a tutorial trains one of its networks, and its figures on MNIST's test digits.

    Attributes:
        layers: the layers between picture and probabilities, with dropout, as `architecture.parse_layers` reads them.
        validation_share: share of the training digits held out, or None if the tutorial held out none of them.
        accuracy: test accuracy, 0 to 1.
        loss: cross-entropy on the test digits in nats, or None if it is not stated.
    """

    layers: str
    epochs: int
    batch_size: int
    optimizer: str
    learning_rate: float
    validation_share: float | None
    accuracy: float
    loss: float | None = None

    def __str__(self) -> str:
        """Return the figures: "98.15% of the test digits, loss 0.085"."""
        return f"{self.accuracy:.2%} of the test digits" + ("" if self.loss is None else f", loss {self.loss:g}")


PUBLISHED = {
    "perceptron": Published("", 70, 64, "sgd", 0.01, 0.2, 0.9210),
    "mlp-64-64": Published("dense 64, dense 64", 100, 64, "sgd", 0.01, 0.2, 0.9737),
    "mlp-128-128-dropout": Published(
        "dense 128, dropout 0.3, dense 128, dropout 0.3", 50, 64, "sgd", 0.01, 0.2, 0.9728
    ),
    "mlp-512-512-dropout": Published(
        "dense 512, dropout 0.3, dense 512, dropout 0.3", 31, 128, "adam", 0.001, 0.2, 0.9824
    ),
    "linear-15": Published("dense 15 linear", 30, 128, "sgd", 0.01, None, 0.92),
    "mlp-1024-tanh": Published(
        "dense 1024, dense 128 tanh, dropout 0.05, dense 64", 10, 64, "adam", 0.001, None, 0.9811, 0.0742
    ),
    "mlp-512-256": Published(
        "dense 512, dropout 0.2, dense 256, dropout 0.2", 25, 128, "adam", 0.001, None, 0.9815, 0.085
    ),
    "cnn-30-15": Published(
        "conv 30 5x5, pool 2, conv 15 3x3, pool 2, dropout 0.2, dense 128, dense 50",
        *(5, 200, "adam", 0.001, None, 0.9906, 0.03),
    ),
}
