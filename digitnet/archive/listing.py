"""List the files of an archive one by one: of a folder, a pattern, a ZIP or TAR file, a CSV of paths, or a store."""

from __future__ import annotations

import csv
import glob
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path, PurePosixPath
from typing import IO

from digitnet.archive.addresses import hide_secrets, is_remote, is_web, make_absolute
from digitnet.archive.items import Item
from digitnet.archive.patterns import is_pattern, split_pattern
from digitnet.archive.store_listing import list_store
from digitnet.archive.stores import StoreError, open_binary
from digitnet.archive.tar_listing import list_tar
from digitnet.archive.zip_listing import list_zip
from digitnet.errors import ArchiveError, ImageError

_TAR_ENDS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_HEADS = ("file", "path", "address", "name")  # Of the column of a CSV file that holds the paths.
_UNNEEDED = ("__MACOSX", "Thumbs.db", "desktop.ini")

Lister = Callable[[IO[bytes], str, str], Iterator[Item]]


def list_items(source: str, left_out: Path | None = None) -> Iterator[Item]:
    """Yield the files of an archive as they are found; ZIP and TAR files among them give those in them.

    Args:
        source: a folder, a file, a pattern such as `scans/**/*.png`, a CSV file of paths, or an address of a store.
        left_out: a folder that is no part of the archive, as that of the results.

    Raises:
        ArchiveError: there is no such file or folder.
        StoreError: the store does not answer.
    """
    for item in _list(source, left_out):
        name = item.name.encode("utf-8", "backslashreplace").decode()  # Bytes that are no text become their codes.
        yield item if name == item.name else replace(item, name=name)


def _list(source: str, left_out: Path | None) -> Iterator[Item]:
    if _has_end(hide_secrets(source), (".csv",)):
        yield from _list_csv(source)
    elif is_remote(source):
        for name, address in list_store(source):
            if _is_wanted(name):
                yield from _open_up(Item(name, address), is_source=address == source)
    elif os.path.isdir(source):
        for item in _walk(make_absolute(source), left_out):
            yield from _open_up(item)
    elif os.path.exists(source):
        yield from _open_up(Item(os.path.basename(source), make_absolute(source)), is_source=True)
    elif is_pattern(source):
        start, rest = split_pattern(source)
        folder = make_absolute(start)
        for name in glob.iglob(rest, root_dir=folder, recursive=True):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not _is_below(path, left_out):
                yield from _open_up(Item(name, path))
    else:
        raise ArchiveError(f"There is no file or folder {source!r}.")


def _walk(folder: str, left_out: Path | None) -> Iterator[Item]:
    """Yield each file below a folder; of a folder only the subfolders are remembered.

    A subfolder that cannot be listed is an item with an error.
    """
    folders = [(folder, "")]
    while folders:
        path, prefix = folders.pop()
        if left_out and os.path.realpath(path) == os.path.realpath(left_out):
            continue
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    name = prefix + entry.name
                    if not _is_wanted(entry.name):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        folders.append((entry.path, f"{name}/"))
                    elif not entry.is_dir():
                        yield Item(name, entry.path)
        except OSError as error:
            if not prefix:
                raise ArchiveError(f"The folder {path!r} cannot be listed: {error.strerror}.") from error
            yield Item(prefix.rstrip("/"), path, error=f"The folder cannot be listed: {error.strerror}.")


def _open_up(item: Item, *, is_source: bool = False) -> Iterator[Item]:
    """Yield the files in a ZIP or TAR file, or another item as it is."""
    lister: Lister | None = list_zip if _has_end(item.name, (".zip",)) else None
    if _has_end(item.name, _TAR_ENDS):
        lister = list_tar
    if item.error or not lister:
        yield item
        return
    try:
        with open_binary(item.address) as file:
            for member in lister(file, item.address, "" if is_source else f"{item.name}/"):
                if _is_wanted(member.name):
                    yield member
    except StoreError:
        raise
    except (ArchiveError, ImageError) as error:
        yield Item(item.name, item.address, error=str(error))
    except OSError as error:
        yield Item(
            item.name, item.address, error=hide_secrets(f"The file cannot be opened: {error.strerror or error}.")
        )


def _list_csv(source: str) -> Iterator[Item]:
    """Yield the files that a CSV file names, by paths from its folder or addresses."""
    path = source.partition("?")[0] if is_web(source) else make_absolute(source)
    parent = os.path.dirname(path)
    try:
        with open_binary(source) as file:
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
                    yield from _open_up(Item(hide_secrets(name), _join(parent, name)))
    except (OSError, csv.Error) as error:
        raise ArchiveError(hide_secrets(f"The list {source!r} cannot be read: {error}.")) from error


def _join(parent: str, name: str) -> str:
    if is_remote(name):
        return name
    return f"{parent}/{name}" if is_remote(parent) else os.path.join(parent, name)


def _has_end(name: str, ends: tuple[str, ...]) -> bool:
    return name.lower().endswith(ends)


def _is_wanted(name: str) -> bool:
    """Return whether a file is one of the user's, and not one that a system keeps beside them."""
    parts = PurePosixPath(name).parts
    return bool(parts) and not parts[-1].startswith(".") and not any(part in _UNNEEDED for part in parts)


def _is_below(path: str, folder: Path | None) -> bool:
    return folder is not None and Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
