"""Open files without waiting long for a writer, and write them atomically."""

from __future__ import annotations

import os
import re
import select
import stat
import sys
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedRandom, BufferedReader
from pathlib import Path

_PART = re.compile(r"\..+-[0-9a-f]{32}")  # Names of the files of `replace_atomically`.
_PIPE_SECONDS = 2.0  # A writer of a pipe is waited for so long.
_ABANDONED_SECONDS = 3600.0  # Leftovers of killed processes belong to nobody after that time.


def open_file(path: Path) -> BufferedReader:
    """Open a file to read its bytes; a pipe that nobody writes to within two seconds is empty; raises OSError."""
    return open(path, "rb", opener=_open_without_hanging)


def _open_without_hanging(path: str, flags: int) -> int:
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if sys.platform != "win32":
        if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            select.select([descriptor], [], [], _PIPE_SECONDS)
        os.set_blocking(descriptor, True)  # A writer that is there is waited for.
    return descriptor


def write_atomically(path: Path, content: str | bytes, *, durable: bool = True, mode: int = 0o666) -> None:
    """Replace the content of a file; a reader sees the old or the new content, never a part.

    Args:
        path: the file to write.
        content: bytes, or text that is encoded as UTF-8.
        durable: wait until the content is on the disk, so that a power cut leaves the old or the new content, too.
        mode: permissions of the new file, less those that the process withholds from all its files.

    Raises:
        OSError: the folder cannot be written, or the disk is full; the file is unchanged.
    """
    with replace_atomically(path, durable=durable, mode=mode) as file:
        file.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def replace_atomically(path: Path, *, durable: bool = True, mode: int = 0o666) -> Iterator[BufferedRandom]:
    """Yield a new file to write and read, which takes the place of `path` at the end of the block.

    A block that raises leaves `path` unchanged, and nothing beside it. See `write_atomically` for `durable` and `mode`.
    """
    partial = path.with_name(f".{path.name}-{uuid.uuid4().hex}")
    try:
        with open(partial, "x+b", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            yield file
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def remove_abandoned_parts(paths: Iterable[Path]) -> None:
    """Delete those files that killed processes left half written, an hour after; raises OSError."""
    for path in paths:
        with suppress(FileNotFoundError):
            if _PART.fullmatch(path.name) and path.is_file() and is_abandoned(path):
                path.unlink()


def is_abandoned(path: Path) -> bool:
    """Return whether nobody wrote to a file or folder for an hour; raises OSError."""
    return time.time() - path.stat().st_mtime > _ABANDONED_SECONDS
