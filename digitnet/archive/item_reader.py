"""Have a pool of reading processes read items; a page that ends its process is a row, and the others are read."""

from __future__ import annotations

import platform
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import takewhile
from typing import NamedTuple

from digitnet.access.spending import get_spending
from digitnet.archive.item_reading import Part, Place, read_part
from digitnet.archive.items import Item, load_content
from digitnet.archive.options import ArchiveOptions
from digitnet.archive.patience import Patience
from digitnet.archive.rows import Row, make_rows
from digitnet.archive.silence import StoreError
from digitnet.documents.page import Page
from digitnet.errors import ArchiveError, DigitnetError, ImageError
from digitnet.workers.pool import WorkerPool
from digitnet.workers.process import KilledError

_PART_SECONDS = 5.0  # Processor time after which a process hands over what it has read.
_MAX_GROUP_BYTES = 16 * 2**20  # Of files that are handed over to a process at once, and of those fetched ahead.
_GROUP_FETCHED = 4  # Fetched files are handed over when there are so many, so that fetching and reading overlap.
_MAX_FETCHES = 16  # At a time; a store answers after 20 to 100 ms, in which several small files are read.
_MAX_DEATHS = 3  # A file whose pages have ended so many processes is given up.
_MEMORY = "the memory of this machine"  # Is asked like a store.
_NO_MEMORY = "Memory has run out on the machine {machine!r}; run the same command again with fewer --workers."
_NO_MEMORY_REASON = "the memory of the machine has run out; give fewer --workers"
_UNEXPECTED = "The page cannot be read because of an unexpected error ({error})."


class PutOff(NamedTuple):
    """An item that was not read, and has no row, because its store does not answer.

    Attributes:
        name: name of the item.
        store: what to call its store.
        silence: what the store said, or what was met in its place.
        is_whole: whether the store has answered for none of its items.
    """

    name: str
    store: str
    silence: StoreError
    is_whole: bool


class Outcome(NamedTuple):
    """What became of some items.

    Attributes:
        items: names of those that were read.
        rows: their rows, whole.
        put_off: those that were not read.
    """

    items: list[str]
    rows: list[Row]
    put_off: tuple[PutOff, ...] = ()


class ItemReader:
    """Reads items by a pool of processes; threads may share it.

    Args:
        pool: the processes.
        options: how to read.
        stopping: when it is set, a store that does not answer is not asked again.
        patience: seconds for which it is asked again before, None for PATIENCE_SECONDS.
    """

    def __init__(
        self,
        pool: WorkerPool,
        options: ArchiveOptions,
        stopping: threading.Event | None = None,
        patience: float | None = None,
    ) -> None:
        self._pool, self._options = pool, options
        self._patience = Patience(patience, stopping)

    def read(self, items: Sequence[Item]) -> Outcome:
        """Return the rows of items; those whose store does not answer are put off.

        Raises:
            ModelError: the model is unknown, damaged or another one.
        """
        rows: list[Row] = []
        put_off: list[PutOff] = []
        for group in self._load(items):
            rows += self._read_group(group, put_off)
        missing = {each.name for each in put_off}
        return Outcome([item.name for item in items if item.name not in missing], rows, tuple(put_off))

    def _load(self, items: Sequence[Item]) -> Iterator[list[Item]]:
        """Yield items in groups; those that lie in a store have their content, and the next are fetched meanwhile."""
        if all(item.error or item.silence or item.is_near for item in items):
            yield list(items)
            return
        group: list[Item] = []
        for item in self._fetch_ahead(items):
            group.append(item)
            size = sum(len(each.content or b"") for each in group)
            if len(group) >= _GROUP_FETCHED or size > _MAX_GROUP_BYTES:
                yield group
                group = []
        if group:
            yield group

    def _fetch_ahead(self, items: Sequence[Item]) -> Iterator[Item]:
        """Yield items with their content in their order; as many are fetched at a time as the memory has room for."""
        waiting = deque(items)
        fetched: deque[Future[Item]] = deque()
        most, count, size = _GROUP_FETCHED, 0, 0
        with ThreadPoolExecutor(_MAX_FETCHES) as threads:
            while waiting or fetched:
                while waiting and len(fetched) < most:
                    fetched.append(threads.submit(self._fetch, waiting.popleft()))
                item = fetched.popleft().result()
                count, size = count + 1, size + len(item.content or b"")
                most = max(1, min(_MAX_FETCHES, _MAX_GROUP_BYTES * count // max(1, size)))
                yield item

    def _fetch(self, item: Item) -> Item:
        if item.error or item.silence or item.is_near:
            return item
        try:
            return replace(item, content=self._patience.ask(item.store, partial(load_content, item)))
        except StoreError as silence:
            return replace(item, silence=silence)
        except (ArchiveError, ImageError) as error:
            return replace(item, error=str(error))

    def _read_group(self, items: list[Item], put_off: list[PutOff]) -> list[Row]:
        """Return the rows of items that are loaded or near; add those whose disk does not answer to `put_off`."""
        rows: list[Row] = []
        place, pages, deaths = Place(), 0, 0
        steps = False  # Page by page, after a process has ended: which page ended it?
        while place.item < len(items):
            try:
                part = self._read_part(
                    items[place.item : place.item + 1] if steps else items[place.item :], place, steps
                )
            except StoreError as silence:
                item = items[place.item]
                put_off.append(PutOff(item.name, item.store, silence, self._patience.is_silent(item.store)))
                rows = [row for row in rows if row.file != item.name]  # Of its first pages.
                steps, part = False, Part([], Place(place.item + 1))
            except (ImageError, RuntimeError) as error:
                if not steps:
                    steps = True
                    continue
                steps, deaths = False, deaths + 1
                goes_on = place.page < pages and deaths < _MAX_DEATHS
                part = Part(
                    self._note(items[place.item], place.page, pages, error),
                    Place(place.item, place.page + 1) if goes_on else Place(place.item + 1),
                    pages if goes_on else 0,
                )
            if part.next.item > place.item:
                deaths = 0
            rows += part.rows
            place, pages = part.next, part.pages
        return rows

    def _read_part(self, items: Sequence[Item], place: Place, one_page: bool) -> Part:
        """Read pages of items, the first of which is that of the place; raise StoreError if that cannot be loaded."""
        if items[0].silence:
            raise items[0].silence
        loaded = list(takewhile(lambda item: not item.silence, items))
        run = partial(self._run, loaded, place, one_page)
        return self._patience.ask(items[0].store if items[0].is_near else _MEMORY, run)

    def _run(self, items: Sequence[Item], place: Place, one_page: bool) -> Part:
        limit = _PART_SECONDS + get_spending().find_page_seconds()
        start = Place(0, place.page)
        try:
            part = self._pool.run(
                _read, items, start, self._options, one_page, subject="The page", processor_seconds=limit
            )
        except ImageError as error:
            if one_page and isinstance(error.__cause__, KilledError):  # It says nothing about the page.
                raise StoreError(_NO_MEMORY.format(machine=platform.node()), _NO_MEMORY_REASON) from error
            raise
        if part.silence and not part.next.item:
            raise part.silence
        return part._replace(next=Place(place.item + part.next.item, part.next.page))

    def _note(self, item: Item, page: int, pages: int, error: Exception) -> list[Row]:
        """Return the row of a page that has ended its process."""
        sentence = str(error) if isinstance(error, DigitnetError) else _UNEXPECTED.format(error=error)
        return make_rows(item.name, Page(page, max(page, pages), error=sentence), None, self._options, 0.0)


def _read(items: Sequence[Item], start: Place, options: ArchiveOptions, one_page: bool) -> Part:
    return read_part(items, start, options, _PART_SECONDS, one_page=one_page)
