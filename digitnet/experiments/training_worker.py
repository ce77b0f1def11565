"""Train the queued runs of a folder of models for servers that do not train themselves."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from filelock import FileLock, Timeout

from digitnet.access.permissions import guarded
from digitnet.errors import TrainingError
from digitnet.experiments import queue, run_process
from digitnet.experiments.run import explain_save_errors, list_runs
from digitnet.models.card import INTERRUPTED
from digitnet.paths import runs_dir

_LOOK_SECONDS = 1.0


def _do_nothing() -> None:
    pass


@guarded("training.start")
def work(
    stopped: threading.Event, begin: Callable[[], None] = _do_nothing, tend: Callable[[], None] = _do_nothing
) -> None:
    """Train queued runs one after the other until `stopped` is set; then end the one under way, to be resumed.

    Runs that were interrupted before, such as by the end of another worker, are resumed.

    Args:
        begin: called at first, once no other worker serves this folder.
        tend: called again and again.

    Raises:
        TrainingError: another worker serves this folder of models, or it cannot be written.
    """
    with explain_save_errors("The queue of training runs"):
        runs_dir().mkdir(parents=True, exist_ok=True)
        lock = FileLock(runs_dir() / "worker.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise TrainingError("Another training worker serves this folder of models; stop it first.") from None
    try:
        begin()
        for run in list_runs():
            if run.read_status().state == INTERRUPTED and not run.is_discard_requested():
                queue.resume(run.name)
        while True:
            _discard_unwanted()
            queue.start_next(is_worker=True)
            tend()
            if stopped.wait(_LOOK_SECONDS):
                break
    finally:
        run_process.terminate_children()
        lock.release()


def _discard_unwanted() -> None:
    for run in list_runs():
        if run.is_discard_requested():
            with suppress(TrainingError):
                queue.discard(run.name)
