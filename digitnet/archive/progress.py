"""Count the files of an archive, and say how far its reading is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from digitnet.archive.item_reader import PutOff
from digitnet.archive.items import Item
from digitnet.archive.patience import Patience
from digitnet.errors import DigitnetError

_DAY, _HOUR, _MINUTE = 86_400, 3600, 60
_MAX_NAMED_STORES = 20


class Silence(NamedTuple):
    """How many files of a store were put off, and why, as a part of a sentence."""

    files: int
    reason: str


@dataclass(frozen=True)
class Progress:
    """How far the reading of an archive is.

    Attributes:
        earlier: files that were read before this start.
        errors: files that have an error on a page, of both starts.
        files: files that were read since.
        rows: rows of the results since this start.
        total: files of the archive, None while they are being counted.
        seconds: time since this start.
        put_off: stores that did not answer, by their names.
    """

    earlier: int = 0
    errors: int = 0
    files: int = 0
    rows: int = 0
    total: int | None = None
    seconds: float = 0.0
    put_off: Mapping[str, Silence] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Files in a second since this start."""
        return self.files / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Time until all is read, None if nobody knows."""
        if self.total is None or not self.rate:
            return None
        put_off = sum(silence.files for silence in self.put_off.values())
        return max(0, self.total - self.earlier - self.files - put_off) / self.rate

    def describe(self) -> str:
        """Return a line such as "1,200 of 20,000 files (6%), 3 with errors, 8.5 files/s, 37 min left"."""
        done = self.earlier + self.files
        of_all = f" of {self.total:,}" if self.total is not None else ""
        share = f" ({100 * done // self.total}%)" if self.total else ""
        errors = f", {self.errors:,} with errors" if self.errors else ""
        left = self.seconds_left
        time_left = "" if left is None else f", {describe_time(left)} left"
        rate = f", {self.rate:,.1f} files/s" if self.files else ""
        return f"{done:,}{of_all} files{share}{errors}{rate}{time_left}"

    def describe_put_off(self) -> list[str]:
        """Return a sentence for each store that did not answer, such as "files.example: 12 files were not read ..."."""
        sentences = [
            f"{store}: {'1 file was' if silence.files == 1 else f'{silence.files:,} files were'} not read, "
            f"{silence.reason}; run the same command again."
            for store, silence in self.put_off.items()
        ]
        others = len(sentences) - _MAX_NAMED_STORES
        return sentences[:_MAX_NAMED_STORES] + [f"{others:,} more did not answer."] * (others > 0)


def count_put_off(earlier: Mapping[str, Silence], put_off: Sequence[PutOff]) -> Mapping[str, Silence]:
    """Return the stores that did not answer before, and those of further files."""
    if not put_off:
        return earlier
    stores = dict(earlier)
    for each in put_off:
        known = stores.get(each.store, Silence(0, each.silence.reason))
        stores[each.store] = known._replace(files=known.files + 1)
    return stores


def describe_time(seconds: float) -> str:
    """Return a time such as "40 s", "37 min", "5.2 h" or "3.1 days"."""
    if seconds < 2 * _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < 2 * _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds / _HOUR:.1f} h" if seconds < 2 * _DAY else f"{seconds / _DAY:.1f} days"


class ItemCount:
    """Counts the files of an archive in a thread of its own, while they are already being read."""

    def __init__(self, list_all: Callable[[Patience], Iterator[Item]]) -> None:
        self.total: int | None = None
        self._list_all = list_all
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop counting."""
        self._ended.set()

    def _count(self) -> None:
        count = 0
        try:
            for item in self._list_all(Patience(stopping=self._ended)):
                if self._ended.is_set():
                    return
                if item.content is not None:  # Counting would unpack all of it a second time.
                    return
                count += 1
        except DigitnetError:
            return  # The reading says why.
        self.total = count


class Clock:
    """Tells when the next report is due."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = time.monotonic() + seconds

    def is_due(self) -> bool:
        """Return whether so much time has passed since the last report."""
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self._seconds
        return True
