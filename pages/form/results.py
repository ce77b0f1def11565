"""Show the forms that were read as a table, doubtful fields to check, and downloads."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import streamlit as st

from digitnet.forms.form_export import guard_number, to_form_csv
from digitnet.forms.form_workbook import to_form_workbook
from digitnet.forms.template import Template
from digitnet.formulas import guard_text
from digitnet.reading.export import name_entry
from pages.components import copy_button
from pages.form.sheet_reader import SheetResult
from pages.shared import feedback, formatting

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN_DOUBTS = 10  # Fields to check that are shown at a time.
CheckKey = tuple[str, int, str]
CHECKED = "form_checked"  # Texts that the user has typed or confirmed, by the key of sheet, row and field.


def correct(results: list[SheetResult], template: Template) -> list[dict[str, Any]]:
    """Return the entries of sheets, with the texts that the user has typed or confirmed, which are not doubtful."""
    checked: dict[CheckKey, str] = st.session_state.get(CHECKED, {})

    def correct_field(key: CheckKey, field: dict[str, Any]) -> dict[str, Any]:
        return field | {"text": checked[key], "confidence": 1.0, "doubtful": False} if key in checked else field

    def correct_row(result: SheetResult, at: int) -> dict[str, Any]:
        row = result.entry["rows"][at]
        return {name: correct_field(_make_key(result, at, name, template), field) for name, field in row.items()}

    return [
        result.entry | {"rows": [correct_row(result, at) for at in range(len(result.entry["rows"]))]}
        if "rows" in result.entry
        else result.entry
        for result in results
    ]


def _make_key(result: SheetResult, at: int, name: str, template: Template) -> CheckKey:
    """Return the key of a field; one that is no column is the same in all rows of its sheet."""
    is_column = any(field.is_column for field in template.fields if field.name == name)
    return result.key, at if is_column else 0, name


def show_table(entries: list[dict[str, Any]], template: Template) -> None:
    """Show a line for each form, and why others could not be read."""
    names = [field.name for field in template.fields]
    lines = []
    for entry in entries:
        file = f"{entry['file']}, page {entry['page']}" if "page" in entry else entry["file"]
        for row in entry.get("rows", []):
            marks = {name: row[name]["text"] + " ?" * row[name]["doubtful"] for name in names}
            lines.append({template.choose_heads("File")[0]: file, **marks})
    if lines:
        st.dataframe(lines, hide_index=True, width="stretch", key="forms-table")
    for entry in entries:
        if "error" in entry:
            st.error(formatting.escape_markdown(f"{entry['file']}: {entry['error']}"), icon=":material/error:")


def show_downloads(
    entries: list[dict[str, Any]], results: list[SheetResult], template: Template, *, disabled: bool
) -> None:
    """Offer the forms as files."""
    pictures = [result.pictures for result in results]
    book = partial(to_form_workbook, entries, template, pictures)
    with st.container(horizontal=True):
        settings = {"disabled": disabled or not any("rows" in entry for entry in entries)}
        feedback.show_download("Download workbook (Excel)", book, "forms.xlsx", _XLSX, "grid_on", **settings)
        text = to_form_csv(entries, template)
        feedback.show_download("Download table (CSV)", text, "forms.csv", "text/csv", "table", **settings)
        if not settings["disabled"]:
            copy_button.show("Copy table", _make_cells(entries, template), "copy-forms")
        text, mime = json.dumps(entries, indent=1, ensure_ascii=False), "application/json"
        feedback.show_download("Download fields (JSON)", text, "forms.json", mime, "data_object", **settings)


def _make_cells(entries: list[dict[str, Any]], template: Template) -> list[list[str]]:
    """Return the heads and the rows of all forms."""
    names = [field.name for field in template.fields]
    rows = [(entry["file"], row) for entry in entries for row in entry.get("rows", [])]
    heads = [*template.choose_heads("file"), *map(guard_text, names)]
    return [heads, *([guard_text(file), *(guard_number(row[name]["text"]) for name in names)] for file, row in rows)]


def show_doubts(results: list[SheetResult], template: Template) -> None:
    """Show the doubtful fields, each with its picture and its text to change; Enter confirms it."""
    doubts = _list_doubts(results, template)
    if not doubts:
        return
    st.subheader(f"Check {formatting.format_count(len(doubts), 'field')}")
    for key, place, picture, text in doubts[:_SHOWN_DOUBTS]:
        with (
            st.form(f"check-{hash(key)}", border=False, enter_to_submit=True),
            st.container(horizontal=True, vertical_alignment="bottom"),
        ):
            if picture:
                st.image(picture, width=220)
            typed = st.text_input(formatting.escape_markdown(place), text, key=f"typed-{hash(key)}")
            if st.form_submit_button("Right", icon=":material/check:"):
                st.session_state.setdefault(CHECKED, {})[key] = typed.strip()
                st.rerun()
    if len(doubts) > _SHOWN_DOUBTS:
        st.caption(f"{formatting.format_count(len(doubts) - _SHOWN_DOUBTS, 'more field')} after these.")


def _list_doubts(results: list[SheetResult], template: Template) -> list[tuple[CheckKey, str, bytes, str]]:
    """Return key, place, picture and text of each doubtful field that nobody has checked."""
    checked = st.session_state.get(CHECKED, {})
    doubts: dict[CheckKey, tuple[CheckKey, str, bytes, str]] = {}
    for result in results:
        pictures, rows = iter(result.pictures), result.entry.get("rows", [])
        for at, row in enumerate(rows):
            for name, field in row.items():
                picture, key = next(pictures, b""), _make_key(result, at, name, template)
                if field["doubtful"] and key not in checked:
                    line = f", row {at + 1}" if len(rows) > 1 and key[1] == at else ""
                    place = f"{name}{line}, {name_entry(result.entry)}"
                    doubts.setdefault(key, (key, place, picture, field["text"]))
    return list(doubts.values())
