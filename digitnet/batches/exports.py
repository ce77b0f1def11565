"""Export a batch with what people have decided of its numbers: as a workbook (XLSX), CSV, JSON or cells."""

from __future__ import annotations

import json
from collections.abc import Sequence

from digitnet.access.permissions import guarded
from digitnet.batches.memory import MemoryStore
from digitnet.batches.records import FORM, Batch
from digitnet.batches.results import SheetResult, make_results
from digitnet.batches.rows import explaining_damage
from digitnet.batches.store import BatchStore
from digitnet.forms.form_export import to_form_csv
from digitnet.forms.form_workbook import to_form_workbook
from digitnet.forms.template import from_json
from digitnet.formulas import guard_text
from digitnet.reading.entry_values import add_values
from digitnet.reading.export import name_entry, to_csv, to_table
from digitnet.reading.number_values import guard_number
from digitnet.reading.workbook import to_workbook


@guarded("batches.export")
def load_results(store: BatchStore | MemoryStore, batch: Batch) -> list[SheetResult]:
    """Return the sheets of a batch with the decisions that hold; raises CollectionError."""
    with explaining_damage():
        return make_results(batch, store.sheets.find(batch.id), store.numbers.find(batch.id))


def measure_results(results: Sequence[SheetResult], decimal: str | None) -> list[SheetResult]:
    """Return sheets with what their numbers are worth, by `add_values`; their files then say so."""
    return [result._replace(entry=add_values(result.entry, decimal)) for result in results]


def to_workbook_file(batch: Batch, results: Sequence[SheetResult]) -> bytes:
    """Return the sheets of a batch as an XLSX file, with the pictures that there are."""
    entries, pictures = [result.entry for result in results], [result.cut_pictures() for result in results]
    if batch.kind == FORM:
        return to_form_workbook(entries, from_json(batch.template), pictures)
    return to_workbook(entries, pictures)


def to_csv_file(batch: Batch, results: Sequence[SheetResult]) -> bytes:
    """Return the sheets of a batch as a CSV file."""
    entries = [result.entry for result in results]
    return (to_form_csv(entries, from_json(batch.template)) if batch.kind == FORM else to_csv(entries)).encode()


def to_json_file(results: Sequence[SheetResult]) -> bytes:
    """Return the sheets of a batch as a JSON file."""
    return json.dumps([result.entry for result in results], indent=1, ensure_ascii=False).encode()


def list_cells(batch: Batch, results: Sequence[SheetResult]) -> list[list[str]]:
    """Return the numbers of a batch as a table to paste into a spreadsheet: with heads if it is of a form."""
    entries = [result.entry for result in results if "error" not in result.entry]
    if batch.kind != FORM:
        return [[guard_text(name_entry(entry)), *cells] for entry in entries for cells in to_table(entry)]
    form = from_json(batch.template)
    names = [field.name for field in form.fields]
    rows = [(guard_text(name_entry(entry)), row) for entry in entries for row in entry["rows"]]
    heads = [*form.choose_heads("file"), *map(guard_text, names)]
    return [heads, *([file, *(guard_number(row[name]["text"]) for name in names)] for file, row in rows)]
