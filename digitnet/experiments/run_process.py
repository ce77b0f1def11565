"""Start and end the processes that train runs."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from digitnet import paths
from digitnet.access.callers import LOCAL_OWNER, acting_as
from digitnet.events import note_training_end, note_training_start
from digitnet.experiments.process_lock import handing_over
from digitnet.experiments.run import Run
from digitnet.experiments.status import STARTING
from digitnet.models import store
from digitnet.paths import IMPORT_ROOT

_PRIORITY = 10 if os.name != "nt" else getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 0)
_CREATION_FLAGS = 0x208 if os.name == "nt" else 0  # DETACHED_PROCESS and CREATE_NEW_PROCESS_GROUP.
_TERMINATION_SECONDS = 5.0  # A process that has not ended by then is killed.
children: list[subprocess.Popen[bytes]] = []


def launch(run: Run) -> None:
    """Start the process of a run: detached, with low priority, its output in the run's log."""
    with handing_over(run.held) as descriptors:
        child = spawn(["train", "--run", run.name], run.log, descriptors)
    note_training_start(run.name)
    process = psutil.Process(child.pid)
    run.withdraw_stop()
    now = time.time()
    run.update_status(
        state=STARTING,
        message="",
        phase="",
        phase_began=now,
        started=now,
        ends=None,
        host=platform.node(),
        pid=child.pid,
        born=process.create_time(),
    )
    threading.Thread(target=_note_end, args=(child, run, now), daemon=True).start()


def spawn(arguments: list[str], log: Path, descriptors: Sequence[int] = ()) -> subprocess.Popen[bytes]:
    """Start a command of digitnet: detached, with low priority, its output in a file.

    Args:
        arguments: those of the command, with its name.
        descriptors: files that the process goes on to hold.

    Raises:
        OSError: the file cannot be written.
    """
    folders = {"DIGITNET_MODELS": paths.models_dir(), "DIGITNET_DATA": paths.data_dir()}
    environment = os.environ | {name: str(folder.resolve()) for name, folder in folders.items()}
    environment["PYTHONUNBUFFERED"] = "1"
    with log.open("ab") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "digitnet", *arguments],
            cwd=IMPORT_ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=descriptors,
            start_new_session=os.name != "nt",
            creationflags=_CREATION_FLAGS,
        )
    children.append(child)
    with suppress(psutil.Error, OSError):
        psutil.Process(child.pid).nice(_PRIORITY)
    return child


def reap_children() -> None:
    """Forget the processes that have ended, so that the system does, too."""
    children[:] = [child for child in children if child.poll() is None]


def terminate_children() -> None:
    """End the processes that were started here."""
    reap_children()
    for child in children:
        terminate(psutil.Process(child.pid))
    reap_children()


def terminate(process: psutil.Process) -> None:
    """End a process, by force if it has not ended after a while."""
    with suppress(psutil.Error):
        process.terminate()
        try:
            process.wait(_TERMINATION_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(_TERMINATION_SECONDS)


def _note_end(child: subprocess.Popen[bytes], run: Run, began: float) -> None:
    """Wait for the end of a process; a run that left a model has no folder any more."""
    child.wait()
    with acting_as(LOCAL_OWNER), suppress(OSError):
        if run.is_discard_requested() or not run.exists():  # In the order in which the folder is deleted.
            reason = "done" if run.name in store.list_models() else "discarded"
        else:
            reason = run.read_status().state
        note_training_end(run.name, time.time() - began, reason)
