"""Write the digits and other signs that the decoder's networks learn from."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation.augmentation import Augmentation
from digitnet.augmentation.distortions import redraw
from digitnet.augmentation.non_digits import make_single_sign
from digitnet.datasets.mnist import Digits
from digitnet.preprocessing.normalization import trim
from digitnet.types import Gray

HANDWRITING = Augmentation(redraw_share=0.7, rare_style_share=0.4, extra_stroke_share=0.5)
_PEN_MARGIN = 6  # Pixels around a sign, for a pen.


class Examples(NamedTuple):
    """Pictures, uint8 (n, h, w, channels), and the label or text of each, uint8 (n, ...)."""

    pictures: NDArray[np.uint8]
    labels: NDArray[np.uint8]


def write_digits(digits: Digits, count: int, rng: np.random.Generator) -> tuple[list[Gray], list[int]]:
    """Write random digits in many hands.

    Returns:
        Pictures, uint8 (h, w), of `count` digits, or of a few less if some have no ink, and the label of each.
    """
    indices = rng.integers(len(digits.labels), size=count)
    labels = [int(digits.labels[index]) for index in indices]
    drawn = [
        HANDWRITING.write(digits.images[index], label, rng, rare_style=rng.random() < HANDWRITING.rare_style_share)
        for index, label in zip(indices, labels, strict=True)
    ]
    written = [(ink, label) for ink, label in zip(drawn, labels, strict=True) if trim(ink).size]
    written = written or [(digits.images[indices[0]], labels[0])]
    return [ink for ink, _ in written], [label for _, label in written]


def write_nondigit(digits: Digits, rng: np.random.Generator) -> Gray:
    """Write a letter, a scribble or another sign that is no digit, uint8 (h, w)."""
    return match_handwriting(make_single_sign(digits.images, digits.labels, rng), rng)


def match_handwriting(ink: Gray, rng: np.random.Generator) -> Gray:
    """Stretch a sign of MNIST's size, uint8 (h, w), and write it in the same hands as digits.

    A network could tell the sign from a digit by softer edges or more even lines, instead of by its shape.
    """
    large = cv2.resize(ink, None, fx=2 * rng.uniform(0.7, 1.6), fy=2, interpolation=cv2.INTER_CUBIC)
    if rng.random() >= HANDWRITING.redraw_share:
        return large
    return trim(redraw(cv2.copyMakeBorder(large, *(_PEN_MARGIN,) * 4, cv2.BORDER_CONSTANT, value=0), rng))
