"""Read exported rows of numbers from files: pictures, and their texts in `rows.csv`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from digitnet.collection.exchange.image_folders import Files, SkippedFile
from digitnet.collection.exchange.row_export import COLUMNS, TABLE_FILE, parse_line
from digitnet.collection.exchange.tables import find_table, parse_table, resolve_path
from digitnet.collection.strings import StoredString
from digitnet.errors import CollectionError, DigitnetError


class RowTable(NamedTuple):
    """The table of rows among files.

    Attributes:
        path: its path, "" if there is none.
        lines: its lines, with the paths of their pictures.
        problem: why it gives no rows, "" if it does.
    """

    path: str = ""
    lines: Sequence[Mapping[str, str]] = ()
    problem: str = ""

    @property
    def paths(self) -> set[str]:
        """The files that belong to rows: the table and the pictures that it names."""
        return {self.path, *(line["file"] for line in self.lines)}


def find_rows(files: Files) -> RowTable:
    """Return the table of rows among files; without one it is empty."""
    path = find_table(files, TABLE_FILE)
    if path is None:
        return RowTable()
    try:
        headings, *rows = parse_table(files[path], TABLE_FILE) or [[]]
    except CollectionError as error:
        return RowTable(path, problem=str(error))
    if not set(COLUMNS) <= set(headings):
        return RowTable(path, problem=f"Expected the columns of an exported {TABLE_FILE}. Received: others.")
    folder = path.rpartition("/")[0]
    lines = [dict(zip(headings, row, strict=False)) for row in rows if any(row)]
    return RowTable(path, [line | {"file": resolve_path(line.get("file", ""), folder)} for line in lines])


def read_rows(table: RowTable, files: Files) -> Iterator[StoredString | SkippedFile]:
    """Yield the rows of a table, or the reason why each was skipped.

    Args:
        table: the table.
        files: contents by path, with / between folders.
    """
    if table.problem:
        yield SkippedFile(table.path, table.problem)
    unread = set(files)
    for line in table.lines:
        try:
            if line["file"] not in unread:
                raise CollectionError(f"Expected a picture of its own that {TABLE_FILE} names. Received: none.")
            unread.remove(line["file"])
            yield parse_line(line, files[line["file"]])
        except DigitnetError as error:
            yield SkippedFile(line["file"], str(error))
