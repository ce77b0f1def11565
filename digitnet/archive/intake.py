"""Hand over the items of an archive that are new, and keep the count of all."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from digitnet.archive.items import Item
from digitnet.archive.parts import KnownItems
from digitnet.errors import DigitnetError


class Intake:
    """Iterates over the items that the results do not hold.

    What the lister raises ends them like a stop does, so that what was handed over is read and written before.

    Args:
        items: all items of the archive.
        known: those that the results hold; the others are added.
        earlier: how many those of the results are.
        stopping: when it is set, no more are handed over.

    Attributes:
        error: what the lister has raised, None if nothing.
    """

    def __init__(self, items: Iterator[Item], known: KnownItems, earlier: int, stopping: threading.Event) -> None:
        self._items, self._known, self._earlier, self._stopping = items, known, earlier, stopping
        self._listed = self._new = 0
        self._is_ended = self._is_complete = False
        self.error: DigitnetError | None = None

    def __iter__(self) -> Iterator[Item]:
        try:
            for item in self._items:
                if self._stopping.is_set() or self._is_ended:
                    return
                self._listed += 1
                if self._known.add(item.name):
                    self._new += 1
                    yield item
        except DigitnetError as error:
            self.error = error
        else:
            self._is_complete = True

    def end(self) -> None:
        """Hand over no more."""
        self._is_ended = True

    def find_total(self, count: int | None) -> int | None:
        """Return how many files the results will hold in the end, None if nobody knows yet.

        Args:
            count: how many items the whole archive lists, those that it names twice too; None while they are counted.
        """
        found = self._earlier + self._new
        if self._is_complete or count is None:
            return found if self._is_complete else None
        met = self._listed - self._new  # Of the results, or named twice.
        return found + max(0, count - self._listed - max(0, self._earlier - met))
