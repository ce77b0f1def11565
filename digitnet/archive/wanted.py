"""Tell the files of users from those that a system keeps beside them."""

from __future__ import annotations

from pathlib import PurePosixPath

_UNNEEDED = {"__macosx", "thumbs.db", "desktop.ini"}  # Lower-case.


def is_wanted(name: str) -> bool:
    """Return whether a file is one of the user's.

    Files and folders that begin with a dot are not, nor is anything in such folders.

    Args:
        name: its path below the archive, or a part of it.
    """
    parts = PurePosixPath(name).parts
    return bool(parts) and not any(
        (part.startswith(".") and part != "..") or part.lower() in _UNNEEDED for part in parts
    )
