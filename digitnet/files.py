"""Files that are whole or not there at all."""

from __future__ import annotations

import os
import uuid
from pathlib import Path


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
