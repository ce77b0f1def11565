"""Let the process of a run hold a file for as long as it lives.

The number of a process says nothing in another container; a lock on a file of the shared folder does. Windows has no
such containers: there nothing is held, and only runs of this machine are known to be alive.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@contextmanager
def handing_over(path: Path) -> Iterator[list[int]]:
    """Hold a file, and yield the descriptors with which a process that is started in the block goes on holding it.

    Raises:
        OSError: the file cannot be made.
    """
    if fcntl is None:
        yield []
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield [descriptor]
    finally:
        os.close(descriptor)


def hold_for_life(path: Path) -> None:
    """Hold a file until this process ends, unless it does already; raises OSError if it cannot be made."""
    if fcntl is None:
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:  # By a descriptor that was handed over.
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Return whether a process holds a file."""
    if fcntl is not None:
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDWR)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            finally:
                os.close(descriptor)
    return False
