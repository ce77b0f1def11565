"""Numbers of which it is known what they say: what `digitnet.sequence` is trained on.

Digits of MNIST are written side by side, most of them so that they touch, with letters and scribbles alone, as words
or among them. What is no digit is one sign, however many letters it has.
"""

from __future__ import annotations

import cv2
import numpy as np

from digitnet.augmentation.letters import draw_letter
from digitnet.augmentation.touching_digits import PEN_WIDTHS, compose
from digitnet.datasets.mnist import Digits
from digitnet.decoding.sequence_recognizer import PICTURE_HEIGHT, render_line
from digitnet.labels import NOT_A_DIGIT
from digitnet.segmentation.components import group_components
from digitnet.segmentation.rows import estimate_row_heights
from digitnet.training.decoder_networks.context_examples import Examples, as_digits_are, chosen, no_digit
from digitnet.types import Pictures

WIDE, LONGEST = 112, 6  # pixels of a picture, and signs on it at most
_SHIFT = 2  # pixels that the margin on the left is wider or narrower than reading's
PADDING = 255  # after the signs of a text
_LENGTHS = (0.12, 0.26, 0.28, 0.24, 0.1)  # how many numbers have 1 to 5 digits
_NO_NUMBER = 0.3  # of all that is written has no digit: a letter, a scribble,
_WORDS = 0.4  # or a word, so many of these, of several letters and scribbles;
_MIXED = 0.08  # and of the others so many have one among their digits
_SCRIPT = 0.5  # of letters and scribbles are letters of some script, and others are so now and then
_LOOSE, _APART = 0.4, 0.25  # of the numbers have digits that stand apart, and of these digits so many do


def line(digits: Digits, rng: np.random.Generator) -> tuple[Pictures, list[int]] | None:
    """Return a number written with `digits`, uint8 (28, w), and its text; None for one that is no single short row."""
    signs, text = _signs(digits, rng)
    pen = rng.uniform(*PEN_WIDTHS)
    fields = compose(signs, pen, rng, gap_share=_APART if rng.random() < _LOOSE else 0.0)
    ink = np.maximum.reduce(fields)
    found = group_components(ink, pen)
    if not len(found.crops) or found.row.any():
        return None
    height = float(estimate_row_heights(found.boxes, found.row)[0]) * rng.uniform(0.85, 1.15)
    x, y, wide, tall = cv2.boundingRect(ink)
    seen = render_line(ink[y : y + tall, x : x + wide], height)
    return (seen, text) if seen.shape[1] <= WIDE else None


def make_lines(digits: Digits, numbers: int, seed: tuple[int, ...]) -> Examples:
    """Return so many numbers.

    Pictures are uint8 (n, 28, 112, 1); labels uint8 (n, 6), the text of each, 0 to 10, padded with 255.
    """
    rng = np.random.default_rng(seed)
    pictures = np.zeros((numbers, PICTURE_HEIGHT, WIDE, 1), np.uint8)
    texts = np.full((numbers, LONGEST), PADDING, np.uint8)
    for place, text in zip(pictures, texts, strict=True):
        found = None
        while found is None:
            found = line(digits, rng)
        seen, said = found
        shift = int(rng.integers(-_SHIFT, min(_SHIFT, WIDE - seen.shape[1]) + 1))
        own = seen[:, max(0, -shift) :]
        start = max(0, shift)
        place[:, start : start + own.shape[1], 0] = own
        text[: len(said)] = said
    return Examples(pictures, texts)


def _signs(digits: Digits, rng: np.random.Generator) -> tuple[list[Pictures], list[int]]:
    """Return pictures of what is written, one after the other, and what each is."""
    if rng.random() < _NO_NUMBER:
        letters = int(rng.integers(2, 5)) if rng.random() < _WORDS else 1
        return [_letter(digits, rng) for _ in range(letters)], [NOT_A_DIGIT]
    signs, text = chosen(digits, 1 + int(rng.choice(len(_LENGTHS), p=_LENGTHS)), rng)
    if rng.random() < _MIXED:
        place = int(rng.integers(len(text) + 1))
        signs.insert(place, _letter(digits, rng))
        text.insert(place, NOT_A_DIGIT)
    return signs, text


def _letter(digits: Digits, rng: np.random.Generator) -> Pictures:
    return as_digits_are(draw_letter(rng), rng) if rng.random() < _SCRIPT else no_digit(digits, rng)
