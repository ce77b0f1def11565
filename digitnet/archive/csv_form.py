"""Find how the text of a CSV file is written, by its first lines: spreadsheets of many countries write semicolons."""

from __future__ import annotations

import codecs
import csv
from typing import NamedTuple

HEAD_BYTES = 2**16  # Of a file, by which it is told.
_MAX_LINES = 20
_SIGNS = ("\t", ";", ",")  # A name holds a comma rather than a semicolon, and no tab.
_SIGN_MARK = "sep="  # A first line for spreadsheets, as "sep=;".


class CsvForm(NamedTuple):
    """How a CSV file is written: its encoding, the sign between its cells, and where its rows begin, from 0."""

    encoding: str
    delimiter: str
    first_row: int


def find_form(head: bytes) -> CsvForm:
    """Return how a CSV file is written.

    Args:
        head: its first bytes, up to HEAD_BYTES.
    """
    encoding = _find_encoding(head)
    lines = head.decode(encoding, "replace").splitlines()
    if len(head) == HEAD_BYTES:
        lines = lines[:-1]  # It is cut.
    if lines and lines[0].lower().startswith(_SIGN_MARK) and len(lines[0]) == len(_SIGN_MARK) + 1:
        return CsvForm(encoding, lines[0][-1], 1)
    return CsvForm(encoding, _find_delimiter(lines[:_MAX_LINES]), 0)


def _find_encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # The last character may be cut.
    except UnicodeDecodeError:
        return "cp1252"  # Spreadsheets on Windows write it.
    return "utf-8-sig"


def _find_delimiter(lines: list[str]) -> str:
    """Return the sign that parts all lines into the same number of cells, or most of them into the most."""
    for sign in _SIGNS:
        counts = {len(cells) for cells in csv.reader(lines, delimiter=sign) if cells}
        if len(counts) == 1 and counts != {1}:
            return sign
    filled = [line for line in lines if line.strip()]
    return next((sign for sign in _SIGNS if 2 * sum(sign in line for line in filled) > len(filled)), ",")
