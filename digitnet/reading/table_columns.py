"""Arrange the numbers of rows in the columns of a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.boxes import widths_and_heights
from digitnet.segmentation.columns import estimate_slope, level_sides
from digitnet.segmentation.row_slope import level_boxes
from digitnet.types import Boxes

_MIN_RISE = 0.5  # A block begins so many digit heights higher than the row before, as if all rows were level.
_ROWS_COMPARED = 3  # Where columns overlap, a number is placed by those in this many rows above.


def find_columns(boxes: Boxes, row: NDArray[np.int32]) -> NDArray[np.intp]:
    """Find the column of each number, intp (n,), counted from the left of its block of rows.

    Numbers whose places overlap, seen along the slope of the rows, share a column. Where that would put two numbers of
    a row into one, they are placed row by row instead, by the rows above.

    Args:
        boxes: int32 (n, 4) of numbers, row by row from left to right.
        row: int32 (n,), the row of each.
    """
    if len(boxes) < 2:
        return np.zeros(len(boxes), np.intp)
    blocks = _find_blocks(boxes, row)
    return np.concatenate([_find_block_columns(boxes[block], row[block]) for block in blocks])


def _find_blocks(boxes: Boxes, row: NDArray[np.int32]) -> list[NDArray[np.intp]]:
    """Divide numbers into blocks that are read one after the other: each begins where the next row stands higher."""
    middles = level_boxes(boxes, estimate_slope(boxes, row))[:, 1::2].sum(axis=1) / 2
    height = float(np.median(widths_and_heights(boxes)[1]))
    rows, place = np.unique(row, return_inverse=True)
    middle_of_row = np.bincount(place, middles) / np.maximum(1, np.bincount(place))
    block_of_row = np.cumsum(np.diff(middle_of_row, prepend=-np.inf) < -_MIN_RISE * height)
    block = block_of_row[place] if len(rows) else place
    return [np.flatnonzero(block == index) for index in range(int(block.max(initial=0)) + 1)]


def _find_block_columns(boxes: Boxes, row: NDArray[np.int32]) -> NDArray[np.intp]:
    """Find the column of each number of one block, as `find_columns`."""
    if len(boxes) < 2:
        return np.zeros(len(boxes), np.intp)
    sides = level_sides(boxes, row)
    order = np.argsort(sides[:, 0], kind="stable")
    reach = np.maximum.accumulate(sides[order, 1])
    column = np.empty(len(boxes), np.intp)
    column[order] = np.cumsum(np.append(0, sides[order[1:], 0] >= reach[:-1]))
    places = np.stack([row, column], axis=1)
    if len(np.unique(places, axis=0)) == len(boxes):
        return column
    return _place_by_rows_above(sides, row)


def _place_by_rows_above(sides: NDArray[np.float64], row: NDArray[np.int32]) -> NDArray[np.intp]:
    """Place numbers, with their left and right sides, float64 (n, 2), in columns row by row, intp (n,)."""
    columns: list[list[int]] = []
    for index in np.unique(row):
        first = 0
        for number in np.flatnonzero(row == index).tolist():
            place = _find_column(columns, first, number, sides)
            columns[place].append(number)
            first = place + 1
    column = np.empty(len(row), np.intp)
    for place, members in enumerate(columns):
        column[members] = place
    return column


def _find_column(columns: list[list[int]], first: int, number: int, sides: NDArray[np.float64]) -> int:
    """Return the index of a number's column, from `first` on; insert a column if needed."""
    spans = [_find_span(column, sides) for column in columns[first:]]
    left, right = sides[number].tolist()
    overlaps = [min(end, right) - max(start, left) for start, end in spans]
    if overlaps and max(overlaps) > 0:
        return first + overlaps.index(max(overlaps))
    index = first + sum(end <= left for _, end in spans)
    columns.insert(index, [])
    return index


def _find_span(column: Sequence[int], sides: NDArray[np.float64]) -> tuple[float, float]:
    """Return the left and right side of the last numbers of a column."""
    last = sides[list(column[-_ROWS_COMPARED:])]
    return float(last[:, 0].min()), float(last[:, 1].max())
