"""Read zip files of unknown origin within limits."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib

from digitnet.errors import DigitnetError, ModelError

_ENTRY_SIGNATURE = b"PK\x01\x02"  # Each entry of a zip file's central directory starts with it.
_MAX_FILES = 200
_MAX_EXPANSION = 200  # All files together, unpacked, are at most this many times as large as the zip.
_ALWAYS_ALLOWED_BYTES = 10 * 2**20  # A small file may expand more, up to this size.
_ENCRYPTED_FLAG = 0x1
_DAMAGE_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    OverflowError,
)


def read_zip(
    content: bytes, max_bytes: int, max_files: int = _MAX_FILES, error_class: type[DigitnetError] = ModelError
) -> dict[str, bytes]:
    """Return the files of a zip file by path, without the files that macOS adds.

    Args:
        content: the zip file.
        max_bytes: limit of the size of all files together, unpacked.
        max_files: limit of the number of files and folders.
        error_class: class of the error that is raised.

    Raises:
        `error_class` (default ModelError): the file is no zip file, damaged or too large unpacked, or it holds a link,
            an encrypted file, a name twice or a path that leads out of it.
    """
    if content.count(_ENTRY_SIGNATURE) > max_files:  # This is checked before any entry is parsed.
        raise error_class(f"Expected a zip file of at most {max_files:,} files. Received: more.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_litter(entry.filename)]
            if problem := _find_problem(entries, len(content), max_bytes):
                raise error_class(problem)
            return {entry.filename: archive.read(entry) for entry in entries}
    except _DAMAGE_ERRORS as error:
        raise error_class("The file is no zip file, or it is damaged; download it again.") from error


def _is_litter(path: str) -> bool:
    return path.startswith("__MACOSX/") or path.rsplit("/", 1)[-1] == ".DS_Store"


def _find_problem(entries: list[zipfile.ZipInfo], packed_bytes: int, max_bytes: int) -> str:
    """Return a sentence about the first problem of the entries of a zip file, or ""."""
    if len({entry.filename for entry in entries}) < len(entries):
        return "The zip file holds two files of the same name."
    if problem := next(filter(None, map(_find_entry_problem, entries)), ""):
        return problem
    if (size := sum(entry.file_size for entry in entries)) > max_bytes:
        return f"Expected at most {max_bytes // 2**20} MB unpacked. Received: {size / 2**20:,.0f} MB."
    if size > max(_ALWAYS_ALLOWED_BYTES, _MAX_EXPANSION * packed_bytes):
        expansion = size / packed_bytes
        return f"Expected at most {_MAX_EXPANSION} times the file's size unpacked. Received: {expansion:,.0f} times."
    return ""


def _find_entry_problem(entry: zipfile.ZipInfo) -> str:
    path = entry.filename
    if path.startswith("/") or "\\" in path or ":" in path or ".." in path.split("/"):
        return f"The zip file holds a path that leads out of it: {path[:80]!r}."
    if stat.S_ISLNK(entry.external_attr >> 16):
        return f"The zip file holds a link, {path[:80]!r}; only plain files can be read."
    if entry.flag_bits & _ENCRYPTED_FLAG:
        return "The zip file is encrypted; pack it again without a password."
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "The zip file is compressed in an unusual way; pack it again as a plain zip file."
    return ""
