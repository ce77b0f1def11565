"""Hold the drawings and photos of browser tabs in memory for a while, within limits."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

File = tuple[str, bytes]  # Name and content.
_MEBIBYTE = 1 << 20
_SWEEPS = 12  # How often within the time that work is kept the store looks for connected sessions.


@dataclass
class _Work:
    """The work of a tab.

    Attributes:
        owner: the session that the work belongs to.
        touched: time when it was last changed or claimed.
        keep_seconds: how long it is kept after its session was last seen.
        seen: time when its session was last seen to be connected.
        files: its files, by kind.
        person: who had signed in when it was kept, "" for nobody; no other person in the same tab goes on with it.
    """

    owner: str
    touched: float
    keep_seconds: float
    seen: float = -math.inf
    files: dict[str, tuple[File, ...]] = field(default_factory=dict)
    person: str = ""

    @property
    def size(self) -> int:
        """The number of bytes in its files."""
        return sum(_measure(files) for files in self.files.values())

    @property
    def end(self) -> float:
        """The time at which it expires, unless its session is connected until then."""
        return max(self.touched, self.seen) + self.keep_seconds


class WorkStore:
    """The work of all tabs, by their keys. It may be used by several threads.

    Args:
        is_live: whether a session is connected to a browser.
        clock: time in seconds.
        keep_seconds: how long work is kept after its session was last seen to be connected, if `put` does not say.
        max_tab_bytes: how much one tab can keep of one kind; the oldest files go first.
        max_bytes: how much all tabs can keep; that of closed tabs goes first, then what was touched longest ago.
    """

    def __init__(
        self,
        is_live: Callable[[str], bool],
        clock: Callable[[], float] = time.monotonic,
        keep_seconds: float = 30 * 60,
        max_tab_bytes: int = 64 * _MEBIBYTE,
        max_bytes: int = 512 * _MEBIBYTE,
    ) -> None:
        self._is_live, self._clock, self._keep_seconds = is_live, clock, keep_seconds
        self._max_tab_bytes, self._max_bytes = max_tab_bytes, max_bytes
        self._works: dict[str, _Work] = {}
        self._lock = threading.RLock()
        self._sweep: threading.Timer | None = None

    @property
    def size(self) -> int:
        """The number of bytes of all work."""
        with self._lock:
            return sum(work.size for work in self._works.values())

    def claim(self, known: str, own: str, owner: str, person: str = "") -> str:
        """Return the key under which a session goes on with the work that its browser tab knows.

        That is the `known` key. But if its owner is still connected, the tab is a duplicate; it goes on with a copy
        under its own key, so that two tabs never write to the same work.
        """
        with self._lock:
            self._drop_expired()
            work = self._works.get(known)
            if work is None or work.person not in ("", person):
                return own
            if work.owner != owner and self._is_live(work.owner):
                self._works[own] = _Work(owner, self._clock(), work.keep_seconds, files=dict(work.files), person=person)
                self._shrink(own)
                return own
            work.owner, work.touched = owner, self._clock()
            return known

    def is_free(self, key: str, owner: str) -> bool:
        """Return whether the work under a key belongs to this session, or to none."""
        with self._lock:
            work = self._works.get(key)
            return work is None or work.owner == owner

    def put(
        self,
        key: str,
        owner: str,
        kind: str,
        files: Sequence[File],
        keep_seconds: float | None = None,
        person: str = "",
    ) -> bool:
        """Keep files in place of those of the same kind; return whether all of them fit."""
        kept = self._fit(files)
        keep_seconds = self._keep_seconds if keep_seconds is None else keep_seconds
        with self._lock:
            self._drop_expired()
            work = self._works.setdefault(key, _Work(owner, self._clock(), keep_seconds))
            work.touched, work.keep_seconds, work.person = self._clock(), keep_seconds, person
            work.files[kind] = kept
            if not kept:
                self.drop(key, kind)
            self._shrink(key)
            self._plan_sweep()
        return len(kept) == len(files)

    def get(self, key: str, kind: str) -> list[File]:
        """Return the files of a kind, or an empty list."""
        with self._lock:
            self._drop_expired()
            work = self._works.get(key)
            return list(work.files.get(kind, ())) if work else []

    def drop(self, key: str, kind: str) -> None:
        """Forget the files of a kind."""
        with self._lock:
            if work := self._works.get(key):
                work.files.pop(kind, None)
                if not work.files:
                    del self._works[key]

    def drop_closed(self) -> None:
        """Forget the work of all sessions that are not connected."""
        with self._lock:
            for key in [key for key, work in self._works.items() if not self._is_live(work.owner)]:
                del self._works[key]

    def _fit(self, files: Sequence[File]) -> tuple[File, ...]:
        """Return the last files that fit the limit of a tab."""
        for start in range(len(files)):
            if _measure(files[start:]) <= self._max_tab_bytes:
                return tuple(files[start:])
        return ()

    def _shrink(self, key: str) -> None:
        """Forget work until the rest fits the limit, but not that under `key`."""
        others = [other for other in self._works if other != key]
        others.sort(key=lambda other: (self._is_live(self._works[other].owner), self._works[other].touched))
        for other in others:
            if self.size <= self._max_bytes:
                return
            del self._works[other]

    def _drop_expired(self) -> None:
        now = self._clock()
        for key, work in list(self._works.items()):
            if self._is_live(work.owner):
                work.seen = now
            elif work.end <= now:
                del self._works[key]

    def _plan_sweep(self) -> None:
        """Have expired work forgotten also if nobody asks for anything."""
        if self._works and self._sweep is None:
            shortest = min(work.keep_seconds for work in self._works.values())
            self._sweep = threading.Timer(shortest / _SWEEPS, self._sweep_up)
            self._sweep.daemon = True
            self._sweep.start()

    def _sweep_up(self) -> None:
        with self._lock:
            self._sweep = None
            self._drop_expired()
            self._plan_sweep()


def _measure(files: Sequence[File]) -> int:
    return sum(len(content) for _, content in files)
