"""Start, stop, resume and discard searches, each in a process of its own, and put the best model to use."""

from __future__ import annotations

import platform
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import psutil
from filelock import FileLock, Timeout

from digitnet.access.accounts import limit_accounts
from digitnet.access.permissions import guarded
from digitnet.errors import ConfigError, DigitnetError, TrainingError
from digitnet.experiments import promotion, queue, run_process, trainers
from digitnet.experiments.process_lock import handing_over
from digitnet.experiments.run import list_runs
from digitnet.experiments.status import QUEUED, RESTING_STATES, RUNNING
from digitnet.experiments.studies import SEARCH_START
from digitnet.extras import require_extra
from digitnet.models import active
from digitnet.models.card import FAILED, INTERRUPTED, STOPPED
from digitnet.paths import searches_dir
from digitnet.tuning.search import Search, explain_search_errors, has_trials, list_searches
from digitnet.tuning.settings import SearchSettings
from digitnet.tuning.trial_records import Trials, find_best

_LOCK_SECONDS = 2.0


@guarded("training.start")
def create(settings: SearchSettings) -> Search:
    """Create a search at rest, which nobody runs yet; it trains on no digits that the caller may not see.

    Raises:
        AccessError: the settings name accounts whose digits the caller may not see.
        TrainingError: there is a search of that name with other settings, or it cannot be saved.
    """
    if settings.config.uses_user_digits:
        settings = settings.replace_config(accounts=limit_accounts(settings.config.accounts))
    search = Search(settings.name)
    if not search.exists():
        if has_trials(settings.name):
            raise TrainingError(f"There are models called {settings.name}-001 or the like; choose another name.")
        search.create(settings)
    elif search.read_settings() != settings:
        raise TrainingError(f"There is a search called {settings.name!r} with other settings; choose another name.")
    return search


@guarded("training.start")
def start(settings: SearchSettings) -> None:
    """Create a search and start its process.

    Raises:
        TrainingError: TensorFlow is missing, or as `create` does.
        QuotaError: too many trainings wait already, or the disk is nearly full.
    """
    trainers.require_trainer()
    queue.check_quotas()
    create(settings)
    resume(settings.name)


@guarded("training.start")
def change(name: str, *, samples: int | None = None, parallel: int | None = None, ray: str | None = None) -> None:
    """Change how many trials a search at rest has, how many are trained at a time, and where; None changes nothing.

    The others of its settings stay, for trials of different ones could not be compared.

    Raises:
        ConfigError: there is no such search, a value cannot work, or more trials have begun than it is to have.
        TrainingError: it is under way, or it cannot be saved.
    """
    search = Search(name)
    settings = search.read_settings()
    wanted: dict[str, Any] = {"samples": samples, "parallel": parallel, "ray": ray}
    changed = replace(settings, **{key: value for key, value in wanted.items() if value is not None})
    if changed == settings:
        return
    if search.read_status().is_active:
        raise TrainingError("The search is under way; stop it first.")
    begun = len(search.read_trials().records)
    if changed.trials < min(begun, settings.trials):
        raise ConfigError(f"Expected samples to be at least {begun}: so many trials have begun. Received: {samples}.")
    search.write_settings(changed)


@guarded("training.start")
def resume(name: str) -> None:
    """Have a search at rest go on where it ended."""
    search = Search(name)
    if search.read_status().state in RESTING_STATES:
        search.enqueue()
    launch_wanted()


@guarded("training.start")
def add_trials(name: str, count: int) -> None:
    """Have a search go on with so many trials more; raises as `change` does."""
    search = Search(name)
    change(name, samples=search.read_settings().trials + count)
    search.enqueue()
    launch_wanted()


@guarded("training.start")
def resume_interrupted() -> None:
    """Have the searches go on whose process is gone."""
    for search in list_searches():
        if search.read_status().state == INTERRUPTED:
            search.enqueue()


@guarded("training.start")
def launch_wanted(*, is_worker: bool = False) -> None:
    """Start the processes of searches that wait for one.

    Args:
        is_worker: whether this process is the training worker, to which others may leave it.
    """
    if not is_worker and trainers.has_worker():
        return
    wanted = [search for search in list_searches() if search.read_status().state == QUEUED]
    if not wanted:
        return
    run_process.reap_children()
    with explain_search_errors(), suppress(Timeout), FileLock(searches_dir() / "launch.lock", timeout=0):
        for search in wanted:
            if search.read_status().state == QUEUED:
                _launch(search)


@guarded("training.change")
def stop(name: str) -> None:
    """Stop a search and its runs under way, which can go on later."""
    search = Search(name)
    status = search.read_status()
    if status.is_active:
        search.request_stop()
    if status.state == QUEUED:
        search.update_status(state=STOPPED)


@guarded("training.discard")
def discard(name: str) -> None:
    """Delete a search at rest with its runs that have not ended; models stay. Raises TrainingError if it is active."""
    search = Search(name)
    if search.read_status().is_active:
        raise TrainingError("The search is under way; stop it first.")
    group = f"{SEARCH_START}{name}"
    queue.cancel_all([run.name for run in list_runs() if run.read_settings().get("group") == group])
    search.delete()


@guarded("training.start")
def run_search(name: str, report: Callable[[Trials], None]) -> None:
    """Search in this process until the end or until somebody stops it.

    Args:
        report: called with the trials, again and again.

    Raises:
        ConfigError: there is no such search, or its settings cannot be read.
        TrainingError: another process runs it, a training failed, or nothing can be saved.
    """
    from digitnet.tuning.engine import Engine
    from digitnet.tuning.ray_search import search_on_ray
    from digitnet.tuning.trial_runs import QueuedRuns

    search = Search(name)
    settings = search.read_settings()
    if settings.ray:
        require_extra("ray", "A search on a Ray cluster")
    lock = FileLock(search.folder / "engine.lock")
    try:
        lock.acquire(timeout=_LOCK_SECONDS)
    except Timeout:
        raise TrainingError(f"Another process runs the search {name!r}.") from None
    try:
        search.mark_started()
        try:
            if settings.ray:
                search_on_ray(search, report)
            else:
                runs = QueuedRuns(settings.measure, places=settings.parallel)
                Engine(search, runs, report).run()
        except DigitnetError as error:
            search.update_status(state=FAILED, message=str(error), ends=None)
            raise
    finally:
        lock.release()


@guarded("models.use")
def promote_best(name: str) -> tuple[bool, str]:
    """Put the best model of a search to use if it is better than the one in use.

    The best is that of the lowest seed of the trial that is best on the held-out digits.

    Returns:
        Whether it is in use now, and a sentence with the reason.

    Raises:
        DigitnetError: a model or the collection cannot be read, or the active model cannot be saved.
    """
    search = Search(name)
    settings = search.read_settings()
    best = find_best(search.read_trials().records, is_maximized=settings.is_maximized)
    if best is None:
        return False, "No trial of this search is done yet."
    is_better, verdict = promotion.promote_over(active.get_active_model(), best.runs[0])
    search.update_status(verdict=f"{best.runs[0]}: {verdict}")
    return is_better, verdict


def _launch(search: Search) -> None:
    """Start the process of a search, and note it."""
    with explain_search_errors(), handing_over(search.held) as descriptors:
        child = run_process.spawn(["tune", "--resume", search.name], search.log, descriptors)
    born = psutil.Process(child.pid).create_time()
    search.update_status(state=RUNNING, message="", host=platform.node(), pid=child.pid, born=born)
