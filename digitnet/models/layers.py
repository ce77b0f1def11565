"""Describe the layers of a network: settings, shapes, costs and Keras counterparts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digitnet.errors import ConfigError

if TYPE_CHECKING:
    from keras import layers as keras_layers

ACTIVATIONS = ("relu", "tanh", "sigmoid", "elu", "gelu", "silu", "linear")
# Share of the running statistics that batch normalization keeps in each step. With more, a short training ends with
# the statistics that it began with.
BATCH_NORM_MOMENTUM = 0.9
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Convolution:
    """A 2-D convolution.

    Attributes:
        filters: number of channels of the output.
        kernel: side of each filter in pixels.
        stride: pixels from one place of a filter to the next.
        same: whether the picture is padded with zeros, so that only the stride makes it smaller.
        normalize: whether batch normalization follows.
        activation: one of `ACTIVATIONS`.
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
        options += ["same"] * self.same + ["norm"] * self.normalize + _format_activation(self.activation)
        return " ".join([f"conv {self.filters} {self.kernel}x{self.kernel}", *options])

    def compute_output_shape(self, shape: Shape) -> Shape:
        """Return the shape of the output for inputs of `shape`; raises ConfigError."""
        height, width, _ = _check_picture(shape, "A convolution")
        border = 0 if self.same else self.kernel - 1
        if min(height, width) <= border:
            raise ConfigError(
                f"A {self.kernel} x {self.kernel} convolution does not fit the {height} x {width} picture before it; "
                "use a smaller kernel or less pooling."
            )
        return math.ceil((height - border) / self.stride), math.ceil((width - border) / self.stride), self.filters

    def count_parameters(self, shape: Shape) -> int:
        """Return the number of parameters."""
        weights = self.kernel**2 * shape[-1] * self.filters
        return weights + self.filters * (4 if self.normalize else 1)

    def count_operations(self, shape: Shape) -> int:
        """Return the number of multiplications for one picture."""
        height, width, filters = self.compute_output_shape(shape)
        return height * width * filters * self.kernel**2 * shape[-1]

    def to_keras(self) -> list[keras_layers.Layer]:
        """Return the Keras layer, or three with batch normalization."""
        from keras import layers

        padding = "same" if self.same else "valid"
        if not self.normalize:
            return [layers.Conv2D(self.filters, self.kernel, self.stride, padding, activation=self.activation)]
        return [
            layers.Conv2D(self.filters, self.kernel, self.stride, padding, use_bias=False),
            layers.BatchNormalization(momentum=BATCH_NORM_MOMENTUM),
            layers.ReLU() if self.activation == "relu" else layers.Activation(self.activation),
        ]


@dataclass(frozen=True)
class Pooling:
    """Max pooling over windows of `size` x `size` pixels."""

    size: int = 2

    def __post_init__(self) -> None:
        _check("the size of a pooling", self.size, 2, 7)

    def __str__(self) -> str:
        return f"pool {self.size}"

    def compute_output_shape(self, shape: Shape) -> Shape:
        """Return the shape of the output for inputs of `shape`; raises ConfigError."""
        height, width, channels = _check_picture(shape, "Pooling")
        if min(height, width) < self.size:
            raise ConfigError(
                f"Pooling by {self.size} does not fit the {height} x {width} picture before it; remove a pooling."
            )
        return height // self.size, width // self.size, channels

    def count_parameters(self, shape: Shape) -> int:
        """Return 0."""
        return 0

    def count_operations(self, shape: Shape) -> int:
        """Return the number of values, about the cost of reading each once."""
        return math.prod(shape)

    def to_keras(self) -> list[keras_layers.Layer]:
        """Return the Keras layer."""
        from keras import layers

        return [layers.MaxPooling2D(self.size)]


@dataclass(frozen=True)
class Mean:
    """Global average pooling: the mean of each channel."""

    def __str__(self) -> str:
        return "mean"

    def compute_output_shape(self, shape: Shape) -> Shape:
        """Return the shape of the output for inputs of `shape`; raises ConfigError."""
        return (_check_picture(shape, "A mean over the picture")[2],)

    def count_parameters(self, shape: Shape) -> int:
        """Return 0."""
        return 0

    def count_operations(self, shape: Shape) -> int:
        """Return the number of values, about the cost of reading each once."""
        return math.prod(shape)

    def to_keras(self) -> list[keras_layers.Layer]:
        """Return the Keras layer."""
        from keras import layers

        return [layers.GlobalAveragePooling2D()]


@dataclass(frozen=True)
class Dropout:
    """Dropout: sets a random share `rate` (0 to 0.9) of the values to zero during training."""

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
        """Return the number of values, about the cost of a random number for each."""
        return math.prod(shape)

    def to_keras(self) -> list[keras_layers.Layer]:
        """Return the Keras layer."""
        from keras import layers

        return [layers.Dropout(self.rate)]


@dataclass(frozen=True)
class Dense:
    """A fully connected layer of `units`."""

    units: int
    activation: str = "relu"

    def __post_init__(self) -> None:
        _check("the units of a dense layer", self.units, 1, 4096)
        _check_activation(self.activation)

    def __str__(self) -> str:
        return " ".join([f"dense {self.units}", *_format_activation(self.activation)])

    def compute_output_shape(self, shape: Shape) -> Shape:
        """Return `(units,)` for any shape."""
        return (self.units,)

    def count_parameters(self, shape: Shape) -> int:
        """Return the number of parameters."""
        return (math.prod(shape) + 1) * self.units

    def count_operations(self, shape: Shape) -> int:
        """Return the number of multiplications for one picture."""
        return math.prod(shape) * self.units

    def to_keras(self) -> list[keras_layers.Layer]:
        """Return the Keras layer."""
        from keras import layers

        return [layers.Dense(self.units, activation=self.activation)]


Layer = Convolution | Pooling | Mean | Dropout | Dense


def _check_picture(shape: Shape, layer: str) -> Shape:
    if len(shape) != 3:
        raise ConfigError(f"{layer} needs a picture, and after a dense layer or a mean there is none; move it up.")
    return shape


def _format_activation(activation: str) -> list[str]:
    return [] if activation == "relu" else [activation]


def _check(setting: str, value: float, minimum: float, maximum: float) -> None:
    if not minimum <= value <= maximum:
        raise ConfigError(f"Expected {setting} to be from {minimum} to {maximum}. Received: {value}.")


def _check_activation(activation: str) -> None:
    if activation not in ACTIVATIONS:
        raise ConfigError(f"Expected an activation of {', '.join(ACTIVATIONS)}. Received: {activation!r}.")
