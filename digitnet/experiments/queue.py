"""Training runs as processes of their own: start, stop, resume, discard; one at a time, the others queue.

A run is known by its name. Nothing here is kept in memory that matters: whoever asks, after a restart
too, finds the runs by their folders (`digitnet.runs`).
"""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from digitnet import paths
from digitnet.errors import TrainingError
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import (
    BUSY_STATES,
    QUEUED,
    STARTING,
    WAITING,
    Run,
    explain_save_errors,
    list_runs,
    runs_dir,
)
from digitnet.models import editing, store
from digitnet.models.card import FAILED, INTERRUPTED, STOPPED
from digitnet.paths import ROOT

_NICE = 10 if os.name != "nt" else getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 0)
_DETACHED = 0x208 if os.name == "nt" else 0  # DETACHED_PROCESS and CREATE_NEW_PROCESS_GROUP
_PATIENCE = 5.0  # seconds that a process is given to end
_children: list[subprocess.Popen[bytes]] = []


def start(config: TrainingConfig) -> None:
    """Have a network trained, now or when those before it are done.

    Raises:
        TrainingError: the name is taken, or the folder of models cannot be written.
    """
    run = Run(config.name)
    if run.exists() or config.name in store.list_models():
        raise TrainingError(f"There is a model or a run called {config.name!r} already; choose another name.")
    run.create(config)
    start_next()


def find_free_name(name: str) -> str:
    """Return `name` if no model and no run is called so, else the first free of name-2, name-3, ..."""
    return editing.find_free_name(name, taken=[run.name for run in list_runs()])


def stop(name: str) -> None:
    """Have a run stop and keep its best epoch so far; one that only waits stays without a model."""
    run = Run(name)
    if run.status().state in BUSY_STATES:
        run.request_stop()
    elif run.status().state == QUEUED:
        run.update_status(state=STOPPED, message="It was taken out of the queue before it began.")


def resume(name: str) -> None:
    """Have a run that is at rest go on from its last finished epoch, after those that wait.

    Raises:
        TrainingError: there is no such run, or the folder of models cannot be written.
    """
    run = Run(name)
    if not run.exists():
        raise TrainingError(f"There is no unfinished training run called {name!r}.")
    if run.status().state in (STOPPED, FAILED, INTERRUPTED):
        run.update_status(state=QUEUED, message="", queued=time.time(), seconds_left=None)
    start_next()


def discard(name: str) -> None:
    """End the run at once and forget it; a model that it has left stays."""
    run = Run(name)
    status = run.status()
    if status.state in BUSY_STATES:
        _end(psutil.Process(status.pid))
    run.delete()
    start_next()


def start_next() -> None:
    """Start the run that is next, if none is at work. Call it now and then; it costs about a millisecond."""
    _children[:] = [child for child in _children if child.poll() is None]
    runs = list_runs()
    if not any(run.status().state == QUEUED for run in runs):
        return
    with (
        explain_save_errors("The queue of training runs"),
        suppress(Timeout),
        FileLock(runs_dir() / "queue.lock", timeout=0),
    ):
        states = {run.name: run.status().state for run in list_runs()}
        if not any(state in BUSY_STATES for state in states.values()):
            _launch(Run(next(name for name, state in states.items() if state == QUEUED)))


@contextmanager
def machine_slot(run: Run, report: Callable[[str], None] = print) -> Iterator[None]:
    """Hold this machine's one place for training, or wait for it; another user's or folder's run may have it."""
    lock = FileLock(machine_lock())
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report("Another training runs on this machine; this one begins when that is over.")
        run.mark_started()
        run.update_status(state=WAITING)
        while True:
            with suppress(Timeout):
                lock.acquire(timeout=0.5)
                break
            if run.is_stop_requested():
                run.update_status(state=STOPPED, message="It was stopped before it began.")
                raise TrainingError("The training was stopped before it began.") from None
    try:
        yield
    finally:
        lock.release()


def machine_lock() -> Path:
    """Return the file that a training process locks, the same for all folders of models."""
    return Path(tempfile.gettempdir()) / f"digitnet-training-{getpass.getuser()}.lock"


def _launch(run: Run) -> None:
    """Start the process of a run: detached, of low priority, its output in the run's log."""
    environment = {**os.environ, "DIGITNET_MODELS": str(paths.models_dir().resolve()), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "digitnet", "train", "--run", run.name]
    with run.log.open("ab") as log:
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=os.name != "nt",
            creationflags=_DETACHED,
        )
    _children.append(child)
    process = psutil.Process(child.pid)
    run.withdraw_stop()
    run.update_status(state=STARTING, message="", pid=child.pid, born=process.create_time())
    with suppress(psutil.Error, OSError):
        process.nice(_NICE)


def _end(process: psutil.Process) -> None:
    with suppress(psutil.Error):
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(_PATIENCE)
