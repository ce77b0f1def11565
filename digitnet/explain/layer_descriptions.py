"""Describe the layers of a network: kind, details, output shape and parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from digitnet.errors import ConfigError
from digitnet.experiments.recipes import RECIPES
from digitnet.explain.litert_graph import Graph, Operation
from digitnet.models.architecture import SummaryRow, parse_layers, summarize
from digitnet.models.card import Card
from digitnet.models.layers import Shape

CONVOLUTION, DENSE, DROPOUT, FLATTEN = "Convolution", "Dense", "Dropout", "Flatten"
NORMALIZATION = "batch normalization"
_KINDS = {
    "CONV_2D": CONVOLUTION,
    "DEPTHWISE_CONV_2D": "Depthwise convolution",
    "FULLY_CONNECTED": DENSE,
    "MAX_POOL_2D": "Max pooling",
    "AVERAGE_POOL_2D": "Average pooling",
    "MEAN": "Mean over the picture",
    "REDUCE_MAX": "Maximum over the picture",
    "RESHAPE": FLATTEN,
}
_WEIGHTED_OPERATIONS = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
_ACTIVATION_NAMES = {
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
# An elementwise operation belongs to the layer before it.
_ELEMENTWISE_OPERATIONS = (*_ACTIVATION_NAMES, "MUL", "ADD", "SUB", "DIV")


@dataclass(frozen=True)
class LayerDescription:
    """One layer of a model.

    Attributes:
        kind: "Convolution", "Max pooling", "Dense" and so on.
        details: such as ("3 × 3", "batch normalization", "ReLU").
        shape: of its output for one picture: height, width and channels, or units.
        parameters: the number of its weights; as trained if that is known, else as exported.
        output_index: its index in the outputs of `ModelInspector.compute_outputs`, None if it has no weights.
    """

    kind: str
    details: tuple[str, ...]
    shape: Shape
    parameters: int
    output_index: int | None = None

    def __str__(self) -> str:
        return ", ".join([self.kind, *self.details])


def group_operations(graph: Graph) -> Iterator[list[Operation]]:
    """Yield the operations of each layer: its first one and the elementwise ones that follow it."""
    group: list[Operation] = []
    for operation in graph.operations:
        if not graph.is_float(operation.output) or operation.name == "DEQUANTIZE":
            continue
        outputs = {previous.output for previous in group}
        inputs = {tensor for tensor in operation.inputs if graph.read_weights(tensor) is None}
        if group and operation.name in _ELEMENTWISE_OPERATIONS and inputs <= outputs:
            group.append(operation)
            continue
        if group:
            yield group
        group = [operation]
    if group:
        yield group


def has_weights(group: Sequence[Operation]) -> bool:
    """Return whether a group of operations is a convolution or a dense layer."""
    return group[0].name in _WEIGHTED_OPERATIONS


def describe_layers(graph: Graph, groups: Sequence[list[Operation]], card: Card) -> list[LayerDescription]:
    """Describe the layers of a network, as trained if its card describes the same network.

    An exported network has no dropout, and its batch normalization is merged into the weights before it. If the
    layers of the card have the same shapes, the result has its dropout and its numbers of parameters.
    """
    exported = _describe_exported(graph, groups)
    rows = _summarize_card(card, exported[-1].shape[-1])
    without_flatten = [layer for layer in exported if layer.kind != FLATTEN]
    if [row.shape for row in rows if not _is_dropout(row.layer)] != [layer.shape for layer in without_flatten]:
        return exported
    trained: list[LayerDescription] = []
    remaining = iter(exported)
    for row in rows:
        if _is_dropout(row.layer):
            trained.append(LayerDescription(DROPOUT, (row.layer.split()[1],), row.shape, 0))
            continue
        layer = next(remaining)
        if layer.kind == FLATTEN:
            trained.append(layer)
            layer = next(remaining)
        trained.append(replace(layer, parameters=row.parameters))
    return trained


def _describe_exported(graph: Graph, groups: Sequence[list[Operation]]) -> list[LayerDescription]:
    layers: list[LayerDescription] = []
    output_index = 0
    for group in groups:
        shape = graph.get_shape(group[-1].output)
        weights = [graph.read_weights(tensor) for operation in group for tensor in operation.inputs]
        count = sum(array.size for array in weights if array is not None)
        kind = _KINDS.get(group[0].name, group[0].name.replace("_", " ").capitalize())
        index = output_index if has_weights(group) else None
        layers.append(LayerDescription(kind, _list_details(graph, group), shape, count, index))
        output_index += has_weights(group)
    return layers


def _list_details(graph: Graph, group: Sequence[Operation]) -> tuple[str, ...]:
    """List the window, the batch normalization and the activations of a layer."""
    first = group[0]
    weights = graph.read_weights(first.inputs[1]) if first.name.endswith("CONV_2D") else None
    height, width = first.window if weights is None else weights.shape[1:3]
    normalized = any("batch_normalization" in graph.get_name(operation.output) for operation in group)
    activations = [_ACTIVATION_NAMES.get(operation.name, "") for operation in group[1:]]
    if "sigmoid" in activations and any(_multiplies_two(operation) for operation in group):
        activations[activations.index("sigmoid")] = "SiLU"  # SiLU multiplies the sum by its sigmoid.
    window = f"{height} × {width}" if height else ""
    details = [window, NORMALIZATION if normalized else "", _name_fused_activation(first), *activations]
    return tuple(detail for detail in details if detail)


def _multiplies_two(operation: Operation) -> bool:
    return operation.name == "MUL" and len(set(operation.inputs)) == 2


def _name_fused_activation(operation: Operation) -> str:
    """Name the activation that is part of an operation, "" if it has none."""
    name = operation.activation
    return _ACTIVATION_NAMES.get(name, name.replace("_", " ").lower().replace("none", ""))


def _summarize_card(card: Card, outputs: int) -> list[SummaryRow]:
    """Summarize the layers of a card's settings or recipe; [] if it has no readable ones."""
    with suppress(ConfigError):
        layers = card.config.get("layers")
        if isinstance(layers, str):
            return summarize(parse_layers(layers), outputs)
        if card.recipe in RECIPES:
            return summarize(RECIPES[card.recipe].network, outputs)
    return []


def _is_dropout(layer: str) -> bool:
    return layer.startswith("dropout")
