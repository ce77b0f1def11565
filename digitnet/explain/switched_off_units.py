"""Switch units of a network off, and measure what the rest makes of digits.

A unit or filter is off if its weights and its bias are 0: its activation then gives 0 for any digit, and the layers
after it get nothing from it. Such an ablation shows how much a network relies on a unit.

Source: Morcos, Barrett, Rabinowitz and Botvinick, "On the importance of single directions for generalization" (2018).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from digitnet.errors import ModelError
from digitnet.explain.layer_descriptions import group_operations, has_weights
from digitnet.explain.litert_graph import Graph, Operation
from digitnet.models.classifier import Classifier
from digitnet.models.litert import LiteRTNetwork

OffUnits = Mapping[int, Sequence[int]]  # By index of the layer with weights, the units or filters that are off.
_KNOWN_OPERATIONS = ("CONV_2D", "FULLY_CONNECTED")
_PROBES = 8
_MAX_OUTPUT = 1e-6  # An output as small as this is 0 but for rounding.


def switch_off(content: bytes, units: OffUnits) -> bytes:
    """Return a .tflite file with some units off.

    Args:
        content: a .tflite file that digitnet can read digits with.
        units: those to switch off, of any layer with weights but the last.

    Raises:
        ModelError: there are no such units, or their layer gives something else than 0 without weights.
    """
    graph = Graph(content)
    layers = [group for group in group_operations(graph) if has_weights(group)]
    channels: dict[int, Sequence[int]] = {}
    for index, chosen in units.items():
        if not chosen:
            continue
        if not 0 <= index < len(layers) - 1:
            raise ModelError("Only units of the layers before the last can be switched off.")
        channels |= _list_weights(graph, layers[index][0], chosen)
    changed = graph.write_without_channels(channels)
    _check(changed, {layers[index][-1].output: chosen for index, chosen in units.items() if chosen})
    return changed


def classify_without(content: bytes, units: OffUnits, temperature: float = 1.0) -> Classifier:
    """Return the classifier of a network with some units off; arguments and errors as `switch_off`."""
    return Classifier(switch_off(content, units) if any(units.values()) else content, temperature=temperature)


def _list_weights(graph: Graph, operation: Operation, units: Sequence[int]) -> dict[int, Sequence[int]]:
    """Return the tensors of weights and biases of an operation, each with the units."""
    weights = graph.read_weights(operation.inputs[1]) if len(operation.inputs) > 1 else None
    if operation.name not in _KNOWN_OPERATIONS or weights is None:
        raise ModelError("The units of this layer cannot be switched off.")
    if min(units) < 0 or max(units) >= len(weights):
        raise ModelError(f"Expected units from 0 to {len(weights) - 1}. Received: {sorted(units)}.")
    has_bias = len(operation.inputs) > 2 and graph.read_weights(operation.inputs[2]) is not None
    return dict.fromkeys(operation.inputs[1 : 2 + has_bias], units)


def _check(content: bytes, units: Mapping[int, Sequence[int]]) -> None:
    """Raise ModelError if a unit gives anything but 0, which some activations and normalizations do without input.

    Args:
        content: the changed file.
        units: by tensor of a layer's output, the units that are off.
    """
    if not units:
        return
    network = LiteRTNetwork(Graph(content).write_with_outputs(list(units)))
    pictures: NDArray[np.uint8] = np.random.default_rng(0).integers(0, 256, (_PROBES, 28, 28, 1), dtype=np.uint8)
    for picture in pictures:
        for values, chosen in zip(network.run_once(picture[None]), units.values(), strict=True):
            if np.abs(values[0][..., list(chosen)]).max() > _MAX_OUTPUT:
                raise ModelError("The units of this layer are not 0 without weights, so they cannot be switched off.")
