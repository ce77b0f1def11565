"""Let one training at a time have the machine, whichever folder of models it is for."""

from __future__ import annotations

import getpass
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from digitnet.errors import TrainingError
from digitnet.experiments.run import Run
from digitnet.experiments.status import WAITING
from digitnet.models.card import STOPPED

_SECONDS_BETWEEN_LOOKS = 0.5


@contextmanager
def machine_slot(run: Run, report: Callable[[str], None] = print) -> Iterator[None]:
    """Wait for one of the machine's training slots, shared by all folders of models, and hold it.

    There is one, or as many as the run allows to be trained at a time.

    Args:
        report: called with a sentence if the slot is taken.

    Raises:
        TrainingError: the run was stopped while it waited.
    """
    locks = [FileLock(machine_lock(place)) for place in range(run.count_places())]
    lock = _acquire_any(locks)
    if lock is None:
        report("Another training runs on this machine; this one starts when it is over.")
        run.mark_started()
        run.update_status(state=WAITING)
        while (lock := _acquire_any(locks)) is None:
            time.sleep(_SECONDS_BETWEEN_LOOKS)
            if run.is_stop_requested():
                run.update_status(state=STOPPED, message="It was stopped before it started.")
                raise TrainingError("The training was stopped before it started.")
    try:
        yield
    finally:
        lock.release()


def machine_lock(place: int = 0) -> Path:
    """Return the lock file of a training slot, the same for all of a user's model folders."""
    return Path(tempfile.gettempdir()) / f"digitnet-training-{getpass.getuser()}{f'-{place + 1}' if place else ''}.lock"


def _acquire_any(locks: Sequence[FileLock]) -> FileLock | None:
    """Return the first lock that is free, which this process holds from now on; None without any."""
    for lock in locks:
        with suppress(Timeout):
            lock.acquire(timeout=0)
            return lock
    return None
