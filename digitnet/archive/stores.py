"""Read files by their paths, and by addresses of stores such as s3://, gs:// and https:// (with fsspec)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from digitnet.errors import ArchiveError, DigitnetError, ImageError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_NO_PARTS = "The server sends no parts of {address!r}; download the file and read it from the disk."
_SILENT = (
    "{address!r} cannot be reached ({reason}); check address, network and access, then run the same command again."
)


class StoreError(ArchiveError):
    """A store does not answer; its files may still be fine."""


def is_remote(address: str) -> bool:
    """Return whether an address is that of a store, and not a path."""
    return "://" in address


def is_web(address: str) -> bool:
    """Return whether an address is that of a web server."""
    return address.startswith(("http://", "https://"))


def make_absolute(source: str) -> str:
    """Return an address as it is, and a path from the root: reading processes start in a folder of their own."""
    return source if is_remote(source) else str(Path(source).absolute())


def open_store(address: str) -> tuple[AbstractFileSystem, str]:
    """Return the file system of an address, and its path there; raises ArchiveError if nobody knows such addresses."""
    from fsspec.core import url_to_fs

    try:
        files, path = url_to_fs(address, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        raise ArchiveError(f"Files at {address!r} cannot be read: {error}.") from error
    return files, str(path)


@contextmanager
def open_binary(address: str) -> Iterator[IO[bytes]]:
    """Open a file at a path or address to read it anywhere.

    Raises:
        OSError: the file is missing or may not be read.
        StoreError: the store does not answer.
    """
    if not is_remote(address):
        with open(address, "rb") as file:
            yield file
        return
    files, path = open_store(address)
    with explain_silence(address), files.open(path, "rb") as file:
        yield cast("IO[bytes]", file)


def read_range(address: str, start: int, count: int) -> bytes:
    """Return up to `count` bytes of a file from `start` on.

    Raises:
        ImageError: the file is missing or may not be read.
        StoreError: the store does not answer.
    """
    try:
        if not is_remote(address):
            with open(address, "rb") as file:
                file.seek(start)
                return file.read(count)
        files, path = open_store(address)
        with explain_silence(address):
            content = cast("bytes", files.cat_file(path, start=start, end=start + count))
    except OSError as error:
        raise ImageError(f"The file cannot be opened: {error.strerror or 'it does not exist'}.") from error
    if len(content) > count and start:
        raise ImageError(_NO_PARTS.format(address=address))
    return content[:count]


@contextmanager
def explain_silence(address: str) -> Iterator[None]:
    """Raise what a store raises as StoreError, but for missing files and those that may not be read (OSError)."""
    try:
        yield
    except (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError, DigitnetError):
        raise
    except Exception as error:  # Each store raises errors of its own library.
        if _get_status(error) in (401, 403, 404, 410):
            raise PermissionError(0, f"the server answers {_get_status(error)}") from error
        if isinstance(error, ValueError) and "range requests" in str(error):
            raise ImageError(_NO_PARTS.format(address=address)) from error
        reason = str(error).strip() or type(error).__name__
        raise StoreError(_SILENT.format(address=address, reason=reason.splitlines()[0][:200])) from error


def _get_status(error: Any) -> int | None:
    return getattr(error, "status", None)
