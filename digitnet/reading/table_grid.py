"""Place numbers in the cells of a table by its lines, so that empty rows and columns are kept."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.grid_lines import Grid, divide_lines, find_grids, find_heights
from digitnet.types import Boxes

_MIN_FITTING_SHARE = 0.9  # Of the numbers that are neither above nor below the lines, so many fit into cells,
_MIN_INSIDE_SHARE = 0.5  # and of all numbers at least so many.
_MAX_BACK_SHARE = 0.1  # At most so many numbers are read after one of a lower row.


class Cells(NamedTuple):
    """The cells of n numbers in a table.

    Attributes:
        row, column: intp (n,), counted from the top and from the left.
        shape: number of rows and columns of the table.
    """

    row: NDArray[np.intp]
    column: NDArray[np.intp]
    shape: tuple[int, int]


class _Places(NamedTuple):
    """Where numbers lie among the lines of one direction, seen from the first line on.

    Attributes:
        passed: intp (n,), the lines before the middle of each.
        before, after: bool (n,), whether it lies beyond the lines of the other direction.
        is_crossed: bool (n,), whether a line runs through the middle half of it.
    """

    passed: NDArray[np.intp]
    before: NDArray[np.bool_]
    after: NDArray[np.bool_]
    is_crossed: NDArray[np.bool_]


def find_cells(boxes: Boxes, row: NDArray[np.int32], lines: NDArray[np.int32]) -> Cells | None:
    """Find the cells of numbers by the lines that were found, or return None if these are no table around them.

    Numbers above and below the lines stand in rows of their own, in the columns of the table. Numbers of one row may
    share a cell; at the left and at the right of the lines there is a column where a number is. Several rows of numbers
    between two tables do not share cells: then all numbers beyond the larger one stand in rows of their own.

    Args:
        boxes: int32 (n, 4) of numbers, row by row from left to right.
        row: int32 (n,), the row of each.
        lines: int32 (k, 4), the ends x0 y0 x1 y1 of lines.
    """
    if not len(boxes):
        return None
    placed = [_place(boxes, row, grid) for grid in find_grids(lines)]
    return min((cells for cells in placed if cells), key=lambda cells: _count_stacked(row, cells), default=None)


def _count_stacked(row: NDArray[np.int32], cells: Cells) -> int:
    """Count the numbers that share a cell with one of another row."""
    cell = cells.row * cells.shape[1] + cells.column
    return int(((cell[:, None] == cell) & (row[:, None] != row)).any(axis=1).sum())


def _place(boxes: Boxes, row: NDArray[np.int32], grid: Grid) -> Cells | None:
    """Place numbers in the cells of a grid, or return None if they do not lie there as in a table."""
    upright, level = _find_places(boxes, grid), _find_places(_swap(boxes), Grid(grid.down, grid.across))
    above, below = upright.before, upright.after
    if not _fits(row, upright, level):
        return None
    own = ~(above | below)
    places, count = _close_up(upright.passed, own, len(grid.across))
    column, columns = _close_up(level.passed, own, len(grid.down))
    ranks, counts = zip(*(_rank_rows(row, members) for members in (above, below)), strict=True)
    places = np.where(above, ranks[0], counts[0] + np.where(below, count + ranks[1], places))
    if (np.diff(places) < 0).mean() > _MAX_BACK_SHARE if len(places) > 1 else False:
        return None
    return Cells(places, column.clip(0, columns - 1), (counts[0] + count + counts[1], columns))


def find_given_cells(boxes: Boxes, row: NDArray[np.int32], lines: NDArray[np.int32]) -> Cells:
    """Find the cells of numbers in a grid that a user gave; a cell may hold several of them.

    A line counts as long as the table. Beyond the outer lines there are cells only where a number is. Without lines
    that run across, the rows of the table are those of the numbers.

    Args:
        boxes: int32 (n, 4) of numbers.
        row: int32 (n,), the row of each.
        lines: int32 (k, 4), k at least 1, the ends x0 y0 x1 y1 of lines.
    """
    across, down = divide_lines(lines)
    places = _count_passed(boxes, across) if len(across) else row.astype(np.intp)
    column = _count_passed(_swap(boxes), down)
    if not len(boxes):
        return Cells(places, column, (0, 0))
    first_row, first_column = int(places.min() > 0 and len(across) > 0), int(column.min() > 0)
    places, column = places - first_row, column - first_column
    rows = max(len(across) - 1, int(places.max()) + 1)
    columns = max(len(down) - 1, int(column.max()) + 1)
    return Cells(places, column, (rows, columns))


def count_lines_before(boxes: Boxes, lines: NDArray[np.int32]) -> NDArray[np.intp]:
    """Count the lines that run down left of the middle of each box, int32 (n, 4), as long as they may be, intp (n,)."""
    return _count_passed(_swap(boxes), divide_lines(lines).down)


def part_by_lines(number: NDArray[np.int32], boxes: Boxes, lines: NDArray[np.int32]) -> NDArray[np.int32]:
    """Part numbers wherever a line runs down between two digits, as long as it may be; return int32 (n,).

    Args:
        number: int32 (n,), the number of each digit, counted in reading order.
        boxes: int32 (n, 4) of the digits.
        lines: int32 (k, 4), the ends x0 y0 x1 y1 of lines.
    """
    column = count_lines_before(boxes, lines)
    starts = (np.diff(number, prepend=-1) != 0) | (np.diff(column, prepend=-1) != 0)
    return np.cumsum(starts, dtype=np.int32) - 1


def _swap(boxes: Boxes) -> Boxes:
    """Return boxes with x and y swapped, int32 (n, 4)."""
    return boxes[:, [1, 0, 3, 2]]


def _find_middles(boxes: Boxes) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x and y of the middles of boxes, float64 (n,) each."""
    middles = boxes[:, :2] / 2 + boxes[:, 2:] / 2
    return middles[:, 0], middles[:, 1]


def _count_passed(boxes: Boxes, lines: NDArray[np.int32]) -> NDArray[np.intp]:
    """Count the lines that run across above the middle of each box, intp (n,)."""
    x, y = _find_middles(boxes)
    return np.asarray((find_heights(x, lines) < y[:, None]).sum(axis=1), np.intp)


def _find_places(boxes: Boxes, grid: Grid) -> _Places:
    """Find where boxes, int32 (n, 4), lie among the lines of a grid that run across."""
    x, y = _find_middles(boxes)
    heights = find_heights(x, grid.across)
    rise, fall = _measure_overhang(grid)
    upper, lower = (boxes[:, [1]] * share + boxes[:, [3]] * (1 - share) for share in (0.75, 0.25))
    return _Places(
        _count_passed(boxes, grid.across),
        y < heights.min(axis=1) - rise,
        y > heights.max(axis=1) + fall,
        np.asarray(((heights >= upper) & (heights <= lower)).any(axis=1), np.bool_),
    )


def _measure_overhang(grid: Grid) -> tuple[float, float]:
    """Measure by how many pixels lines run down beyond the first and beyond the last line across, in the median.

    A table without a frame has cells there.
    """
    top, first, bottom, last = grid.down.T.astype(np.float64)
    rise = np.median(find_heights(first, grid.across).min(axis=1) - top)
    fall = np.median(bottom - find_heights(last, grid.across).max(axis=1))
    return max(0.0, float(rise)), max(0.0, float(fall))


def _fits(row: NDArray[np.int32], upright: _Places, level: _Places) -> bool:
    """Tell whether numbers, each in its row, int32 (n,), lie in the cells of a table as numbers do.

    In a cell they stand side by side, and beside the lines each stands alone.
    """
    own = ~(upright.before | upright.after)
    beside = level.before | level.after
    cell = upright.passed * (level.passed.max() + 1) + level.passed
    shares = (cell[:, None] == cell) & own
    is_stacked = (shares & (row[:, None] != row)).any(axis=1)
    is_crossed = upright.is_crossed | (level.is_crossed & ~beside)
    fitting = own & ~is_stacked & ~is_crossed & ~(beside & (shares.sum(axis=1) > 1))
    inside = fitting & ~beside
    return bool(fitting.sum() >= _MIN_FITTING_SHARE * own.sum() and inside.mean() >= _MIN_INSIDE_SHARE)


def _close_up(passed: NDArray[np.intp], own: NDArray[np.bool_], lines: int) -> tuple[NDArray[np.intp], int]:
    """Count cells from the first line on, or from before it if a number is there.

    Args:
        passed: intp (n,), the lines before each number.
        own: bool (n,), the numbers of the table.
        lines: number of lines.

    Returns:
        intp (n,), the cell of each number, and the number of cells.
    """
    first, last = min(1, int(passed[own].min())), max(lines - 1, int(passed[own].max()))
    return passed - first, last - first + 1


def _rank_rows(row: NDArray[np.int32], members: NDArray[np.bool_]) -> tuple[NDArray[np.intp], int]:
    """Number the rows of some numbers from 0 on, intp (n,), of any value for others; and count them."""
    rows = np.unique(row[members])
    return np.searchsorted(rows, row), len(rows)
