"""Score the ink of groups and numbers by the columns of their line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.ctc import Scores, Text, align, score_spans
from digitnet.decoding.lines import Line
from digitnet.labels import CLASSES, SIGNS
from digitnet.segmentation.groups import InkGroups
from digitnet.types import Boxes, Probabilities

_SPAN_MARGIN = 0.5  # Columns beside a candidate that count as its own.
_MAX_SLICE_GAP = 0.4  # A slice reaches at most this far beyond its ink, in digit heights.


class LinePart(NamedTuple):
    """The columns of some ink in a line.

    Attributes:
        columns: float32 (t, 11), the log-probabilities of the ten digits and of everything else.
        left: x of the first column in the ink map.
        step: pixels of the ink map for a column.
    """

    columns: Scores
    left: float
    step: float

    def find_centers(self, text: Text) -> NDArray[np.float64]:
        """Return x of the middle of each digit of a text in the ink map, float64 (n,)."""
        return self.left + (align(self.columns, text).mean(axis=1) + 0.5) * self.step

    def score_candidates(self, boxes: Boxes) -> Probabilities:
        """Return the probability that each candidate is one digit, and that it is none, float32 (k, 11).

        Half an 8 looks like a 3 by itself; in its line the other half is seen.

        Args:
            boxes: int32 (k, 4), the candidates in the ink map.
        """
        count = len(self.columns)
        sides = (boxes[:, ::2] - self.left) / self.step + [-_SPAN_MARGIN, _SPAN_MARGIN]
        starts = np.clip(np.round(sides[:, 0]), 0, count - 1).astype(np.intp)
        ends = np.clip(np.round(sides[:, 1]), starts + 1, count).astype(np.intp)
        digits = score_spans(self.columns, starts, ends)[:, :CLASSES]
        return np.hstack([digits, 1 - digits.sum(axis=1, keepdims=True)]).clip(0, 1).astype(np.float32)


def score_groups(lines: list[Line], groups: InkGroups, heights: NDArray[np.float64]) -> Probabilities:
    """Return the probability that each group is one digit, and that it is none, as seen in its line.

    float32 (n, 11); a row sums to less than 1 where several digits are likely.
    """
    scores = np.zeros((len(groups.boxes), CLASSES + 1), np.float32)
    for line in lines:
        scores[line.members] = score_spans(line.digit_columns, *_find_group_columns(line, groups, heights))
    return scores


def score_signs(lines: list[Line], groups: InkGroups, heights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability that each group is each of `SIGNS`, and nothing else, in its line, float64 (n, 17)."""
    scores = np.zeros((len(groups.boxes), len(SIGNS)))
    for line in lines:
        singles = score_spans(line.columns, *_find_group_columns(line, groups, heights))
        scores[line.members] = singles[:, CLASSES : CLASSES + len(SIGNS)]
    return scores


def _find_group_columns(
    line: Line, groups: InkGroups, heights: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the first column of each group of a line, and the one after its last, intp (k,) each."""
    spans = [
        _find_columns(line, *_find_sides(line, place, place, groups), float(heights[index]))
        for place, index in enumerate(line.members.tolist())
    ]
    starts, ends = np.array(spans, np.intp).T
    return starts, ends


def score_numbers(
    lines: Sequence[Line],
    line_of_digit: NDArray[np.int32],
    boxes: Boxes,
    number: NDArray[np.int32],
    labels: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the probability, 0 to 1, of each digit's whole number as its line shows it, float64 (n,).

    Whatever else the ink of the number may be counts against it: other digits, more of them or fewer.

    Args:
        lines: the lines of the picture.
        line_of_digit: int32 (n,), the index of each digit's line.
        boxes: int32 (n, 4), in the ink map.
        number: int32 (n,), the number that each digit belongs to.
        labels: int64 (n,), the digits.
    """
    scores = np.ones(len(boxes))
    for index in np.unique(number):
        own = np.flatnonzero(number == index)
        for members, part in cut_lines(lines, line_of_digit, boxes, own):
            scores[own] *= math.exp(float(part.score([tuple(labels[members].tolist())])[0]))
    return scores


def cut_lines(
    lines: Sequence[Line], line_of_digit: NDArray[np.int32], boxes: Boxes, own: NDArray[np.intp]
) -> Iterator[tuple[NDArray[np.intp], Line]]:
    """Yield each part of a line that holds digits of one number, and those digits as indices, intp (k,).

    Args:
        lines: the lines of the picture.
        line_of_digit: int32 (n,), the index of each digit's line.
        boxes: int32 (n, 4), in the ink map.
        own: the digits of the number, intp (m,).
    """
    for place in np.unique(line_of_digit[own]):
        members = own[line_of_digit[own] == place]
        others = np.setdiff1d(np.flatnonzero(line_of_digit == place), own)
        left, right = float(boxes[members, 0].min()), float(boxes[members, 2].max())
        before = max((float(x) for x in boxes[others, 2] if x <= left), default=-math.inf)
        after = min((float(x) for x in boxes[others, 0] if x >= right), default=math.inf)
        height = float(np.median(boxes[members, 3] - boxes[members, 1]))
        yield members, cut_line(lines[place], left, right, before, after, height)


def slice_digits(line: Line, first: int, last: int, groups: InkGroups, height: float) -> LinePart:
    """Return the columns of neighboring groups.

    Args:
        line: the line of the groups.
        first, last: places of the first and the last group within the line.
        groups: all groups.
        height: height of a digit in pixels.
    """
    return slice_columns(line, *_find_sides(line, first, last, groups), height)


def _find_sides(line: Line, first: int, last: int, groups: InkGroups) -> tuple[float, float, float, float]:
    """Return x of the sides of neighboring groups, and where the groups beside them end and begin."""
    boxes = groups.boxes[line.members]
    before = float(boxes[:first, 2].max()) if first else -math.inf
    after = float(boxes[last + 1 :, 0].min()) if last + 1 < len(boxes) else math.inf
    return float(boxes[first, 0]), float(boxes[first : last + 1, 2].max()), before, after


def slice_columns(line: Line, left: float, right: float, before: float, after: float, height: float) -> LinePart:
    """Return the columns of some ink.

    The slice ends in the middle between this ink and that beside it.

    Args:
        line: the line of the ink.
        left, right: x of its sides in the ink map.
        before, after: x where the ink beside it ends and begins, infinite without any.
        height: height of a digit in pixels.
    """
    part = cut_line(line, left, right, before, after, height)
    return LinePart(part.digit_columns, part.left, part.step)


def cut_line(line: Line, left: float, right: float, before: float, after: float, height: float) -> Line:
    """Return the part of a line that holds some ink; arguments as `slice_columns`."""
    start, end = _find_columns(line, left, right, before, after, height)
    return replace(line, columns=line.columns[start:end], left=line.left + start * line.step)


def _find_columns(line: Line, left: float, right: float, before: float, after: float, height: float) -> tuple[int, int]:
    """Return the first column of some ink, and the one after the last; arguments as `slice_columns`."""
    reach = _MAX_SLICE_GAP * height
    start = line.find_column(left - min(reach, (left - before) / 2))
    end = line.find_column(right + min(reach, (after - right) / 2))
    end = min(max(end, start + 1), len(line.columns))
    return min(start, end - 1), end
