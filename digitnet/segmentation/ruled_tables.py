"""Tell the lines of a table among printed lines that were taken for those of ruled paper.

Lines of ruled paper run to its rim. Those of a table end at others, or are crossed by lines as dark as the pen.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.binarization import Ink
from digitnet.segmentation.straight_lines import Lines, StraightLine, paint, trace_level_lines
from digitnet.types import Gray, Mask

_MIN_LINES = 3  # A table has so many lines in each direction.
_MIN_CROSSING = 2  # So many lines that cross all ruled ones make a table; strokes cross some of them.
_MAX_OFF_RATIO = 0.15  # Lines of a table end this near to its sides, as a share of the mean width of a cell.
_MAX_OFF_PIXELS = 4  # They may end so many pixels off in any case; so near to each other, two lines are the same.
_MAX_SLOPE = 0.2


def find_ruled_table(ink: Ink) -> Lines | None:
    """Return the printed lines of an ink that are those of a table, in pixels of its map, or None without a table."""
    across, down = _to_lines(ink.ruled, ink.map.shape)
    if len(across) >= _MIN_LINES and len(down) >= _MIN_LINES:
        return Lines(across, down) if _is_closed(across, down) and _is_closed(down, across) else None
    if len(across) < _MIN_LINES:
        return None
    upright = np.ascontiguousarray(cv2.compare(ink.map, 0, cv2.CMP_GT).T)
    return Lines(across, []) if _has_crossing_lines(upright, ink.pen_width, across) else None


def join_lines(lines: Lines, table: Lines) -> Lines:
    """Join lines with those of a table, which take the place of others that lie on them; the longest come first."""
    joined = []
    for own, others in zip(lines, table, strict=True):
        kept = [line for line in own if not any(_lies_on(line, other) for other in others)]
        joined.append(sorted([*kept, *others], key=lambda line: -line.length))
    return Lines(*joined)


def draw_table(table: Lines, ink_map: Gray) -> Mask:
    """Draw the lines of a table, uint8 (h, w), 255 on 0, where an ink map, uint8 (h, w), has no ink."""
    drawn = np.zeros_like(ink_map)
    for own, is_down in zip(table, (False, True), strict=True):
        for line in own:
            paint(drawn, line, 255, line.thickness, is_down)
    drawn[ink_map > 0] = 0
    return drawn


def _to_lines(ends: NDArray[np.int32], shape: tuple[int, ...]) -> Lines:
    """Return lines by their ends, x0 y0 x1 y1 in int32 (k, 4), within a picture of a shape."""
    lines = Lines([], [])
    for x0, y0, x1, y1 in ends.tolist():
        is_down = abs(y1 - y0) > abs(x1 - x0)
        (first, start), (last, end) = sorted([(y0, x0), (y1, x1)] if is_down else [(x0, y0), (x1, y1)])
        slope = (end - start) / max(1, last - first)
        if abs(slope) <= _MAX_SLOPE:
            first, limit = max(0, first), shape[0 if is_down else 1] - 1
            line = StraightLine(first, min(last, limit), slope, start - slope * first, 1)
            lines[is_down].append(line)
    return lines


def _is_closed(lines: list[StraightLine], others: list[StraightLine]) -> bool:
    """Tell whether lines end at the first and the last ones of the other direction."""
    places = [float(np.mean([other.find_middle(line.first) for line in lines])) for other in others]
    room = _MAX_OFF_PIXELS + _MAX_OFF_RATIO * (max(places) - min(places)) / (len(others) - 1)
    ends = np.array([(line.first - min(places), line.last - max(places)) for line in lines])
    return bool((np.abs(ends) <= room).all())


def _has_crossing_lines(mask: Mask, pen_width: float, ruled: list[StraightLine]) -> bool:
    """Tell whether several lines of a mask, uint8 (h, w), cross or meet all ruled ones."""
    crossing = 0
    for line in trace_level_lines(mask, pen_width):
        reach = line.first - _MAX_OFF_PIXELS - pen_width, line.last + _MAX_OFF_PIXELS + pen_width
        met = [other for other in ruled if reach[0] <= float(other.find_middle(_find_middle(line))) <= reach[1]]
        crossing += len(met) == len(ruled)
    return crossing >= _MIN_CROSSING


def _find_middle(line: StraightLine) -> float:
    return float(line.find_middle((line.first + line.last) / 2))


def _lies_on(line: StraightLine, other: StraightLine) -> bool:
    """Tell whether a line lies on another one of its direction."""
    x = (line.first + line.last) / 2
    return bool(abs(float(line.find_middle(x)) - float(other.find_middle(x))) <= _MAX_OFF_PIXELS + line.thickness / 2)
