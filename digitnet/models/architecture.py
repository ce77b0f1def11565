"""Convert networks between text, layers and Keras models, and summarize them.

A network is written as a list of the layers between the 28 x 28 picture and the probabilities, such as
`conv 30 5x5, pool 2, dropout 0.2, dense 128`. Shapes and parameters are computed without Keras, so that a page
can show them while the list is edited.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from digitnet.errors import ConfigError
from digitnet.labels import CLASSES
from digitnet.models.layers import Convolution, Dense, Dropout, Layer, Mean, Pooling, Shape

if TYPE_CHECKING:
    from keras import Sequential
    from keras import layers as keras_layers


INPUT_SHAPE = (28, 28, 1)
MAX_LAYERS = 40
MAX_PARAMETERS = 20_000_000
_CONVOLUTION = re.compile(r"conv (\d+)(?: (\d+)x(\d+))?(?: stride (\d+))?( same)?( norm)?(?: ([a-z]+))?")
_DENSE = re.compile(r"dense (\d+)(?: ([a-z]+))?")
_POOLING = re.compile(r"pool(?: (\d+))?")
_DROPOUT = re.compile(r"dropout (\d*\.?\d+)")


class SummaryRow(NamedTuple):
    """One line of a network's summary.

    Attributes:
        layer: settings of the layer as text.
        shape: shape of its output.
        parameters: number of its parameters.
    """

    layer: str
    shape: Shape
    parameters: int


def format_layers(network: Sequence[Layer]) -> str:
    """Return the layers as text such as `conv 30 5x5, pool 2, dense 128`; empty for no layers."""
    return ", ".join(str(layer) for layer in network)


def parse_layers(text: str) -> tuple[Layer, ...]:
    """Return the layers listed in `text`.

    Raises:
        ConfigError: a layer is unknown, or one of its settings is out of range.
    """
    return tuple(_parse_layer(item.strip()) for item in text.split(",") if item.strip())


def summarize(network: Sequence[Layer], outputs: int = CLASSES) -> list[SummaryRow]:
    """Return one line per layer, including the output layer.

    Raises:
        ConfigError: the layers do not fit together, or are too many or too large to train.
    """
    rows = []
    shape: Shape = INPUT_SHAPE
    output_layer = (_make_output_layer(outputs), f"dense {outputs} softmax")
    for layer, text in [*((layer, str(layer)) for layer in network), output_layer]:
        output_shape = layer.compute_output_shape(shape)
        rows.append(SummaryRow(text, output_shape, layer.count_parameters(shape)))
        shape = output_shape
    total = sum(row.parameters for row in rows)
    if len(network) > MAX_LAYERS or total > MAX_PARAMETERS:
        raise ConfigError(
            f"Expected at most {MAX_LAYERS} layers with {MAX_PARAMETERS:,} parameters. "
            f"Received: {len(network)} layers with {total:,}."
        )
    return rows


def count_parameters(network: Sequence[Layer], outputs: int = CLASSES) -> int:
    """Return the number of parameters of the network; raises as `summarize` does."""
    return sum(row.parameters for row in summarize(network, outputs))


def count_operations(network: Sequence[Layer], outputs: int = CLASSES) -> int:
    """Return the number of multiplications for one picture; raises as `summarize` does."""
    shapes = [INPUT_SHAPE, *(row.shape for row in summarize(network, outputs))]
    layers = [*network, _make_output_layer(outputs)]
    return sum(layer.count_operations(shape) for layer, shape in zip(layers, shapes, strict=False))


def build(network: Sequence[Layer], name: str, outputs: int = CLASSES) -> Sequential:
    """Return the untrained Keras network.

    It maps float32 (n, 28, 28, 1) in 0..1 to probabilities, float32 (n, outputs). With 11 outputs the last one is the
    probability that the picture is not a digit.
    """
    import keras

    return keras.Sequential([keras.Input(INPUT_SHAPE, name="digit"), *to_keras(network, outputs)], name=name)


def to_keras(network: Sequence[Layer], outputs: int = CLASSES) -> list[keras_layers.Layer]:
    """Return the layers for `keras.Sequential`, with Flatten before the first Dense."""
    from keras import layers

    built: list[keras_layers.Layer] = []
    flat = False
    output_layer = _make_output_layer(outputs)
    for layer in [*network, output_layer]:
        if isinstance(layer, Dense) and not flat:
            built.append(layers.Flatten())
        flat = flat or isinstance(layer, Dense | Mean)
        if layer is output_layer:
            # Probabilities stay float32 under a mixed precision policy.
            built.append(layers.Dense(outputs, activation="softmax", dtype="float32"))
        else:
            built += layer.to_keras()
    return built


def _parse_layer(text: str) -> Layer:
    text = " ".join(text.lower().split())[:80]
    if text == "mean":
        return Mean()
    if match := _CONVOLUTION.fullmatch(text):
        filters, kernel, across, stride, same, norm, activation = match.groups()
        if kernel == across:
            settings = (int(filters), int(kernel or 3), int(stride or 1), bool(same), bool(norm), activation or "relu")
            return Convolution(*settings)
    if match := _DENSE.fullmatch(text):
        return Dense(int(match[1]), match[2] or "relu")
    if match := _POOLING.fullmatch(text):
        return Pooling(int(match[1] or 2))
    if match := _DROPOUT.fullmatch(text):
        return Dropout(float(match[1]))
    raise ConfigError(
        "Expected layers such as 'conv 32 3x3', 'pool 2', 'mean', 'dropout 0.2' or 'dense 128 tanh'. "
        f"Received: {text!r}."
    )


def _make_output_layer(outputs: int) -> Dense:
    return Dense(outputs, "linear")  # The softmax that follows has no parameters.
