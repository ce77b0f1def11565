"""Export readings as JSON and CSV, for the command line and the pages alike."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from digitnet.documents.page import Page
from digitnet.formulas import guard_text
from digitnet.reading.csv_cells import (
    CORRECTION_MARK,
    DOUBT_MARK,
    find_nearest_row,
    join_misfits,
    join_values,
    mark_symbols,
)
from digitnet.reading.entry_notes import list_notes, note
from digitnet.reading.entry_values import add_values
from digitnet.reading.number_values import guard_number
from digitnet.reading.result import Reading
from digitnet.reading.signs import Symbol
from digitnet.reading.tables import find_table

CSV_COLUMNS = (
    *("file", "row", "text", "confidence", "doubtful", "corrected", "left_out", "x0", "y0", "x1", "y1"),
    *("digits_only", "columns"),
)
_EXPECT_COLUMNS = ("expected", "misfit")  # They follow the others if anything was expected.
_VALUE_COLUMN = "value"  # It follows the others if values were asked for.
_PAGE_COLUMN = "page"  # It follows them if a file has several pages.
_NOTES_COLUMN = "notes"  # It is the last one if there is a note on any picture.


def reading_to_dict(file: str, reading: Reading, decimal: str | None = None) -> dict[str, Any]:
    """Return the rows, numbers, digits and signs of a reading as plain values.

    A page of several has its number and theirs, "page" and "pages"; a "note" says what else is in the file; "sheets"
    are the outlines of the sheets that were read, if not all of the picture was; "lines" are the ends of the lines of
    tables, boxes and underlines, "grid" those of a table that a hint gave; "table" is the number of rows and columns of
    a table in which each number has its "cell", row and column from 0; "turn", "slope" and "mirrored" say that the
    picture was turned or seems mirrored; "expect" is what each number was expected to be, "fits" whether it is,
    "plain" what was read without that, if it differs; "notes" are sentences on the whole, see `entry_notes`. A page
    that could not be read gives what `error_to_dict` returns.
    Boxes are x0, y0, x1, y1 in pixels. The confidence of a row or number is the probability that all its digits and
    signs are right; it is None if a user has corrected or confirmed any, because the network did not say so.

    Args:
        file: name of the picture's file.
        reading: the reading.
        decimal: one of `number_values.DECIMALS` to add what each number is worth, None to add nothing.
    """
    if reading.page.error:
        return error_to_dict(file, reading.page.error, reading.page)
    table = find_table(reading)
    cells = zip(table.row.tolist(), table.column.tolist(), strict=True)
    rows = [
        {
            "text": text,
            "confidence": _compute_confidence(reading, symbols),
            "box": reading.enclose(symbols).tolist(),
            "numbers": [_number_to_dict(reading, number, next(cells)) for number in numbers],
            "digits": [_digit_to_dict(reading, symbol) for symbol in symbols if not symbol.is_sign],
            "digits_only": digits,
            "signs": _signs_to_dicts(reading, symbols),
        }
        for text, digits, numbers in zip(reading.row_texts, reading.rows, reading.symbols, strict=True)
        for symbols in [[symbol for number in numbers for symbol in number]]
    ]
    other = {"note": reading.page.note} if reading.page.note else {}
    sheets = {"sheets": [outline.tolist() for outline in reading.sheets]} if reading.sheets else {}
    lines = {"lines": reading.lines.tolist()} if len(reading.lines) else {}
    grid = {"grid": reading.grid.tolist()} if reading.grid is not None else {}
    shape = {"table": list(table.shape)} if rows else {}
    about = {"file": file, **page_to_dict(reading.page), **other, **sheets, **lines, **grid, **_view_to_dict(reading)}
    if reading.expect:
        about["expect"] = str(reading.expect)
    return note(add_values({**about, **shape, "rows": rows, "refused": reading.refused.tolist()}, decimal))


def error_to_dict(file: str, error: str, page: Page | None = None) -> dict[str, Any]:
    """Return the entry of a file, or of a page of it, that cannot be read, with the reason as a sentence."""
    return {"file": file, **page_to_dict(page or Page()), "error": error}


def page_to_dict(page: Page) -> dict[str, Any]:
    """Return the number of a page and theirs, nothing of a file with one page."""
    return {"page": page.number, "pages": page.count} if page.count > 1 else {}


def _view_to_dict(reading: Reading) -> dict[str, Any]:
    """Return by how many degrees a picture was turned, and whether it seems mirrored, as far as it was."""
    values = {"turn": reading.turn, "slope": round(reading.slope, 1), "mirrored": reading.mirrored}
    return {name: value for name, value in values.items() if value}


def name_entry(entry: dict[str, Any]) -> str:
    """Return the name of the file of an entry, and its page if there are several: "scan.pdf, page 2"."""
    return Page(entry.get("page", 1), entry.get("pages", 1)).name(entry["file"])


def to_json_line(entry: dict[str, Any]) -> str:
    """Return an entry of `reading_to_dict` or `error_to_dict` as one line of JSON."""
    return json.dumps(entry, ensure_ascii=False)


def to_csv(entries: Iterable[dict[str, Any]]) -> str:
    """Return entries of `reading_to_dict` as CSV, with a header and a line for each row.

    Doubtful and corrected digits and signs are followed by a mark in columns that repeat the text of such rows. Ink
    that was left out is counted in the row nearest to it. "columns" tells in which column of the table each number
    stands, from 1. A file without digits gives a line without text, an error none. If the numbers have values, so
    have the lines; if something was expected of them, lines say what, and which do not fit; if a file has several
    pages, they tell the page; if there are notes on a file, lines end with them. A name or text that a spreadsheet
    would run as a formula follows an apostrophe.
    """
    entries = [entry for entry in entries if "error" not in entry]
    has_values = any("value" in number for entry in entries for row in entry["rows"] for number in row["numbers"])
    has_pages, expects = (any(name in entry for entry in entries) for name in ("page", "expect"))
    has_notes = any(map(list_notes, entries))
    optional = [*[_VALUE_COLUMN] * has_values, *_EXPECT_COLUMNS * expects]
    optional += [*[_PAGE_COLUMN] * has_pages, *[_NOTES_COLUMN] * has_notes]
    lines: list[list[Any]] = [[*CSV_COLUMNS, *optional]]
    for entry in entries:
        file, notes = guard_text(entry["file"]), [guard_text(" ".join(list_notes(entry)))] * has_notes
        end = [*[entry.get("page", "")] * has_pages, *notes]
        rows, refused = entry["rows"], entry["refused"]
        nearest = [find_nearest_row(rows, box) for box in refused]
        if not rows:
            expected = [entry.get("expect", ""), ""] * expects
            lines.append([file, *[""] * 5, len(refused), *[""] * (6 + has_values), *expected, *end])
        for index, row in enumerate(rows):
            number, text = row.get("row", index + 1), guard_number(row["text"])
            marked = mark_symbols(row, "doubtful", DOUBT_MARK), mark_symbols(row, "corrected", CORRECTION_MARK)
            counts = row["confidence"], *marked, nearest.count(index)
            columns = " ".join(str(each["cell"][1] + 1) for each in row["numbers"])
            last = row["digits_only"], columns, *([join_values(row)] if has_values else [])
            expected = [entry.get("expect", ""), join_misfits(row)] * expects
            lines.append([file, number, text, *counts, *row["box"], *last, *expected, *end])
    return format_csv(lines)


def to_table(entry: dict[str, Any]) -> list[list[str]]:
    """Return the numbers of an entry as a table; numbers under each other share a column.

    Every row has a cell for every column, "" if it has no number there. A table ruled by lines keeps its empty rows and
    columns. Several numbers of a cell have a space between them. A text that is no number is guarded as in `to_csv`.
    """
    rows, columns = entry.get("table", (0, 0))
    table = [[""] * columns for _ in range(rows)]
    for number in (number for row in entry.get("rows", []) for number in row["numbers"]):
        row, column = number["cell"]
        table[row][column] = f"{table[row][column]} {number['text']}".strip()
    return [[guard_number(cell) for cell in cells] for cells in table]


def has_columns(entries: Iterable[dict[str, Any]]) -> bool:
    """Return whether any row holds several numbers."""
    return any(len(row["numbers"]) > 1 for entry in entries for row in entry.get("rows", []))


def to_table_csv(entries: list[dict[str, Any]]) -> str:
    """Return the tables of entries as CSV without a header, one under the other.

    With several entries, each line begins with the name of its file and its page.
    """
    several = len(entries) > 1
    names = [[guard_text(name_entry(entry))] if several else [] for entry in entries]
    lines = [[*name, *cells] for name, entry in zip(names, entries, strict=True) for cells in to_table(entry)]
    return format_csv(lines)


def _number_to_dict(reading: Reading, symbols: list[Symbol], cell: tuple[int, int]) -> dict[str, Any]:
    text = reading.spell(symbols)
    number = {
        "text": text,
        "confidence": _compute_confidence(reading, symbols),
        "box": reading.enclose(symbols).tolist(),
        "digits_only": reading.spell([symbol for symbol in symbols if not symbol.is_sign]),
        "cell": list(cell),
    }
    if reading.expect:
        first = next(symbol.at for symbol in symbols if not symbol.is_sign)
        number["fits"] = not bool(reading.unexpected[first])
        if int(reading.number[first]) in reading.plain:
            number["plain"] = reading.plain[int(reading.number[first])]
    return number


def _compute_confidence(reading: Reading, symbols: Sequence[Symbol]) -> float | None:
    """Return the probability that all digits and signs are right, or None if a user has corrected any."""
    return None if reading.is_corrected(symbols).any() else round(reading.compute_confidence(symbols), 4)


def _signs_to_dicts(reading: Reading, symbols: Sequence[Symbol]) -> list[dict[str, Any]]:
    """Return the signs of a row; `place` is the index of the digit of the row that a sign stands before."""
    places, signs = np.cumsum([not symbol.is_sign for symbol in symbols]).tolist(), reading.signs
    return [
        {
            "sign": str(signs.labels[symbol.at]),
            "confidence": _compute_confidence(reading, [symbol]),
            "doubtful": bool(reading.doubtful_signs[symbol.at]),
            "corrected": bool(signs.known[symbol.at]),
            "place": place,
            "box": signs.boxes[symbol.at].tolist() if signs.has_ink[symbol.at] else None,
        }
        for symbol, place in zip(symbols, places, strict=True)
        if symbol.is_sign
    ]


def _digit_to_dict(reading: Reading, symbol: Symbol) -> dict[str, Any]:
    index, corrected = symbol.at, bool(reading.is_corrected([symbol])[0])
    return {
        "digit": int(reading.labels[index]),
        "confidence": _compute_confidence(reading, [symbol]),
        "runner_up": None if corrected else int(reading.runner_up[index]),
        "doubtful": bool(reading.doubtful[index]),
        "corrected": corrected,
        "box": reading.boxes[index].tolist(),
    }


def format_csv(lines: list[list[Any]]) -> str:
    """Return lines of cells as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()
