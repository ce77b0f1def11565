"""Recognize the lines of a picture: groups of ink side by side, seen as one gray strip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.ctc import Scores, Text, find_likely_texts, score_spans, score_texts
from digitnet.decoding.string_recognizer import COLUMN_WIDTH, SYMBOLS, ColumnScores, recognize
from digitnet.labels import CLASSES
from digitnet.preprocessing.strips import SIDE_MARGIN, STRIP_HEIGHT, render_strip
from digitnet.segmentation.boxes import intersect
from digitnet.segmentation.groups import InkGroups
from digitnet.segmentation.rows import find_raised
from digitnet.types import Boxes, Gray

_MAX_GAP = 2.5  # Digit heights between neighbors of one line.
_MARGIN_ABOVE, _MARGIN_BESIDE = 0.2, 0.3  # Paper around a line, in digit heights.
_MIN_TALL_RATIO = 0.6  # Groups from this share of the digit height on tell where a line runs.
_MIN_SLOPE_SPAN = 3.0  # A shorter line, in digit heights, is taken for level.
_MAX_SLOPE = 0.4
_MIN_FLOATING_RATIO, _FLOATING_INSET = 0.4, 0.2  # In heights of the highest group: of a floating one, and to its ends.
_OPERATORS = [SYMBOLS.index(sign) for sign in "+-×÷="]
_MIN_OPERATOR = 0.8  # A floating group is an operator from this probability on.
_MAX_DASH_GAP, _DASH_BAND = 0.8, 0.3  # From a line to a dash beside it, and to its middle row, in digit heights.
_MAX_MINUS, _MAX_DASH = 2.0, 1.0  # Length of a dash before a line, and of one after it, in digit heights.
_SMALL_RATIO, _SMALL_SCALE = 0.5, 0.6  # A line of ink lower than this, in digit heights; its digits count as this tall.
_PAPER_QUANTILE = 0.7  # This share of a line is not lighter than its paper.


@dataclass(frozen=True)
class Line:
    """A recognized line.

    Attributes:
        members: intp (n,), the groups of the line from left to right.
        columns: float32 (t, 28), the log-probabilities of the columns.
        left: x of the first column in the ink map.
        step: pixels of the ink map for a column.
        top, bottom: y of the strip's first and last row at x = 0.
        slope: rows by which the line falls for each column of the ink map.
    """

    members: NDArray[np.intp]
    columns: ColumnScores
    left: float
    step: float
    top: float
    bottom: float
    slope: float = 0.0

    @cached_property
    def digit_columns(self) -> Scores:
        """The log-probabilities of the ten digits and of everything else, float32 (t, 11)."""
        return collapse(self.columns)

    def score(self, texts: Sequence[Text]) -> NDArray[np.float64]:
        """Return the log-probability of each text of digits, float64 (k,)."""
        return score_texts(self.digit_columns, texts)

    def find_likely_texts(self) -> list[tuple[Text, float]]:
        """Return the likeliest texts of digits and their log-probabilities, the likeliest first."""
        return find_likely_texts(self.digit_columns)

    def find_column(self, x: float) -> int:
        """Return the column at an x of the ink map, 0 to t."""
        return min(max(round((x - self.left) / self.step), 0), len(self.columns))

    def find_area(self, first: float, last: float) -> Boxes:
        """Return the box, int32 (4,) in the ink map, of the columns from `first` to `last`; it may reach outside."""
        left, right = self.left + first * self.step, self.left + last * self.step
        fall = self.slope * (left + right) / 2
        return np.round([left, self.top + fall, right, self.bottom + fall]).astype(np.int32)


def recognize_lines(groups: InkGroups, heights: NDArray[np.float64], signal: Gray) -> list[Line]:
    """Recognize all groups, line by line.

    Args:
        groups: groups of ink in reading order.
        heights: float64 (n,), height of the digits around each group.
        signal: uint8 (h, w), the picture that the ink was found in, ink dark on lighter paper.
    """
    return [
        line for members in _divide_rows(groups, heights) for line in _recognize_part(members, groups, heights, signal)
    ]


def _recognize_part(
    members: NDArray[np.intp], groups: InkGroups, heights: NDArray[np.float64], signal: Gray
) -> list[Line]:
    """Recognize neighboring groups, intp (n,), as one line, or as several between floating groups."""
    height = float(heights[members[0]])
    line = _recognize(members, groups, height, signal)
    boxes = groups.boxes[members]
    apart = _find_floating(boxes)
    apart[apart] = ~_are_operators(line, boxes[apart])
    if not apart.any():
        return [line]
    ends = np.flatnonzero(apart[1:] | apart[:-1]) + 1
    return [_recognize(part, groups, height, signal) for part in np.split(members, ends)]


def collapse(columns: ColumnScores) -> Scores:
    """Return log-probabilities of the ten digits and of everything else, float32 (t, 11)."""
    rest = np.logaddexp.reduce(columns[:, CLASSES:], axis=1, keepdims=True)
    return np.concatenate([columns[:, :CLASSES], rest], axis=1)


def _divide_rows(groups: InkGroups, heights: NDArray[np.float64]) -> Iterator[NDArray[np.intp]]:
    """Yield the groups of each line: those of one row and frame without a wide gap between."""
    for row in np.unique(groups.row):
        members = np.flatnonzero(groups.row == row)
        boxes = groups.boxes[members]
        gaps = boxes[1:, 0] - np.maximum.accumulate(boxes[:, 2])[:-1]
        apart = (gaps > _MAX_GAP * heights[members[1:]]) | (np.diff(groups.enclosure[members]) != 0)
        apart |= np.diff(find_raised(boxes))
        yield from np.split(members, np.flatnonzero(apart) + 1)


def _find_floating(boxes: Boxes) -> NDArray[np.bool_]:
    """Tell which groups of a row are far shorter than the others and stand neither low nor high, bool (n,).

    Beside the others such a group would look like a sign, and it is no point, comma or apostrophe. It may be a plus.
    """
    top, bottom = boxes[:, 1], boxes[:, 3]
    highest = (bottom - top).max()
    tall = bottom - top >= _MIN_FLOATING_RATIO * highest
    inset = _FLOATING_INSET * highest
    flat = 2 * (bottom - top) < boxes[:, 2] - boxes[:, 0]  # A dash is a sign.
    return ~tall & ~flat & (top > np.median(top[tall]) + inset) & (bottom < np.median(bottom[tall]) - inset)


def _are_operators(line: Line, boxes: Boxes) -> NDArray[np.bool_]:
    """Tell which ink of a line, int32 (k, 4), is clearly an operator in it, such as a low plus, bool (k,)."""
    starts, ends = (np.array([line.find_column(x) for x in boxes[:, side]], np.intp) for side in (0, 2))
    starts = np.minimum(starts, len(line.columns) - 1)
    singles = score_spans(line.columns, starts, np.maximum(ends, starts + 1))
    return np.asarray(singles[:, _OPERATORS].sum(axis=1) >= _MIN_OPERATOR, np.bool_)


def _recognize(members: NDArray[np.intp], groups: InkGroups, height: float, signal: Gray) -> Line:
    boxes = groups.boxes[members].astype(np.float64)
    own = float((boxes[:, 3] - boxes[:, 1]).max())
    if own < _SMALL_RATIO * height:  # Small ink by itself is seen larger than it would be beside digits.
        height = max(own, _SMALL_SCALE * height)
    slope, offset, above, below = _fit_line(boxes, height)
    margin = _MARGIN_ABOVE * height
    top, bottom = offset - above - margin, offset + below + margin
    first, last = _find_ends(boxes, groups.dashes, height)
    left, right = first - _MARGIN_BESIDE * height, last + _MARGIN_BESIDE * height
    width, tall = max(1, round(right - left)), max(2, round(bottom - top))
    # The line is leveled: y of a pixel is moved by the slope times its x.
    ends = top + slope * left, top + slope * right
    x0, y0 = max(0, int(left)), max(0, int(min(ends)))
    x1, y1 = min(signal.shape[1], int(right) + 2), min(signal.shape[0], int(max(ends)) + tall + 2)
    cut = _cut_out(signal, groups, members, (x0, y0, x1, y1))
    matrix = np.array([[1.0, 0.0, left - x0], [slope, 1.0, top + slope * left - y0]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    strip = cv2.warpAffine(cut, matrix, (width, tall), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    scale = tall / STRIP_HEIGHT
    columns = recognize(render_strip(strip))
    return Line(members, columns, left - SIDE_MARGIN * scale, COLUMN_WIDTH * scale, top, bottom, slope)


def _fit_line(boxes: NDArray[np.float64], height: float) -> tuple[float, float, float, float]:
    """Fit a straight line through the middles of boxes, float64 (n, 4).

    Returns:
        The slope; y of the line at x = 0; how far the boxes reach above and below it.
    """
    tall = boxes[boxes[:, 3] - boxes[:, 1] >= _MIN_TALL_RATIO * height]
    tall = tall if len(tall) else boxes
    x, y = tall[:, ::2].mean(axis=1), tall[:, 1::2].mean(axis=1)
    slope = 0.0
    if len(tall) > 2 and np.ptp(x) > _MIN_SLOPE_SPAN * height:
        slope = float(np.clip(np.polyfit(x, y, 1)[0], -_MAX_SLOPE, _MAX_SLOPE))
    offset = float(np.median(y - slope * x))
    fit = slope * x + offset
    above = min(max(0.5 * height, float((fit - tall[:, 1]).max())), height)
    below = min(max(0.5 * height, float((tall[:, 3] - fit).max())), height)
    return slope, offset, above, below


def _find_ends(boxes: NDArray[np.float64], dashes: Boxes, height: float) -> tuple[float, float]:
    """Return x of both ends of a line, float64 (n, 4), with a minus before it or a dash after it."""
    left, right = float(boxes[:, 0].min()), float(boxes[:, 2].max())
    middle, half = float(np.median(boxes[:, 1::2].mean(axis=1))), _DASH_BAND * height
    for x0, y0, x1, y1 in dashes.tolist():
        if abs((y0 + y1) / 2 - middle) >= half:
            continue
        if 0 <= left - x1 < _MAX_DASH_GAP * height and x1 - x0 <= _MAX_MINUS * height:
            left = float(x0)
        elif 0 <= x0 - right < _MAX_DASH_GAP * height and x1 - x0 < _MAX_DASH * height:
            right = float(x1)
    return left, right


def _cut_out(signal: Gray, groups: InkGroups, members: NDArray[np.intp], area: tuple[int, int, int, int]) -> Gray:
    """Cut an area, x0 y0 x1 y1 within the picture, out of it.

    The ink of other rows is painted over with paper, and that of frames around a lone digit, which look like 1s to it.
    """
    x0, y0, x1, y1 = area
    boxes, crops = np.concatenate([groups.boxes, groups.frames]), [*groups.crops, *groups.frame_crops]
    meets = (boxes[:, 0] < x1) & (boxes[:, 2] > x0) & (boxes[:, 1] < y1) & (boxes[:, 3] > y0)
    meets[members] = False
    meets[len(groups.boxes) :] &= len(members) == 1
    cut = signal[y0:y1, x0:x1]
    if not meets.any():
        return cut
    own, others = (np.zeros_like(cut) for _ in range(2))
    for index in [*members.tolist(), *np.flatnonzero(meets).tolist()]:
        left, top, right, bottom = intersect(boxes[index], np.array(area)).tolist()
        if left >= right or top >= bottom:
            continue
        x, y = boxes[index, :2].tolist()
        inside = (others if meets[index] else own)[top - y0 : bottom - y0, left - x0 : right - x0]
        np.maximum(inside, crops[index][top - y : bottom - y, left - x : right - x], out=inside)
    hidden = cut.copy()
    around, kept = cv2.dilate(others, np.ones((5, 5), np.uint8)), cv2.dilate(own, np.ones((3, 3), np.uint8))
    hidden[(around > 0) & (kept == 0)] = np.quantile(cut, _PAPER_QUANTILE)
    return hidden
