"""Place numbers in the cells of a table by its lines, so that empty rows and columns are kept."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.types import Boxes

_MIN_LINES = 3  # A grid has at least so many lines in each direction.
_MIN_LENGTH_RATIO = 0.8  # Each is as long as this share of the longest in its direction.


class Cells(NamedTuple):
    """The cells of n numbers in a table.

    Attributes:
        row, column: intp (n,), counted from the top and from the left.
        shape: number of rows and columns of the table.
    """

    row: NDArray[np.intp]
    column: NDArray[np.intp]
    shape: tuple[int, int]


def find_cells(boxes: Boxes, lines: NDArray[np.int32]) -> Cells | None:
    """Find the cells of numbers, or return None if the lines are no grid with each number in a cell of its own.

    Args:
        boxes: int32 (n, 4) of numbers, row by row from left to right.
        lines: int32 (k, 4), the ends x0 y0 x1 y1 of lines.
    """
    across, down = _divide(lines)
    if not (len(boxes) and _is_ruled(across) and _is_ruled(down)):
        return None
    row, column = _count_before(boxes, across), _count_before(boxes[:, [1, 0, 3, 2]], down)
    shape = len(across) - 1, len(down) - 1
    if row is None or column is None or (np.diff(row) < 0).any():
        return None
    is_apart = len(np.unique(row * shape[1] + column)) == len(boxes)
    return Cells(row, column, shape) if is_apart else None


def find_given_cells(boxes: Boxes, row: NDArray[np.int32], lines: NDArray[np.int32]) -> Cells:
    """Find the cells of numbers in a grid that a user gave; a cell may hold several of them.

    A line counts as long as the table. Beyond the outer lines there are cells only where a number is. Without lines
    that run across, the rows of the table are those of the numbers.

    Args:
        boxes: int32 (n, 4) of numbers.
        row: int32 (n,), the row of each.
        lines: int32 (k, 4), k at least 1, the ends x0 y0 x1 y1 of lines.
    """
    across, down = _divide(lines)
    places = _count_passed(boxes, across) if len(across) else row.astype(np.intp)
    column = _count_passed(boxes[:, [1, 0, 3, 2]], down)
    if not len(boxes):
        return Cells(places, column, (0, 0))
    first_row, first_column = int(places.min() > 0 and len(across) > 0), int(column.min() > 0)
    places, column = places - first_row, column - first_column
    rows = max(len(across) - 1, int(places.max()) + 1)
    columns = max(len(down) - 1, int(column.max()) + 1)
    return Cells(places, column, (rows, columns))


def count_lines_before(boxes: Boxes, lines: NDArray[np.int32]) -> NDArray[np.intp]:
    """Count the lines that run down left of the middle of each box, int32 (n, 4), as long as they may be, intp (n,)."""
    _, down = _divide(lines)
    return _count_passed(boxes[:, [1, 0, 3, 2]], down)


def _divide(lines: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Divide lines, int32 (k, 4), into those that run across and those that run down, with x and y swapped.

    The ends of each are sorted from left to right.
    """
    is_across = np.abs(lines[:, 2] - lines[:, 0]) > np.abs(lines[:, 3] - lines[:, 1])
    both = lines[is_across], lines[~is_across][:, [1, 0, 3, 2]]
    across, down = (np.where(part[:, :1] <= part[:, 2:3], part, part[:, [2, 3, 0, 1]]) for part in both)
    return across, down


def _count_passed(boxes: Boxes, lines: NDArray[np.int32]) -> NDArray[np.intp]:
    """Count the lines that run across above the middle of each box, intp (n,)."""
    middles = boxes[:, [1]] / 2 + boxes[:, [3]] / 2
    return np.asarray((_find_heights(boxes, lines) < middles).sum(axis=1), np.intp)


def _find_heights(boxes: Boxes, lines: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return y of lines, int32 (k, 4), at the middle of boxes, float64 (n, k)."""
    x = (boxes[:, :1] + boxes[:, 2:3]) / 2
    left, start, right, end = lines.T.astype(np.float64)
    return np.asarray(start + (end - start) * (x - left) / np.maximum(1.0, right - left))


def _is_ruled(lines: NDArray[np.int32]) -> bool:
    """Tell whether there are enough lines, int32 (k, 4), and all are about as long."""
    lengths = lines[:, 2] - lines[:, 0]
    return len(lines) >= _MIN_LINES and bool((lengths >= _MIN_LENGTH_RATIO * lengths.max()).all())


def _count_before(boxes: Boxes, lines: NDArray[np.int32]) -> NDArray[np.intp] | None:
    """Count the lines that run across above each box but the first line, intp (n,); None if a box lies in no cell.

    A box lies in a cell if its middle does, and no line runs through the middle half of it.

    Args:
        boxes: int32 (n, 4).
        lines: int32 (k, 4), their ends from left to right.
    """
    y = _find_heights(boxes, lines)
    upper, lower = (boxes[:, [1]] * share + boxes[:, [3]] * (1 - share) for share in (0.75, 0.25))
    above, not_below = (y < upper).sum(axis=1), (y <= lower).sum(axis=1)
    if (above != not_below).any() or (above == 0).any() or (above == len(lines)).any():
        return None
    return above - 1
