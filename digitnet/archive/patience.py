"""Ask stores and disks again that do not answer, and remember those that stay silent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from math import inf
from typing import TypeVar

from digitnet.archive.silence import StoreError
from digitnet.errors import DigitnetError

PATIENCE_SECONDS = 60.0  # A store that does not answer is asked again for so long.
_FILE_SECONDS = 15.0  # But for so long only if it answers for other files meanwhile.
_MAX_PAUSE_SECONDS = 10.0
# A silent store is asked once more after ten times as long as it let the last call wait, at most after so long.
_REST_RATIO, _MAX_REST_SECONDS = 10.0, 300.0

T = TypeVar("T")


class Patience:
    """Asks stores until they answer; threads may share it.

    Args:
        seconds: how long a store is asked again, None for PATIENCE_SECONDS.
        stopping: when it is set, no store is asked again.
    """

    def __init__(self, seconds: float | None = None, stopping: threading.Event | None = None) -> None:
        self._seconds = PATIENCE_SECONDS if seconds is None else seconds
        self._stopping = stopping or threading.Event()
        self._answered: dict[str, float] = {}  # When each store last did.
        self._silent: dict[str, tuple[float, StoreError]] = {}  # Until when each is not asked, and why.

    def ask(self, store: str, call: Callable[[], T]) -> T:
        """Return what a call returns; repeat it while it raises StoreError, with growing pauses.

        Args:
            store: name of the store that it asks. Once that has been silent for all the time, it is asked once, now and
                then, until it answers.
            call: the call.

        Raises:
            StoreError: the store does not answer.
        """
        begun, pause = time.monotonic(), 1.0
        seconds = 0.0 if store in self._silent else self._seconds
        while True:
            self._check(store)
            asked = time.monotonic()
            try:
                answer = call()
            except StoreError as error:
                answers = self._answered.get(store, -inf) >= begun
                now = time.monotonic()
                left = begun + (min(seconds, _FILE_SECONDS) if answers else seconds) - now
                if left <= 0 and not answers:
                    self._silent[store] = now + min(_MAX_REST_SECONDS, _REST_RATIO * (now - asked)), error
                if left <= 0 or self._stopping.wait(min(pause, left)):
                    raise
                pause = min(2 * pause, _MAX_PAUSE_SECONDS)
            except DigitnetError:
                self._note_answer(store)
                raise
            else:
                self._note_answer(store)
                return answer

    def iterate(self, store: str, begin: Callable[[], Iterator[T]], *, skips: bool = True) -> Iterator[T]:
        """Yield what an iterator yields; where it raises StoreError, begin it anew.

        Args:
            store: as for `ask`.
            begin: begins it.
            skips: whether what was yielded before is passed over, which needs an iterator that repeats itself.

        Raises:
            StoreError: the store does not answer.
        """
        iterator: Iterator[T] | None = None
        given = 0

        def advance() -> tuple[T, ...]:
            nonlocal iterator
            if iterator is None:
                iterator = islice(begin(), given if skips else 0, None)
            try:
                return tuple(islice(iterator, 1))
            except StoreError:
                iterator = None
                raise

        while found := self.ask(store, advance):
            given += 1
            yield found[0]

    def is_silent(self, store: str) -> bool:
        """Return whether a store has been silent for all the time, for all of its files."""
        return store in self._silent

    def _check(self, store: str) -> None:
        until, error = self._silent.get(store, (-inf, None))
        if error and time.monotonic() < until:
            raise StoreError(str(error), error.reason)

    def _note_answer(self, store: str) -> None:
        self._answered[store] = time.monotonic()
        self._silent.pop(store, None)
