"""Know the sheets of a batch as far as they were read, so that a page need not ask the database every second."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from digitnet.batches.memory import MemoryStore
from digitnet.batches.records import FAILED, READ, WAITING, Batch, Decision, Number, Sheet
from digitnet.batches.results import SheetResult, make_results
from digitnet.batches.store import BatchStore


@dataclass(frozen=True)
class ReadSheet:
    """A sheet, as far as it was read.

    Attributes:
        sheet: the sheet.
        numbers: its numbers as they were read, without decisions.
        pictures: small PNG files of all its numbers, row by row; empty if it was read elsewhere.
    """

    sheet: Sheet
    numbers: tuple[Number, ...] = ()
    pictures: tuple[bytes, ...] = ()


def join_results(batch: Batch, read: Sequence[ReadSheet], decisions: Iterable[Decision]) -> list[SheetResult]:
    """Return sheets with the decisions that hold, and the pictures that are known of them."""
    held = {(decision.sheet, decision.key): decision for decision in decisions}
    numbers = [
        replace(number, decision=held.get((number.sheet, number.key))) for each in read for number in each.numbers
    ]
    results = make_results(batch, [each.sheet for each in read], numbers)
    return [result._replace(pictures=each.pictures) for result, each in zip(results, read, strict=True)]


class ReadSheets:
    """The sheets of a batch; threads may share it.

    Args:
        batch: the batch.
        store: where they are stored.
    """

    def __init__(self, batch: Batch, store: BatchStore | MemoryStore) -> None:
        self._lock = threading.Lock()
        numbers: dict[int, list[Number]] = {}
        for number in store.numbers.find(batch.id):
            numbers.setdefault(number.sheet, []).append(replace(number, decision=None))
        found = store.sheets.find(batch.id)
        self._sheets = {sheet.id: ReadSheet(sheet, tuple(numbers.get(sheet.id, ()))) for sheet in found}

    def find(self) -> list[ReadSheet]:
        """Return all sheets in their order."""
        with self._lock:
            return sorted(self._sheets.values(), key=lambda read: read.sheet.place)

    def find_pages(self, digest: str) -> list[Sheet]:
        """Return the sheets of a file, by the digest of its content, in the order of its pages."""
        return [read.sheet for read in self.find() if read.sheet.page.digest == digest]

    def list_digests(self) -> set[str]:
        """Return the digests of the files that have sheets."""
        return {read.sheet.page.digest for read in self.find()}

    def is_read(self, digest: str) -> bool:
        """Return whether all known pages of a file were read."""
        return all(sheet.state == READ for sheet in self.find_pages(digest))

    def add(self, sheets: Iterable[Sheet]) -> None:
        """Know of further sheets; of those that another tab has read, the reading is still to be taken over."""
        with self._lock:
            for sheet in sheets:
                unread = replace(sheet, state=WAITING, entry={}) if sheet.state == READ else sheet
                self._sheets.setdefault(sheet.id, ReadSheet(unread))

    def keep(
        self, sheet: Sheet, entry: dict[str, Any], numbers: Iterable[Number], pictures: Iterable[bytes] = ()
    ) -> None:
        """Know what was read from a sheet."""
        found = (replace(number, sheet=sheet.id, place=place, page=sheet.page) for place, number in enumerate(numbers))
        read = replace(sheet, state=READ, error="", entry=entry)
        with self._lock:
            self._sheets[sheet.id] = ReadSheet(read, tuple(found), tuple(pictures))

    def fail(self, sheet: Sheet, error: str) -> None:
        """Know why a sheet cannot be read."""
        with self._lock:
            self._sheets[sheet.id] = ReadSheet(replace(sheet, state=FAILED, error=error))

    def forget(self, ids: Iterable[int]) -> None:
        """Forget sheets that were removed."""
        with self._lock:
            for sheet in ids:
                self._sheets.pop(sheet, None)
