"""List items in a thread while others are read, so that no worker waits for the listing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from digitnet.archive.items import Item

_SECONDS_BETWEEN_LOOKS = 0.2  # At the wish to stop.
_CLOSING_SECONDS = 1.0  # A store that is silent may hold the thread up for longer; it ends by itself then.


class ItemsAhead:
    """Lists items in a thread of its own, until a limit is reached; what is taken makes room.

    Args:
        items: the items; only the thread uses them.
        most_items: number of items that are kept at most, which may change.
        most_bytes: of their content.
    """

    def __init__(self, items: Iterator[Item], most_items: int, most_bytes: int) -> None:
        self._items, self._most_items, self._most_bytes = items, most_items, most_bytes
        self._kept: list[Item] = []
        self._bytes = 0
        self._error: Exception | None = None
        self._is_over = self._is_closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._list, daemon=True)
        self._thread.start()

    def take(self, stopping: threading.Event, patience: float) -> list[Item]:
        """Return the items that are listed by now, at least one; none after the last.

        Args:
            stopping: when it is set, no items are returned.
            patience: seconds to wait for as many items as may be kept.

        Raises:
            Exception: that of the listing, once all items before it were taken.
        """
        until = time.monotonic() + patience
        with self._changed:
            while not (self._is_over or self._is_full or (self._kept and time.monotonic() > until)):
                if stopping.is_set():
                    return []
                self._changed.wait(_SECONDS_BETWEEN_LOOKS)
            if self._error and not self._kept:
                raise self._error
            taken, self._kept = self._kept[: self._most_items], self._kept[self._most_items :]
            self._bytes = sum(len(item.content or b"") for item in self._kept)
            self._changed.notify_all()
        return [] if stopping.is_set() else taken

    def limit(self, most_items: int) -> None:
        """Keep so many items at most from now on, and return no more at a time."""
        with self._changed:
            self._most_items = most_items
            self._changed.notify_all()

    def close(self) -> None:
        """End the listing."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        self._thread.join(_CLOSING_SECONDS)

    @property
    def _is_full(self) -> bool:
        return len(self._kept) >= self._most_items or self._bytes >= self._most_bytes

    def _list(self) -> None:
        try:
            for item in self._items:
                with self._changed:
                    while self._is_full and not self._is_closed:
                        self._changed.wait()
                    if self._is_closed:
                        return
                    self._kept.append(item)
                    self._bytes += len(item.content or b"")
                    if self._is_full:
                        self._changed.notify_all()
        except Exception as error:  # noqa: BLE001 - It is raised where the items are taken.
            self._error = error
        finally:
            with self._changed:
                self._is_over = True
                self._changed.notify_all()
