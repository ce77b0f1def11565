"""Files written whole or not at all, and zip files read within limits."""

from __future__ import annotations

import io
import os
import stat
import struct
import uuid
import zipfile
import zlib
from pathlib import Path

from digitnet.errors import DigitnetError, ModelError

_ENTRY = b"PK\x01\x02"  # starts each line of a zip file's table of contents
_MOST_ENTRIES = 200
_MOST_TIMES = 200  # that something may be larger unpacked
_SMALL = 10 * 2**20  # bytes, which may have grown by more
_ENCRYPTED = 0x1
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, OverflowError)


def write_atomically(path: Path, content: str | bytes, *, durable: bool = True) -> None:
    """Write `content` in place of what the file held; whoever reads it sees the old or the new, never a part.

    Args:
        durable: wait until it is on the disk, so that a power cut leaves one of the two as well.

    Raises:
        OSError: the folder cannot be written, or the disk is full; the file is as it was.
    """
    partial = path.with_name(f".{path.name}-{uuid.uuid4().hex}")
    try:
        with partial.open("xb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def read_zip(
    content: bytes, most: int, entries: int = _MOST_ENTRIES, refusal: type[DigitnetError] = ModelError
) -> dict[str, bytes]:
    """Return the files of a zip file by their paths in it, with what macOS adds left out.

    Args:
        most: bytes that all files may have together, unpacked.
        entries: how many files and folders it may hold.
        refusal: the error to raise.

    Raises:
        ModelError: or `refusal`; it is no zip file or a damaged one, it is too large unpacked, or it holds links,
            encrypted files, a name twice or a path that leads out of it.
    """
    if content.count(_ENTRY) > entries:  # before any of them is made
        raise refusal(f"Expected a zip file of at most {entries:,} files. Received: more.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_litter(entry.filename)]
            if objection := _objection(files, len(content), most):
                raise refusal(objection)
            return {entry.filename: archive.read(entry) for entry in files}
    except _DAMAGED as error:
        raise refusal("The file is no zip file, or it is damaged; get it once more.") from error


def _is_litter(path: str) -> bool:
    return path.startswith("__MACOSX/") or path.rsplit("/", 1)[-1] == ".DS_Store"


def _objection(entries: list[zipfile.ZipInfo], packed: int, most: int) -> str:
    """Return why the files of a zip file of `packed` bytes are not taken, "" where nothing speaks against them."""
    if len({entry.filename for entry in entries}) < len(entries):
        return "The zip file holds two files of the same name."
    if objection := next(filter(None, map(_objection_to, entries)), ""):
        return objection
    if (size := sum(entry.file_size for entry in entries)) > most:
        return f"Expected at most {most // 2**20} MB unpacked. Received: {size / 2**20:,.0f} MB."
    if size > max(_SMALL, _MOST_TIMES * packed):
        return f"Expected at most {_MOST_TIMES} times the file's size unpacked. Received: {size / packed:,.0f} times."
    return ""


def _objection_to(entry: zipfile.ZipInfo) -> str:
    path = entry.filename
    if path.startswith("/") or "\\" in path or ":" in path or ".." in path.split("/"):
        return f"The zip file holds a path that leads out of it: {path[:80]!r}."
    if stat.S_ISLNK(entry.external_attr >> 16):
        return f"The zip file holds a link, {path[:80]!r}; only plain files can be taken in."
    if entry.flag_bits & _ENCRYPTED:
        return "The zip file is encrypted; pack it again without a password."
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "The zip file is compressed in an unusual way; pack it again as a plain zip file."
    return ""
