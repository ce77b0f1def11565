"""Find the signs between the digits of a line."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.ctc import Scores, Text, align, find_likely_texts, fits
from digitnet.decoding.lines import Line
from digitnet.decoding.string_recognizer import SYMBOLS
from digitnet.labels import CLASSES, TEXT
from digitnet.types import Boxes

_BEAM = 6  # Prefixes that are followed between two digits.
_MIN_NO_SIGN = 0.5  # From this probability of no sign on none is read.
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


class LineSigns(NamedTuple):
    """The signs of a line of n digits.

    Attributes:
        found: the signs from left to right.
        complete: float64 (n + 1,), the probability, 0 to 1, that no sign is missing before each digit and after the
            last one; 1 where signs were found, which say themselves how sure they are.
    """

    found: list[LineSign]
    complete: NDArray[np.float64]


def find_signs(line: Line, text: Text, sign_boxes: Boxes | None = None) -> LineSigns:
    """Find the signs before, between and after the digits of a line.

    Args:
        line: the line.
        text: its digits.
        sign_boxes: int32 (k, 4) in the ink map, ink that was told to be a sign and not a digit, None for none.
    """
    complete = np.ones(len(text) + 1)
    if not fits(line.digit_columns, text):
        return LineSigns([], complete)
    spans = align(line.digit_columns, text)
    starts = [0, *(int(last) + 1 for last in spans[:, 1])]
    ends = [*spans[:, 0].tolist(), len(line.columns)]
    is_sign = _find_sign_columns(line, sign_boxes)
    found: list[LineSign] = []
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if end <= start:
            continue
        columns = _without_digits(line, start, end, is_sign[start:end])
        no_sign = _score_no_sign(columns)
        if no_sign >= _MIN_NO_SIGN:
            complete[place] = no_sign
        else:
            found += _find_between(columns, place, start, is_first=place == 0)
    return LineSigns(found, complete)


def _find_sign_columns(line: Line, boxes: Boxes | None) -> NDArray[np.bool_]:
    """Tell which columns of a line hold ink that is a sign, bool (t,)."""
    is_sign = np.zeros(len(line.columns), np.bool_)
    for left, top, right, bottom in [] if boxes is None else boxes.tolist():
        y = (top + bottom) / 2 - line.slope * (left + right) / 2
        if line.top < y < line.bottom:
            is_sign[line.find_column(left) : line.find_column(right)] = True
    return is_sign


def _without_digits(line: Line, start: int, end: int, is_sign: NDArray[np.bool_]) -> Scores:
    """Return the columns between two digits, float32 (t, 18): signs, text, and everything else.

    Ink that is a sign, bool (t,), is no digit that was left out.
    """
    columns = line.columns[start:end]
    digits = np.where(is_sign, -np.inf, np.logaddexp.reduce(columns[:, :CLASSES], axis=1))
    rest = np.logaddexp(digits, columns[:, -1])
    return np.concatenate([columns[:, CLASSES:-1], rest[:, None]], axis=1).astype(np.float32)


def _score_no_sign(columns: Scores) -> float:
    """Return the probability that columns as of `_without_digits` hold no sign."""
    return math.exp(float(np.logaddexp(columns[:, _OTHERS.index(TEXT)], columns[:, -1]).sum()))


def _find_between(columns: Scores, place: int, start: int, *, is_first: bool) -> Iterator[LineSign]:
    """Yield the likeliest signs between two digits, however unlikely they are beside other signs."""
    likely = [(_spell(text), text, score) for text, score in find_likely_texts(columns, _BEAM)]
    labels, text, score = next((each for each in likely if each[0].strip(TEXT)), ("", (), 0.0))
    shown = []
    for index, (first, last) in enumerate(align(columns, text).tolist() if text else []):
        after_digit = not is_first and TEXT not in labels[:index]
        before_digit = TEXT not in labels[index:] and (TEXT not in labels or labels[index] in _BEFORE_NUMBERS)
        if labels[index] != TEXT and (after_digit or before_digit):
            shown.append((labels[index], place, start + first, start + last))
    for sign in shown:
        yield LineSign(*sign, math.exp(score / len(shown)))


def _spell(text: Text) -> str:
    return "".join(_OTHERS[index] for index in text)
