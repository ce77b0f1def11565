"""Read items on this machine, by as many reading processes as are asked for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from digitnet.archive.item_reader import ItemReader, Outcome
from digitnet.archive.items import Item
from digitnet.archive.options import ArchiveOptions
from digitnet.workers.pool import WorkerPool, fit_workers

MAX_ITEMS = 64  # In a chunk.
_MAX_BYTES = 16 * 2**20  # Of content in a chunk.
_CHUNK_SECONDS = 1.0  # A chunk is made to be read in about this time.
_OWN_BYTES = 2**30  # Memory of the process that hands over the files.
_NEW_SHARE = 0.3  # Of the last chunk in the mean time of an item.

Read = Callable[[Sequence[Item]], Outcome]


def read_on_this_machine(
    items: Iterator[Item], options: ArchiveOptions, stopping: threading.Event, workers: int
) -> Iterator[Outcome]:
    """Yield the rows of items as they are read; those that were begun are finished when the items end.

    Args:
        items: the items; only a few more are taken than are being read.
        options: how to read them.
        stopping: when it is set, a store that does not answer is not asked again.
        workers: number of reading processes.

    Raises:
        ModelError: the model is unknown, damaged or another one.
    """
    pool = WorkerPool(workers, max_waiting=2 * workers, is_quiet=True)
    try:
        yield from read_in_threads(items, ItemReader(pool, options, stopping).read, workers)
    finally:
        pool.close()


def count_own_workers() -> int:
    """Return how many reading processes this machine has processors and memory for."""
    return fit_workers(_OWN_BYTES)


def read_in_threads(items: Iterator[Item], read: Read, workers: int) -> Iterator[Outcome]:
    """Yield what `read` returns of chunks of items, twice as many at a time as there are workers.

    So a chunk is loaded while another is read. An error ends the reading, once what other threads read is yielded.
    """
    chunks = _Chunks(items)
    error: BaseException | None = None
    running: set[Future[tuple[Outcome, float]]] = set()
    with ThreadPoolExecutor(2 * workers) as threads:
        while True:
            while not error and len(running) < 2 * workers and (chunk := chunks.take()):
                running.add(threads.submit(_time, read, chunk))
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                if failure := future.exception():
                    error = error or failure
                    continue
                outcome, seconds = future.result()
                chunks.note(len(outcome.items), seconds)
                yield outcome
    if error:
        raise error


def _time(read: Read, chunk: list[Item]) -> tuple[Outcome, float]:
    start = time.perf_counter()
    return read(chunk), time.perf_counter() - start


class _Chunks:
    """Takes items in chunks that are read in about the same time, so that all workers end together."""

    def __init__(self, items: Iterator[Item]) -> None:
        self._items = items
        self._item_seconds = _CHUNK_SECONDS

    def take(self) -> list[Item]:
        """Return the next items, none if they have ended."""
        most = max(1, min(MAX_ITEMS, round(_CHUNK_SECONDS / self._item_seconds)))
        chunk: list[Item] = []
        size = 0
        while len(chunk) < most and size < _MAX_BYTES and (item := next(self._items, None)):
            chunk.append(item)
            size += len(item.content or b"")
        return chunk

    def note(self, count: int, seconds: float) -> None:
        """Note how long so many items took."""
        if count:
            self._item_seconds += _NEW_SHARE * (max(seconds, 1e-4) / count - self._item_seconds)
