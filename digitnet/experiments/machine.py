"""Let one training at a time have the machine, whichever folder of models it is for."""

from __future__ import annotations

import getpass
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from digitnet.errors import TrainingError
from digitnet.experiments.run import Run
from digitnet.experiments.status import WAITING
from digitnet.models.card import STOPPED


@contextmanager
def machine_slot(run: Run, report: Callable[[str], None] = print) -> Iterator[None]:
    """Wait for the machine's only training slot, shared by all folders of models, and hold it.

    Args:
        report: called with a sentence if the slot is taken.

    Raises:
        TrainingError: the run was stopped while it waited.
    """
    lock = FileLock(machine_lock())
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report("Another training runs on this machine; this one starts when it is over.")
        run.mark_started()
        run.update_status(state=WAITING)
        while True:
            with suppress(Timeout):
                lock.acquire(timeout=0.5)
                break
            if run.is_stop_requested():
                run.update_status(state=STOPPED, message="It was stopped before it started.")
                raise TrainingError("The training was stopped before it started.") from None
    try:
        yield
    finally:
        lock.release()


def machine_lock() -> Path:
    """Return the lock file of the training slot, the same for all of a user's model folders."""
    return Path(tempfile.gettempdir()) / f"digitnet-training-{getpass.getuser()}.lock"
