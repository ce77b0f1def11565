"""Complete the walls of a row of boxes: those that a digit runs along are traced badly, but boxes are equally wide."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.straight_lines import Lines, StraightLine, ends_on
from digitnet.types import Mask

_MIN_WALLS = 3  # So many walls show how wide the boxes are.
_MAX_WIDTH_ERROR = 0.12  # Widths differ by up to this share of a box.
_MAX_BOXES = 4  # At most so many boxes lie between two walls that were found.
_REACH = 4  # Pixels to either side in which a missing wall is sought.
_MIN_INKED = 0.95  # A wall is inked from end to end, but for this rest.


def add_missing_walls(mask: Mask, lines: Lines) -> Lines:
    """Add the walls that are missing in rows of equally wide boxes and that the ink shows.

    Args:
        mask: uint8 (h, w), the ink as 255 on 0.
        lines: the lines found.
    """
    down = list(lines.down)
    for upper, lower in pairwise(sorted(lines.across, key=lambda line: line.offset)):
        walls = [wall for wall in lines.down if _joins(wall, upper, lower)]
        if len(walls) >= _MIN_WALLS:
            down += _find_missing(mask, walls, max(upper.first, lower.first), min(upper.last, lower.last))
    return lines._replace(down=down)


def _joins(wall: StraightLine, upper: StraightLine, lower: StraightLine) -> bool:
    """Tell whether a wall runs from one line to another below it."""
    reach = wall.thickness + 2
    return ends_on(wall, wall.first, upper, reach) and ends_on(wall, wall.last, lower, reach)


def _find_missing(mask: Mask, walls: list[StraightLine], left: int, right: int) -> list[StraightLine]:
    """Return the missing walls of boxes between two columns, none if the boxes are not equally wide."""
    walls = sorted(walls, key=_find_place)
    places = np.array([_find_place(wall) for wall in walls])
    widths = np.diff(places)
    width = float(np.median(widths[widths <= 1.5 * widths.min()]))
    counts = np.round(widths / width).astype(int)
    if (np.abs(widths - counts * width) > _MAX_WIDTH_ERROR * width).any() or counts.max() > _MAX_BOXES:
        return []
    expected = [(places[0] - width, walls[0]), (places[-1] + width, walls[-1])]
    for wall, place, gap, count in zip(walls, places, widths, counts, strict=False):
        expected += [(place + gap * step / count, wall) for step in range(1, count)]
    thickness = round(float(np.median([wall.thickness for wall in walls])))
    near = _REACH + thickness
    found = [_look(mask, place, wall, thickness) for place, wall in expected if left - near <= place <= right + near]
    return [wall for wall in found if wall]


def _find_place(wall: StraightLine) -> float:
    return float(wall.find_middle((wall.first + wall.last) / 2))


def _look(mask: Mask, place: float, like: StraightLine, thickness: int) -> StraightLine | None:
    """Return a wall like another one near a column, or None if there is no ink from end to end."""
    rows = np.arange(max(0, like.first), min(len(mask) - 1, like.last) + 1)
    middles = place + like.slope * (rows - (like.first + like.last) / 2)
    columns = np.round(middles).astype(np.intp)[:, None] + np.arange(-_REACH - thickness, _REACH + thickness + 1)
    inside = (columns >= 0) & (columns < mask.shape[1])
    inked = ((mask[rows[:, None], columns.clip(0, mask.shape[1] - 1)] > 0) & inside).mean(axis=0)
    shares = _average(inked, max(1, thickness - 1))  # One side of a wall is often paler.
    best = int(shares.argmax())
    if shares[best] < _MIN_INKED:
        return None
    shift = best - (len(shares) - 1) / 2
    return like._replace(offset=like.offset + place + shift - _find_place(like), thickness=thickness)


def _average(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Return the means of `width` neighbors each, float64 (n - width + 1,)."""
    return np.asarray(np.convolve(values, np.full(width, 1 / width), mode="valid"), np.float64)
