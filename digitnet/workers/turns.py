"""Let tasks take turns: so many at a time, and all callers alike."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from digitnet.errors import CanceledError
from digitnet.workers.process import Cancellation

_LOOK_SECONDS = 0.2  # How often a task that waits looks whether it was canceled.
_MAX_REMEMBERED = 1000  # Callers whose last turn is remembered.


class FullError(Exception):
    """So many wait that no further one may.

    Attributes:
        is_own: whether those that wait are many of the same caller.
    """

    def __init__(self, *, is_own: bool = False) -> None:
        super().__init__(is_own)
        self.is_own = is_own


@dataclass(frozen=True, eq=False)
class _Turn:
    """The turn that a task waits for, and who asks for the task."""

    key: str
    has_come: threading.Event = field(default_factory=threading.Event)


class Load(NamedTuple):
    """How many tasks run, how many wait, and how many may run."""

    busy: int
    waiting: int
    workers: int


class Turns:
    """Turns of tasks; threads may share it.

    The next turn is that of the caller with the fewest running tasks; among these, of the one whose last turn was
    longest ago; and among the tasks of a caller, of the one that waits longest.

    Args:
        workers: how many tasks run at most.
        max_waiting: how many may wait.
        max_waiting_each: how many of a caller may wait, None for no less than all.
    """

    def __init__(self, workers: int, max_waiting: int, max_waiting_each: int | None = None) -> None:
        self._workers, self._max_waiting = workers, max_waiting
        self._max_waiting_each = max_waiting if max_waiting_each is None else max_waiting_each
        self._lock = threading.Lock()
        self._running: Counter[str] = Counter()
        self._waiting: list[_Turn] = []
        self._turns = 0
        self._last_turns: dict[str, int] = {}  # The numbers of the turns, the latest last.

    def measure_load(self) -> Load:
        """Return how many tasks run and wait now."""
        with self._lock:
            return Load(self._running.total(), len(self._waiting), self._workers)

    @contextmanager
    def take(self, cancellation: Cancellation, key: str | None = None) -> Iterator[None]:
        """Wait for a turn, and have it during a block.

        Args:
            cancellation: cancels the task.
            key: who asks for it, None for an owner, of whose tasks all may wait.

        Raises:
            FullError: too many wait already.
            CanceledError: the task was canceled while it waited.
        """
        if turn := self._queue_up(key):
            self._wait(turn, cancellation)
        try:
            yield
        finally:
            with self._lock:
                self._running -= Counter([key or ""])
                if self._waiting:
                    self._give_turn()

    def _queue_up(self, key: str | None) -> _Turn | None:
        """Take a turn that is free and return None, or else return the turn to wait for."""
        turn = _Turn(key or "")
        with self._lock:
            if self._running.total() < self._workers and not self._waiting:
                self._begin(turn)
                return None
            if len(self._waiting) >= self._max_waiting:
                raise FullError
            if key is not None and sum(other.key == key for other in self._waiting) >= self._max_waiting_each:
                raise FullError(is_own=True)
            self._waiting.append(turn)
            return turn

    def _wait(self, turn: _Turn, cancellation: Cancellation) -> None:
        while not turn.has_come.wait(_LOOK_SECONDS):
            if cancellation.is_canceled:
                with self._lock:
                    if turn in self._waiting:  # If not, its turn has just come; the task ends by itself.
                        self._waiting.remove(turn)
                        raise CanceledError("It was canceled while it waited.")

    def _give_turn(self) -> None:
        """Give a turn that is free to the task that is next; nobody who comes later can take it."""
        turn = min(self._waiting, key=lambda turn: (self._running[turn.key], self._last_turns.get(turn.key, 0)))
        self._waiting.remove(turn)
        self._begin(turn)
        turn.has_come.set()

    def _begin(self, turn: _Turn) -> None:
        self._turns += 1
        self._running[turn.key] += 1
        self._last_turns.pop(turn.key, None)
        self._last_turns[turn.key] = self._turns
        while len(self._last_turns) > _MAX_REMEMBERED:
            del self._last_turns[next(iter(self._last_turns))]
