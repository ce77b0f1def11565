"""Export a batch with what people have decided of its numbers: as a workbook (XLSX), CSV or JSON."""

from __future__ import annotations

import json

from digitnet.access.permissions import guarded
from digitnet.batches.records import FORM, Batch
from digitnet.batches.results import SheetResult, make_results
from digitnet.batches.rows import explaining_damage
from digitnet.batches.store import BatchStore
from digitnet.forms.form_export import to_form_csv
from digitnet.forms.form_workbook import to_form_workbook
from digitnet.forms.template import from_json
from digitnet.reading.export import to_csv
from digitnet.reading.workbook import to_workbook


@guarded("batches.export")
def load_results(store: BatchStore, batch: Batch) -> list[SheetResult]:
    """Return the sheets of a batch with the decisions that hold; raises CollectionError."""
    with explaining_damage():
        return make_results(batch, store.sheets.find(batch.id), store.numbers.find(batch.id))


@guarded("batches.export")
def to_batch_workbook(store: BatchStore, batch: Batch) -> bytes:
    """Return a batch as an XLSX file, with pictures of its doubtful numbers; raises CollectionError."""
    results = load_results(store, batch)
    entries, pictures = [result.entry for result in results], [result.cut_pictures() for result in results]
    if batch.kind == FORM:
        return to_form_workbook(entries, from_json(batch.template), pictures)
    return to_workbook(entries, pictures)


@guarded("batches.export")
def to_batch_csv(store: BatchStore, batch: Batch) -> bytes:
    """Return a batch as a CSV file; raises CollectionError."""
    entries = [result.entry for result in load_results(store, batch)]
    text = to_form_csv(entries, from_json(batch.template)) if batch.kind == FORM else to_csv(entries)
    return text.encode()


@guarded("batches.export")
def to_batch_json(store: BatchStore, batch: Batch) -> bytes:
    """Return a batch as a JSON file; raises CollectionError."""
    entries = [result.entry for result in load_results(store, batch)]
    return json.dumps(entries, indent=1, ensure_ascii=False).encode()
