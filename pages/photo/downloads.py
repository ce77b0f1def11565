"""Offer the digits of all photos as files, and tell how many there are."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any

import streamlit as st

from digitnet.reading.export import error_to_dict, has_columns, reading_to_dict, to_csv, to_table_csv
from pages.photo.photo_view import PhotoResult
from pages.shared import decimal_choice, feedback, formatting

_NOT_READ = "It was not read, because the reading was stopped."


def show_downloads(results: list[PhotoResult], *, disabled: bool) -> None:
    """Show a button that opens the downloads of all photos."""
    entries = [to_entry(result) for result in results]
    has_digits = any(entry.get("rows") for entry in entries)
    with st.popover("Download", icon=":material/download:", disabled=disabled or not has_digits):
        if any(result.reading and len(result.reading.signs) for result in results):
            decimal_choice.choose_decimal()  # Without signs a value would be the text again.
        csv, table = to_csv(entries), "text/csv"
        feedback.show_download("Download digits (CSV)", csv, "digitnet.csv", table, "table")
        if has_columns(entries):
            csv = to_table_csv(entries)
            feedback.show_download("Download table (CSV)", csv, name_table(results), table, "table_view")
        text, mime = json.dumps(entries, indent=1, ensure_ascii=False), "application/json"
        feedback.show_download("Download digits (JSON)", text, "digitnet.json", mime, "data_object")


def describe_results(results: list[PhotoResult]) -> str:
    """Return Markdown such as "**42 digits in 3 photos**, 1 file could not be read".

    If a file has several pages, it is "**42 digits on 7 pages**, 1 page could not be read".
    """
    readings = [result.reading for result in results if result.reading is not None]
    digits, failed = sum(map(len, readings)), sum(bool(result.error) for result in results)
    paged = any(result.photo.page.count > 1 for result in results)
    preposition, unit, failed_unit = ("on", "page", "page") if paged else ("in", "photo", "file")
    places = f"{preposition} {formatting.format_count(len(readings), unit)}"
    text = f"**{formatting.format_count(digits, 'digit')} {places}**"
    return f"{text}, {formatting.format_count(failed, failed_unit)} could not be read" if failed else text


def name_table(results: list[PhotoResult]) -> str:
    """Return the name of a file for the tables of these photos."""
    return f"{PurePath(results[0].photo.name).stem if len(results) == 1 else 'digitnet'}-table.csv"


def to_entry(result: PhotoResult) -> dict[str, Any]:
    """Return a result as the command line prints it."""
    if result.reading is None:
        return error_to_dict(result.photo.file, result.error or _NOT_READ, result.photo.page)
    return reading_to_dict(result.photo.file, result.reading, decimal_choice.get_decimal())
