"""Divisions of which it is known whether they part two digits: what `digitnet.divisions` is trained on.

Digits of MNIST are written so that they touch, letters and scribbles alone, and all are taken apart as reading does
it. Of each division it is known how much of a digit it leaves on the wrong side. Those that leave little are to be
believed, those that leave much are not, and what lies between is not learnt from.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation import Augmentation
from digitnet.candidates import Stretch
from digitnet.datasets import Digits
from digitnet.divisions import Views, views
from digitnet.nondigits import make_single
from digitnet.normalization import trim
from digitnet.touching import HEIGHT, compose, in_stretch

_KEPT = 12  # divisions of a number
_LENGTHS = (0.15, 0.35, 0.3, 0.2)  # how many numbers have 1, 2, 3, 4 digits
_NO_NUMBER = 0.2  # of all that is written is a letter or a scribble
_PENS = (1.8, 9.5)  # pixels, of digits about 56 tall
_RIGHT, _WRONG = 0.1, 0.25  # of a digit on the wrong side: at most so much, and at least


class Examples(NamedTuple):
    """Divisions: what is around them, uint8 (n, 28, 40, 2), and whether they part two digits, uint8 (n,)."""

    pictures: Views
    right: NDArray[np.uint8]


def examples(digits: Digits, rng: np.random.Generator) -> Examples:
    """Return some divisions of one number, or letter, that is written with `digits`; there may be none."""
    fields, pen = _written(digits, rng)
    height = HEIGHT * rng.uniform(0.85, 1.2)
    stretch = in_stretch(np.maximum.reduce(fields), height, pen * rng.uniform(0.8, 1.2))
    inner = 1 + rng.permutation(len(stretch.lefts) - 2)[: 2 * _KEPT]
    misplaced = np.array([_misplaced(stretch, division, fields) for division in inner])
    clear = np.flatnonzero((misplaced <= _RIGHT) | (misplaced >= _WRONG))[:_KEPT]
    return Examples(views(stretch, inner[clear]), (misplaced[clear] <= _RIGHT).astype(np.uint8))


def make_examples(digits: Digits, numbers: int, seed: tuple[int, ...]) -> Examples:
    """Return the divisions of so many numbers."""
    rng = np.random.default_rng(seed)
    found = [examples(digits, rng) for _ in range(numbers)]
    return Examples(*(np.concatenate(arrays) for arrays in zip(*found, strict=True)))


def _written(digits: Digits, rng: np.random.Generator) -> tuple[list[NDArray[np.uint8]], float]:
    """Return what is written, each digit alone in a picture of the whole, and the width of the pen."""
    hand, pen = Augmentation(redraw_share=0.5, style_share=0.3), rng.uniform(*_PENS)
    if rng.random() < _NO_NUMBER:
        ink = make_single(digits.images, digits.labels, rng)
        chosen = [cv2.resize(ink, None, fx=rng.uniform(0.7, 1.6), fy=1.0)]
    else:
        places = rng.integers(len(digits.labels), size=1 + int(rng.choice(len(_LENGTHS), p=_LENGTHS)))
        drawn = [
            hand.write(digits.images[place], int(digits.labels[place]), rng, anew=rng.random() < hand.style_share)
            for place in places
        ]
        chosen = [ink for ink in drawn if trim(ink).size] or [digits.images[places[0]]]
    return compose(chosen, pen, rng), pen


def _misplaced(stretch: Stretch, division: int, fields: list[NDArray[np.uint8]]) -> float:
    """Return how much of a digit, 0 to 1, a division leaves on the wrong side at least; 1 where there is but one."""
    left, right = (
        np.array([field[inked].sum() / field.sum() for field in fields])
        for inked in (
            _inked(stretch, own, fields[0].shape) for own in (stretch.lefts[division], ~stretch.lefts[division])
        )
    )
    ways = (max(1 - left[:first].min(), 1 - right[first:].min()) for first in range(1, len(fields)))
    return min(ways, default=1.0)


def _inked(stretch: Stretch, own: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    inked = np.zeros(shape, np.bool_)
    for place in np.flatnonzero(own):
        x0, y0, x1, y1 = stretch.parts[place].box
        inked[y0:y1, x0:x1] |= stretch.parts[place].ink > 0
    return inked
