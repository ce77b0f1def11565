"""Numbers whose digits touch, cut as reading cuts them: what training learns good and bad cuts from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation.digit_shapes import is_ring, is_stick
from digitnet.preprocessing.normalization import adjust_pen_width, trim
from digitnet.segmentation.candidates import InkRun, Spans, find_spans
from digitnet.segmentation.oversegmentation import Segment, oversegment, trim_segment
from digitnet.types import Picture

DIGIT_HEIGHT = 56  # pixels of a digit
# Of a digit's ink in a cut, and of the cut's ink that is the digit's:
_WHOLE = 0.85  # so much is a good cut,
_TORN = 0.65  # and less of the digit's makes a bad one,
_MIXED = 0.75  # less of the cut's, too, and so does
_DOUBLE = 0.55  # so much of a second digit; a 1 is little ink,
_TOUCHED = 0.4  # and of a second digit a good cut has less
_PLAIN = 0.3  # of the bad cuts that are neither nearly whole nor little mixed are kept
_HARD = 0.45  # of a digit's ink, or of the cut's: bad cuts with more of both are hard to tell
_GAP = 0.35  # of a digit's height that neighbours stand apart at most
_KEPT = 12  # good cuts of a number, and as many bad ones


class Cuts(NamedTuple):
    """How good cuts are, of touching digits of which each is known; k cuts.

    Attributes:
        digit: (k,) the one that each has most of.
        good, bad: bool (k,) whether it is that digit, or none; what is nearly a digit is neither.
        hard: bool (k,) whether it has about half of the digit, or about half of its ink is the digit's.
    """

    digit: NDArray[np.intp]
    good: NDArray[np.bool_]
    bad: NDArray[np.bool_]
    hard: NDArray[np.bool_]


def compose(
    digits: Sequence[Picture], pen: float, rng: np.random.Generator, *, gap_share: float = 0.0
) -> list[Picture]:
    """Return touching digits, from left to right, each alone in a picture of the whole: uint8 (h, w) each.

    Args:
        digits: pictures of digits, uint8 (h, w) of any size and margin.
        pen: width of all strokes in pixels, of digits about 56 pixels tall.
        gap_share: share of neighbours, 0 to 1, that do not touch, but stand near each other.
    """
    sized = [_sized(digit, pen, rng) for digit in digits]
    tops = [8 + (DIGIT_HEIGHT - ink.shape[0]) // 2 + round(rng.normal(0, 0.05) * DIGIT_HEIGHT) for ink in sized]
    height = max(top + ink.shape[0] for top, ink in zip(tops, sized, strict=True)) + 8 - min(0, *tops)
    tops = [top - min(0, *tops) for top in tops]
    width = sum(ink.shape[1] for ink in sized) + 16 + (round(_GAP * DIGIT_HEIGHT) * len(sized) if gap_share else 0)
    fields: list[Picture] = []
    reach = np.full(height, -np.inf)  # how far to the right there is ink, in each row
    for ink, top in zip(sized, tops, strict=True):
        left = _touching(ink, top, reach, _overlap(pen, rng, gap_share)) if fields else 4
        field = np.zeros((height, width), np.uint8)
        field[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
        fields.append(field)
        inked = field > 127
        reach = np.maximum(reach, np.where(inked.any(axis=1), width - 1 - inked[:, ::-1].argmax(axis=1), -np.inf))
    return fields


def make_ink_run(ink: Picture, height: float, pen: float) -> InkRun:
    """Return ink, uint8 (h, w), taken apart as reading does it; digits are `height` pixels tall."""
    part = trim_segment(ink, np.zeros(2, np.int32))
    return InkRun.of(0, 0, float(height), [oversegment(part, height, pen)])


def cut_out_digits(
    digits: Sequence[Picture], labels: Sequence[int], pen: float, none: int, rng: np.random.Generator
) -> list[tuple[Picture, int]]:
    """Return what cutting touching digits gives: crops uint8 (h, w) with the digit's label, or `none`.

    What is nearly a digit, but not quite, is left out.
    """
    fields = compose(digits, pen, rng)
    stretch = make_ink_run(np.maximum.reduce(fields), DIGIT_HEIGHT, pen)
    runs = find_spans(stretch)
    cuts = judge_cuts(stretch, runs, fields)
    bad = cuts.bad & (cuts.hard | (rng.random(len(cuts.bad)) < _PLAIN))
    found = []
    for chosen in (cuts.good, bad):
        for index in rng.permutation(np.flatnonzero(chosen))[:_KEPT]:
            ink = stretch.within(runs.inside[index], runs.box[index]).ink
            if chosen is cuts.good:
                found.append((ink, labels[cuts.digit[index]]))
            elif not _is_ambiguous(ink):
                found.append((ink, none))
    return found


def judge_cuts(stretch: InkRun, runs: Spans, fields: Sequence[Picture]) -> Cuts:
    """Return how good the cuts `runs` of a stretch are; `fields` are its digits, each alone, uint8 (h, w)."""
    totals = np.array([field.sum() for field in fields], float)
    shares = np.array([_shares(part, fields) for part in stretch.parts])
    inked = np.array([float(part.ink.sum()) for part in stretch.parts])
    own = runs.inside @ shares
    complete, foreign = own / totals, 1 - own / (runs.inside @ inked)[:, None]
    digit = (complete - foreign).argmax(axis=1)
    every = np.arange(len(digit))
    most, mixed = complete[every, digit], foreign[every, digit]
    complete[every, digit] = 0
    second = complete.max(axis=1)
    good = (most >= _WHOLE) & (mixed <= 1 - _WHOLE) & (second < _TOUCHED)
    bad = (most < _TORN) | (mixed > 1 - _MIXED) | (second > _DOUBLE)
    return Cuts(digit, good, bad, (most > _HARD) & (mixed < 1 - _HARD))


def _is_ambiguous(ink: Picture) -> bool:
    """Return whether a part of a digit may as well be a 1, or a 0: nothing else can be said of it alone."""
    return is_stick(ink) or _is_slash(ink) or (is_ring(ink) and ink.shape[1] < 1.2 * ink.shape[0])


def _is_slash(ink: Picture) -> bool:
    """Return whether ink is straight and more steep than level."""
    _, (one, other), _ = cv2.minAreaRect(np.argwhere(ink > 60).astype(np.float32))
    return min(one, other) < 0.35 * max(one, other) and ink.shape[0] > ink.shape[1]


def _shares(part: Segment, fields: Sequence[Picture]) -> list[float]:
    """Return how much ink of each digit lies within a part."""
    x0, y0, x1, y1 = part.box
    inked = part.ink > 0
    return [float(field[y0:y1, x0:x1][inked].sum()) for field in fields]


def _sized(digit: Picture, pen: float, rng: np.random.Generator) -> Picture:
    ink = trim(digit)
    scale = DIGIT_HEIGHT * rng.uniform(0.85, 1.1) / max(1, ink.shape[0], 0.6 * ink.shape[1])
    ink = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    boxed = pen * 20 / max(ink.shape)  # as wide as the pen is once in MNIST's box
    return adjust_pen_width(ink, (boxed, boxed))


def _overlap(pen: float, rng: np.random.Generator, gap_share: float) -> float:
    """Return how many pixels of a digit overlap the one before it; fewer than none where it stands apart."""
    if gap_share and rng.random() < gap_share:
        return -rng.uniform(0, _GAP) * DIGIT_HEIGHT
    return rng.uniform(-0.2, 1.2) * pen


def _touching(ink: Picture, top: int, reach: NDArray[np.float64], overlap: float) -> int:
    """Return the left side at which a digit overlaps the ink before it by `overlap` pixels, where it is nearest."""
    inked = ink > 127
    rows = np.flatnonzero(inked.any(axis=1))
    before = reach[rows + top]
    start = inked[rows].argmax(axis=1)
    if not np.isfinite(before).any():
        return int(reach[np.isfinite(reach)].max(initial=0)) + 1
    return max(0, round(float((before - start).max()) + 1 - overlap))
