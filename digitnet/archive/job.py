"""Read an archive to a folder of results; a start after a stop or a kill goes on with what is missing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

from digitnet.archive.addresses import hide_secrets
from digitnet.archive.item_reader import Outcome
from digitnet.archive.items import Item
from digitnet.archive.listing import list_items
from digitnet.archive.options import ArchiveOptions
from digitnet.archive.parts import KnownItems, PartWriter, list_parts
from digitnet.archive.progress import ItemCount, Progress
from digitnet.archive.results import holding_results
from digitnet.errors import ArchiveError

Engine = Callable[[Iterator[Item], ArchiveOptions, threading.Event], Iterator[Outcome]]
Report = Callable[[Progress], None]


def read_archive(
    source: str,
    out: Path,
    options: ArchiveOptions,
    engine: Engine,
    report: Report = lambda _: None,
    stopping: threading.Event | None = None,
) -> Progress:
    """Read all files of an archive that the results do not hold yet.

    Args:
        source: the archive, as `list_items` takes it.
        out: folder of the results.
        options: how to read.
        engine: reads items, as `local_engine.read_on_this_machine` does.
        report: is told how far it is, often.
        stopping: when it is set, what was begun is finished and written, and the rest is left for another start.

    Returns:
        How far it is at the end.

    Raises:
        ArchiveError: the source cannot be listed, its store does not answer, or the results cannot be written; or the
            folder holds results of other settings.
        ModelError: the model is unknown, damaged or another one.
    """
    stopping = stopping or threading.Event()
    with holding_results(out, source, options):
        known, writer = KnownItems(), PartWriter(out)
        count = ItemCount(lambda: list_items(source, out))
        try:
            earlier = Progress(*known.add_parts(list_parts(out)))
            new = (item for item in list_items(source, out) if known.add(item.name))
            items = takewhile(lambda _: not stopping.is_set(), new)
            progress = _write_all(engine(items, options, stopping), writer, earlier, count, report)
        finally:
            count.stop()
            known.close()
    if not (progress.earlier or progress.files or stopping.is_set()):
        raise ArchiveError(f"There are no files in {hide_secrets(source)!r}.")
    return progress


def _write_all(
    outcomes: Iterator[Outcome], writer: PartWriter, earlier: Progress, count: ItemCount, report: Report
) -> Progress:
    begun, progress = time.monotonic(), earlier
    try:
        for outcome in outcomes:
            _check(outcome)
            writer.add(outcome.rows)
            progress = replace(
                progress,
                files=progress.files + len(outcome.items),
                errors=progress.errors + len({row.file for row in outcome.rows if row.error}),
                rows=progress.rows + len(outcome.rows),
                total=count.total,
                seconds=time.monotonic() - begun,
            )
            report(progress)
    finally:
        writer.write()  # What is read is kept, also where reading on has failed.
    return replace(progress, total=count.total, seconds=time.monotonic() - begun)


def _check(outcome: Outcome) -> None:
    """Raise ArchiveError if rows do not belong to items one to one: such results would lose or double some."""
    if set(outcome.items) != {row.file for row in outcome.rows}:
        raise ArchiveError("A reading process has returned the rows of other files; run the same command again.")
