"""Take straight lines out of the ink, however few: ruled lines, sides of boxes and tables, and underlines.

A straight stroke of a digit is as thin and as straight as a line. A line is told from it by its length beside that of
the digits, by other lines at both of its ends, or because it reaches beyond the digits that stand on it.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from digitnet.preprocessing.binarization import Ink
from digitnet.preprocessing.geometry import scale_down
from digitnet.segmentation.box_walls import add_missing_walls
from digitnet.segmentation.components import find_components
from digitnet.segmentation.frames import find_frames
from digitnet.segmentation.line_ink import draw_lines, is_top_stroke
from digitnet.segmentation.ruled_tables import draw_table, find_ruled_table, join_lines
from digitnet.segmentation.sizes import estimate_digit_length, is_speck
from digitnet.segmentation.straight_lines import Lines, StraightLine, ends_on, trace_level_lines
from digitnet.types import Boxes, Gray, Mask

_MIN_LENGTH_RATIO = 2.5  # A line is longer than this many digits.
_MIN_LENGTH_PENS, _MIN_DIGIT_PENS = 12.0, 4.0  # A line, and a digit, is longer than this many pen widths.
_MIN_SIDE = 10  # Pixels, with a margin of one on each side; less ink holds no digit beside a line.
_MIN_COMPARED, _MIN_OUTLIER_RATIO = 3, 2.2  # Of so many components a line's is longer than the median by this ratio.
_MIN_WALL_RATIO = 0.6  # A line between two others is longer than this many digits.
_MIN_CROSSED, _MIN_SPAN_RATIO = 3, 0.7  # A line that runs down meets so many others, or crosses so much of the picture.
_MIN_OVERHANG_RATIO = 0.25  # A line over strokes reaches beyond them by this many digits.
_MIN_HELD_RATIO = 0.5  # A box holds ink that is taller than this many digits.
_MAX_WALL_ANGLE = 0.06  # By this slope it may differ from a right angle.
_WALL_REACH = 3  # Pixels between a wall and the line that it ends on.


def remove_drawn_lines(ink: Ink) -> Ink:
    """Return ink without the straight lines that are no strokes of digits."""
    if not ink.pen_width:
        return ink
    table = find_ruled_table(ink)
    x, y, width, height = cv2.boundingRect(ink.map)
    area = slice(max(0, y - 1), y + height + 1), slice(max(0, x - 1), x + width + 1)
    if table:
        area = slice(0, ink.map.shape[0]), slice(0, ink.map.shape[1])  # Its lines may lie around all ink.
    mask = _find_inked(ink.map[area])
    if not table and not _may_hold_lines(mask, ink.pen_width):
        return ink
    mask = _remove_frames(mask, ink.pen_width)
    lines = find_drawn_lines(mask, ink.pen_width, table)
    if not (lines.across or lines.down):
        return ink
    structure = np.zeros_like(ink.map)
    if table:  # Its ink is gone; what lies there is that of strokes.
        drawn = Lines(*([line for line in own if line not in known] for own, known in zip(lines, table, strict=True)))
        structure = np.maximum(draw_lines(mask, drawn, ink.pen_width, ink.contrast), draw_table(table, ink.map))
    else:
        structure[area] = draw_lines(mask, lines, ink.pen_width, ink.contrast[area])
    if ink.structure is not None:
        structure = np.maximum(structure, ink.structure)
    rest = np.asarray(cv2.subtract(ink.map, structure), np.uint8)
    ends = _find_ends(lines) + np.array([area[1].start, area[0].start] * 2, np.int32)
    return replace(ink, map=rest, structure=structure, lines=ends, lines_removed=True)


def _find_ends(lines: Lines) -> Boxes:
    """Return the ends of lines, x0 y0 x1 y1, int32 (k, 4)."""
    across, down = (
        [
            (line.first, float(line.find_middle(line.first)), line.last, float(line.find_middle(line.last)))
            for line in own
        ]
        for own in lines
    )
    swapped = [(y0, x0, y1, x1) for x0, y0, x1, y1 in down]
    return np.round(np.array([*across, *swapped]).reshape(-1, 4)).astype(np.int32)


def _remove_frames(mask: Mask, pen_width: float) -> Mask:
    """Return a mask, uint8 (h, w), without the frames of one counter that touch no writing; groups refuse these."""
    components = find_components(mask)
    counters = np.bincount(components.owners, minlength=len(components))
    frames = np.flatnonzero(find_frames(components, pen_width) & (counters == 1))
    return np.where(components.number(frames, mask.shape), 0, mask).astype(np.uint8) if len(frames) else mask


def find_drawn_lines(mask: Mask, pen_width: float, table: Lines | None = None) -> Lines:
    """Find the lines of a mask, uint8 (h, w), 255 on 0, that are no strokes of digits.

    Args:
        mask: the ink.
        pen_width: typical width of a stroke in pixels.
        table: lines of a table that were taken out of the mask.
    """
    if not table and not _may_hold_lines(mask, pen_width):
        return Lines([], [])
    traced = Lines(trace_level_lines(mask, pen_width), trace_level_lines(np.ascontiguousarray(mask.T), pen_width))
    traced = join_lines(traced, table) if table else traced
    chosen, height = _choose_long_lines(mask, traced, pen_width)
    lines = _add_closed_lines(mask, traced, chosen, height, pen_width) if height else chosen
    lines = add_missing_walls(mask, lines)
    overhang = _MIN_OVERHANG_RATIO * height
    across = [
        line
        for line in lines.across
        if _stands_between(line, lines.down) or not is_top_stroke(mask, line, pen_width, overhang)
    ]
    return lines._replace(across=across)


def _may_hold_lines(mask: Mask, pen_width: float) -> bool:
    """Tell whether any ink of a mask, uint8 (h, w), is far longer than the rest, or hides how long the rest is."""
    if max(mask.shape) < _MIN_LENGTH_PENS * pen_width or min(mask.shape) < max(_MIN_SIDE, 2 * pen_width):
        return False
    small = _find_inked(scale_down(mask, 1 / pen_width))
    # Pixels are as large as the pen now. Where there are lines, at least one runs across.
    runs = cv2.erode(cv2.dilate(small, np.ones((3, 1), np.uint8)), np.ones((1, round(_MIN_LENGTH_PENS) - 2), np.uint8))
    if not runs.any():
        return False
    _, labels, stats, _ = cv2.connectedComponentsWithStats(small, connectivity=8)
    lengths = stats[:, cv2.CC_STAT_WIDTH : cv2.CC_STAT_HEIGHT + 1].max(axis=1)
    lengths[0] = 0
    if lengths.max() < _MIN_LENGTH_PENS:
        return False
    holds_run = np.zeros(len(lengths), bool)
    holds_run[labels[cv2.dilate(runs, np.ones((3, 1), np.uint8)) > 0]] = True
    rest = lengths[(lengths > 2) & ~holds_run]
    if np.count_nonzero(lengths > 2) < _MIN_COMPARED or not len(rest):
        return True
    return bool(lengths.max() > _MIN_OUTLIER_RATIO * np.median(rest))


def _find_inked(picture: Gray) -> Mask:
    """Return 255 where a picture has ink; `cv2.compare` would take one of up to four pixels for a scalar."""
    return np.asarray(cv2.threshold(picture, 0, 255, cv2.THRESH_BINARY)[1], np.uint8)


def _choose_long_lines(mask: Mask, traced: Lines, pen_width: float) -> tuple[Lines, float]:
    """Choose the lines that are far longer than a digit; return them and the length of a digit in pixels.

    As long as lines join the digits, no digit can be measured. So all lines that may be long are left out first, and
    those that turn out to be as short as strokes of digits are put back, until the digits grow no more.
    """
    shortest, height = _MIN_LENGTH_PENS * pen_width, 0.0
    while True:
        across, down = ([line for line in lines if line.length >= shortest] for lines in traced)
        chosen = Lines(across, [line for line in down if _is_held(line, across, len(mask))])
        if not (chosen.across or chosen.down):
            return chosen, height
        height = _measure_digits(mask & ~draw_lines(mask, chosen, pen_width), pen_width)
        if not height:
            return Lines([], []), 0.0
        height = max(height, _MIN_DIGIT_PENS * pen_width)
        if _MIN_LENGTH_RATIO * height <= 1.05 * shortest:
            return (chosen if chosen.across else Lines([], [])), height
        shortest = _MIN_LENGTH_RATIO * height


def _measure_digits(mask: Mask, pen_width: float) -> float:
    """Return the length in pixels of a typical digit of a mask, 0 without any."""
    components = find_components(mask)
    boxes = components.boxes[~is_speck(components.boxes, components.areas, pen_width)]
    return estimate_digit_length(boxes)


def _is_held(line: StraightLine, across: list[StraightLine], height: int) -> bool:
    """Tell whether a line that runs down is more than the stem of a tall digit.

    It stands between two lines, meets several or runs through most of the picture.

    Args:
        line: the line.
        across: long lines that run across.
        height: that of the picture in pixels.
    """
    if line.length >= _MIN_SPAN_RATIO * height or _stands_between(line, across):
        return True
    x = float(line.find_middle((line.first + line.last) / 2))
    crossed = [
        other
        for other in across
        if other.first - 2 <= x <= other.last + 2 and line.first - 2 <= other.find_middle(x) <= line.last + 2
    ]
    return len(crossed) >= _MIN_CROSSED


def _add_closed_lines(mask: Mask, traced: Lines, chosen: Lines, height: float, pen_width: float) -> Lines:
    """Add the lines that stand between others at both ends: walls between long lines, and the sides of boxes.

    The sides of a box are lines only with other ink in the box, for else they may be a digit.

    Args:
        mask: uint8 (h, w), the ink.
        traced: lines of the mask.
        chosen: those of them that are lines for sure.
        height: length of a typical digit in pixels.
        pen_width: typical width of a stroke in pixels.
    """
    kept = Lines(*([line for line in lines if line.length >= _MIN_WALL_RATIO * height] for lines in traced))
    while True:
        across = [line for line in kept.across if line in chosen.across or _stands_between(line, kept.down)]
        down = [line for line in kept.down if line in chosen.down or _stands_between(line, across)]
        if len(across) + len(down) == len(kept.across) + len(kept.down):
            break
        kept = Lines(across, down)
    if kept == chosen or (
        not chosen.across and not _holds_ink(mask & ~draw_lines(mask, kept, pen_width), kept, height)
    ):
        return chosen
    return kept


def _holds_ink(rest: Mask, lines: Lines, height: float) -> bool:
    """Tell whether ink as large as a digit lies between lines.

    Args:
        rest: uint8 (h, w), the ink without the lines.
        lines: the sides of boxes.
        height: length of a typical digit in pixels.
    """
    if not (lines.across and lines.down):
        return False
    left, right = min(line.first for line in lines.across), max(line.last for line in lines.across)
    top, bottom = min(line.first for line in lines.down), max(line.last for line in lines.down)
    boxes = find_components(np.ascontiguousarray(rest[top:bottom, left:right])).boxes
    return bool((boxes[:, 3] - boxes[:, 1] >= _MIN_HELD_RATIO * height).any())


def _stands_between(line: StraightLine, others: list[StraightLine]) -> bool:
    """Tell whether both ends of a line lie on lines of the other direction, as thick as it and at right angles."""
    alike = [
        other
        for other in others
        if abs(other.slope + line.slope) <= _MAX_WALL_ANGLE
        and abs(other.thickness - line.thickness) <= max(1.5, 0.4 * other.thickness)
    ]
    return all(any(ends_on(line, end, other, _WALL_REACH) for other in alike) for end in (line.first, line.last))
