"""The layers of a network: settings, shapes, parameters, and their Keras counterparts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digitnet.errors import ConfigError

if TYPE_CHECKING:
    from keras import layers as keras_layers

ACTIVATIONS = ("relu", "tanh", "sigmoid", "elu", "gelu", "silu", "linear")
_FOLLOWED = 0.9  # of the statistics before, in each step: more, and short trainings end with those they began with
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Convolution:
    """`filters` of `kernel` x `kernel` pixels moved over the picture by `stride`; `normalize` adds batch normalisation.

    With `same` the picture is padded with zeros, so that its size stays (divided by the stride).
    """

    filters: int
    kernel: int = 3
    stride: int = 1
    same: bool = False
    normalize: bool = False
    activation: str = "relu"

    def __post_init__(self) -> None:
        _check("the filters of a convolution", self.filters, 1, 512)
        _check("the kernel of a convolution", self.kernel, 1, 11)
        _check("the stride of a convolution", self.stride, 1, 4)
        _check_activation(self.activation)

    def __str__(self) -> str:
        options = [f"stride {self.stride}"] if self.stride > 1 else []
        options += ["same"] * self.same + ["norm"] * self.normalize + _named(self.activation)
        return " ".join([f"conv {self.filters} {self.kernel}x{self.kernel}", *options])

    def compute_output_shape(self, shape: Shape) -> Shape:
        """Return the shape that the layer makes of `shape`."""
        height, width, _ = _picture(shape, "A convolution")
        lost = 0 if self.same else self.kernel - 1
        if min(height, width) <= lost:
            raise ConfigError(
                f"A {self.kernel} x {self.kernel} convolution does not fit the {height} x {width} picture before it; "
                "use a smaller kernel or less pooling."
            )
        return math.ceil((height - lost) / self.stride), math.ceil((width - lost) / self.stride), self.filters

    def count_parameters(self, shape: Shape) -> int:
        """Return how many numbers the layer holds."""
        weights = self.kernel**2 * shape[-1] * self.filters
        return weights + self.filters * (4 if self.normalize else 1)

    def count_operations(self, shape: Shape) -> int:
        """Return how many multiplications the layer takes for one picture."""
        height, width, filters = self.compute_output_shape(shape)
        return height * width * filters * self.kernel**2 * shape[-1]

    def to_keras(self) -> list[keras_layers.Layer]:
        """Return the layer, or the three that normalising takes."""
        from keras import layers

        padding = "same" if self.same else "valid"
        if not self.normalize:
            return [layers.Conv2D(self.filters, self.kernel, self.stride, padding, activation=self.activation)]
        return [
            layers.Conv2D(self.filters, self.kernel, self.stride, padding, use_bias=False),
            layers.BatchNormalization(momentum=_FOLLOWED),
            layers.ReLU() if self.activation == "relu" else layers.Activation(self.activation),
        ]


@dataclass(frozen=True)
class Pooling:
    """The largest value of each `size` x `size` pixels."""

    size: int = 2

    def __post_init__(self) -> None:
        _check("the size of a pooling", self.size, 2, 7)

    def __str__(self) -> str:
        return f"pool {self.size}"

    def compute_output_shape(self, shape: Shape) -> Shape:
        """Return the shape that the layer makes of `shape`."""
        height, width, channels = _picture(shape, "Pooling")
        if min(height, width) < self.size:
            raise ConfigError(
                f"Pooling by {self.size} does not fit the {height} x {width} picture before it; remove a pooling."
            )
        return height // self.size, width // self.size, channels

    def count_parameters(self, shape: Shape) -> int:
        """Return 0."""
        return 0

    def count_operations(self, shape: Shape) -> int:
        """Return about what looking at each pixel takes."""
        return math.prod(shape)

    def to_keras(self) -> list[keras_layers.Layer]:
        """Return the layer."""
        from keras import layers

        return [layers.MaxPooling2D(self.size)]


@dataclass(frozen=True)
class Mean:
    """The mean of each channel over the whole picture."""

    def __str__(self) -> str:
        return "mean"

    def compute_output_shape(self, shape: Shape) -> Shape:
        """Return the shape that the layer makes of `shape`."""
        return (_picture(shape, "A mean over the picture")[2],)

    def count_parameters(self, shape: Shape) -> int:
        """Return 0."""
        return 0

    def count_operations(self, shape: Shape) -> int:
        """Return about what looking at each pixel takes."""
        return math.prod(shape)

    def to_keras(self) -> list[keras_layers.Layer]:
        """Return the layer."""
        from keras import layers

        return [layers.GlobalAveragePooling2D()]


@dataclass(frozen=True)
class Dropout:
    """While training, a random share `rate` (0 to 0.9) of the values is set to zero."""

    rate: float

    def __post_init__(self) -> None:
        _check("a dropout rate", self.rate, 0, 0.9)

    def __str__(self) -> str:
        return f"dropout {self.rate:g}"

    def compute_output_shape(self, shape: Shape) -> Shape:
        """Return `shape`."""
        return shape

    def count_parameters(self, shape: Shape) -> int:
        """Return 0."""
        return 0

    def count_operations(self, shape: Shape) -> int:
        """Return about what drawing a number for each value takes."""
        return math.prod(shape)

    def to_keras(self) -> list[keras_layers.Layer]:
        """Return the layer."""
        from keras import layers

        return [layers.Dropout(self.rate)]


@dataclass(frozen=True)
class Dense:
    """`units`, each joined to every value before it."""

    units: int
    activation: str = "relu"

    def __post_init__(self) -> None:
        _check("the units of a dense layer", self.units, 1, 4096)
        _check_activation(self.activation)

    def __str__(self) -> str:
        return " ".join([f"dense {self.units}", *_named(self.activation)])

    def compute_output_shape(self, shape: Shape) -> Shape:
        """Return the shape that the layer makes of any shape."""
        return (self.units,)

    def count_parameters(self, shape: Shape) -> int:
        """Return how many numbers the layer holds."""
        return (math.prod(shape) + 1) * self.units

    def count_operations(self, shape: Shape) -> int:
        """Return how many multiplications the layer takes for one picture."""
        return math.prod(shape) * self.units

    def to_keras(self) -> list[keras_layers.Layer]:
        """Return the layer."""
        from keras import layers

        return [layers.Dense(self.units, activation=self.activation)]


Layer = Convolution | Pooling | Mean | Dropout | Dense


def _picture(shape: Shape, what: str) -> Shape:
    if len(shape) != 3:
        raise ConfigError(f"{what} needs a picture, and after a dense layer or a mean there is none; move it up.")
    return shape


def _named(activation: str) -> list[str]:
    return [] if activation == "relu" else [activation]


def _check(what: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise ConfigError(f"Expected {what} to be from {least} to {most}. Received: {value}.")


def _check_activation(activation: str) -> None:
    if activation not in ACTIVATIONS:
        raise ConfigError(f"Expected an activation of {', '.join(ACTIVATIONS)}. Received: {activation!r}.")
