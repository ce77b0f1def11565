"""Find which numbers of the columns of a form stand in the same row of its table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_REACH = 0.6  # Numbers of a row differ in height by less than this share of a usual number's height.


def find_rows(centers: Sequence[Sequence[tuple[float, float]]]) -> list[list[int]]:
    """Return the row of each number, from 0, of each column.

    Args:
        centers: for each column the middle and the height of each of its numbers, from the top, in the same pixels.
    """
    heights = [height for column in centers for _, height in column]
    reach = _REACH * float(np.median(heights)) if heights else 0.0
    places = sorted(
        (middle, column, at) for column, numbers in enumerate(centers) for at, (middle, _) in enumerate(numbers)
    )
    rows: list[list[int]] = [[0] * len(column) for column in centers]
    row, taken = -1, set[int]()
    middles: list[float] = []
    for middle, column, at in places:
        is_next = not middles or column in taken or middle - float(np.mean(middles)) > reach
        if is_next:
            row, taken, middles = row + 1, set(), []
        taken.add(column)
        middles.append(middle)
        rows[column][at] = row
    return rows
