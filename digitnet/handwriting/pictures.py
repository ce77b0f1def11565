"""Normalize other people's handwriting to pictures that a digit network trains on."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.datasets.mnist import Digits, join_digits
from digitnet.handwriting import sets
from digitnet.handwriting.folder import load_glyphs
from digitnet.handwriting.glyphs import Glyphs
from digitnet.handwriting.sets import HandwritingSet
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.normalization import normalize

# At most this many digits of a set are used (stretched to a square, they teach little), and this many non-digits.
_MAX_DIGITS = {sets.OPTDIGITS: 1000}
_MAX_NONDIGITS = {sets.GERMAN: 5000, sets.SHAPES: 2500, sets.KANA: 1500}
# Each digit to train on is there this many times, because of few writers each should count more than one of MNIST's.
_COPIES = {sets.SWISS: 2, sets.UJI: 3, sets.FONTS: 3}


class HandwrittenDigits(NamedTuple):
    """Digits, and ink that is no digit, of other people.

    Attributes:
        training: to train on.
        held_out: of the writers held out.
        titles: the titles of the sets.
    """

    training: Digits
    held_out: Digits
    titles: tuple[str, ...]


def load_handwritten_digits(folder: Path, *, refuse: bool) -> HandwrittenDigits:
    """Load the digits of a folder of handwriting, normalized to 28 x 28 pixels.

    Args:
        folder: a folder of data sets.
        refuse: whether to load ink that is no digit, too, labeled `NOT_A_DIGIT`.

    Raises:
        DatasetError: as `load_glyphs` does.
    """
    training, held_out, titles = [], [], []
    for known, glyphs in load_glyphs(folder).items():
        chosen = glyphs.select(_choose(known, glyphs, refuse=refuse))
        is_held_out = np.isin(chosen.writers, known.held_out)
        digits = to_digits(chosen.select(np.flatnonzero(~is_held_out)))
        training += [
            digits,
            *[digits.select(np.flatnonzero(digits.labels != NOT_A_DIGIT))] * (_COPIES.get(known, 1) - 1),
        ]
        held_out.append(to_digits(chosen.select(np.flatnonzero(is_held_out))))
        titles.append(known.title)
    return HandwrittenDigits(join_digits(*training), join_digits(*held_out), tuple(titles))


def to_digits(glyphs: Glyphs) -> Digits:
    """Normalize glyphs; all but the digits are labeled `NOT_A_DIGIT`."""
    labels = np.where(glyphs.is_digit, glyphs.labels, str(NOT_A_DIGIT))
    return Digits(normalize(glyphs.inks), labels.astype(np.uint8))


def _choose(known: HandwritingSet, glyphs: Glyphs, *, refuse: bool) -> NDArray[np.intp]:
    """Choose the glyphs of a set to use; return their indices, intp (k,), in order."""
    rng = np.random.default_rng(0)
    chosen = [_draw(np.flatnonzero(glyphs.is_digit), _MAX_DIGITS.get(known), rng)]
    if refuse:
        chosen.append(_draw(np.flatnonzero(~glyphs.is_digit), _MAX_NONDIGITS.get(known), rng))
    return np.sort(np.concatenate(chosen))


def _draw(indices: NDArray[np.intp], limit: int | None, rng: np.random.Generator) -> NDArray[np.intp]:
    return indices if limit is None or len(indices) <= limit else rng.choice(indices, limit, replace=False)
