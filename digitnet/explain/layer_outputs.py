"""A model from inside: its layers, what each makes of a digit, and what its first layer looks for.

All of it comes from the model's own `model.tflite`, in which `digitnet.graph` declares the layers' outputs as
outputs when somebody looks. So no second file has to be exported, kept and checked, models from before and
from elsewhere can be looked into too, and the process that reads digits stays free of TensorFlow.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitnet.errors import ConfigError, ModelError
from digitnet.experiments.recipes import RECIPES
from digitnet.explain.litert_graph import Graph, Operation
from digitnet.models.architecture import Row, parse_layers, summarize
from digitnet.models.card import Card, read_card
from digitnet.models.classifier import Classifier
from digitnet.models.layers import Shape
from digitnet.models.litert import LiteRTNetwork
from digitnet.models.store import load_tflite
from digitnet.preprocessing.normalization import PICTURE_SIZE, to_network_input

CONVOLUTION, DENSE, DROPOUT, NORMALISED = "Convolution", "Dense", "Dropout", "batch normalisation"
_KINDS = {
    "CONV_2D": CONVOLUTION,
    "DEPTHWISE_CONV_2D": "Depthwise convolution",
    "FULLY_CONNECTED": DENSE,
    "MAX_POOL_2D": "Max pooling",
    "AVERAGE_POOL_2D": "Average pooling",
    "MEAN": "Mean over the picture",
    "REDUCE_MAX": "Maximum over the picture",
    "RESHAPE": "Flatten",
}
_WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
# What is computed value by value belongs to the layer before it.
_NAMED = {
    "RELU": "ReLU",
    "RELU6": "ReLU6",
    "LEAKY_RELU": "leaky ReLU",
    "PRELU": "PReLU",
    "ELU": "ELU",
    "GELU": "GELU",
    "TANH": "tanh",
    "LOGISTIC": "sigmoid",
    "HARD_SWISH": "hard swish",
    "SOFTMAX": "softmax",
}
_FOLLOWING = (*_NAMED, "MUL", "ADD", "SUB", "DIV")
Values = NDArray[np.float32]


@dataclass(frozen=True)
class Layer:
    """One layer of a model.

    Attributes:
        kind: "Convolution", "Max pooling", "Dense" and so on.
        details: what more there is to say, such as ("3 × 3", "batch normalisation", "ReLU").
        shape: of its output for one picture: height, width and channels, or units.
        parameters: how many numbers it has learnt; as trained where that is known, else as exported.
        place: where it stands in `Anatomy.activations`, None if it holds no weights.
    """

    kind: str
    details: tuple[str, ...]
    shape: Shape
    parameters: int
    place: int | None = None

    def __str__(self) -> str:
        return ", ".join([self.kind, *self.details])


class Anatomy:
    """The layers of a model and what they make of a picture; safe to share between threads."""

    def __init__(self, content: bytes, card: Card) -> None:
        """Take apart `content`, a .tflite file that digitnet can read digits with.

        Raises:
            ModelError: LiteRT cannot run it, its shapes are others, or it has no layers that hold weights.
        """
        Classifier(content, card.name)
        self._graph = Graph(content)
        self._groups = list(_groups(self._graph))
        self._weighted = [group for group in self._groups if group[0].name in _WEIGHTED]
        if not self._weighted:
            raise ModelError(f"The network of the model {card.name!r} has no layer that holds weights.")
        self.layers = _as_trained(_layers(self._graph, self._groups), card)
        self._lock = threading.Lock()
        outputs = [group[-1].output for group in self._weighted]
        self._network = LiteRTNetwork(self._graph.with_outputs(outputs), card.name)

    @classmethod
    def load(cls, name: str) -> Anatomy:
        """Return the anatomy of the model called `name`.

        Raises:
            ModelError: there is no such model, it is damaged, or it cannot be looked into.
        """
        return cls(load_tflite(name), read_card(name))

    @property
    def weighted(self) -> list[Layer]:
        """The layers that hold weights, each with its `place` in `activations`."""
        return [layer for layer in self.layers if layer.place is not None]

    def activations(self, picture: NDArray[np.uint8]) -> list[Values]:
        """Return what each layer that holds weights makes of a digit, activation included.

        Args:
            picture: uint8 (28, 28), normalised, ink 255.

        Returns:
            For each a float32 (h, w, channels) or (units,). Those of the last dense layer are the probabilities,
            before the model's temperature is applied.
        """
        return [output[0] for output in self._network.run_once(picture[np.newaxis, ..., np.newaxis])]

    def features(self, pictures: NDArray[np.uint8]) -> Values:
        """Return the outputs of the last hidden layer, the pixels themselves where there is none.

        Args:
            pictures: uint8 (n, 28, 28), normalised, ink 255.

        Returns:
            float32 (n, d).
        """
        hidden = next(each for each in self._weighted[-1][0].inputs if self._graph.constant(each) is None)
        length = math.prod(self._graph.shape(hidden))
        if hidden == self._graph.input or not len(pictures):
            return to_network_input(pictures).reshape(len(pictures), length)
        with self._lock:
            content = self._graph.with_outputs([hidden])
        return LiteRTNetwork(content).run(pictures[..., np.newaxis]).reshape(len(pictures), length)

    def filters(self) -> Values:
        """Return the weights of a first convolution, float32 (h, w, filters); (0, 0, 0) if the first is none."""
        first = self._weighted[0][0]
        weights = self._graph.constant(first.inputs[1])
        if first.name != "CONV_2D" or weights is None or weights.shape[3] != 1:
            return np.empty((0, 0, 0), np.float32)
        return np.moveaxis(weights[..., 0], 0, -1)

    def unit_weights(self) -> Values:
        """Return the weights of a first dense layer, one for each pixel: float32 (28, 28, units).

        A network that does not begin with a dense layer gives (28, 28, 0).
        """
        first = self._weighted[0][0]
        weights = self._graph.constant(first.inputs[1])
        if first.name != "FULLY_CONNECTED" or weights is None or weights.shape[1] != PICTURE_SIZE * PICTURE_SIZE:
            return np.empty((PICTURE_SIZE, PICTURE_SIZE, 0), np.float32)
        return weights.T.reshape(PICTURE_SIZE, PICTURE_SIZE, -1)


def _groups(graph: Graph) -> Iterator[list[Operation]]:
    """Give the operations of each layer: one of its own, and those that follow value by value."""
    group: list[Operation] = []
    for operation in graph.operations:
        if not graph.is_float(operation.output) or operation.name == "DEQUANTIZE":
            continue
        made = {each.output for each in group}
        given = {each for each in operation.inputs if graph.constant(each) is None}
        if group and operation.name in _FOLLOWING and given <= made:
            group.append(operation)
            continue
        if group:
            yield group
        group = [operation]
    if group:
        yield group


def _layers(graph: Graph, groups: Sequence[list[Operation]]) -> list[Layer]:
    layers: list[Layer] = []
    place = 0
    for group in groups:
        weighted = group[0].name in _WEIGHTED
        shape = graph.shape(group[-1].output)
        weights = [graph.constant(each) for operation in group for each in operation.inputs]
        count = sum(each.size for each in weights if each is not None)
        kind = _KINDS.get(group[0].name, group[0].name.replace("_", " ").capitalize())
        layers.append(Layer(kind, _details(graph, group), shape, count, place if weighted else None))
        place += weighted
    return layers


def _details(graph: Graph, group: Sequence[Operation]) -> tuple[str, ...]:
    first = group[0]
    weights = graph.constant(first.inputs[1]) if first.name.endswith("CONV_2D") else None
    height, width = first.window if weights is None else weights.shape[1:3]
    normalised = any("batch_normalization" in graph.name(each.output) for each in group)
    following = [_NAMED.get(each.name, "") for each in group[1:]]
    if "sigmoid" in following and any(each.name == "MUL" and len(set(each.inputs)) == 2 for each in group):
        following[following.index("sigmoid")] = "SiLU"  # the sum times its sigmoid
    names = [f"{height} × {width}" if height else "", NORMALISED if normalised else "", _fused(first), *following]
    return tuple(name for name in names if name)


def _fused(operation: Operation) -> str:
    return _NAMED.get(operation.activation, operation.activation.replace("_", " ").lower().replace("none", ""))


def _as_trained(layers: list[Layer], card: Card) -> list[Layer]:
    """Return the layers with their parameters in training and with dropout, if the card's network is this one.

    An exported network has no dropout, and its batch normalisation is worked into the weights before it.
    """
    rows = _known_rows(card, layers[-1].shape[-1])
    plain = [layer for layer in layers if layer.kind != "Flatten"]
    if [row.shape for row in rows if not _is_dropout(row.layer)] != [layer.shape for layer in plain]:
        return layers
    found: list[Layer] = []
    rest = iter(layers)
    for row in rows:
        if _is_dropout(row.layer):
            found.append(Layer(DROPOUT, (row.layer.split()[1],), row.shape, 0))
            continue
        layer = next(rest)
        if layer.kind == "Flatten":
            found.append(layer)
            layer = next(rest)
        found.append(replace(layer, parameters=row.parameters))
    return found


def _known_rows(card: Card, outputs: int) -> list[Row]:
    with suppress(ConfigError):
        layers = card.config.get("layers")
        if isinstance(layers, str):
            return summarize(parse_layers(layers), outputs)
        if card.recipe in RECIPES:
            return summarize(RECIPES[card.recipe].layers(), outputs)
    return []


def _is_dropout(layer: str) -> bool:
    return layer.startswith("dropout")
