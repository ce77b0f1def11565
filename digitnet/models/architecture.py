"""The layers that a network is put together from, as text and as Keras layers.

A network is written as a list such as `conv 30 5x5, pool 2, dropout 0.2, dense 128`: what lies between
the 28 x 28 picture and the ten probabilities, which every network has. Shapes and counts of parameters
are known without Keras, so that a page can show them as the list changes.
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


class Row(NamedTuple):
    """A line of a network's summary: a layer in words, what it makes, and how many numbers it holds."""

    layer: str
    shape: Shape
    parameters: int


def format_layers(network: Sequence[Layer]) -> str:
    """Return the list as text, `conv 30 5x5, pool 2, dense 128`; empty for no layers."""
    return ", ".join(str(layer) for layer in network)


def parse_layers(text: str) -> tuple[Layer, ...]:
    """Return the layers that `text` lists.

    Raises:
        ConfigError: a layer cannot be understood, or its settings cannot work.
    """
    return tuple(_layer(part.strip()) for part in text.split(",") if part.strip())


def summarize(network: Sequence[Layer], outputs: int = CLASSES) -> list[Row]:
    """Return a line for each layer, the output's probabilities included.

    Raises:
        ConfigError: the layers do not fit on each other, or are too many or too large to train here.
    """
    rows = []
    shape: Shape = INPUT_SHAPE
    for layer, words in [*((layer, str(layer)) for layer in network), (_output(outputs), f"dense {outputs} softmax")]:
        after = layer.compute_output_shape(shape)
        rows.append(Row(words, after, layer.count_parameters(shape)))
        shape = after
    total = sum(row.parameters for row in rows)
    if len(network) > MAX_LAYERS or total > MAX_PARAMETERS:
        raise ConfigError(
            f"Expected at most {MAX_LAYERS} layers with {MAX_PARAMETERS:,} parameters. "
            f"Received: {len(network)} layers with {total:,}."
        )
    return rows


def count_parameters(network: Sequence[Layer], outputs: int = CLASSES) -> int:
    """Return how many numbers the whole network holds; raises as `summarize` does."""
    return sum(row.parameters for row in summarize(network, outputs))


def count_operations(network: Sequence[Layer], outputs: int = CLASSES) -> int:
    """Return how many multiplications the whole network takes for one picture; raises as `summarize` does."""
    shapes = [INPUT_SHAPE, *(row.shape for row in summarize(network, outputs))]
    layers = [*network, _output(outputs)]
    return sum(layer.count_operations(shape) for layer, shape in zip(layers, shapes, strict=False))


def build(network: Sequence[Layer], name: str, outputs: int = CLASSES) -> Sequential:
    """Return the untrained network: float32 (n, 28, 28, 1) in 0..1 to probabilities (n, outputs).

    With one output more than there are digits, the last is for what is no digit.
    """
    import keras

    return keras.Sequential([keras.Input(INPUT_SHAPE, name="digit"), *to_keras(network, outputs)], name=name)


def to_keras(network: Sequence[Layer], outputs: int = CLASSES) -> list[keras_layers.Layer]:
    """Return the layers for `keras.Sequential`: flattened where the first dense one needs it, softmax at the end."""
    from keras import layers

    made: list[keras_layers.Layer] = []
    flat = False
    last = _output(outputs)
    for layer in [*network, last]:
        if isinstance(layer, Dense) and not flat:
            made.append(layers.Flatten())
        flat = flat or isinstance(layer, Dense | Mean)
        # probabilities are always 32 bits wide
        made += [layers.Dense(outputs, activation="softmax", dtype="float32")] if layer is last else layer.to_keras()
    return made


_CONVOLUTION = re.compile(r"conv (\d+)(?: (\d+)x(\d+))?(?: stride (\d+))?( same)?( norm)?(?: ([a-z]+))?")
_DENSE = re.compile(r"dense (\d+)(?: ([a-z]+))?")
_POOLING = re.compile(r"pool(?: (\d+))?")
_DROPOUT = re.compile(r"dropout (\d*\.?\d+)")


def _layer(text: str) -> Layer:
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


def _output(outputs: int) -> Dense:
    return Dense(outputs, "linear")  # its softmax holds no numbers
