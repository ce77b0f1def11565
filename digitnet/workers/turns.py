"""Let tasks take turns: so many at a time, and the one that waits longest goes next."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from digitnet.errors import CanceledError
from digitnet.workers.process import Cancellation

_LOOK_SECONDS = 0.2  # How often a task that waits looks whether it was canceled.


class FullError(Exception):
    """So many wait that no further one may."""


class Load(NamedTuple):
    """How many tasks run, how many wait, and how many may run."""

    busy: int
    waiting: int
    workers: int


class Turns:
    """Turns of tasks; threads may share it.

    Args:
        workers: how many tasks run at most.
        max_waiting: how many may wait.
    """

    def __init__(self, workers: int, max_waiting: int) -> None:
        self._workers, self._max_waiting = workers, max_waiting
        self._lock = threading.Lock()
        self._busy = 0
        self._waiting: deque[threading.Event] = deque()

    def measure_load(self) -> Load:
        """Return how many tasks run and wait now."""
        with self._lock:
            return Load(self._busy, len(self._waiting), self._workers)

    @contextmanager
    def take(self, cancellation: Cancellation) -> Iterator[None]:
        """Wait for a turn, and have it during a block.

        Raises:
            FullError: too many wait already.
            CanceledError: the task was canceled while it waited.
        """
        if turn := self._queue_up():
            self._wait(turn, cancellation)
        try:
            yield
        finally:
            with self._lock:
                self._busy -= 1
                self._give_turn()

    def _queue_up(self) -> threading.Event | None:
        """Take a turn that is free and return None, or else return the event of the turn to wait for."""
        with self._lock:
            if self._busy < self._workers and not self._waiting:
                self._busy += 1
                return None
            if len(self._waiting) >= self._max_waiting:
                raise FullError
            self._waiting.append(turn := threading.Event())
            return turn

    def _wait(self, turn: threading.Event, cancellation: Cancellation) -> None:
        while not turn.wait(_LOOK_SECONDS):
            if cancellation.is_canceled:
                with self._lock:
                    if turn in self._waiting:  # If not, its turn has just come; the task ends by itself.
                        self._waiting.remove(turn)
                        raise CanceledError("It was canceled while it waited.")

    def _give_turn(self) -> None:
        """Give a turn that is free to the task that waits longest; nobody who comes later can take it."""
        if self._waiting and self._busy < self._workers:
            self._busy += 1
            self._waiting.popleft().set()
