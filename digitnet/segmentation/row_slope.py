"""Estimate the slope of the rows of a page by the neighbors in its rows, of which many may be of other rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.boxes import widths_and_heights
from digitnet.types import Boxes

_MIN_PAIRS = 4  # Fewer neighbors tell nothing of a slope.
_SLOPES = np.linspace(-0.25, 0.25, 101)
_SPREAD = 0.12  # Digit heights by which the middles of digits of a row differ.
_MAX_OFF = 0.3  # Neighbors so many digit heights off the slope are of other rows.
_MIN_AGREEING_SHARE = 0.5  # Of the neighbors.
_MAX_STEP = 12.0  # Digit heights between neighbors; farther ones would outweigh the others.


def estimate_row_slope(boxes: Boxes, row: NDArray[np.int32]) -> float:
    """Estimate by how many pixels the rows fall for each column, 0 if too little is known.

    Args:
        boxes: int32 (n, 4).
        row: int32 (n,), the row of each, as far as rows are known without their slope.
    """
    _, tall = widths_and_heights(boxes)
    x, y = boxes[:, ::2].sum(axis=1) / 2, boxes[:, 1::2].sum(axis=1) / 2
    order = np.lexsort((x, row))
    follows = np.diff(row[order]) == 0
    if follows.sum() < _MIN_PAIRS:
        return 0.0
    height = max(1.0, float(np.median(tall)))
    right, down = (np.diff(values[order])[follows] / height for values in (x, y))
    near = (right > 0) & (right <= _MAX_STEP)
    right, down = right[near], down[near]
    off = down - _SLOPES[:, None] * right
    slope = float(_SLOPES[np.exp(-((off / _SPREAD) ** 2) / 2).sum(axis=1).argmax()])
    agreeing = np.abs(down - slope * right) <= _MAX_OFF
    spread = float(right[agreeing] @ right[agreeing])
    is_steep = abs(slope) >= _SLOPES[-1]
    if is_steep or agreeing.sum() < max(_MIN_PAIRS, _MIN_AGREEING_SHARE * len(right)):
        return 0.0
    return float(right[agreeing] @ down[agreeing]) / spread


def level_boxes(boxes: Boxes, slope: float) -> Boxes:
    """Return boxes, int32 (n, 4), moved up or down as if their rows did not fall by `slope`."""
    fall = np.round(slope * boxes[:, ::2].sum(axis=1) / 2).astype(boxes.dtype)
    return boxes - np.stack([np.zeros_like(fall), fall] * 2, axis=1)
