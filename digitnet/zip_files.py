"""Read zip files of unknown origin within limits."""

from __future__ import annotations

import io
import stat
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from io import BufferedIOBase
from typing import IO

from digitnet.errors import DigitnetError, ModelError

_ENTRY_SIGNATURE = b"PK\x01\x02"  # Each entry of a zip file's central directory starts with it.
_MAX_FILES = 200
_MAX_EXPANSION = 200  # All files together, unpacked, are at most this many times as large as the zip.
_ALWAYS_ALLOWED_BYTES = 10 * 2**20  # A small file may expand more, up to this size.
_ENCRYPTED_FLAG = 0x1
_PIECE_BYTES = 2**16
_DAMAGED = "The file is no zip file, or it is damaged; download it again."
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


class ZipFiles(Mapping[str, bytes]):
    """The files of a zip file by path, without those that macOS adds; each is unpacked when it is asked for.

    Attributes:
        sizes: bytes of each file, unpacked, by path.
    """

    def __init__(
        self,
        content: bytes,
        max_bytes: int,
        max_files: int = _MAX_FILES,
        error_class: type[DigitnetError] = ModelError,
        *,
        checks_paths: bool = True,
    ) -> None:
        """Check a zip file: unpack every file once, in pieces that are not kept.

        Args:
            content: the zip file.
            max_bytes: limit of the size of all files together, unpacked.
            max_files: limit of the number of files and folders.
            error_class: class of the errors that are raised.
            checks_paths: False if nobody writes the files by their paths, so that these may be any.

        Raises:
            `error_class` (default ModelError): the file is no zip file, damaged or too large unpacked, or it holds a
                link, an encrypted file, a name twice, a path that leads out of it, or a file larger than it says.
        """
        self._error_class = error_class
        if content.count(_ENTRY_SIGNATURE) > max_files:  # This is checked before any entry is parsed.
            raise error_class(f"Expected a zip file of at most {max_files:,} files. Received: more.")
        with self._explain_damage():
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        infos = [info for info in self._archive.infolist() if not _is_unneeded(info.filename)]
        if problem := _find_problem(infos, len(content), max_bytes, checks_paths=checks_paths):
            raise error_class(problem)
        self._entries = {info.filename: info for info in infos}
        self.sizes = {path: info.file_size for path, info in self._entries.items()}
        for path in self._entries:
            self._check_size(path)

    def __getitem__(self, path: str) -> bytes:
        return self.read_start(path, self.sizes[path])

    def __contains__(self, path: object) -> bool:
        return path in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def read(self, path: str, max_bytes: int) -> bytes:
        """Return the content of a file of at most `max_bytes`.

        Raises:
            KeyError: there is no such file.
            `error_class`: the file is larger.
        """
        if (size := self.sizes[path]) > max_bytes:
            raise self._error_class(
                f"Expected {path[:80]!r} to have at most {max_bytes // 2**20} MB. Received: {size / 2**20:,.1f} MB."
            )
        return self[path]

    def read_start(self, path: str, count: int) -> bytes:
        """Return the first `count` bytes of a file, fewer if it has fewer; raises KeyError."""
        start = io.BytesIO()
        with self._open(path) as file:
            start.writelines(read_pieces(file, count))
        return start.getvalue()

    def _check_size(self, path: str) -> None:
        size = self.sizes[path]
        with self._open(path) as file:
            count = sum(map(len, read_pieces(file, size + 1)))
        if count > size:
            raise self._error_class(
                f"The zip file holds more of {path[:80]!r} than the {size:,} bytes it claims; pack it again."
            )
        if count < size:
            raise self._error_class(_DAMAGED)

    @contextmanager
    def _open(self, path: str) -> Iterator[IO[bytes]]:
        info = copy(self._entries[path])
        info.file_size = sys.maxsize  # Otherwise zipfile would cut the file to the size that it claims.
        with self._explain_damage(), self._archive.open(info) as file:
            yield file

    @contextmanager
    def _explain_damage(self) -> Iterator[None]:
        try:
            yield
        except _DAMAGE_ERRORS as error:
            raise self._error_class(_DAMAGED) from error


def read_pieces(file: IO[bytes] | BufferedIOBase, max_bytes: int) -> Iterator[bytes]:
    """Yield a file in pieces, and stop after `max_bytes`."""
    while max_bytes > 0 and (piece := file.read(min(_PIECE_BYTES, max_bytes))):
        max_bytes -= len(piece)
        yield piece


def _is_unneeded(path: str) -> bool:
    """Return whether a path is a folder's or of a file that macOS adds."""
    return path.endswith("/") or path.startswith("__MACOSX/") or path.rsplit("/", 1)[-1] == ".DS_Store"


def _find_problem(entries: list[zipfile.ZipInfo], packed_bytes: int, max_bytes: int, *, checks_paths: bool) -> str:
    """Return a sentence about the first problem of the entries of a zip file, or ""."""
    if len({entry.filename for entry in entries}) < len(entries):
        return "The zip file holds two files of the same name."
    problems = (_find_entry_problem(entry, checks_paths=checks_paths) for entry in entries)
    if problem := next(filter(None, problems), ""):
        return problem
    if (size := sum(entry.file_size for entry in entries)) > max_bytes:
        return f"Expected at most {max_bytes // 2**20} MB unpacked. Received: {size / 2**20:,.0f} MB."
    if size > max(_ALWAYS_ALLOWED_BYTES, _MAX_EXPANSION * packed_bytes):
        expansion = size / packed_bytes
        return f"Expected at most {_MAX_EXPANSION} times the file's size unpacked. Received: {expansion:,.0f} times."
    return ""


def _find_entry_problem(entry: zipfile.ZipInfo, *, checks_paths: bool) -> str:
    path = entry.filename
    leads_out = path.startswith("/") or "\\" in path or ":" in path or ".." in path.split("/")
    if checks_paths and leads_out:
        return f"The zip file holds a path that leads out of it: {path[:80]!r}."
    if stat.S_ISLNK(entry.external_attr >> 16):
        return f"The zip file holds a link, {path[:80]!r}; only plain files can be read."
    if entry.flag_bits & _ENCRYPTED_FLAG:
        return "The zip file is encrypted; pack it again without a password."
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "The zip file is compressed in an unusual way; pack it again as a plain zip file."
    return ""
