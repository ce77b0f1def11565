"""Limit how much each of many may use in a time."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

_MAX_KEYS = 10_000  # About 2 MB. Beyond them the one that asked longest ago is forgotten.


class _Level(NamedTuple):
    """What a key has left, and the time at which that was true."""

    left: float
    time: float


class Rate:
    """Lets each key use so much at once; what was used comes back evenly. Threads may share it.

    Args:
        amount: how much a key may use at once, and within each period.
        seconds: the period.
        clock: time in seconds.
        max_keys: how many keys are remembered.
    """

    def __init__(
        self,
        amount: float,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        max_keys: int = _MAX_KEYS,
    ) -> None:
        self.amount, self._seconds, self._clock, self._max_keys = amount, seconds, clock, max_keys
        self._levels: OrderedDict[str, _Level] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def keys(self) -> int:
        """The number of keys that are remembered."""
        return len(self._levels)

    def spend(self, key: str, count: float = 1.0) -> float:
        """Use up so much of a key; return the seconds to wait if there is less, which then stays as it is.

        The wait is endless if it is more than may be used at once.
        """
        if count > self.amount:
            return float("inf")
        with self._lock:
            left = self._find_left(key)
            if left < count:
                return (count - left) / self.amount * self._seconds
            self._levels[key] = _Level(left - count, self._clock())
            self._levels.move_to_end(key)
            while len(self._levels) > self._max_keys:
                self._levels.popitem(last=False)
            return 0.0

    def find_wait(self, key: str, count: float = 1.0) -> float:
        """Return the seconds until so much of a key can be used, without using it."""
        with self._lock:
            left = self._find_left(key)
        return max(0.0, (count - left) / self.amount * self._seconds) if count <= self.amount else float("inf")

    def _find_left(self, key: str) -> float:
        level = self._levels.get(key)
        if level is None:
            return self.amount
        return min(self.amount, level.left + (self._clock() - level.time) / self._seconds * self.amount)
