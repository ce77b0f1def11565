"""Read the CSV files that name the files of an archive."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path

from digitnet.archive.addresses import hide_secrets, is_remote, is_web, make_absolute
from digitnet.archive.csv_form import HEAD_BYTES, find_form
from digitnet.archive.items import Item
from digitnet.archive.silence import explain_silence
from digitnet.archive.stores import open_binary, open_store

_HEADS = ("file", "path", "address", "name")  # Of the column that holds the paths.
_FILE_END = re.compile(r"\.[a-z0-9]{2,5}$", re.IGNORECASE)
_ROOT_PARTS = 3  # Of a path from the root that lies elsewhere: /mnt/disk is a disk,
_USER_ROOT_PARTS = 5  # and /media/name/disk and /run/media/name/disk are.


def is_list(source: str) -> bool:
    """Return whether a source is a CSV file."""
    return hide_secrets(source).lower().endswith(".csv")


def read_list(source: str) -> Iterator[Item]:
    """Yield the files that a CSV file names, by paths from its folder or addresses.

    Raises:
        OSError: the list cannot be read.
        csv.Error: it is no CSV file.
        StoreError: its store or disk does not answer.
    """
    path = source.partition("?")[0] if is_web(source) else make_absolute(source)
    parent = os.path.dirname(path)
    root = "" if is_remote(parent) else parent
    with open_binary(source, root) as file:
        form = find_form(file.read(HEAD_BYTES))
    with open_binary(source, root) as file:
        text = TextIOWrapper(file, encoding=form.encoding, errors="replace", newline="")
        lines = islice(csv.reader(text, delimiter=form.delimiter), form.first_row, None)
        first = list(islice((cells for cells in lines if any(cells)), 2))
        place, has_heading = _find_column(first, parent) if first else (0, False)
        for cells in chain(first[has_heading:], lines):
            name = cells[place].strip() if len(cells) > place else ""
            if name:
                address = _join(parent, name)
                yield Item(hide_secrets(name), address, root=_find_root(parent, address))


def _find_column(rows: list[list[str]], parent: str) -> tuple[int, bool]:
    """Return the column that holds the paths, and whether the first row is a heading; the second one may be missing."""
    heads = [cell.strip().lower() for cell in rows[0]]
    named = [heads.index(head) for head in _HEADS if head in heads]
    if named:
        return named[0], True
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if _is_there(parent, cell.strip()):
                return column, number > 0 and not _is_file_name(rows[0], column)
    return 0, len(rows) > 1 and not _is_file_name(rows[0], 0)


def _is_file_name(cells: list[str], column: int) -> bool:
    """Return whether a cell looks like a file, and not like a heading."""
    name = cells[column].strip() if len(cells) > column else ""
    return os.path.isabs(name) or is_remote(name) or bool(_FILE_END.search(name))


def _is_there(parent: str, name: str) -> bool:
    """Return whether a cell names a file that exists; whatever is an address does."""
    if not name or is_remote(name):
        return bool(name)
    address = _join(parent, name)
    if not is_remote(address):
        return os.path.isfile(address)
    files, path = open_store(address)
    try:
        with explain_silence(address):
            return bool(files.isfile(path))
    except OSError:
        return False


def _join(parent: str, name: str) -> str:
    if is_remote(name):
        return name
    return f"{parent}/{name}" if is_remote(parent) else os.path.join(parent, name)


def _find_root(parent: str, address: str) -> str:
    """Return the folder without which nothing is known of a file: that of the list, or the disk of a path elsewhere."""
    if is_remote(address):
        return ""
    if address.startswith(os.path.join(parent, "")):
        return parent
    parts = Path(address).parts
    count = _USER_ROOT_PARTS if "media" in parts[1:3] else _ROOT_PARTS
    return str(Path(*parts[: min(count, len(parts) - 1)]))
