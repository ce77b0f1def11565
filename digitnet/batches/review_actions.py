"""Describe what somebody does who goes through the doubtful numbers of a batch, their order, and their pace."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Collection, Sequence
from statistics import median
from typing import NamedTuple

from digitnet.batches.records import Number

ACCEPT, LEAVE_OUT, PUT_OFF, UNDO = "accept", "leave out", "put off", "undo"
_PACE_DECISIONS = 10  # The last decisions that the pace is measured by.
_LEAST_DECISIONS = 3  # Of fewer, no pace is said.


class NumberId(NamedTuple):
    """The identity of a number: its sheet, and its key on that."""

    sheet: int
    key: str

    @classmethod
    def of(cls, number: Number) -> NumberId:
        """Return the identity of a number."""
        return cls(number.sheet, number.key)


class ReviewAction(NamedTuple):
    """What somebody did with a number.

    Attributes:
        place: place of the action among those of its tab; later ones have higher ones.
        number: the number.
        kind: ACCEPT `text`, LEAVE_OUT what is no number, PUT_OFF, or UNDO the decision `base`.
        text: the text that was typed or confirmed.
        base: token of the decision that was seen, "" if there was none.
        token: text that tells the action from all others.
        seconds: how long the number was looked at, None if that is not known.
    """

    place: int
    number: NumberId
    kind: str
    text: str = ""
    base: str = ""
    token: str = ""
    seconds: float | None = None


class Pace:
    """How fast somebody decides: the median of the last decisions, so that a pause does not count."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=_PACE_DECISIONS)

    def add(self, seconds: float | None) -> None:
        """Add the time of a decision, unless it is not known."""
        if seconds is not None:
            self._seconds.append(seconds)

    def measure(self) -> float | None:
        """Return the seconds for a number; None before three decisions."""
        return median(self._seconds) if len(self._seconds) >= _LEAST_DECISIONS else None


def draw_sample(numbers: Sequence[NumberId], size: int, seed: str) -> list[NumberId]:
    """Return some numbers in their order, chosen by chance, and again the same; a larger sample holds a smaller one."""
    chances = {each: hashlib.sha256(f"{seed} {each.sheet} {each.key}".encode()).digest() for each in numbers}
    drawn = set(sorted(numbers, key=chances.__getitem__)[:size])
    return [number for number in numbers if number in drawn]


def order_open(
    numbers: Sequence[NumberId], decided: Collection[NumberId], put_off: Sequence[NumberId]
) -> list[NumberId]:
    """Return the numbers without a decision in their order, and after them those that were put off, the first first."""
    is_open = [number for number in numbers if number not in decided]
    waiting = {number: place for place, number in enumerate(put_off)}
    return sorted(is_open, key=lambda number: waiting.get(number, -1))
