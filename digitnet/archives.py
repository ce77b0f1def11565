"""Zip files from strangers: read whole and within limits, or refused with a sentence."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib

from digitnet.errors import ModelError

_ENTRY = b"PK\x01\x02"  # starts each line of a zip file's table of contents
_MOST_ENTRIES = 200
_ENCRYPTED = 0x1
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, OverflowError)


def read_zip(content: bytes, most: int) -> dict[str, bytes]:
    """Return the files of a zip file by their paths in it, with what macOS adds left out.

    Args:
        most: bytes that all files may have together, unpacked.

    Raises:
        ModelError: it is no zip file or a damaged one, it is too large unpacked, or it holds links, encrypted
            files, a name twice or a path that leads out of it.
    """
    if content.count(_ENTRY) > _MOST_ENTRIES:  # before any of them is made
        raise ModelError(f"Expected a zip file of at most {_MOST_ENTRIES} files. Received: more.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_litter(entry.filename)]
            _check(entries, most)
            return {entry.filename: archive.read(entry) for entry in entries}
    except _DAMAGED as error:
        raise ModelError("The file is no zip file, or it is damaged; get it once more.") from error


def _is_litter(path: str) -> bool:
    return path.startswith("__MACOSX/") or path.rsplit("/", 1)[-1] == ".DS_Store"


def _check(entries: list[zipfile.ZipInfo], most: int) -> None:
    paths = [entry.filename for entry in entries]
    if len(set(paths)) < len(paths):
        raise ModelError("The zip file holds two files of the same name.")
    for entry in entries:
        _check_path(entry.filename)
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise ModelError(f"The zip file holds a link, {entry.filename[:80]!r}; only plain files can be taken in.")
        if entry.flag_bits & _ENCRYPTED:
            raise ModelError("The zip file is encrypted; pack it again without a password.")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ModelError("The zip file is compressed in an unusual way; pack it again as a plain zip file.")
    if (size := sum(entry.file_size for entry in entries)) > most:
        raise ModelError(f"Expected at most {most // 2**20} MB unpacked. Received: {size / 2**20:,.0f} MB.")


def _check_path(path: str) -> None:
    if path.startswith("/") or "\\" in path or ":" in path or ".." in path.split("/"):
        raise ModelError(f"The zip file holds a path that leads out of it: {path[:80]!r}.")
