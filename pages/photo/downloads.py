"""Offer the digits of all photos as files, and tell how many there are."""

from __future__ import annotations

import json
from functools import partial
from pathlib import PurePath
from typing import Any

import streamlit as st

from digitnet.reading.export import error_to_dict, has_columns, reading_to_dict, to_csv, to_table, to_table_csv
from digitnet.reading.workbook import cut_numbers, to_workbook
from pages.components import copy_button
from pages.photo.photo_view import PhotoResult
from pages.shared import decimal_choice, feedback, formatting

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
        feedback.show_download(
            "Download workbook (Excel)", partial(make_workbook, results, entries), name_file(results), _XLSX, "grid_on"
        )
        if has_columns(entries):
            csv = to_table_csv(entries)
            feedback.show_download("Download table (CSV)", csv, name_file(results, "-table.csv"), table, "table_view")
        copy_button.show("Copy table", [row for entry in entries for row in to_table(entry)], "copy-table")
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


def make_workbook(results: list[PhotoResult], entries: list[dict[str, Any]]) -> bytes:
    """Return an XLSX file of the entries of these photos, with pictures of their numbers."""
    return to_workbook(entries, [_cut_numbers(*each) for each in zip(results, entries, strict=True)])


def _cut_numbers(result: PhotoResult, entry: dict[str, Any]) -> list[bytes]:
    if result.read is None:
        return []
    image = result.read.load_image()
    return cut_numbers(image, entry, max(image.shape[:2]) / max(result.read.corrected.reading.size))


def name_file(results: list[PhotoResult], ending: str = ".xlsx") -> str:
    """Return the name of a file for the numbers of these photos: that of the photo if it is one."""
    return f"{PurePath(results[0].photo.name).stem if len(results) == 1 else 'digitnet'}{ending}"


def to_entry(result: PhotoResult) -> dict[str, Any]:
    """Return a result as the command line prints it."""
    if result.reading is None:
        return error_to_dict(result.photo.file, result.error or _NOT_READ, result.photo.page)
    return reading_to_dict(result.photo.file, result.reading, decimal_choice.get_decimal())
