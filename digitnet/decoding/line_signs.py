"""Find the signs between the digits of a line."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from digitnet.decoding.ctc import Scores, Text, align, find_likely_texts, fits
from digitnet.decoding.lines import Line
from digitnet.decoding.string_recognizer import SYMBOLS
from digitnet.labels import CLASSES, TEXT

_BEAM = 6  # Prefixes that are followed between two digits.
_MIN_CONFIDENCE = 0.5  # Less likely signs are left out.
_BEFORE_NUMBERS = frozenset("-+($€£")  # Signs that may stand between a word and a digit.
_OTHERS = SYMBOLS[CLASSES:]  # All symbols but the digits.


class LineSign(NamedTuple):
    """A sign of a line.

    Attributes:
        label: one of `labels.SIGNS`.
        place: index of the digit of the line that it stands before.
        first, last: columns that it begins and ends in.
        confidence: its share of the probability that these and no other signs stand between the two digits, 0 to 1:
            the product over the signs that stand there is that probability.
    """

    label: str
    place: int
    first: int
    last: int
    confidence: float


def find_signs(line: Line, text: Text) -> list[LineSign]:
    """Find the signs before, between and after the digits of a line.

    Args:
        line: the line.
        text: its digits.
    """
    if not fits(line.digit_columns, text):
        return []
    spans = align(line.digit_columns, text)
    starts = [0, *(int(last) + 1 for last in spans[:, 1])]
    ends = [*spans[:, 0].tolist(), len(line.columns)]
    found: list[LineSign] = []
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if end > start:
            found += _find_between(_without_digits(line, start, end), place, start, is_first=place == 0)
    return found


def _without_digits(line: Line, start: int, end: int) -> Scores:
    """Return the columns between two digits, float32 (t, 18): signs, text, and everything else."""
    columns = line.columns[start:end]
    rest = np.logaddexp(np.logaddexp.reduce(columns[:, :CLASSES], axis=1), columns[:, -1])
    return np.concatenate([columns[:, CLASSES:-1], rest[:, None]], axis=1)


def _find_between(columns: Scores, place: int, start: int, *, is_first: bool) -> Iterator[LineSign]:
    if float(columns[:, -1].sum()) >= math.log(_MIN_CONFIDENCE):
        return  # Nothing is likelier than no sign.
    text, score = find_likely_texts(columns, _BEAM)[0]
    confidence = math.exp(score)
    if not text or confidence < _MIN_CONFIDENCE:
        return
    labels = "".join(_OTHERS[index] for index in text)
    shown = []
    for index, (first, last) in enumerate(align(columns, text).tolist()):
        after_digit = not is_first and TEXT not in labels[:index]
        before_digit = TEXT not in labels[index:] and (TEXT not in labels or labels[index] in _BEFORE_NUMBERS)
        if labels[index] != TEXT and (after_digit or before_digit):
            shown.append((labels[index], place, start + first, start + last))
    for sign in shown:
        yield LineSign(*sign, confidence ** (1 / len(shown)))
