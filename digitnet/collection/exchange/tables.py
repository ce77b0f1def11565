"""Read the tables that stand beside pictures, within limits."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from digitnet.errors import CollectionError

MAX_FILES = 99_999  # Files of a zip file.
_MAX_TABLE_BYTES = 32 * 2**20
_MAX_COLUMNS = 100


def find_table(paths: Iterable[str], name: str) -> str | None:
    """Return the path of the table of this name in the uppermost folder, or None if there is none."""
    return min((path for path in paths if path.rpartition("/")[2].lower() == name), key=len, default=None)


def parse_table(content: bytes, name: str) -> list[list[str]]:
    """Return the cells of a table, row by row.

    Raises:
        CollectionError: the table is damaged or too large.
    """
    if len(content) > _MAX_TABLE_BYTES:
        raise CollectionError(f"Expected a {name} of at most {_MAX_TABLE_BYTES // 2**20} MB. Received: a larger one.")
    text = _decode_text(content)
    first = text.partition("\n")[0]
    try:
        return _limit_rows(csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count)), name)
    except csv.Error as error:
        raise CollectionError(f"The file {name} is damaged: {error}.") from error


def resolve_path(text: str, folder: str) -> str:
    """Return a path of a table, which is relative to the table's folder, as a path of the files."""
    path = text.strip().replace("\\", "/").removeprefix("./")
    return f"{folder}/{path}" if folder else path


def _limit_rows(rows: Iterable[list[str]], name: str) -> list[list[str]]:
    """Return the rows of a table; raises CollectionError if they would fill the memory."""
    kept: list[list[str]] = []
    for row in rows:
        kept.append(row)
        if len(kept) > MAX_FILES + 1 or len(row) > _MAX_COLUMNS:
            raise CollectionError(
                f"Expected a {name} of at most {MAX_FILES:,} files and {_MAX_COLUMNS} columns. Received: more."
            )
    return kept


def _decode_text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
