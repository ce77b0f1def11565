"""Make candidates with known labels, for training the context classifier.

MNIST's digits are written so that they touch or nearly touch, letters and scribbles are written alone, and all are
over-segmented as reading does. The share of each digit's ink in a candidate is known. A candidate that is nearly a
digit is left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation.touching_digits import PEN_WIDTHS, CandidateQuality, compose, judge_candidates
from digitnet.datasets.mnist import Digits
from digitnet.decoding.context_classifier import PICTURE_HEIGHT, PICTURE_WIDTH, render_views
from digitnet.labels import NOT_A_DIGIT
from digitnet.segmentation.candidates import InkRun, Spans, find_spans
from digitnet.segmentation.groups import group_components
from digitnet.segmentation.oversegmentation import Segment, oversegment
from digitnet.segmentation.rows import estimate_row_heights
from digitnet.training.decoder_networks.examples import Examples, write_digits, write_nondigit
from digitnet.types import Gray

_MAX_DIGITS, _MAX_NONDIGITS = 8, 14  # Most candidates of a number that are digits, and that are not.
_MIN_EASY_NONDIGITS = 4  # At least this many of the non-digits are easy, if there are enough.
_LENGTH_SHARES = (0.22, 0.33, 0.27, 0.18)  # These shares of the numbers have 1, 2, 3 and 4 digits.
_NONDIGIT_SHARE = 0.3  # This share of all numbers and signs is a letter or a scribble.
_LOOSE_SHARE = 0.5  # This share of the numbers has digits that stand apart.
_GAP_SHARE = 0.25  # In such a number, this share of the neighboring digits stands apart.


def make_candidates(digits: Digits, rng: np.random.Generator) -> Examples:
    """Write one number or sign and make examples of some of its candidates; there may be none.

    Pictures are uint8 (n, 28, 40, 2), the candidate and the ink around it; labels are uint8 (n,), 0 to 10.
    """
    signs, labels = _write_signs(digits, rng)
    pen = rng.uniform(*PEN_WIDTHS)
    fields = compose(signs, pen, rng, gap_share=_GAP_SHARE if rng.random() < _LOOSE_SHARE else 0.0)
    found = group_components(np.maximum.reduce(fields), pen)
    if not len(found.crops) or found.row.any():
        return Examples(np.empty((0, PICTURE_HEIGHT, PICTURE_WIDTH, 2), np.uint8), np.empty(0, np.uint8))
    height = float(estimate_row_heights(found.boxes, found.row)[0]) * rng.uniform(0.85, 1.15)
    pen *= rng.uniform(0.8, 1.2)
    groups = [Segment(box, crop) for box, crop in zip(found.boxes, found.crops, strict=True)]
    ink_run = InkRun.from_groups(0, 0, height, [oversegment(group, height, pen) for group in groups])
    spans = find_spans(ink_run)
    indices, candidate_labels = _select_candidates(judge_candidates(ink_run, spans, fields), spans, labels, rng)
    return Examples(render_views(ink_run, spans.inside[indices], spans.boxes[indices]), candidate_labels)


def _select_candidates(
    quality: CandidateQuality, spans: Spans, labels: list[int], rng: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """Return the indices and labels of some candidates: digits first, then non-digits."""
    digit_labels = np.array(labels)[quality.digit]
    bad, hard = quality.bad, quality.hard
    if NOT_A_DIGIT in labels:
        bad, hard = np.ones_like(bad), spans.whole_group >= 0
    good = rng.permutation(np.flatnonzero(quality.good & (digit_labels < NOT_A_DIGIT)))[:_MAX_DIGITS]
    hard_ones, easy_ones = (rng.permutation(np.flatnonzero(bad & kind)) for kind in (hard, ~hard))
    easy_ones = easy_ones[: max(_MIN_EASY_NONDIGITS, _MAX_NONDIGITS - len(hard_ones))]
    nondigits = np.concatenate([easy_ones, hard_ones[: _MAX_NONDIGITS - len(easy_ones)]])
    selected_labels = np.concatenate([digit_labels[good], np.full(len(nondigits), NOT_A_DIGIT)])
    return np.concatenate([good, nondigits]), selected_labels.astype(np.uint8)


def make_examples(digits: Digits, count: int, seed: tuple[int, ...]) -> Examples:
    """Make the candidates of `count` numbers and signs."""
    rng = np.random.default_rng(seed)
    found = [make_candidates(digits, rng) for _ in range(count)]
    return Examples(*(np.concatenate(arrays) for arrays in zip(*found, strict=True)))


def _write_signs(digits: Digits, rng: np.random.Generator) -> tuple[list[Gray], list[int]]:
    """Write a number or a single sign; return its pictures, left to right, and their labels."""
    if rng.random() < _NONDIGIT_SHARE:
        return [write_nondigit(digits, rng)], [NOT_A_DIGIT]
    return write_digits(digits, 1 + int(rng.choice(len(_LENGTH_SHARES), p=_LENGTH_SHARES)), rng)
