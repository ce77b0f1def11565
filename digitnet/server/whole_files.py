"""Read all pages of a sent file in workers, some pages at a time, so that each task stays short."""

from __future__ import annotations

from typing import Any

from digitnet.access.spending import get_spending
from digitnet.events import noting_reading
from digitnet.reading.entries import ReadOptions, read_part
from digitnet.server.work import run_task

_PART_SECONDS = 5.0  # Processor time after which a worker hands over the pages that it has read.


async def read_whole_file(content: bytes, name: str, options: ReadOptions) -> list[dict[str, Any]]:
    """Return an entry for each page of a file, as `reading.export.reading_to_dict` makes it.

    Raises:
        DigitnetError: as `reading.entries.read_part` and `workers.pool.run_in_worker` do.
    """
    entries: list[dict[str, Any]] = []
    place: int | None = 0
    while place is not None:
        with noting_reading("api", options.model or "active") as describe:
            seconds = get_spending().find_page_seconds()
            arguments = content, name, options, place, _PART_SECONDS, seconds
            part = await run_task(read_part, *arguments, processor_seconds=seconds)
            describe(part.sizes[0], sum(len(row["digits"]) for entry in part.entries for row in entry.get("rows", [])))
        entries, place = entries + part.entries, part.next
    return entries
