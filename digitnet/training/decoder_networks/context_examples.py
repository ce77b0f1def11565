"""Candidates of which it is known whether they are a digit, and which: what `digitnet.context` is trained on.

Digits of MNIST are written so that they touch or nearly so, letters and scribbles alone, and all are taken apart as
reading does it. Of each candidate it is known how much of each digit it has. What is nearly a digit, but not quite,
is not learnt from.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation.augmentation import Augmentation
from digitnet.augmentation.distortions import redraw
from digitnet.augmentation.non_digits import make_single_sign
from digitnet.augmentation.touching_digits import PEN_WIDTHS, CandidateQuality, compose, judge_candidates
from digitnet.datasets.mnist import Digits
from digitnet.decoding.context_classifier import PICTURE_HEIGHT, PICTURE_WIDTH, render_views
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.normalization import trim
from digitnet.segmentation.candidates import InkRun, Spans, find_spans
from digitnet.segmentation.components import group_components
from digitnet.segmentation.oversegmentation import Segment, oversegment
from digitnet.segmentation.rows import estimate_row_heights

_GOOD, _BAD = 8, 14  # candidates of a number that are digits, and that are none: so many at most,
_PLAIN = 4  # and so many of the latter that are easy to tell
_LENGTHS = (0.22, 0.33, 0.27, 0.18)  # how many numbers have 1, 2, 3, 4 digits
_NO_NUMBER = 0.3  # of all that is written is a letter or a scribble
_LOOSE, _APART = 0.5, 0.25  # of the numbers have digits that stand apart, and of these digits so many do
_HAND = Augmentation(redraw_share=0.7, rare_style_share=0.4, extra_stroke_share=0.5)
_ROOM = 6  # pixels around a sign, for a pen

Places = NDArray[np.intp]


class Examples(NamedTuple):
    """Pictures, uint8 (n, h, w, channels), and what is to be said of each, uint8 (n, ...)."""

    pictures: NDArray[np.uint8]
    labels: NDArray[np.uint8]


def make_candidates(digits: Digits, rng: np.random.Generator) -> Examples:
    """Return some candidates of one number, or letter, that is written with `digits`; there may be none.

    Pictures are uint8 (n, 28, 40, 2), each with the ink around it; labels uint8 (n,), 0 to 10, are what it is.
    """
    signs, labels = _signs(digits, rng)
    pen = rng.uniform(*PEN_WIDTHS)
    fields = compose(signs, pen, rng, gap_share=_APART if rng.random() < _LOOSE else 0.0)
    found = group_components(np.maximum.reduce(fields), pen)
    if not len(found.crops) or found.row.any():
        return Examples(np.empty((0, PICTURE_HEIGHT, PICTURE_WIDTH, 2), np.uint8), np.empty(0, np.uint8))
    height, pen = (
        float(estimate_row_heights(found.boxes, found.row)[0]) * rng.uniform(0.85, 1.15),
        pen * rng.uniform(0.8, 1.2),
    )
    groups = [Segment(box, crop) for box, crop in zip(found.boxes, found.crops, strict=True)]
    stretch = InkRun.from_groups(0, 0, height, [oversegment(group, height, pen) for group in groups])
    runs = find_spans(stretch)
    good, bad, right = _picked(judge_candidates(stretch, runs, fields), runs, labels, rng)
    kept = np.concatenate([good, bad])
    return Examples(render_views(stretch, runs.inside[kept], runs.boxes[kept]), right)


def _picked(
    cuts: CandidateQuality, runs: Spans, labels: list[int], rng: np.random.Generator
) -> tuple[Places, Places, NDArray[np.uint8]]:
    """Return some candidates that are digits, some that are none, and what they are, one after the other."""
    what = np.array(labels)[cuts.digit]
    none, hard = cuts.bad, cuts.hard
    if NOT_A_DIGIT in labels:
        none, hard = np.ones_like(none), runs.whole_group >= 0
    good = rng.permutation(np.flatnonzero(cuts.good & (what < NOT_A_DIGIT)))[:_GOOD]
    told, plain = (rng.permutation(np.flatnonzero(none & kind)) for kind in (hard, ~hard))
    plain = plain[: max(_PLAIN, _BAD - len(told))]
    bad = np.concatenate([plain, told[: _BAD - len(plain)]])
    return good, bad, np.concatenate([what[good], np.full(len(bad), NOT_A_DIGIT)]).astype(np.uint8)


def make_examples(digits: Digits, numbers: int, seed: tuple[int, ...]) -> Examples:
    """Return candidates of so many numbers."""
    rng = np.random.default_rng(seed)
    found = [make_candidates(digits, rng) for _ in range(numbers)]
    return Examples(*(np.concatenate(arrays) for arrays in zip(*found, strict=True)))


def no_digit(digits: Digits, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return a letter or a scribble, uint8 (h, w)."""
    return as_digits_are(make_single_sign(digits.images, digits.labels, rng), rng)


def as_digits_are(ink: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return a sign, uint8 (h, w) of MNIST's size, narrower or wider, and written by the same hand as digits are.

    Were its edges softer than theirs, or its lines more even, then these and not its shape would tell it from a digit.
    """
    large = cv2.resize(ink, None, fx=2 * rng.uniform(0.7, 1.6), fy=2, interpolation=cv2.INTER_CUBIC)
    if rng.random() >= _HAND.redraw_share:
        return large
    return trim(redraw(cv2.copyMakeBorder(large, *(_ROOM,) * 4, cv2.BORDER_CONSTANT, value=0), rng))


def chosen(digits: Digits, count: int, rng: np.random.Generator) -> tuple[list[NDArray[np.uint8]], list[int]]:
    """Return pictures of `count` digits, or a few less, written in many hands, and which digit each is."""
    places = rng.integers(len(digits.labels), size=count)
    labels = [int(digits.labels[place]) for place in places]
    drawn = [
        _HAND.write(digits.images[place], label, rng, rare_style=rng.random() < _HAND.rare_style_share)
        for place, label in zip(places, labels, strict=True)
    ]
    written = [(ink, label) for ink, label in zip(drawn, labels, strict=True) if trim(ink).size]
    written = written or [(digits.images[places[0]], labels[0])]
    return [ink for ink, _ in written], [label for _, label in written]


def _signs(digits: Digits, rng: np.random.Generator) -> tuple[list[NDArray[np.uint8]], list[int]]:
    """Return pictures of what is written, one after the other, and what each is: 0 to 9, or 10 for no digit."""
    if rng.random() < _NO_NUMBER:
        return [no_digit(digits, rng)], [NOT_A_DIGIT]
    return chosen(digits, 1 + int(rng.choice(len(_LENGTHS), p=_LENGTHS)), rng)
