"""Read an archive to a folder of results; a start after a stop or a kill goes on with what is missing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from digitnet.archive.addresses import hide_secrets
from digitnet.archive.csv_lists import is_list
from digitnet.archive.intake import Intake
from digitnet.archive.item_reader import Outcome
from digitnet.archive.items import Item
from digitnet.archive.listing import list_items
from digitnet.archive.options import ArchiveOptions
from digitnet.archive.parts import KnownItems, PartWriter, list_parts
from digitnet.archive.patience import Patience
from digitnet.archive.progress import ItemCount, Progress, count_put_off
from digitnet.archive.results import holding_results
from digitnet.archive.silence import StoreError
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

    Files whose store does not answer are put off; the others are read. If the whole archive lies in one store, its
    silence ends the reading.

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
        count = ItemCount(lambda patience: list_items(source, out, patience))
        try:
            earlier = Progress(*known.add_parts(list_parts(out)))
            intake = Intake(list_items(source, out, Patience(stopping=stopping)), known, earlier.earlier, stopping)
            outcomes = engine(iter(intake), options, stopping)
            progress = _write_all(outcomes, writer, earlier, intake, count, report, ends_in_silence=not is_list(source))
            if intake.error and not stopping.is_set():
                raise intake.error
        finally:
            count.stop()
            known.close()
    if not (progress.earlier or progress.files or progress.put_off or stopping.is_set()):
        raise ArchiveError(f"There are no files in {hide_secrets(source)!r}.")
    return progress


def _write_all(
    outcomes: Iterator[Outcome],
    writer: PartWriter,
    earlier: Progress,
    intake: Intake,
    count: ItemCount,
    report: Report,
    *,
    ends_in_silence: bool,
) -> Progress:
    """Write the rows of outcomes; if the silence of a store ends the reading, raise it once all of them are written."""
    begun, progress = time.monotonic(), earlier
    silence: StoreError | None = None
    try:
        for outcome in outcomes:
            _check(outcome)
            writer.add(outcome.rows)
            silence = silence or next((each.silence for each in outcome.put_off if each.is_whole), None)
            if silence and ends_in_silence:
                intake.end()
            progress = replace(
                progress,
                files=progress.files + len(outcome.items),
                errors=progress.errors + len({row.file for row in outcome.rows if row.error}),
                rows=progress.rows + len(outcome.rows),
                put_off=count_put_off(progress.put_off, outcome.put_off),
                total=intake.find_total(count.total),
                seconds=time.monotonic() - begun,
            )
            report(progress)
    finally:
        writer.write()  # What is read is kept, also where reading on has failed.
    if silence and ends_in_silence:
        raise silence
    return replace(progress, total=intake.find_total(count.total), seconds=time.monotonic() - begun)


def _check(outcome: Outcome) -> None:
    """Raise ArchiveError if rows do not belong to items one to one: such results would lose or double some."""
    if set(outcome.items) != {row.file for row in outcome.rows}:
        raise ArchiveError("A reading process has returned the rows of other files; run the same command again.")
