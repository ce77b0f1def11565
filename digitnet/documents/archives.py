"""Find the pictures in a ZIP file or a folder, and tell which files are none."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import NamedTuple

from digitnet.documents.opening import is_document
from digitnet.errors import ImageError, explain_os_errors
from digitnet.preprocessing.images import MAX_BYTES, read_file
from digitnet.zip_files import ZipFiles

MAX_MEMBERS = 300  # Files and folders in a ZIP file.
MAX_UNPACKED_BYTES = 200 * 2**20  # A worker holds them twice while it sends them.
_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")  # Of a ZIP file, and of an empty one.
_ARCHIVE_ENDINGS = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
_SYSTEM_FILES = ("Thumbs.db", "desktop.ini")  # Windows puts them into folders.
_MAX_NAME_LENGTH = 120
_MAX_NAMED = 5  # No more files are named in a sentence.


class Member(NamedTuple):
    """A file from an archive: its name, after that of the archive, and its content."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Unpacked:
    """The files of an archive or a folder.

    Attributes:
        members: those that hold pictures.
        others: names of those that are no pictures.
        archives: names of archives among them, which are not unpacked.
    """

    members: tuple[Member, ...]
    others: tuple[str, ...]
    archives: tuple[str, ...]


def is_zip(content: bytes) -> bool:
    """Return whether a file begins as a ZIP file does."""
    return content.startswith(_SIGNATURES)


def unpack(name: str, content: bytes) -> Unpacked:
    """Unpack the pictures of a ZIP file, sorted by name as people count: page 2 before page 10.

    Args:
        name: name of the file: a member is named "scan.zip / page1.jpg".
        content: its content.

    Raises:
        ImageError: it is damaged, locked by a password or too large, or holds no picture.
    """
    files = ZipFiles(content, MAX_UNPACKED_BYTES, MAX_MEMBERS, ImageError, checks_paths=False)
    members: list[Member] = []
    others: list[str] = []
    archives: list[str] = []
    for path in sort_paths(files):
        shown = _clean(path)
        if is_system_file(shown):
            continue
        if is_archive_name(shown):
            archives.append(shown)
        elif is_document(held := files[path]):
            members.append(Member(f"{name} / {shown}", held))
        else:
            others.append(shown)
    unpacked = Unpacked(tuple(members), tuple(others), tuple(archives))
    if not members:
        raise ImageError(" ".join(filter(None, ["The ZIP file holds no picture.", describe_others(unpacked)])))
    return unpacked


def list_folder(folder: Path) -> tuple[list[Path], Unpacked]:
    """Return the files in a folder and those below it that hold pictures, or are ZIP files; and the names of others.

    Raises:
        ImageError: the folder cannot be read, or holds no picture.
    """

    def fail(error: OSError) -> None:
        raise error

    with explain_os_errors(f"The folder {str(folder)!r} cannot be read", ImageError):
        found = [Path(place, name) for place, _, names in os.walk(folder, onerror=fail) for name in names]
    pictures: list[Path] = []
    others: list[str] = []
    archives: list[str] = []
    for path in map(Path, sort_paths(map(str, found))):
        name = path.relative_to(folder).as_posix()
        if is_system_file(name) or not path.is_file():
            continue
        if _may_be_read(path):
            pictures.append(path)
        else:
            (archives if is_archive_name(name) else others).append(_clean(name))
    unpacked = Unpacked((), tuple(others), tuple(archives))
    if not pictures:
        raise ImageError(" ".join(filter(None, ["The folder holds no picture.", describe_others(unpacked)])))
    return pictures, unpacked


def describe_others(unpacked: Unpacked) -> str:
    """Say which files are no pictures: "3 files are no pictures: notes.txt, ..."; "" if all are."""
    sentences = []
    if others := unpacked.others:
        kind = "1 file is no picture" if len(others) == 1 else f"{len(others):,} files are no pictures"
        sentences.append(f"{kind}: {_list_names(others)}.")
    if archives := unpacked.archives:
        kind = "1 file is an archive" if len(archives) == 1 else f"{len(archives):,} files are archives"
        instead = "unpack it first" if len(archives) == 1 else "unpack them first"
        sentences.append(f"{kind} in another: {_list_names(archives)}; {instead}.")
    return " ".join(sentences)


def sort_paths(paths: Iterable[str]) -> list[str]:
    """Sort paths as people count: page 2 before page 10."""
    return sorted(paths, key=lambda path: ([_to_key(part) for part in re.split(r"(\d+)", path.casefold())], path))


def is_archive_name(name: str) -> bool:
    """Return whether a name ends as those of archives do."""
    return name.casefold().endswith(_ARCHIVE_ENDINGS)


def is_system_file(path: str) -> bool:
    """Return whether a file is hidden or one that a system puts into folders."""
    name = PurePath(path).name
    return name.startswith(".") or name in _SYSTEM_FILES


def _to_key(part: str) -> tuple[int, str]:
    return (int(part), "") if part.isdecimal() else (0, part)


def _may_be_read(path: Path) -> bool:
    """Return whether a file holds pictures or is a ZIP file; True of one that is too large, whose reading says so."""
    if path.stat().st_size > MAX_BYTES:
        return not is_archive_name(path.name) or path.suffix.casefold() == ".zip"
    content = read_file(path)
    return is_zip(content) if is_archive_name(path.name) else is_document(content)


def _clean(path: str) -> str:
    """Return the path of a file without steps that lead elsewhere and signs that nobody sees; the end of a long one."""
    parts = [part for part in re.split(r"[/\\]", path) if part not in ("", ".", "..")]
    clean = "/".join(parts) or "file"
    clean = "".join(sign if sign.isprintable() else "_" for sign in clean)
    return clean if len(clean) <= _MAX_NAME_LENGTH else f"…{clean[-_MAX_NAME_LENGTH:]}"


def _list_names(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:_MAX_NAMED])
    return shown if len(names) <= _MAX_NAMED else f"{shown} and {len(names) - _MAX_NAMED:,} more"
