"""List the files of an archive one by one: of a folder, a pattern, a ZIP or TAR file, a CSV of paths, or a store."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO

from digitnet.archive.addresses import hide_secrets, is_remote, make_absolute
from digitnet.archive.csv_lists import is_list, read_list
from digitnet.archive.folder_listing import list_folder, list_pattern
from digitnet.archive.items import Item
from digitnet.archive.patience import Patience
from digitnet.archive.patterns import is_pattern, split_pattern
from digitnet.archive.silence import StoreError, name_store
from digitnet.archive.store_listing import list_store
from digitnet.archive.stores import open_binary
from digitnet.archive.tar_listing import list_tar
from digitnet.archive.wanted import is_wanted
from digitnet.archive.zip_listing import list_zip
from digitnet.errors import ArchiveError, ImageError

_TAR_ENDS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")

Lister = Callable[[IO[bytes], str, str], Iterator[Item]]


def list_items(source: str, left_out: Path | None = None, patience: Patience | None = None) -> Iterator[Item]:
    """Yield the files of an archive as they are found; ZIP and TAR files among them give those in them.

    A ZIP or TAR file whose store does not answer, and a subfolder whose disk does not, is an item that says so. Where a
    store was silent for a while, some items may come twice.

    Args:
        source: a folder, a file, a pattern such as `scans/**/*.png`, a CSV file of paths, or an address of a store.
        left_out: a folder that is no part of the archive, as that of the results.
        patience: asks stores and disks.

    Raises:
        ArchiveError: there is no such file or folder.
        StoreError: the store or the disk of all of it does not answer.
    """
    for item in _list(source, left_out, patience or Patience()):
        name = item.name.encode("utf-8", "backslashreplace").decode()  # Bytes that are no text become their codes.
        yield item if name == item.name else replace(item, name=name)


def _list(source: str, left_out: Path | None, patience: Patience) -> Iterator[Item]:
    if is_list(source):
        for item in _list_csv(source, patience):
            yield from _open_up(item, patience)
    elif is_remote(source):
        for item in list_store(source, patience):
            if is_wanted(item.name):
                yield from _open_up(item, patience, is_source=item.address == source)
    elif os.path.isdir(source):
        for item in list_folder(make_absolute(source), left_out, patience):
            yield from _open_up(item, patience)
    elif os.path.exists(source):
        path = make_absolute(source)
        yield from _open_up(Item(os.path.basename(source), path, root=path), patience, is_source=True)
    elif is_pattern(source):
        start, rest = split_pattern(source)
        for item in list_pattern(make_absolute(start), rest, left_out, patience):
            yield from _open_up(item, patience)
    else:
        raise ArchiveError(f"There is no file or folder {source!r}.")


def _list_csv(source: str, patience: Patience) -> Iterator[Item]:
    store = name_store(source) if is_remote(source) else make_absolute(source)
    try:
        yield from patience.iterate(store, partial(read_list, source))
    except (OSError, csv.Error) as error:
        raise ArchiveError(hide_secrets(f"The list {source!r} cannot be read: {error}.")) from error


def _open_up(item: Item, patience: Patience, *, is_source: bool = False) -> Iterator[Item]:
    """Yield the files in a ZIP or TAR file, or another item as it is."""
    lister: Lister | None = list_zip if item.name.lower().endswith(".zip") else None
    if item.name.lower().endswith(_TAR_ENDS):
        lister = list_tar
    if item.error or item.silence or not lister:
        yield item
        return
    prefix = "" if is_source else f"{item.name}/"
    try:
        for member in patience.iterate(item.store, partial(_list_members, item, lister, prefix)):
            if is_wanted(member.name.removeprefix(prefix)) or member.error:
                yield replace(member, root=item.root)
    except StoreError as silence:
        if is_source:
            raise
        yield replace(item, silence=silence)
    except (ArchiveError, ImageError) as error:
        yield replace(item, error=str(error))
    except OSError as error:
        yield replace(item, error=hide_secrets(f"The file cannot be opened: {error.strerror or error}."))


def _list_members(item: Item, lister: Lister, prefix: str) -> Iterator[Item]:
    with open_binary(item.address, item.root) as file:
        yield from lister(file, item.address, prefix)
