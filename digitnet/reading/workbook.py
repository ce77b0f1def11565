"""Write readings as a workbook (XLSX): a sheet for each table, one of all numbers with their pictures, one of files."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from digitnet.preprocessing.geometry import cut_out
from digitnet.preprocessing.quarter_turns import turn_boxes
from digitnet.preprocessing.straightening import turn_picture
from digitnet.reading.entry_notes import list_notes
from digitnet.reading.workbook_cells import (
    MAX_PICTURES,
    insert_picture,
    make_row_picture,
    open_workbook,
    to_printable,
    write_heads,
    write_name,
    write_number,
)
from digitnet.reading.workbook_styles import Styles
from digitnet.types import RGB

_MAX_SHEET_NAME = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")  # In the name of a sheet.
_NUMBER_HEADS = (
    *("File", "Page", "Row", "Column", "Text", "Value", "Confidence"),
    *("Doubtful", "Corrected", "Misfit", "Picture"),
)
_FILE_HEADS = ("File", "Page", "Numbers", "Doubtful", "Left out", "Note")


def cut_numbers(image: RGB, entry: dict[str, Any], factor: float = 1.0) -> list[bytes]:
    """Cut the numbers of an entry out of its picture, in reading order.

    Args:
        image: the picture in any size, uint8 (H, W, 3), not turned.
        entry: its entry, see `export.reading_to_dict`.
        factor: size of `image` in that of the picture that was read.

    Returns:
        A PNG file of each number with a margin, upright, 40 pixels high or lower.
    """
    size, turn = (image.shape[1], image.shape[0]), entry.get("turn", 0)
    boxes = [number["box"] for row in entry.get("rows", []) for number in row["numbers"]]
    turned = turn_boxes(np.array(boxes, np.float64).reshape(-1, 4) * factor, size, turn)
    upright, _ = turn_picture(image, turn)
    return [make_row_picture(cut_out(upright, box)) for box in turned]


def to_workbook(entries: Sequence[dict[str, Any]], pictures: Sequence[Sequence[bytes]] = ()) -> bytes:
    """Return entries of `export.reading_to_dict` as an XLSX file.

    A number with a value is a number, shown as it was written, with its leading zeros; others are texts, as are those
    of more than 15 digits. A doubtful one is colored, and a note says how sure it is.

    Args:
        entries: the entries; those of files that could not be read are in the sheet of files.
        pictures: for each entry PNG files of its numbers, see `cut_numbers`, b"" for none; none at all if empty.
    """
    file = io.BytesIO()
    with open_workbook(file) as book:
        styles, names = Styles(book), _SheetNames()
        for entry in entries:
            if entry.get("rows"):
                _write_table(book.add_worksheet(names.choose(entry)), entry, styles)
        _write_numbers(book.add_worksheet("All numbers"), entries, pictures, styles)
        _write_files(book.add_worksheet("Files"), entries, styles)
    return file.getvalue()


class _SheetNames:
    """Names of sheets: short, unique whatever their case, without signs that are forbidden."""

    def __init__(self) -> None:
        self._taken = {"all numbers", "files", "history"}

    def choose(self, entry: dict[str, Any]) -> str:
        """Return a name for the sheet of an entry: the name of its file, and its page if there are several."""
        page = f" p{entry['page']}" if "page" in entry else ""
        name = _FORBIDDEN.sub(" ", to_printable(entry["file"])).strip() or "Sheet"
        return self._make_unique(name, page)

    def _make_unique(self, name: str, ending: str) -> str:
        number = 1
        while True:
            last = ending + (f" ({number})" if number > 1 else "")
            unique = _shorten(name, _MAX_SHEET_NAME - len(last)) + last
            if unique.lower() not in self._taken:
                self._taken.add(unique.lower())
                return unique
            number += 1


def _shorten(text: str, length: int) -> str:
    """Return the start of a text that has so many units of UTF-16, in which spreadsheets count."""
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore").rstrip()


def _write_table(sheet: Any, entry: dict[str, Any], styles: Styles) -> None:
    """Write the numbers of an entry into their cells."""
    cells = defaultdict(list)
    for number, sentence in _iterate_numbers(entry):
        cells[tuple(number["cell"])].append((number, sentence))
    widths: dict[int, int] = defaultdict(int)
    for (row, column), numbers in cells.items():
        doubt = " ".join(sentence for _, sentence in numbers if sentence)
        if len(numbers) == 1:
            write_number(sheet, row, column, numbers[0][0], styles, is_doubtful=bool(doubt))
        else:
            text = " ".join(number["text"] for number, _ in numbers)
            sheet.write_string(row, column, text, styles.get("@", is_doubtful=bool(doubt)))
        if doubt:
            sheet.write_comment(row, column, doubt, {"x_scale": 1.2, "y_scale": 0.6})
        widths[column] = max(widths[column], sum(len(number["text"]) + 1 for number, _ in numbers))
    for column, width in widths.items():
        sheet.set_column(column, column, max(6, min(60, width + 1)))


def _write_numbers(
    sheet: Any, entries: Sequence[dict[str, Any]], pictures: Sequence[Sequence[bytes]], styles: Styles
) -> None:
    """Write a line for each number of all entries, with its picture."""
    write_heads(sheet, _NUMBER_HEADS, styles)
    line = 0
    for place, entry in enumerate(entries):
        own = list(pictures[place]) if pictures else []
        for index, (number, sentence) in enumerate(_iterate_numbers(entry)):
            line, doubt = line + 1, bool(sentence)
            write_name(sheet, line, entry)
            sheet.write_number(line, 2, number["cell"][0] + 1)
            sheet.write_number(line, 3, number["cell"][1] + 1)
            sheet.write_string(line, 4, number["text"], styles.get("@", is_doubtful=doubt))
            write_number(sheet, line, 5, number, styles, is_doubtful=doubt, only_value=True)
            if number["confidence"] is not None:
                sheet.write_number(line, 6, number["confidence"], styles.get("0.0%"))
            if doubt:
                sheet.write_string(line, 7, "doubtful")
            if number["confidence"] is None:
                sheet.write_string(line, 8, "corrected")
            if not number.get("fits", True):
                sheet.write_string(line, 9, "misfit")
            if index < len(own) and own[index] and line <= MAX_PICTURES:
                insert_picture(sheet, line, 10, own[index])
    sheet.autofilter(0, 0, max(line, 1), len(_NUMBER_HEADS) - 2)


def _write_files(sheet: Any, entries: Sequence[dict[str, Any]], styles: Styles) -> None:
    """Write a line for each file or page: how many numbers it has, how it was turned, or why it could not be read."""
    write_heads(sheet, _FILE_HEADS, styles)
    for line, entry in enumerate(entries, start=1):
        write_name(sheet, line, entry)
        doubts = [sentence for _, sentence in _iterate_numbers(entry)]
        sheet.write_number(line, 2, len(doubts))
        sheet.write_number(line, 3, sum(map(bool, doubts)))
        sheet.write_number(line, 4, len(entry.get("refused", [])))
        if note := entry.get("error") or " ".join(list_notes(entry)):
            sheet.write_string(line, 5, to_printable(note))


def _iterate_numbers(entry: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each number of an entry, with a sentence if it is doubtful, else ""."""
    for row in entry.get("rows", []):
        digits, signs = iter(row["digits"]), iter(row["signs"])
        for number in row["numbers"]:
            symbols = [next(digits if text.isdigit() else signs) for text in number["text"] if text != " "]
            is_doubtful = any(symbol["doubtful"] for symbol in symbols)
            yield number, _explain_doubt(number, entry) if is_doubtful else ""


def _explain_doubt(number: dict[str, Any], entry: dict[str, Any]) -> str:
    if not number.get("fits", True):
        return f"{number['text']} is not as expected: {entry['expect']}."
    confidence = number["confidence"]
    reason = "only a part of it was corrected" if confidence is None else f"{confidence:.0%} sure"
    return f"{number['text']} is doubtful: {reason}."
