"""Read items on a Ray cluster: Ray Data hands them to actors, each with a reading process of its own.

The parts of the results are the only record of what was read. Ray Data's own checkpoints would be a second one, which
a start without Ray could not go on from.
"""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator
from typing import Any

from digitnet.archive.ahead import ItemsAhead
from digitnet.archive.item_reader import ItemReader, Outcome
from digitnet.archive.items import Item
from digitnet.archive.options import ArchiveOptions
from digitnet.errors import ClusterError, DigitnetError
from digitnet.workers.pool import WorkerPool

_FIRST_BLOCK_ITEMS = 4  # An actor takes so many at first; if it ends, they are read again by another.
MAX_BLOCK_ITEMS = 2048
_MIN_BLOCK_SECONDS = 1.0
_DRIVER_SECONDS = 0.03  # A block of each actor in its turn: the driver takes some 5 to 13 ms for one.
_FIRST_ITEMS = 64  # For each actor, in the first window, which shows how long items take.
WINDOW_SECONDS = 1800.0  # Actors wait for each other and start anew between windows; later ones take about so long,
MAX_WINDOW_ITEMS = 1_000_000  # but have no more than these: Ray keeps them in memory, and so many more are listed.
_WINDOW_BYTES = 64 * 2**20  # Of their content.
_LISTING_SECONDS = 1.0  # A window waits so long to be filled; then it is what is listed.
_COLUMN = "pickled"


class RayReader:
    """Reads blocks of items; an actor of Ray Data holds one."""

    def __init__(self, options: ArchiveOptions) -> None:
        self._reader = ItemReader(WorkerPool(1, is_quiet=True), options)

    def __call__(self, batch: Any) -> Any:
        """Return the outcome of each block, or the error that ends the whole reading; both are tables of pickles."""
        import pyarrow as pa

        return pa.table({_COLUMN: [pickle.dumps(self._read(block.as_py())) for block in batch[_COLUMN]]})

    def _read(self, block: bytes) -> Outcome | DigitnetError:
        try:
            return self._reader.read(pickle.loads(block))
        except DigitnetError as error:
            return error


def read_on_ray(
    items: Iterator[Item], options: ArchiveOptions, stopping: threading.Event, workers: int
) -> Iterator[Outcome]:
    """Yield the rows of items as they are read on the Ray cluster that this process is connected to.

    Args:
        items: the items; a thread takes as many from them as are being read, for what is read next.
        options: how to read them.
        stopping: when it is set, the next outcome is the last; what other actors read then is read again later.
        workers: number of actors at most; there are fewer where the cluster has no room for so many.

    Raises:
        ModelError: the model is unknown, damaged or another one on a machine of the cluster.
        ClusterError: the cluster has failed.
    """
    ahead, block_items = ItemsAhead(items, _FIRST_ITEMS * workers, _WINDOW_BYTES), _FIRST_BLOCK_ITEMS
    try:
        while window := ahead.take(stopping, _LISTING_SECONDS):
            size = min(block_items, -(-len(window) // workers))  # Of a short window, too, each actor has a share.
            blocks = [window[start : start + size] for start in range(0, len(window), size)]
            seconds = 0.0
            for outcome in read_blocks(blocks, options, workers, stopping):
                seconds += sum(row.seconds or 0.0 for row in outcome.rows)
                yield outcome
            block_seconds = find_block_seconds(workers)
            item_seconds = max(seconds / len(window), block_seconds / MAX_BLOCK_ITEMS)
            ahead.limit(min(MAX_WINDOW_ITEMS, max(workers, round(workers * WINDOW_SECONDS / item_seconds))))
            block_items = max(1, round(block_seconds / item_seconds))
    finally:
        ahead.close()


def find_block_seconds(workers: int) -> float:
    """Return how long an actor is to read a block, so that the driver has time for those of all the others."""
    return max(_MIN_BLOCK_SECONDS, _DRIVER_SECONDS * workers)


def read_blocks(
    blocks: list[list[Item]], options: ArchiveOptions, workers: int, stopping: threading.Event
) -> Iterator[Outcome]:
    """Yield the outcomes of blocks of items, each once, until the reading is to stop; raises as `read_on_ray` does."""
    from ray.exceptions import RayError

    missing = {item.name for block in blocks for item in block}
    try:
        for outcome in _iterate_outcomes(blocks, options, workers):
            if isinstance(outcome, DigitnetError):
                raise outcome
            names = {*outcome.items, *(each.name for each in outcome.put_off)}
            if missing.issuperset(names):  # Else another actor has read them, too.
                missing.difference_update(names)
                yield outcome
            if stopping.is_set():
                return
    except RayError as error:
        reason = str(error).strip().splitlines()[0][:200]
        raise ClusterError(f"The Ray cluster has failed ({reason}); run the same command again to go on.") from error
    if missing:
        raise ClusterError(f"The Ray cluster has lost {len(missing):,} files; run the same command again to go on.")


def _iterate_outcomes(
    blocks: list[list[Item]], options: ArchiveOptions, workers: int
) -> Iterator[Outcome | DigitnetError]:
    import pyarrow as pa
    import ray.data

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = context.print_on_execution_start = False
    dataset = ray.data.from_arrow([pa.table({_COLUMN: [pickle.dumps(block)]}) for block in blocks]).map_batches(
        RayReader,
        fn_constructor_args=(options,),
        batch_size=None,
        batch_format="pyarrow",
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=workers, initial_size=workers),
        num_cpus=1,
    )
    for batch in dataset.iter_batches(batch_size=None, batch_format="pyarrow"):
        outcomes = [pickle.loads(pickled.as_py()) for pickled in batch[_COLUMN]]
        yield from sorted(outcomes, key=lambda outcome: isinstance(outcome, DigitnetError))  # Rows before errors.
