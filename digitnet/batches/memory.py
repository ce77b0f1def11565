"""Hold the sheets of a batch in memory alone, for somebody of whom nothing may be kept."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from digitnet.batches.records import FAILED, READ, TEXT, WAITING, Decision, Number, Sheet, SheetPage
from digitnet.batches.twins import Twin
from digitnet.documents.opening import MAX_PAGES


@dataclass
class _Content:
    """Sheets by their numbers, and their numbers by sheet and key."""

    sheets: dict[int, Sheet] = field(default_factory=dict)
    numbers: dict[tuple[int, str], Number] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)


class MemorySheets:
    """The sheets of one batch, as `sheets.SheetStore` keeps those of all."""

    def __init__(self, content: _Content) -> None:
        self._content = content

    def add(self, batch: str, pages: Sequence[SheetPage]) -> list[Sheet]:
        """Add pages that are to be read; return their sheets, also those that were there before."""
        with self._content.lock:
            known = {(sheet.page.digest, sheet.page.page): sheet for sheet in self._content.sheets.values()}
            for page in pages:
                if (key := (page.digest, page.page)) not in known:
                    number = len(self._content.sheets) + 1
                    place = number * MAX_PAGES
                    known[key] = self._content.sheets[number] = Sheet(number, batch, place, page, WAITING)
            return [known[page.digest, page.page] for page in pages]

    def add_pages(self, sheet: int, pages: int) -> list[Sheet]:
        """Add the further pages of a file by its first page; return the sheets of all its pages in their order."""
        with self._content.lock:
            first = self._content.sheets[sheet]
            first = self._content.sheets[sheet] = replace(first, page=replace(first.page, pages=pages))
            further = [replace(first.page, page=page) for page in range(2, pages + 1)]
            added = self.add(first.batch, further)
            for page in added:
                moved = replace(page, place=first.place + page.page.page - 1)
                self._content.sheets[page.id] = moved
            return [first, *(self._content.sheets[page.id] for page in added)]

    def find(self, batch: str) -> list[Sheet]:
        """Return all sheets in their order."""
        with self._content.lock:
            return sorted(self._content.sheets.values(), key=lambda sheet: sheet.place)

    def save_reading(
        self, sheet: int, entry: dict[str, Any], found: Sequence[Number], model: str, version: str
    ) -> bool:
        """Hold what was read from a sheet; return whether it was not read before."""
        with self._content.lock:
            known = self._content.sheets[sheet]
            if known.state == READ:
                return False
            now = datetime.now(UTC)
            read = replace(known, state=READ, error="", entry=entry, model=model, version=version, read=now)
            self._content.sheets[sheet] = read
            for place, number in enumerate(found):
                held = replace(number, sheet=sheet, place=place, page=known.page)
                self._content.numbers[sheet, number.key] = held
        return True

    def save_failure(self, sheet: int, error: str) -> None:
        """Hold why a sheet cannot be read."""
        with self._content.lock:
            known = self._content.sheets[sheet]
            if known.state != READ:
                self._content.sheets[sheet] = replace(known, state=FAILED, error=error)

    def take_over(self, sheet: int, version: str) -> Twin | None:
        """Return None, because no other tab and no other batch has its sheets here."""
        return None


class MemoryNumbers:
    """The numbers of one batch, as `numbers.NumberStore` keeps those of all."""

    def __init__(self, content: _Content) -> None:
        self._content = content

    def find(self, batch: str) -> list[Number]:
        """Return all numbers in their order, each with its decision."""
        with self._content.lock:
            return sorted(self._content.numbers.values(), key=lambda number: (number.sheet, number.place))

    def list_decisions(self, batch: str) -> list[Decision]:
        """Return the decisions that hold."""
        return [number.decision for number in self.find(batch) if number.decision]

    def decide(self, sheet: int, key: str, text: str, kind: str = TEXT, *, after: int | None = None) -> Decision:
        """Hold what was decided of a number, in place of what was decided before."""
        with self._content.lock:
            number = self._content.numbers[sheet, key]
            decision = Decision((after or 0) + 1, sheet, key, kind, text, datetime.now(UTC))
            self._content.numbers[sheet, key] = replace(number, decision=decision)
        return decision


class MemoryStore:
    """One batch; threads may share it.

    Attributes:
        sheets: its sheets.
        numbers: their numbers.
    """

    def __init__(self) -> None:
        content = _Content()
        self.sheets, self.numbers = MemorySheets(content), MemoryNumbers(content)
