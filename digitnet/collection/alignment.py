"""A number that somebody typed, laid beside the digits that were found.

Source: Wagner and Fischer, "The string-to-string correction problem" (1974).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.errors import AlignmentError
from digitnet.labels import NOT_A_DIGIT

_SEPARATORS = frozenset(" \t\r\n.,;:-/|'\u00a0")
_BELIEF = 0.5  # of a change's cost that the network's own doubt takes off
_AGREEING = 0.5  # of the digits, where their counts differ


def align(text: str, probabilities: NDArray[np.float32]) -> list[int]:
    """Return what each digit that was found is by `text`: 0 to 9, or `NOT_A_DIGIT` for what is no digit.

    Args:
        text: the digits in reading order; spaces, line breaks and punctuation between them do not count.
        probabilities: float32 (n, 10), of the digits that were found, in reading order.

    Raises:
        AlignmentError: the text holds something else, or digits that were not found, or too few that were.
    """
    typed = digits_of(text)
    found = probabilities.argmax(axis=1)
    if len(typed) > len(found):
        raise AlignmentError(
            f"{_counted(len(typed))} typed, but {len(found)} found: a digit was missed, or several were taken for one. "
            "Correct the boxes first."
        )
    kept = _kept(typed, probabilities)
    labels = np.full(len(found), NOT_A_DIGIT)
    labels[kept] = typed
    agreeing = int((labels[kept] == found[kept]).sum())
    if len(typed) < len(found) and agreeing < _AGREEING * len(found):
        raise AlignmentError(
            f"{_counted(len(typed))} typed, but {len(found)} found, and too few of them agree to tell which are "
            "meant. Mark what is no digit first."
        )
    return [int(label) for label in labels]


def digits_of(text: str) -> NDArray[np.intp]:
    """Return the digits of a text.

    Raises:
        AlignmentError: there are none, or there is something that is neither a digit nor between digits.
    """
    others = [character for character in text if character not in _SEPARATORS and character not in "0123456789"]
    if others:
        raise AlignmentError(f"Type digits only: {others[0]!r} is none.")
    digits = [int(character) for character in text if character in "0123456789"]
    if not digits:
        raise AlignmentError("Type the digits that are written there.")
    return np.array(digits, np.intp)


def _kept(typed: NDArray[np.intp], probabilities: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return the place of the found digit for each typed one, so that the least is changed.

    Where several ways change as much, what the network half believed decides.
    """
    found = probabilities.argmax(axis=1)
    none = np.clip(1 - probabilities.sum(axis=1), 0, 1)
    dropped = 1 - _BELIEF * none
    costs = np.full((len(typed) + 1, len(found) + 1), np.inf)
    costs[0] = np.append(0, np.cumsum(dropped))
    for place, digit in enumerate(typed):
        changed = np.where(found == digit, 0, 1 - _BELIEF * probabilities[:, digit])
        for at in range(place, len(found)):
            costs[place + 1, at + 1] = min(costs[place, at] + changed[at], costs[place + 1, at] + dropped[at])
    kept, at = np.empty(len(typed), np.intp), len(found)
    for place in range(len(typed), 0, -1):
        while costs[place, at] == costs[place, at - 1] + dropped[at - 1]:
            at -= 1
        kept[place - 1] = at = at - 1
    return kept


def _counted(count: int) -> str:
    return "1 digit is" if count == 1 else f"{count} digits are"
