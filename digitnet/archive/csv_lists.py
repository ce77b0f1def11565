"""Read the CSV files that name the files of an archive."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path

from digitnet.archive.addresses import hide_secrets, is_remote, is_web, make_absolute
from digitnet.archive.items import Item
from digitnet.archive.stores import open_binary

_HEADS = ("file", "path", "address", "name")  # Of the column that holds the paths.
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
    with open_binary(source, "" if is_remote(parent) else parent) as file:
        lines = csv.reader(TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline=""))
        place = None
        for cells in lines:
            if place is None:
                heads = [cell.strip().lower() for cell in cells]
                place = next((heads.index(head) for head in _HEADS if head in heads), -1)
                if place >= 0:
                    continue
            name = cells[max(place, 0)].strip() if len(cells) > max(place, 0) else ""
            if name:
                address = _join(parent, name)
                yield Item(hide_secrets(name), address, root=_find_root(parent, address))


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
