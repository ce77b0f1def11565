"""Files that are whole or not there at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Write `text` in place of what the file held; whoever reads it sees the old or the new, never a part.

    Raises:
        OSError: the folder cannot be written, or the disk is full; the file is as it was.
    """
    handle, partial = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(partial, path)
    except OSError:
        os.unlink(partial)
        raise
