"""Write numbers whose digits touch, and cut them into good and bad candidates for training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation.digit_shapes import is_ring, is_stick
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.normalization import adjust_pen_width, trim
from digitnet.segmentation.candidates import InkRun, Spans, find_spans
from digitnet.segmentation.oversegmentation import Segment, oversegment, trim_segment
from digitnet.types import Gray

DIGIT_HEIGHT = 56  # Pixels.
PEN_WIDTHS = (1.8, 9.5)  # Pixels, of digits that are `DIGIT_HEIGHT` tall.
_MARGIN_PIXELS = 8
_MIN_INK_LEVEL = 127  # Pixels above this gray level are ink.
_MAX_CANDIDATES = 12  # A number gives at most this many good candidates, and as many bad ones.

# A candidate's completeness is the share of its digit's ink that it has; its purity is the digit's share of its ink.
_MIN_GOOD_RATIO = 0.85  # A good candidate is at least this complete and this pure.
_MAX_GOOD_SECOND_RATIO = 0.4  # A good candidate has less than this share of a second digit's ink.
_MAX_BAD_COMPLETENESS = 0.65  # A candidate that is less complete than this is bad.
_MAX_BAD_PURITY = 0.75  # A candidate that is less pure than this is bad.
_MIN_BAD_SECOND_RATIO = 0.55  # A candidate with more of a second digit's ink is bad. A 1 is little ink.
_MIN_HARD_RATIO = 0.45  # A bad candidate that is more complete and more pure than this is hard.
_EASY_SHARE = 0.3  # This share of the bad candidates that are not hard is kept.


class CandidateQuality(NamedTuple):
    """The quality of k candidates, cut from touching digits that are known.

    A candidate that is nearly a digit is neither good nor bad.

    Attributes:
        digit: (k,), index of the digit that the candidate has most of.
        good: bool (k,), whether the candidate is that digit.
        bad: bool (k,), whether the candidate is no digit.
        hard: bool (k,), whether it has nearly half of the digit's ink or more, and at least as much of its ink is the
            digit's.
    """

    digit: NDArray[np.intp]
    good: NDArray[np.bool_]
    bad: NDArray[np.bool_]
    hard: NDArray[np.bool_]


def compose(digits: Sequence[Gray], pen: float, rng: np.random.Generator) -> list[Gray]:
    """Write digits from left to right so that they touch.

    Args:
        digits: pictures of digits, uint8 (h, w) of any size and margin.
        pen: width of all strokes in pixels, of digits about 56 pixels tall.
        rng: the source of randomness.

    Returns:
        Each digit alone in a picture of the whole, uint8 (h, w) of one size; their maximum is the number.
    """
    inks = [_scale_digit(digit, pen, rng) for digit in digits]
    tops = [
        _MARGIN_PIXELS + (DIGIT_HEIGHT - ink.shape[0]) // 2 + round(rng.normal(0, 0.05) * DIGIT_HEIGHT) for ink in inks
    ]
    height = max(top + ink.shape[0] for top, ink in zip(tops, inks, strict=True)) + _MARGIN_PIXELS - min(0, *tops)
    tops = [top - min(0, *tops) for top in tops]
    width = sum(ink.shape[1] for ink in inks) + 2 * _MARGIN_PIXELS
    fields: list[Gray] = []
    reach = np.full(height, -np.inf)  # The rightmost ink of each row.
    for ink, top in zip(inks, tops, strict=True):
        left = _find_left(ink, top, reach, rng.uniform(-0.2, 1.2) * pen) if fields else _MARGIN_PIXELS // 2
        field = np.zeros((height, width), np.uint8)
        field[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
        fields.append(field)
        inked = field > _MIN_INK_LEVEL
        reach = np.maximum(reach, np.where(inked.any(axis=1), width - 1 - inked[:, ::-1].argmax(axis=1), -np.inf))
    return fields


def make_ink_run(ink: Gray, height: float, pen: float) -> InkRun:
    """Over-segment ink, uint8 (h, w), as reading does; digits are `height` pixels tall."""
    segment = trim_segment(ink, np.zeros(2, np.int32))
    return InkRun.from_groups(0, 0, float(height), [oversegment(segment, height, pen)])


def cut_out_digits(
    digits: Sequence[Gray], labels: Sequence[int], pen: float, rng: np.random.Generator
) -> list[tuple[Gray, int]]:
    """Write touching digits and cut them as reading does.

    Crops that are nearly a digit, or could also be a 1 or a 0, are left out.

    Args:
        digits, pen, rng: as in `compose`.
        labels: 0 to 9, one for each digit.

    Returns:
        Crops, uint8 (h, w), each with its digit's label or `NOT_A_DIGIT`.
    """
    fields = compose(digits, pen, rng)
    ink_run = make_ink_run(np.maximum.reduce(fields), DIGIT_HEIGHT, pen)
    spans = find_spans(ink_run)
    quality = judge_candidates(ink_run, spans, fields)
    bad = quality.bad & (quality.hard | (rng.random(len(quality.bad)) < _EASY_SHARE))
    crops = []
    for selected in (quality.good, bad):
        for index in rng.permutation(np.flatnonzero(selected))[:_MAX_CANDIDATES]:
            ink = ink_run.merge(spans.inside[index], spans.boxes[index]).ink
            if selected is quality.good:
                crops.append((ink, labels[quality.digit[index]]))
            elif not _is_ambiguous(ink):
                crops.append((ink, NOT_A_DIGIT))
    return crops


def judge_candidates(ink_run: InkRun, spans: Spans, fields: Sequence[Gray]) -> CandidateQuality:
    """Judge the candidates of an ink run by the digits that it was written with.

    Args:
        ink_run: the ink of all digits, over-segmented.
        spans: k candidates.
        fields: the digits, each alone in a picture of the whole, uint8 (h, w).
    """
    totals = np.array([field.sum() for field in fields], float)
    shared = np.array([_measure_shared_ink(segment, fields) for segment in ink_run.segments])
    inked = np.array([float(segment.ink.sum()) for segment in ink_run.segments])
    candidate_ink = spans.inside @ shared
    completeness, impurity = candidate_ink / totals, 1 - candidate_ink / (spans.inside @ inked)[:, None]
    digit = (completeness - impurity).argmax(axis=1)
    rows = np.arange(len(digit))
    complete, impure = completeness[rows, digit], impurity[rows, digit]
    completeness[rows, digit] = 0
    second = completeness.max(axis=1)
    good = (complete >= _MIN_GOOD_RATIO) & (impure <= 1 - _MIN_GOOD_RATIO) & (second < _MAX_GOOD_SECOND_RATIO)
    bad = (complete < _MAX_BAD_COMPLETENESS) | (impure > 1 - _MAX_BAD_PURITY) | (second > _MIN_BAD_SECOND_RATIO)
    return CandidateQuality(digit, good, bad, (complete > _MIN_HARD_RATIO) & (impure < 1 - _MIN_HARD_RATIO))


def _is_ambiguous(ink: Gray) -> bool:
    """Return whether an isolated part of a digit could also be a 1 or a 0."""
    return is_stick(ink) or _is_slash(ink) or (is_ring(ink) and ink.shape[1] < 1.2 * ink.shape[0])


def _is_slash(ink: Gray) -> bool:
    """Return whether ink is straight and steeper than 45 degrees."""
    _, (one, other), _ = cv2.minAreaRect(np.argwhere(ink > 60).astype(np.float32))
    return min(one, other) < 0.35 * max(one, other) and ink.shape[0] > ink.shape[1]


def _measure_shared_ink(segment: Segment, fields: Sequence[Gray]) -> list[float]:
    """Measure the ink of each digit within a segment, as a sum of gray levels."""
    x0, y0, x1, y1 = segment.box
    inked = segment.ink > 0
    return [float(field[y0:y1, x0:x1][inked].sum()) for field in fields]


def _scale_digit(digit: Gray, pen: float, rng: np.random.Generator) -> Gray:
    ink = trim(digit)
    scale = DIGIT_HEIGHT * rng.uniform(0.85, 1.1) / max(1, ink.shape[0], 0.6 * ink.shape[1])
    ink = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    boxed_pen = pen * 20 / max(ink.shape)  # The pen's width once the digit fits MNIST's box.
    return adjust_pen_width(ink, (boxed_pen, boxed_pen))


def _find_left(ink: Gray, top: int, reach: NDArray[np.float64], overlap: float) -> int:
    """Return the left side of a digit that overlaps the ink before it by `overlap` pixels."""
    inked = ink > _MIN_INK_LEVEL
    rows = np.flatnonzero(inked.any(axis=1))
    before = reach[rows + top]
    start = inked[rows].argmax(axis=1)
    if not np.isfinite(before).any():
        return int(reach[np.isfinite(reach)].max(initial=0)) + 1
    return max(0, round(float((before - start).max()) + 1 - overlap))
