"""List the files below a folder, or those of a pattern, a folder at a time."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from digitnet.archive.items import Item
from digitnet.archive.patience import Patience
from digitnet.archive.patterns import is_pattern
from digitnet.archive.silence import StoreError, explain_disk_silence, find_disk_silence
from digitnet.archive.wanted import is_wanted
from digitnet.errors import ArchiveError

_ANY_FOLDERS = "**"


class _Entry(NamedTuple):
    name: str
    path: str
    is_folder: bool
    is_link: bool


def list_folder(folder: str, left_out: Path | None, patience: Patience) -> Iterator[Item]:
    """Yield each file below a folder; of a folder only the subfolders are remembered.

    A subfolder that cannot be listed is an item with an error, or one that is put off. After a silence of the disk some
    files may come twice.

    Args:
        folder: its path from the root.
        left_out: a folder below it that is passed over, None for none.
        patience: asks the disk.

    Raises:
        ArchiveError: the folder cannot be listed.
        StoreError: the disk does not answer.
    """
    folders = [(folder, "")]
    while folders:
        path, prefix = folders.pop()
        if left_out and os.path.realpath(path) == os.path.realpath(left_out):
            continue
        try:
            for entry in _scan(path, folder, patience):
                name = prefix + entry.name
                if entry.is_folder and not entry.is_link:
                    folders.append((entry.path, f"{name}/"))
                elif not entry.is_folder:
                    yield Item(name, entry.path, root=folder)
        except StoreError as silence:
            if not prefix or _is_silent(folder):
                raise
            yield Item(prefix.rstrip("/"), path, root=folder, silence=silence)
        except OSError as error:
            if not prefix:
                raise ArchiveError(f"The folder {path!r} cannot be listed: {error.strerror}.") from error
            yield Item(prefix.rstrip("/"), path, error=f"The folder cannot be listed: {error.strerror}.")


def list_pattern(folder: str, pattern: str, left_out: Path | None, patience: Patience) -> Iterator[Item]:
    """Yield the files below a folder that match a pattern, such as `**/*.png`; some may come twice.

    Args:
        folder: its path from the root.
        pattern: parts of paths from there; `**` stands for any folders, also none.
        left_out: a folder below it that is passed over, None for none.
        patience: asks the disk.

    Raises:
        StoreError: the disk does not answer.
    """
    matcher = _Matcher(folder, left_out, patience)
    yield from matcher.match(folder, "", [part for part in pattern.split("/") if part])


class _Matcher:
    """Finds the files of a pattern below a folder."""

    def __init__(self, root: str, left_out: Path | None, patience: Patience) -> None:
        self._root, self._patience = root, patience
        self._left_out = os.path.realpath(left_out) if left_out else ""

    def match(self, path: str, prefix: str, parts: list[str]) -> Iterator[Item]:
        """Yield the files in a folder, whose names begin with `prefix`, that match the parts of a pattern."""
        if self._left_out and os.path.realpath(path) == self._left_out:
            return
        head, rest = parts[0], parts[1:]
        if head == _ANY_FOLDERS:
            yield from self.match(path, prefix, rest or ["*"])
        for entry in self._find(path, head):
            name = prefix + entry.name
            if head == _ANY_FOLDERS:
                if entry.is_folder and not entry.is_link:
                    yield from self.match(entry.path, f"{name}/", parts)
            elif rest and entry.is_folder:
                yield from self.match(entry.path, f"{name}/", rest)
            elif not rest and not entry.is_folder:
                yield Item(name, entry.path, root=self._root)

    def _find(self, path: str, part: str) -> Iterator[_Entry]:
        """Yield what matches a part of a pattern in a folder; one that cannot be listed has nothing that matches."""
        try:
            if is_pattern(part):
                for entry in _scan(path, self._root, self._patience):
                    if part == _ANY_FOLDERS or fnmatch.fnmatch(entry.name, part):
                        yield entry
            else:
                yield self._patience.ask(self._root, partial(_look_at, path, part, self._root))
        except StoreError:
            raise
        except OSError:
            return


def _scan(path: str, root: str, patience: Patience) -> Iterator[_Entry]:
    """Yield what is in a folder, without what a system keeps there; raise OSError and StoreError."""
    yield from patience.iterate(root, partial(_read_folder, path, root), skips=False)


def _read_folder(path: str, root: str) -> Iterator[_Entry]:
    with explain_disk_silence(root), os.scandir(path) as entries:
        for entry in entries:
            if is_wanted(entry.name):
                yield _Entry(entry.name, entry.path, _is_folder(entry, root), entry.is_symlink())


def _is_folder(entry: os.DirEntry[str], root: str) -> bool:
    try:
        return entry.is_dir()
    except OSError as error:
        if silence := find_disk_silence(error, root):
            raise silence from error
        return False  # Reading it says why it is no file either.


def _look_at(folder: str, name: str, root: str) -> _Entry:
    path = os.path.join(folder, name)
    with explain_disk_silence(root):
        os.stat(path)
    return _Entry(name, path, os.path.isdir(path), os.path.islink(path))


def _is_silent(root: str) -> bool:
    try:
        with explain_disk_silence(root), os.scandir(root):
            return False
    except (OSError, StoreError):
        return True
