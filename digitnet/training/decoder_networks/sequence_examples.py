"""Make lines with known texts, for training the sequence recognizer.

MNIST's digits are written side by side, most of them so that they touch. Letters and scribbles are written alone, as
words, or among digits. A word is one sign that is no digit, however many letters it has.
"""

from __future__ import annotations

import cv2
import numpy as np

from digitnet.augmentation.letters import draw_letter
from digitnet.augmentation.touching_digits import PEN_WIDTHS, compose
from digitnet.datasets.mnist import Digits
from digitnet.decoding.sequence_recognizer import PICTURE_HEIGHT, render_line
from digitnet.labels import NOT_A_DIGIT
from digitnet.segmentation.groups import group_components
from digitnet.segmentation.rows import estimate_row_heights
from digitnet.training.decoder_networks.examples import Examples, match_handwriting, write_digits, write_nondigit
from digitnet.types import Gray

LINE_WIDTH = 112  # Pixels of a picture.
MAX_SIGNS = 6  # A text has at most this many signs.
PADDING = 255  # Fills a text after its last sign.
_MAX_SHIFT = 2  # The left margin is at most this many pixels wider or narrower than in reading.
_LENGTH_SHARES = (0.12, 0.26, 0.28, 0.24, 0.1)  # These shares of the numbers have 1 to 5 digits.
_NONDIGIT_SHARE = 0.3  # This share of the lines has no digit.
_WORD_SHARE = 0.4  # This share of the lines without digits is a word of several letters and scribbles.
_MIXED_SHARE = 0.08  # This share of the numbers has a letter or a scribble among the digits.
_SCRIPT_SHARE = 0.5  # At least this share of the letters and scribbles is a letter of some script.
_LOOSE_SHARE = 0.4  # This share of the lines has signs that stand apart.
_GAP_SHARE = 0.25  # In such a line, this share of the neighboring signs stands apart.


def write_line(digits: Digits, rng: np.random.Generator) -> tuple[Gray, list[int]] | None:
    """Write a number or a word and return its picture, uint8 (28, w), and its text.

    Returns None if the ink is not a single row, or is too wide.
    """
    signs, text = _write_signs(digits, rng)
    pen = rng.uniform(*PEN_WIDTHS)
    fields = compose(signs, pen, rng, gap_share=_GAP_SHARE if rng.random() < _LOOSE_SHARE else 0.0)
    ink = np.maximum.reduce(fields)
    found = group_components(ink, pen)
    if not len(found.crops) or found.row.any():
        return None
    digit_height = float(estimate_row_heights(found.boxes, found.row)[0]) * rng.uniform(0.85, 1.15)
    x, y, width, height = cv2.boundingRect(ink)
    line = render_line(ink[y : y + height, x : x + width], digit_height)
    return (line, text) if line.shape[1] <= LINE_WIDTH else None


def make_lines(digits: Digits, count: int, seed: tuple[int, ...]) -> Examples:
    """Make `count` lines, each with a number or a word.

    Pictures are uint8 (n, 28, 112, 1); labels are the texts, uint8 (n, 6), 0 to 10, padded with 255.
    """
    rng = np.random.default_rng(seed)
    pictures = np.zeros((count, PICTURE_HEIGHT, LINE_WIDTH, 1), np.uint8)
    texts = np.full((count, MAX_SIGNS), PADDING, np.uint8)
    for picture, padded_text in zip(pictures, texts, strict=True):
        written = None
        while written is None:
            written = write_line(digits, rng)
        line, text = written
        shift = int(rng.integers(-_MAX_SHIFT, min(_MAX_SHIFT, LINE_WIDTH - line.shape[1]) + 1))
        line = line[:, max(0, -shift) :]
        start = max(0, shift)
        picture[:, start : start + line.shape[1], 0] = line
        padded_text[: len(text)] = text
    return Examples(pictures, texts)


def _write_signs(digits: Digits, rng: np.random.Generator) -> tuple[list[Gray], list[int]]:
    """Write a number or a word; return the pictures from left to right, and the text."""
    if rng.random() < _NONDIGIT_SHARE:
        letters = int(rng.integers(2, 5)) if rng.random() < _WORD_SHARE else 1
        return [_write_letter(digits, rng) for _ in range(letters)], [NOT_A_DIGIT]
    signs, text = write_digits(digits, 1 + int(rng.choice(len(_LENGTH_SHARES), p=_LENGTH_SHARES)), rng)
    if rng.random() < _MIXED_SHARE:
        position = int(rng.integers(len(text) + 1))
        signs.insert(position, _write_letter(digits, rng))
        text.insert(position, NOT_A_DIGIT)
    return signs, text


def _write_letter(digits: Digits, rng: np.random.Generator) -> Gray:
    return match_handwriting(draw_letter(rng), rng) if rng.random() < _SCRIPT_SHARE else write_nondigit(digits, rng)
