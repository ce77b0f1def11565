"""Find the columns of tables: by the walls between cells, and by gaps that lie below each other.

Numbers of one row may stand so close that their gap is no wider than that between two digits. In a table the other
rows, or a ruled wall, tell where a cell ends. Boxes of one digit each are no cells: their digits are one number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.boxes import widths_and_heights
from digitnet.types import Boxes, Mask

_MIN_ROWS = 3  # A table has at least this many rows.
_MIN_WIDE_GAP, _MIN_GAP = 1.1, 0.45  # Digit heights: gaps that show where columns are, and those that may part cells.
_MIN_WIDE_SHARE, _MAX_COVERED_SHARE = 0.4, 0.08  # Of the rows: with a wide gap between two columns, and with ink there.
_MIN_WALL_SHARE = 0.7  # A wall is as high as this share of the digits beside it.
_MIN_LONG_CELLS = 0.25  # This share of the cells holds several digits.
_MIN_SLOPE_SPAN = 4.0  # Digit heights of a row whose slope is measured.


def find_cell_starts(boxes: Boxes, row: NDArray[np.int32], structure: Mask | None = None) -> NDArray[np.bool_]:
    """Tell which digits are the first ones of a cell of a table, bool (n,); all False without a table.

    Args:
        boxes: int32 (n, 4) in reading order.
        row: int32 (n,), the row of each.
        structure: uint8 (h, w), 255 for the lines around the digits, None without any.
    """
    starts = np.zeros(len(boxes), np.bool_)
    follows = np.flatnonzero(row[1:] == row[:-1]) + 1  # Digits with another one of their row before them.
    if len(follows) < 2:
        return starts
    if structure is not None:
        starts[follows] = [_has_wall(structure, boxes[index - 1], boxes[index]) for index in follows.tolist()]
    starts[follows] |= _lie_in_channels(boxes, row, follows)
    cell = np.cumsum(starts | np.append(True, row[1:] != row[:-1]))
    return starts if (np.bincount(cell)[1:] > 1).mean() >= _MIN_LONG_CELLS else np.zeros_like(starts)


def estimate_slope(boxes: Boxes, row: NDArray[np.int32]) -> float:
    """Estimate by how many rows the rows of boxes, int32 (n, 4), fall for each column; `row` is that of each."""
    _, tall = widths_and_heights(boxes)
    height = float(np.median(tall)) if len(tall) else 0.0
    slopes = [0.0]
    for index in np.unique(row):
        x, y = (boxes[row == index][:, :2] + boxes[row == index][:, 2:]).T / 2
        if len(x) > 2 and np.ptp(x) > _MIN_SLOPE_SPAN * height:
            slopes.append(float(np.polyfit(x, y, 1)[0]))
    return float(np.median(slopes[1:] or slopes))


def level_sides(boxes: Boxes, row: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the left and right sides of boxes, float64 (n, 2), as they are once their rows are level."""
    middles = boxes[:, 1::2].sum(axis=1) / 2
    return np.asarray(boxes[:, ::2] + (estimate_slope(boxes, row) * middles)[:, None], np.float64)


def _has_wall(structure: Mask, left: Boxes, right: Boxes) -> bool:
    """Tell whether a line stands between two digits, int32 (4,) each."""
    top, bottom = max(0, min(left[1], right[1])), max(left[3], right[3])
    between = structure[top:bottom, min(left[2], right[0]) : max(left[2], right[0]) + 1]
    return bool(between.size and (between > 0).any(axis=1).mean() >= _MIN_WALL_SHARE)


def _lie_in_channels(boxes: Boxes, row: NDArray[np.int32], follows: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell which gaps before digits, intp (k,), lie where other rows have gaps between numbers, bool (k,)."""
    _, tall = widths_and_heights(boxes)
    height = float(np.median(tall))
    upright = level_sides(boxes, row)
    sides = np.round((upright - upright.min()) * 8 / height).astype(int)  # In eighths of a digit's height.
    rows = np.unique(row)
    inked, spanned, wide = np.zeros((3, len(rows), sides.max() + 2), np.bool_)
    for place, index in enumerate(rows):
        own = sides[row == index]
        spanned[place, own[:, 0].min() : own[:, 1].max()] = True
        for first, last in own:
            inked[place, first : last + 1] = True
        reach = np.maximum.accumulate(own[:, 1])
        for first, last in zip(reach[:-1], own[1:, 0], strict=True):
            wide[place, first + 1 : last] |= last - first > 8 * _MIN_WIDE_GAP
    crossing = spanned.sum(axis=0)
    channel = (crossing >= _MIN_ROWS) & (inked.sum(axis=0) <= _MAX_COVERED_SHARE * crossing)
    channel &= wide.sum(axis=0) >= _MIN_WIDE_SHARE * crossing
    gaps = sides[follows - 1, 1], sides[follows, 0]
    return np.array(
        [
            last - first >= 8 * _MIN_GAP and channel[first + 1 : last].any()
            for first, last in zip(*(side.tolist() for side in gaps), strict=True)
        ],
        np.bool_,
    )
