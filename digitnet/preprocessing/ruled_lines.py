"""Find the printed lines of ruled and squared paper, and erase them without cutting strokes."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from digitnet.preprocessing.ruled_line_tracing import RIM_RATIO, RuledLine, trace_ruled_lines
from digitnet.types import Boxes, Gray, Mask

# Ratios to the side that a line runs along.
_SINGLE_LINE_RATIO = 0.75  # A single line crosses this much.
# Fewer whole lines of one direction may be strokes, those of neighboring digits on one course, too.
_MIN_LINES = 3
_MIN_INKED = 0.9  # Share of a whole line that is inked; the others of a page may be fainter.
# On a smaller picture strokes are as long as pieces of lines; whole lines then cross this share of a side.
_SMALL_PIXELS, _SMALL_LINE_RATIO = 600, 0.9
_MANY_LINES, _MIN_DASHED = 8, 0.75  # So many lines with this share of ink are no strokes, whatever their length.
# A stroke over a line has at least this many times the line's contrast.
_STROKE_CONTRAST_RATIO = 2.0
# A stroke runs within a line for this share of the picture's longer side, or these pixels, beyond ink beside the line.
_MAX_ALONG_RATIO, _MIN_ALONG_PIXELS = 0.013, 12
_MIN_DROPPED_SHARE = 0.5  # Of the dark ink within the bands.


class RuledLines(NamedTuple):
    """Printed lines of a page.

    Attributes:
        across: uint8 (h, w), bands of the lines that run across: within a band, the contrast that a stroke over the
            line exceeds; elsewhere 0.
        down: uint8 (h, w), the same for the lines that run down.
        across_ends, down_ends: int32 (k, 4), x0 y0 x1 y1 of the ends of these lines.
    """

    across: Gray
    down: Gray
    across_ends: Boxes
    down_ends: Boxes

    def merge(self, others: RuledLines | None) -> RuledLines:
        """Return the lines of both; one look may find lines that the other missed."""
        if others is None:
            return self
        across_ends = max(self.across_ends, others.across_ends, key=len)
        down_ends = max(self.down_ends, others.down_ends, key=len)
        bands = np.maximum(self.across, others.across), np.maximum(self.down, others.down)
        return RuledLines(*bands, across_ends, down_ends)


def find_ruled_lines(contrast: Gray, mask: Mask, sure: bool = False) -> RuledLines | None:
    """Find the printed lines of the paper, or return None if it has none.

    Args:
        contrast: uint8 (h, w), how much darker than the paper.
        mask: uint8 (h, w), 255 for ink and lines; too much is better than too little.
        sure: the user said that there are lines: a single one is enough, and none has to reach the rim.
    """
    upright, upright_mask = _transpose(contrast), _transpose(mask)
    level = _trace_level_lines(contrast, mask, sure)
    across = _choose_lines(level, mask.shape, sure)
    down = _choose_lines(_trace_level_lines(upright, upright_mask, sure), upright_mask.shape, sure, bool(across))
    if down and not across:
        across = _choose_lines(level, mask.shape, sure, beside_others=True)
    if not (across or down):
        return None
    bands = _draw_bands(across, mask.shape), _transpose(_draw_bands(down, upright_mask.shape))
    return RuledLines(*bands, _find_ends(across), _find_ends(down)[:, [1, 0, 3, 2]])


def erase_lines(contrast: Gray, mask: Mask, lines: RuledLines) -> Gray:
    """Erase printed lines from a contrast, uint8 (h, w); strokes over them stay whole.

    Args:
        contrast: uint8 (h, w), how much darker than the paper.
        mask: uint8 (h, w), 255 for ink and lines.
        lines: the printed lines.
    """
    across, down = lines.across, lines.down
    limit = np.maximum(across, down)
    strokes = np.where(contrast >= limit, mask, 0).astype(np.uint8)
    strokes = _drop_remnants(strokes, limit)
    kept = strokes | np.where(across > 0, _bridge(strokes, across), 0)
    kept |= np.where(down > 0, _transpose(_bridge(_transpose(strokes), _transpose(down))), 0)
    return np.where((limit > 0) & (kept == 0), 0, contrast).astype(np.uint8)


def _trace_level_lines(contrast: Gray, mask: Mask, sure: bool) -> list[RuledLine]:
    """Trace what may be nearly level printed lines; arguments as for `find_ruled_lines`."""
    rim = int(RIM_RATIO * mask.shape[1]) + 1
    if not (sure or mask[:, :rim].any() or mask[:, -rim:].any()):
        return []
    return list(trace_ruled_lines(contrast, mask, sure))


def _choose_lines(
    lines: list[RuledLine], shape: tuple[int, ...], sure: bool, beside_others: bool = False
) -> list[RuledLine]:
    """Choose the printed lines among those of one direction.

    Args:
        lines: those that were traced.
        shape: height and width of the picture in which they are level.
        sure: a single line is enough.
        beside_others: there are lines in the other direction; then a single one is enough if it runs right across,
            like the margin of ruled paper.
    """
    width = shape[1]
    shortest = _SMALL_LINE_RATIO * width if max(shape) < _SMALL_PIXELS else 0.0
    whole = [line for line in lines if line.inked >= _MIN_INKED and line.length >= shortest]
    dashed = [line for line in lines if line.inked >= _MIN_DASHED]
    if sure or len(whole) >= _MIN_LINES or len(dashed) >= _MANY_LINES:
        return lines
    return [line for line in lines if beside_others and line.length > _SINGLE_LINE_RATIO * width]


def _draw_bands(lines: list[RuledLine], shape: tuple[int, ...]) -> Gray:
    """Draw the bands of lines that run across as in `RuledLines`, uint8 (h, w)."""
    bands = np.zeros(shape, np.uint8)
    if not lines:
        return bands
    columns = np.arange(shape[1])
    usual = float(np.median([line.contrast for line in lines]))
    for line in lines:
        points = np.stack([columns, np.round(np.polyval(line.curve, columns))], axis=1).astype(np.int32)
        limit = min(255.0, _STROKE_CONTRAST_RATIO * max(line.contrast, usual))
        cv2.polylines(bands, [points], False, limit, line.thickness + 2)
    return bands


def _drop_remnants(strokes: Mask, limit: Gray) -> Mask:
    """Drop the ink within bands of lines that is far from all other: darker places of the lines, and no strokes.

    They are most of what is dark there. If not, the lines of a table may run beside the bands, and stay whole.

    Args:
        strokes: uint8 (h, w), 255 for ink that is dark enough for strokes.
        limit: uint8 (h, w), above 0 within the bands.
    """
    beside = cv2.bitwise_and(strokes, cv2.compare(limit, 0, cv2.CMP_EQ))
    size = 2 * max(_MIN_ALONG_PIXELS, round(_MAX_ALONG_RATIO * max(limit.shape))) + 1
    near = cv2.bitwise_and(strokes, cv2.dilate(beside, np.ones((size, size), np.uint8)))
    within = cv2.countNonZero(strokes) - cv2.countNonZero(beside)
    dropped = cv2.countNonZero(strokes) - cv2.countNonZero(near)
    return near if dropped > _MIN_DROPPED_SHARE * within else strokes


def _find_ends(lines: list[RuledLine]) -> Boxes:
    """Return x0 y0 x1 y1 of the ends of lines that run across, int32 (k, 4)."""
    ends = [[x for end in (line.first, line.last) for x in (end, np.polyval(line.curve, end))] for line in lines]
    return np.round(np.array(ends, np.float64).reshape(-1, 4)).astype(np.int32)


def _bridge(strokes: Mask, lines: Mask) -> Mask:
    """Close gaps in strokes over the thickness of level lines, so that cut strokes meet."""
    depth = cv2.distanceTransform((lines > 0).astype(np.uint8), cv2.DIST_L2, 3)
    # In a picture that is all line the depth is infinite.
    reach = 2 * round(min(float(depth.max()), len(lines))) + 3
    return cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((reach, 1), np.uint8))


def _transpose(picture: Gray) -> Gray:
    """Swap rows and columns of a picture, uint8 (h, w)."""
    return np.asarray(cv2.transpose(picture), np.uint8)
