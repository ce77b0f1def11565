"""Align typed digits with the digits that were found on a picture; `row_texts` does so with signs.

Source: Wagner and Fischer, "The string-to-string correction problem" (1974).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.errors import AlignmentError
from digitnet.labels import NOT_A_DIGIT
from digitnet.reading.signs import SIGNS

_SEPARATORS = frozenset(" \t\r\n;|\u00a0" + SIGNS)
_OTHER_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u2018\u2019\u2032`", "'"),
        **dict.fromkeys("xX*", "×"),
    }
)
_PROBABILITY_DISCOUNT = 0.5  # The network's probability lowers the cost of a change by at most this.
_MIN_AGREEMENT = 0.5  # Share of the found digits that must agree if their number differs from the text's.


def align(text: str, probabilities: NDArray[np.float32]) -> list[int]:
    """Return the label of each found digit by `text`, NOT_A_DIGIT for those not in it.

    Args:
        text: the digits in reading order; spaces, line breaks and signs between them are ignored.
        probabilities: float32 (n, 10), of the found digits in reading order.

    Raises:
        AlignmentError: the text has other characters, no digits or too many, or too few of them agree.
    """
    typed = parse_digits(text)
    found = probabilities.argmax(axis=1)
    if len(typed) > len(found):
        raise AlignmentError(
            f"You typed {_count_digits(len(typed))}, but {len(found)} were found. Change the boxes first: add the "
            "missing one, or split two that were taken for one."
        )
    kept = _match(typed, probabilities)
    labels = np.full(len(found), NOT_A_DIGIT)
    labels[kept] = typed
    agreeing = int((labels[kept] == found[kept]).sum())
    if len(typed) < len(found) and agreeing < _MIN_AGREEMENT * len(found):
        raise AlignmentError(
            f"You typed {_count_digits(len(typed))}, but {len(found)} were found, and too few of them agree to tell "
            "which are meant. First mark those that are not digits."
        )
    return [int(label) for label in labels]


def unify_signs(text: str) -> str:
    """Return a text with the signs of `SIGNS` in place of others that look alike, such as dashes of any length."""
    return text.translate(_OTHER_SIGNS)


def parse_digits(text: str) -> NDArray[np.intp]:
    """Return the digits of a text, int (n,).

    Raises:
        AlignmentError: there are no digits, or there are characters other than digits, signs and separators.
    """
    text = unify_signs(text)
    others = [character for character in text if character not in _SEPARATORS and character not in "0123456789"]
    if others:
        raise AlignmentError(f"Type digits and signs only: {others[0]!r} is neither.")
    digits = [int(character) for character in text if character in "0123456789"]
    if not digits:
        raise AlignmentError("Type the digits of the picture.")
    return np.array(digits, np.intp)


def _match(typed: NDArray[np.intp], probabilities: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return the place of the found digit for each typed one, int (n,), at the least total cost.

    Dropping a found digit or changing its label costs 1 at most. The network's probability of the change is a
    discount, which decides between alignments with equally many changes.
    """
    found = probabilities.argmax(axis=1)
    not_a_digit = np.clip(1 - probabilities.sum(axis=1), 0, 1)
    drop_costs = 1 - _PROBABILITY_DISCOUNT * not_a_digit
    costs = np.full((len(typed) + 1, len(found) + 1), np.inf)
    costs[0] = np.append(0, np.cumsum(drop_costs))
    for row, digit in enumerate(typed):
        change_costs = np.where(found == digit, 0, 1 - _PROBABILITY_DISCOUNT * probabilities[:, digit])
        for column in range(row, len(found)):
            costs[row + 1, column + 1] = min(
                costs[row, column] + change_costs[column], costs[row + 1, column] + drop_costs[column]
            )
    kept, column = np.empty(len(typed), np.intp), len(found)
    for row in range(len(typed), 0, -1):
        while costs[row, column] == costs[row, column - 1] + drop_costs[column - 1]:
            column -= 1
        kept[row - 1] = column = column - 1
    return kept


def _count_digits(count: int) -> str:
    return "1 digit" if count == 1 else f"{count} digits"
