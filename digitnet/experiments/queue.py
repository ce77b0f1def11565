"""Start, stop, resume and discard training runs, one at a time, each in its own process.

A run is known by its name. All state is in the folders of the runs (see `run`), so that it survives a restart.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import psutil
from filelock import FileLock, Timeout

from digitnet.access.accounts import limit_accounts
from digitnet.access.permissions import guarded
from digitnet.access.spending import check_room, get_spending
from digitnet.errors import TrainingError
from digitnet.experiments import run_process, trainers
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run, explain_save_errors, list_runs
from digitnet.experiments.status import BUSY_STATES, QUEUED, is_here
from digitnet.experiments.sweeps import find_base_name
from digitnet.models import active, editing, store
from digitnet.models.card import FAILED, INTERRUPTED, STOPPED
from digitnet.paths import runs_dir

_DISCARD_SECONDS = 15.0  # A worker looks each second, and ends a process within 10.
_LOOK_SECONDS = 0.1


@guarded("training.start")
def start(config: TrainingConfig, places: int = 1) -> None:
    """Queue a new run and start it if no other run is before it; it trains on no digits that the caller may not see.

    Args:
        places: number of runs, this one included, that may be trained at a time; others must allow as many.

    Raises:
        AccessError: the settings name accounts whose digits the caller may not see.
        TrainingError: TensorFlow is missing, the name is taken, or the folder of models cannot be written.
        QuotaError: too many runs wait already, or the disk is nearly full.
    """
    trainers.require_trainer()
    if config.uses_user_digits:
        config = config.replace(accounts=limit_accounts(config.accounts))
    run = Run(config.name)
    with start_lock():
        check_quotas()
        if run.exists() or config.name in store.list_models():
            raise TrainingError(f"There is a model or a run called {config.name!r} already; choose another name.")
        run.create(config, places)
    start_next()


@guarded("training.start")
def start_here(config: TrainingConfig, places: int) -> None:
    """Start or resume a run on this machine at once, whatever waits: a cluster has given it a processor.

    Args:
        places: number of runs, this one included, that may be trained at a time on this machine.

    Raises:
        TrainingError: the folder of models cannot be written.
    """
    run = Run(config.name)
    with explain_save_errors("The training run"):
        runs_dir().mkdir(parents=True, exist_ok=True)
        with FileLock(runs_dir() / "queue.lock"):
            if not run.exists():
                run.create(config, places)
            run_process.launch(run)


@guarded("training.start")
@contextmanager
def start_lock() -> Iterator[None]:
    """Let no other tab or process queue new runs in the block; blocks of one thread may lie in each other.

    Raises:
        TrainingError: the folder of models cannot be written.
    """
    with explain_save_errors("The training run"):
        runs_dir().mkdir(parents=True, exist_ok=True)
        lock = FileLock(runs_dir() / "start.lock", is_singleton=True)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def check_quotas(new: int = 1) -> None:
    """Raise QuotaError if so many new runs may not wait besides those that do, or the disk is nearly full."""
    check_room(runs_dir())
    get_spending().check_queue(sum(run.read_status().state == QUEUED for run in list_runs()), new)


def check_not_under_way(name: str) -> None:
    """Raise TrainingError if a run of this name is queued or under way."""
    if Run(name).exists() and Run(name).read_status().is_active:
        raise TrainingError(f"A training run called {name!r} is queued or under way; choose another name.")


@guarded("training.look")
def find_free_name(name: str) -> str:
    """Return the first of name, name-2, ... that no model and no run has, nor runs that tried values under it."""
    runs = [run.name for run in list_runs()]
    return editing.find_free_name(name, taken=[*runs, *map(find_base_name, [*runs, *store.list_models()])])


@guarded("training.change")
def stop(name: str) -> None:
    """Stop a run, which keeps its best epoch so far; take a queued run out of the queue."""
    run = Run(name)
    if run.read_status().state in BUSY_STATES:
        run.request_stop()
    elif run.read_status().state == QUEUED:
        run.update_status(state=STOPPED, message="It was taken out of the queue before it started.")


@guarded("training.start")
def resume(name: str) -> None:
    """Queue a stopped, failed or interrupted run to continue from its last whole epoch.

    Raises:
        TrainingError: there is no such run, or the folder of models cannot be written.
        QuotaError: too many runs wait already, or the disk is nearly full.
    """
    run = Run(name)
    if not run.exists():
        raise TrainingError(f"There is no unfinished training run called {name!r}.")
    if run.read_status().state in (STOPPED, FAILED, INTERRUPTED):
        check_quotas()
        run.update_status(state=QUEUED, message="", queued=time.time(), ends=None)
    start_next()


@guarded("training.discard")
def discard(name: str) -> None:
    """Terminate a run and delete its folder; a model that it wrote stays.

    Raises:
        TrainingError: a worker elsewhere trains it, and has not ended it in time.
    """
    run = Run(name)
    status = run.read_status()
    if status.state in BUSY_STATES:
        run.request_discard()
        if not is_here(status):
            _wait_for_discard(run)
            return
        run_process.terminate(psutil.Process(status.pid))
    run.delete()
    start_next()


@guarded("training.discard")
def cancel(name: str) -> None:
    """Terminate a run, and delete its folder and the model that it left, unless that is in use or shipped."""
    is_kept = name in store.SHIPPED_MODELS or name == active.get_active_model()
    discard(name)
    if name in store.list_models() and not is_kept:
        editing.delete(name)


@guarded("training.change")
def stop_all(names: Iterable[str]) -> None:
    """Stop several runs; those in the queue first, else the next of them would start."""
    for name in _sort_queued_first(names):
        stop(name)


@guarded("training.start")
def resume_all(names: Iterable[str]) -> None:
    """Queue those of several runs again that are stopped, failed or interrupted; raises as `resume` does."""
    for name in names:
        if not Run(name).read_status().is_active:
            resume(name)


@guarded("training.discard")
def cancel_all(names: Iterable[str]) -> None:
    """Terminate several runs and delete what they have left, as `cancel` does."""
    for name in _sort_queued_first(names):
        cancel(name)


def _sort_queued_first(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: Run(name).read_status().state != QUEUED)


def start_next(*, is_worker: bool = False) -> None:
    """Start the next queued run if none is busy, or as many as all allow; call this often, it takes a millisecond.

    Args:
        is_worker: whether this process is the training worker, to which others may leave it.
    """
    if not is_worker and trainers.has_worker():
        return
    run_process.reap_children()
    runs = list_runs()
    if not any(run.read_status().state == QUEUED for run in runs):
        return
    with (
        explain_save_errors("The queue of training runs"),
        suppress(Timeout),
        FileLock(runs_dir() / "queue.lock", timeout=0),
    ):
        states = [(run, run.read_status().state) for run in list_runs()]
        busy = [run for run, state in states if state in BUSY_STATES]
        queued = next((run for run, state in states if state == QUEUED), None)
        if queued and all(len(busy) < run.count_places() for run in [queued, *busy]):
            run_process.launch(queued)


def _wait_for_discard(run: Run) -> None:
    until = time.monotonic() + _DISCARD_SECONDS
    while run.exists():
        if time.monotonic() > until:
            raise TrainingError(f"The training {run.name!r} is not discarded yet; its worker will do it, if it runs.")
        time.sleep(_LOOK_SECONDS)
