"""Read files by their paths, and by addresses of stores such as s3://, gs:// and https:// (with fsspec)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, cast

from digitnet.archive.addresses import hide_secrets, is_remote
from digitnet.archive.silence import NO_PARTS, NO_SUCH_RANGE, explain_disk_silence, explain_silence, get_status
from digitnet.errors import ArchiveError, ImageError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


def open_store(address: str) -> tuple[AbstractFileSystem, str]:
    """Return the file system of an address, and its path there; raises ArchiveError if nobody knows such addresses."""
    from fsspec.core import url_to_fs

    try:
        files, path = url_to_fs(address, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        raise ArchiveError(hide_secrets(f"Files at {address!r} cannot be read: {error}.")) from error
    return files, str(path)


@contextmanager
def open_binary(address: str, root: str = "") -> Iterator[IO[bytes]]:
    """Open a file at a path or address to read it anywhere.

    Args:
        address: its path or address.
        root: the folder or file of the source by which its path was found, "" if nobody knows.

    Raises:
        OSError: the file is missing or may not be read.
        StoreError: the store or the disk does not answer.
    """
    if not is_remote(address):
        with explain_disk_silence(root), open(address, "rb") as file:
            yield file
        return
    files, path = open_store(address)
    with explain_silence(address), files.open(path, "rb") as file:
        yield cast("IO[bytes]", file)


def read_range(address: str, start: int, count: int, root: str = "") -> bytes:
    """Return up to `count` bytes of a file from `start` on; `root` is as for `open_binary`.

    Raises:
        ImageError: the file is missing or may not be read.
        StoreError: the store or the disk does not answer.
    """
    if not count:
        return b""
    try:
        if not is_remote(address):
            with explain_disk_silence(root), open(address, "rb") as file:
                file.seek(start)
                return file.read(count)
        files, path = open_store(address)
        with explain_silence(address):
            content = _fetch(files, path, start, start + count)
    except OSError as error:
        raise ImageError(f"The file cannot be opened: {error.strerror or 'it does not exist'}.") from error
    if len(content) > count and start:
        raise ImageError(NO_PARTS.format(address=hide_secrets(address)))
    return content[:count]


def _fetch(files: AbstractFileSystem, path: str, start: int, end: int) -> bytes:
    """Return the bytes of a file from `start` to `end`, none if it has none there, as an empty file of S3."""
    try:
        return cast("bytes", files.cat_file(path, start=start, end=end))
    except Exception as error:  # Each store raises errors of its own library.
        if get_status(error) == NO_SUCH_RANGE:
            return b""
        raise
