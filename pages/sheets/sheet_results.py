"""Show the sheets of a batch that were read as a table, and offer them as files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import PurePath

import streamlit as st

from digitnet.batches.exports import list_cells, measure_results, to_csv_file, to_json_file, to_workbook_file
from digitnet.batches.records import FORM, Batch, Number
from digitnet.batches.results import SheetResult
from digitnet.forms.template import Template, from_json
from digitnet.reading.entry_values import has_signs
from digitnet.reading.export import name_entry
from pages.components import copy_button
from pages.shared import decimal_choice, feedback, formatting

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MARK = " ?"  # It follows doubtful numbers.
_CHOICE_PIXELS = 340  # Width of a choice beside the downloads.
_SHOWN_ERRORS = 10  # Sheets that could not be read, each with its sentence.


def show_table(batch: Batch, results: Sequence[SheetResult]) -> None:
    """Show a line for each row of each sheet, doubtful numbers with a question mark."""
    read = [result for result in results if "error" not in result.entry]
    form = from_json(batch.template) if batch.kind == FORM else None
    if lines := [line for result in read for line in _list_lines(result, form)]:
        st.dataframe(lines, hide_index=True, width="stretch", key="sheets-table", alt="The numbers of all sheets")


def show_errors(results: Sequence[SheetResult]) -> None:
    """Say why sheets could not be read."""
    errors = [result.entry for result in results if "error" in result.entry and not result.is_waiting]
    for entry in errors[:_SHOWN_ERRORS]:
        text = formatting.escape_markdown(f"{name_entry(entry)}: {entry['error']}")
        st.error(text, icon=":material/error:")
    if len(errors) > _SHOWN_ERRORS:
        st.caption(f"{len(errors) - _SHOWN_ERRORS:,} more sheets could not be read.")


def explain_waiting(batch: Batch, count: int) -> None:
    """Say how sheets can be read that wait, and of which no pictures are kept, if there are any."""
    if count:
        left = formatting.format_count(count, "sheet" if batch.kind == FORM else "photo")
        on_forms = "Add the files again on the page Forms: only what is missing is read."
        on_photos = "Read them again on the page Photos, and keep them as another batch."
        how = on_forms if batch.kind == FORM else on_photos
        st.info(f"Left to read: {left}, of which no pictures are kept. {how}", icon=":material/hourglass_empty:")


def show_downloads(
    batch: Batch,
    results: Sequence[SheetResult],
    *,
    disabled: bool = False,
) -> None:
    """Offer the sheets as files.

    Args:
        batch: the batch.
        results: its sheets.
        disabled: whether the sheets are still being read.
    """
    disabled = disabled or all("error" in result.entry for result in results)
    if not disabled and any(has_signs(result.entry) for result in results):
        with st.container(width=_CHOICE_PIXELS):
            decimal_choice.choose_decimal()  # Without signs a value would be the text again.
    results = measure_results(results, decimal_choice.get_decimal())
    name = PurePath(batch.name).name or "sheets"
    with st.container(horizontal=True):
        book = partial(to_workbook_file, batch, results)
        feedback.show_download("Download workbook (Excel)", book, f"{name}.xlsx", _XLSX, "grid_on", disabled=disabled)
        text = to_csv_file(batch, results)
        feedback.show_download("Download table (CSV)", text, f"{name}.csv", "text/csv", "table", disabled=disabled)
        text, mime = to_json_file(results), "application/json"
        label = f"Download {'fields' if batch.kind == FORM else 'numbers'} (JSON)"
        feedback.show_download(label, text, f"{name}.json", mime, "data_object", disabled=disabled)
        if not disabled:
            copy_button.show("Copy table", list_cells(batch, results), "copy-sheets")


def _list_lines(result: SheetResult, form: Template | None) -> list[dict[str, str]]:
    """Return the rows of a sheet as lines of the table."""
    file, rows = name_entry(result.entry), result.entry["rows"]
    if form:
        names, head = [field.name for field in form.fields], form.choose_heads("File")[0]
        marked = [{name: row[name]["text"] + _MARK * row[name]["doubtful"] for name in names} for row in rows]
        return [{head: file} | texts for texts in marked]
    numbers = iter(result.numbers)
    texts = ["  ".join(_mark(each["text"], next(numbers)) for each in row["numbers"]) for row in rows]
    return [{"File": file, "Row": str(row["row"]), "Numbers": text} for row, text in zip(rows, texts, strict=True)]


def _mark(text: str, number: Number | None) -> str:
    """Return the text of a number with a question mark if it is doubtful and nobody has decided of it."""
    return text + _MARK * bool(number and number.doubtful and not number.decision)
