"""Move a batch out of memory into the database, once something may be kept of its user."""

from __future__ import annotations

from itertools import groupby

from digitnet.batches.memory import MemoryStore
from digitnet.batches.records import FAILED, READ, Batch, Sheet, SheetPage
from digitnet.batches.store import BatchStore
from digitnet.errors import DigitnetError


def move_to_store(batch: Batch, memory: MemoryStore, store: BatchStore) -> Batch:
    """Keep a batch with its sheets, as far as they were read, and all decisions; return the kept batch.

    Args:
        batch: the batch.
        memory: where it is.
        store: where it will be.

    Raises:
        DigitnetError: it cannot be kept; it stays in memory, and nothing of it in the store.
    """
    kept = store.create(batch.name, batch.kind, batch.settings, template=batch.template, expect=batch.expect)
    try:
        files = [list(pages) for _, pages in groupby(memory.sheets.find(batch.id), lambda sheet: sheet.page.digest)]
        firsts = [SheetPage(pages[0].page.file, pages[0].page.digest) for pages in files]
        for first, pages in zip(store.sheets.add(kept.id, firsts), files, strict=True):
            moved = store.sheets.add_pages(first.id, len(pages)) if len(pages) > 1 else [first]
            for sheet, target in zip(pages, moved, strict=True):
                _move_sheet(sheet, target.id, memory, store)
    except DigitnetError:
        store.delete(kept.id)
        raise
    return kept


def _move_sheet(sheet: Sheet, target: int, memory: MemoryStore, store: BatchStore) -> None:
    """Store what was read from a sheet, and what was decided of it, under another number."""
    if sheet.state == FAILED:
        store.sheets.save_failure(target, sheet.error)
    if sheet.state != READ:
        return
    found = [number for number in memory.numbers.find(sheet.batch) if number.sheet == sheet.id]
    store.sheets.save_reading(target, sheet.entry, found, sheet.model, sheet.version)
    for number in found:
        if decision := number.decision:
            store.numbers.decide(target, number.key, decision.text, decision.kind)
