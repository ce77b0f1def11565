"""Find the lines of a ruled table among all lines of a picture: the largest set that meet each other.

Tables with the same columns that stand below each other are one table.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_MIN_LINES = 3  # A grid has at least so many lines in each direction.
_MIN_MET_SHARE = 0.8  # Each meets this share of the lines of the other direction.
_MAX_SHIFTED_RATIO = 0.25  # Columns of two tables that stand below each other differ by this share of their width.
_MAX_SHORT_PIXELS, _MAX_SHORT_RATIO = 6.0, 0.02  # A line may end so far before another, in pixels and in lengths.


class Grid(NamedTuple):
    """Lines by their ends, in pixels.

    Attributes:
        across: int32 (k, 4), x0 y0 x1 y1 from left to right.
        down: int32 (m, 4), those that run down, with x and y swapped, from top to bottom.
    """

    across: NDArray[np.int32]
    down: NDArray[np.int32]


def divide_lines(lines: NDArray[np.int32]) -> Grid:
    """Divide lines, int32 (k, 4), into those that run across and those that run down."""
    is_across = np.abs(lines[:, 2] - lines[:, 0]) > np.abs(lines[:, 3] - lines[:, 1])
    both = lines[is_across], lines[~is_across][:, [1, 0, 3, 2]]
    return Grid(*(np.where(part[:, :1] <= part[:, 2:3], part, part[:, [2, 3, 0, 1]]) for part in both))


def find_grids(lines: NDArray[np.int32]) -> list[Grid]:
    """Find the largest grid among lines, int32 (k, 4); none if they have none.

    An underlined heading, a box beside the table and a smaller table meet its lines nowhere or in few places. Tables
    above and below it that have its columns belong to it; the paper between two of them is a row.

    Returns:
        The grid with such tables, then without them.
    """
    across, down = divide_lines(lines)
    met = _find_meetings(across, down)
    found = [_leave_out_others(met, *linked) for linked in _find_linked(met)]
    grids = [Grid(across[own], down[others]) for own, others in found if min(len(own), len(others)) >= _MIN_LINES]
    if not grids:
        return []
    joined = largest = max(grids, key=lambda grid: len(grid.across) * len(grid.down))
    middle = _find_middle(joined)
    for grid in sorted(grids, key=lambda grid: abs(_find_middle(grid) - middle))[1:]:  # It is the nearest to itself.
        joined = _join_if_continued(joined, grid)
    return [joined] if joined is largest else [joined, largest]


def _find_middle(grid: Grid) -> float:
    """Return y of the middle of a grid."""
    return float(grid.across[:, 1::2].mean())


def _join_if_continued(grid: Grid, other: Grid) -> Grid:
    """Join a grid with another one if that stands above or below it and has the same columns."""
    upper, lower = sorted((grid, other), key=_find_middle)
    if len(upper.down) != len(lower.down):
        return grid
    x = np.array([np.concatenate([grid.across, other.across])[:, ::2].mean()])
    last, first = find_heights(x, upper.across).max(), find_heights(x, lower.across).min()
    y = np.array([(last + first) / 2])
    orders = [np.argsort(find_heights(y, each.down)[0]) for each in (upper, lower)]
    above, below = upper.down[orders[0]], lower.down[orders[1]]
    sides = find_heights(y, above)[0]
    room = _MAX_SHIFTED_RATIO * (sides[-1] - sides[0]) / (len(sides) - 1)
    if last >= first or np.abs(sides - find_heights(y, below)[0]).max() > room:
        return grid
    return Grid(np.concatenate([upper.across, lower.across]), np.hstack([above[:, :2], below[:, 2:]]))


def find_heights(x: NDArray[np.float64], lines: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return y of lines that run across, int32 (k, 4), at each x, float64 (n, k)."""
    left, start, right, end = lines.T.astype(np.float64)
    return np.asarray(start + (end - start) * (x[:, None] - left) / np.maximum(1.0, right - left))


def _find_meetings(across: NDArray[np.int32], down: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tell which lines across and lines down meet, or nearly so, bool (k, m)."""
    left, start, right, end = across.T.astype(np.float64)[:, :, None]
    top, first, bottom, last = down.T.astype(np.float64)[:, None, :]
    fall, lean = (end - start) / np.maximum(1.0, right - left), (last - first) / np.maximum(1.0, bottom - top)
    x = (first + lean * (start - fall * left - top)) / (1 - lean * fall)
    y = start + fall * (x - left)
    short_across, short_down = (
        np.maximum(_MAX_SHORT_PIXELS, _MAX_SHORT_RATIO * length) for length in (right - left, bottom - top)
    )
    on_across = (x >= left - short_across) & (x <= right + short_across)
    return np.asarray(on_across & (y >= top - short_down) & (y <= bottom + short_down), np.bool_)


def _find_linked(met: NDArray[np.bool_]) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield the lines across and the lines down of each set whose lines meet those of no other set, as indices."""
    is_left = met.any(axis=1)
    while is_left.any():
        own = np.arange(len(met)) == is_left.argmax()
        others = met[own].any(axis=0)
        while (met[:, others].any(axis=1) & ~own).any():
            own = met[:, others].any(axis=1)
            others = met[own].any(axis=0)
        yield np.flatnonzero(own), np.flatnonzero(others)
        is_left &= ~own


def _leave_out_others(
    met: NDArray[np.bool_], own: NDArray[np.intp], others: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Leave out the lines that meet too few of the other direction, the one that meets fewest first."""
    while len(own) and len(others):
        part = met[np.ix_(own, others)]
        shares = np.concatenate([part.mean(axis=1), part.mean(axis=0)])
        fewest = int(shares.argmin())
        if shares[fewest] >= _MIN_MET_SHARE:
            break
        if fewest < len(own):
            own = np.delete(own, fewest)
        else:
            others = np.delete(others, fewest - len(own))
    return own, others
