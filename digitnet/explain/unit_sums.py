"""Compute the sum of one unit: its inputs times its weights, plus its bias."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitnet.errors import ModelError
from digitnet.explain.litert_graph import Graph, Operation

Values = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class UnitSum:
    """The sum of one unit for one digit.

    Attributes:
        inputs: float32 (h, w, channels), the patch under a filter, with 0 beyond the edges; (n,) of a dense layer.
        weights: float32, the weights of these inputs.
        bias: the number that is added to the products.
        corner: row and column of the patch in the layer's input, below 0 beyond the edges; (0, 0) of a dense layer.
        output: the unit's value after the activation, as the network computed it.
    """

    inputs: Values
    weights: Values
    bias: float
    corner: tuple[int, int]
    output: float

    @property
    def products(self) -> Values:
        """The inputs times the weights."""
        return self.inputs * self.weights

    @property
    def total(self) -> float:
        """The sum of the products and the bias, before the activation."""
        return float(self.products.sum(dtype=np.float64)) + self.bias


def has_unit_sums(graph: Graph, operation: Operation) -> bool:
    """Return whether `compute_unit_sum` knows the units of an operation: of dense layers and usual convolutions."""
    weights = graph.read_weights(operation.inputs[1]) if len(operation.inputs) > 1 else None
    if weights is None:
        return False
    if operation.name == "FULLY_CONNECTED":
        return True
    return operation.name == "CONV_2D" and weights.shape[3] == graph.get_shape(operation.inputs[0])[-1]


def compute_unit_sum(
    graph: Graph, operation: Operation, inputs: Values, outputs: Values, unit: tuple[int, ...]
) -> UnitSum:
    """Compute the sum of a unit.

    Args:
        graph: the network.
        operation: a convolution or a dense layer.
        inputs: its input for one digit, float32 (h, w, channels) or of any shape.
        outputs: the output of its layer, float32 (h, w, filters) or (units,).
        unit: an index into `outputs`.

    Raises:
        ModelError: it is no such operation.
    """
    if not has_unit_sums(graph, operation):
        raise ModelError("The sums of this layer's units cannot be shown.")
    weights, bias = graph.read_weights(operation.inputs[1]), _read_bias(graph, operation, unit[-1])
    assert weights is not None
    if operation.name == "FULLY_CONNECTED":
        return UnitSum(inputs.ravel(), weights[unit[-1]], bias, (0, 0), float(outputs[unit]))
    kernel = weights[unit[-1]]
    corner = _locate_patch(operation, inputs.shape[:2], kernel.shape[:2], unit)
    return UnitSum(_cut_patch(operation, inputs, kernel.shape[:2], corner), kernel, bias, corner, float(outputs[unit]))


def _read_bias(graph: Graph, operation: Operation, index: int) -> float:
    bias = graph.read_weights(operation.inputs[2]) if len(operation.inputs) > 2 else None
    return 0.0 if bias is None else float(bias[index])


def _locate_patch(
    operation: Operation, size: tuple[int, ...], window: tuple[int, ...], unit: tuple[int, ...]
) -> tuple[int, int]:
    """Find the row and the column at which the patch of a unit begins."""
    row, column = (
        place * stride - (_count_padding(side, length, stride, dilation) if operation.is_padded else 0)
        for place, side, length, stride, dilation in zip(
            unit[:2], size, window, operation.stride, operation.dilation, strict=True
        )
    )
    return row, column


def _count_padding(side: int, length: int, stride: int, dilation: int) -> int:
    """Count the pixels added before the first one, as TensorFlow does; an odd one is added at the end."""
    reach = (length - 1) * dilation + 1
    return max((-(-side // stride) - 1) * stride + reach - side, 0) // 2


def _cut_patch(operation: Operation, inputs: Values, window: tuple[int, ...], corner: tuple[int, int]) -> Values:
    """Cut a patch out of pictures, float32 (h, w, channels), with 0 beyond their edges."""
    rows, columns = (
        start + dilation * np.arange(length)
        for start, dilation, length in zip(corner, operation.dilation, window, strict=True)
    )
    height, width = inputs.shape[:2]
    inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))[None, :]
    patch = inputs[np.ix_(rows.clip(0, height - 1), columns.clip(0, width - 1))]
    return np.where(inside[..., None], patch, np.float32(0))
