"""Write the cells of a workbook: heads, numbers as they were written, and small pictures."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import cv2
import xlsxwriter

from digitnet.preprocessing.images import to_png
from digitnet.reading.number_values import AUTOMATIC, MAX_DIGITS, parse_value
from digitnet.reading.workbook_styles import Styles, find_number_format
from digitnet.types import RGB

MAX_PICTURES = 5000  # Numbers that follow have no picture, so that the file stays within a hundred megabytes.
_ROW_PIXELS = 40  # Height of a row with a picture.
_WIDTHS = {"File": 28, "Text": 18, "Value": 14, "Confidence": 11, "Picture": 34, "Note": 70}


def open_workbook(file: io.BytesIO) -> Any:
    """Return a new workbook of XlsxWriter, to use as a context, that takes no text for a formula or an address."""
    return xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})


def to_printable(text: str) -> str:
    """Return a text without what XML cannot hold, such as bytes of a file name that are no text."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def write_heads(sheet: Any, heads: Sequence[str], styles: Styles) -> None:
    """Write the first line of a sheet, which stays in view, and set the widths of its columns."""
    for column, head in enumerate(heads):
        sheet.write_string(0, column, to_printable(head), styles.head)
        sheet.set_column(column, column, _WIDTHS.get(head, 10))
    sheet.freeze_panes(1, 0)


def write_name(sheet: Any, line: int, entry: dict[str, Any]) -> None:
    """Write the name of an entry's file and its page into the first two cells of a line."""
    sheet.write_string(line, 0, to_printable(entry["file"]))
    sheet.write_number(line, 1, entry.get("page", 1))


def write_number(
    sheet: Any,
    row: int,
    column: int,
    number: dict[str, Any],
    styles: Styles,
    *,
    is_doubtful: bool,
    only_value: bool = False,
) -> None:
    """Write a number as a number, or as a text if it has no value or too many digits.

    Args:
        sheet: a sheet of XlsxWriter.
        row: row of the cell, from 0.
        column: column of the cell, from 0.
        number: its "text", and its "value" if that is known.
        styles: styles of the workbook.
        is_doubtful: whether the cell is colored.
        only_value: whether to write nothing in place of a number without a value.
    """
    text = number["text"]
    value = number["value"] if "value" in number else parse_value(text, AUTOMATIC)
    if value is not None and len(re.sub(r"[^0-9]", "", text)) <= MAX_DIGITS:
        sheet.write_number(
            row, column, float(value), styles.get(find_number_format(text, Decimal(str(value))), is_doubtful)
        )
    elif not only_value:
        sheet.write_string(row, column, text, styles.get("@", is_doubtful=is_doubtful))


def make_row_picture(image: RGB) -> bytes:
    """Return a PNG file of a picture, uint8 (h, w, 3), at most 40 pixels high."""
    factor = min(1.0, _ROW_PIXELS / image.shape[0])
    size = max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor))
    return to_png(cv2.resize(image, size, interpolation=cv2.INTER_AREA))


def insert_picture(sheet: Any, row: int, column: int, picture: bytes) -> None:
    """Put a picture of `make_row_picture` into a cell, and make its row as high."""
    sheet.set_row_pixels(row, _ROW_PIXELS + 2)
    sheet.insert_image(row, column, "number.png", {"image_data": io.BytesIO(picture), "object_position": 2})
