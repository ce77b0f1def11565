"""Show the forms that were read as a table, doubtful fields to check, and downloads."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import streamlit as st

from digitnet.forms.form_export import to_form_csv
from digitnet.forms.form_workbook import to_form_workbook
from digitnet.forms.template import Template
from pages.components import copy_button
from pages.form.sheet_reader import SheetResult
from pages.shared import feedback, formatting

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN_DOUBTS = 10  # Fields to check that are shown at a time.
CHECKED = "form_checked"  # Texts that the user has typed or confirmed, by the key of sheet, row and field.


def correct(results: list[SheetResult]) -> list[dict[str, Any]]:
    """Return the entries of sheets, with the texts that the user has typed or confirmed, which are not doubtful."""
    checked: dict[tuple[str, int, str], str] = st.session_state.get(CHECKED, {})

    def correct_field(key: tuple[str, int, str], field: dict[str, Any]) -> dict[str, Any]:
        return field | {"text": checked[key], "confidence": 1.0, "doubtful": False} if key in checked else field

    return [
        result.entry
        | {
            "rows": [
                {name: correct_field((result.key, at, name), field) for name, field in row.items()}
                for at, row in enumerate(result.entry["rows"])
            ]
        }
        if "rows" in result.entry
        else result.entry
        for result in results
    ]


def show_table(entries: list[dict[str, Any]], template: Template) -> None:
    """Show a line for each form, and why others could not be read."""
    names = [field.name for field in template.fields]
    lines = []
    for entry in entries:
        file = f"{entry['file']}, page {entry['page']}" if "page" in entry else entry["file"]
        for row in entry.get("rows", []):
            marks = {name: row[name]["text"] + " ?" * row[name]["doubtful"] for name in names}
            lines.append({"File": file, **{f"{name}": marks[name] for name in names}})
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
        copy_button.show("Copy table", _make_cells(entries, template), "copy-forms")
        text, mime = json.dumps(entries, indent=1, ensure_ascii=False), "application/json"
        feedback.show_download("Download fields (JSON)", text, "forms.json", mime, "data_object", **settings)


def _make_cells(entries: list[dict[str, Any]], template: Template) -> list[list[str]]:
    """Return the heads and the rows of all forms."""
    names = [field.name for field in template.fields]
    rows = [(entry["file"], row) for entry in entries for row in entry.get("rows", [])]
    return [["file", *names], *([file, *(row[name]["text"] for name in names)] for file, row in rows)]


def show_doubts(results: list[SheetResult]) -> None:
    """Show the doubtful fields, each with its picture and its text to change; Enter confirms it."""
    doubts = _list_doubts(results)
    if not doubts:
        return
    st.subheader(f"Check {formatting.format_count(len(doubts), 'field')}")
    for key, file, picture, text in doubts[:_SHOWN_DOUBTS]:
        with (
            st.form(f"check-{hash(key)}", border=False, enter_to_submit=True),
            st.container(horizontal=True, vertical_alignment="bottom"),
        ):
            if picture:
                st.image(picture, width=220)
            label = formatting.escape_markdown(f"{key[2]}, {file}")
            typed = st.text_input(label, text, key=f"typed-{hash(key)}")
            if st.form_submit_button("Right", icon=":material/check:"):
                st.session_state.setdefault(CHECKED, {})[key] = typed.strip()
                st.rerun()
    if len(doubts) > _SHOWN_DOUBTS:
        st.caption(f"{formatting.format_count(len(doubts) - _SHOWN_DOUBTS, 'more field')} after these.")


def _list_doubts(results: list[SheetResult]) -> list[tuple[tuple[str, int, str], str, bytes, str]]:
    """Return key, file, picture and text of each doubtful field that nobody has checked."""
    checked = st.session_state.get(CHECKED, {})
    doubts = []
    for result in results:
        pictures = iter(result.pictures)
        for at, row in enumerate(result.entry.get("rows", [])):
            for name, field in row.items():
                picture, key = next(pictures, b""), (result.key, at, name)
                if field["doubtful"] and key not in checked:
                    doubts.append((key, result.entry["file"], picture, field["text"]))
    return doubts
