"""Correct the digits of a line where the string recognizer is sure of another text.

Where no way to cut the ink gives the text that a line clearly shows, the ink was found badly: on print that no
threshold takes out, or where a line under the writing was erased. Then the string recognizer decides, and the places of
its digits follow from the columns.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.ctc import Text
from digitnet.decoding.decoded_digits import DecodedDigit
from digitnet.decoding.line_digits import cut_out_digit, locate_digits
from digitnet.decoding.lines import Line
from digitnet.decoding.picture_views import PictureViews
from digitnet.labels import CLASSES
from digitnet.preprocessing.binarization import Ink
from digitnet.preprocessing.normalization import normalize
from digitnet.types import Probabilities

_MIN_GAIN = 4.0  # Nats by which another text has to be likelier.
_MAX_SHIFT = 0.5  # A digit stays as it is if its middle lies within this many strip heights of where it is looked for.


def correct_by_line(
    digits: Sequence[DecodedDigit], lines: Sequence[Line], place: int, row: int, ink: Ink, weight: float = 1.0
) -> list[DecodedDigit]:
    """Return the digits of one line from left to right, corrected where it is sure of another text.

    Args:
        digits: those of the line, and maybe of others.
        lines: the lines of the picture.
        place: index of the line.
        row: row of the line.
        ink: the ink of the picture.
        weight: how much the string recognizer counts, above 0 to 1.
    """
    own = sorted((digit for digit in digits if digit.line == place), key=lambda digit: int(digit.box[::2].sum()))
    likely = find_better_texts(tuple(digit.label for digit in own), lines[place], weight)
    return read_line(lines[place], place, row, ink, likely, own) if likely else own


def find_better_texts(read: Text, seen: Line | PictureViews, weight: float = 1.0) -> list[tuple[Text, float]]:
    """Return the likely texts of a line or a picture and their log-probabilities, the likeliest first.

    The list is empty if it does not clearly show another text than was read.

    Args:
        read: the digits that were read.
        seen: the line, or the picture as one line.
        weight: how much the string recognizer counts, above 0 to 1.
    """
    gain = _MIN_GAIN / weight
    score = float(seen.score([read])[0])
    if score > -math.log1p(math.exp(gain)):  # All others together are not likelier by so much.
        return []
    likely = seen.find_likely_texts()
    text, best = likely[0]
    return [] if text == read or best - score < gain else likely


def read_line(
    line: Line, place: int, row: int, ink: Ink, likely: list[tuple[Text, float]], known: Sequence[DecodedDigit] = ()
) -> list[DecodedDigit]:
    """Return the digits of the likeliest text of a line, where known ones stay as they are.

    Args:
        line: the line.
        place: index of the line among those of the picture.
        row: its row.
        ink: the ink of the picture.
        likely: texts and their log-probabilities, the likeliest first.
        known: digits found otherwise, from left to right.
    """
    text = likely[0][0]
    if not text:
        return []
    spans = locate_digits(line, text)
    kept = _match(text, spans, line, known)
    probabilities = _compute_probabilities(likely)
    found = []
    for index, span in enumerate(spans):
        if index in kept:
            found.append(kept[index])
            continue
        segment = cut_out_digit(ink, line, span)
        found.append(DecodedDigit(row, place, segment.box, normalize([segment.ink])[0], probabilities[index]))
    return found


def _match(
    text: Text, spans: NDArray[np.float64], line: Line, known: Sequence[DecodedDigit]
) -> dict[int, DecodedDigit]:
    """Return the known digits that stay, by their place in the text."""
    read = [digit.label for digit in known]
    kept = {}
    for block in SequenceMatcher(None, text, read, autojunk=False).get_matching_blocks():
        for offset in range(block.size):
            place, digit = block.a + offset, known[block.b + offset]
            middle = (digit.box[[0, 2]].mean() - line.left) / line.step
            if abs(middle - spans[place].mean()) * line.step < _MAX_SHIFT * (line.bottom - line.top):
                kept[place] = digit
    return kept


def _compute_probabilities(likely: list[tuple[Text, float]]) -> Probabilities:
    """Return the probabilities of the digits at each place of the likeliest text, float32 (n, 11)."""
    text = likely[0][0]
    shares = np.exp([score for _, score in likely])
    probabilities = np.zeros((len(text), CLASSES + 1))
    for (other, _), share in zip(likely, shares.tolist(), strict=True):
        if len(other) == len(text):
            probabilities[np.arange(len(text)), other] += share
    probabilities[:, CLASSES] = np.maximum(1 - probabilities.sum(axis=1), 0)
    return np.asarray(probabilities / probabilities.sum(axis=1, keepdims=True), np.float32)
