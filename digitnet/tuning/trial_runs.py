"""Train the runs of trials by the queue of trainings, and look at how far they are."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

from digitnet.access.permissions import guarded
from digitnet.errors import DigitnetError
from digitnet.experiments import notices, queue
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run, read_rows
from digitnet.experiments.status import DIVERGED, UNSAVED, Status
from digitnet.models import store
from digitnet.models.card import FAILED, INTERRUPTED, STOPPED, read_card

MISSING, ACTIVE, RESTING, TRAINED, CUT, BROKEN = "missing", "active", "resting", "trained", "cut", "broken"
_KEPT_BY = "val_accuracy"  # The first epoch at which it is largest has the weights that training keeps as the best.
_DELETION_SECONDS = 0.2
_SECONDS_BETWEEN_LOOKS = 0.3
_STOP_SECONDS = 300.0  # A run that was asked to stop writes its model first.


class RunLook(NamedTuple):
    """How far a run is.

    Attributes:
        state: `MISSING`, it was never started; `ACTIVE`, queued or under way; `RESTING`, stopped; `TRAINED`; `CUT`, a
            model of a run that was stopped; `BROKEN`, it failed or its process is gone.
        curve: the objective after each epoch so far.
        value: the objective of the weights that are kept, None before the first epoch.
        seconds: duration, None until it is trained or cut.
        test_accuracy: that of its model, None without one.
        problem: a sentence on what failed.
        has_diverged: whether it failed because its settings do not work.
        is_unsaved: whether it failed because the disk is full or cannot be written.
    """

    state: str
    curve: tuple[float, ...] = ()
    value: float | None = None
    seconds: float | None = None
    test_accuracy: float | None = None
    problem: str = ""
    has_diverged: bool = False
    is_unsaved: bool = False


class TrialRuns(Protocol):
    """Trains runs; tests have a stand-in."""

    def look(self, config: TrainingConfig) -> RunLook:
        """Return how far the run of these settings is."""

    def start(self, config: TrainingConfig) -> None:
        """Start the run, or resume it from its last whole epoch."""

    def stop(self, config: TrainingConfig) -> None:
        """Ask the run to stop, and to keep its best epoch."""

    def clear(self, config: TrainingConfig) -> None:
        """Delete the folder of a run that was stopped for good; its model stays."""

    def advance(self) -> None:
        """Start what waits in the queue; called often."""


class QueuedRuns:
    """Trains runs by the queue of trainings.

    Args:
        measure: name of the objective in the curves.
        places: number of runs that may be trained at a time.
    """

    @guarded("training.start")
    def __init__(self, measure: str, *, places: int) -> None:
        self._measure, self._places = measure, places

    def look(self, config: TrainingConfig) -> RunLook:
        """Return how far the run of these settings is."""
        run = Run(config.name)
        status = self._read_status(run)
        if status:
            rows = self._read_rows(run.history)
            state = ACTIVE if status.is_active else BROKEN if status.state in (FAILED, INTERRUPTED) else RESTING
            problem = self._describe_problem(run, status)
            look = RunLook(state, self._get_curve(rows), self._choose_value(rows, config), problem=problem)
            return look._replace(has_diverged=DIVERGED in problem, is_unsaved=UNSAVED in problem)
        if config.name not in store.list_models():
            return RunLook(MISSING)
        card = read_card(config.name)
        rows = self._read_rows(store.locate(config.name) / store.HISTORY_FILE)
        seconds = sum(filter(None, (card.start_seconds, card.seconds, card.finish_seconds)))
        is_cut = card.ended == STOPPED
        value = self._choose_value(rows, config, is_cut=is_cut)
        return RunLook(CUT if is_cut else TRAINED, self._get_curve(rows), value, seconds, card.accuracy)

    def start(self, config: TrainingConfig) -> None:
        """Start the run, or resume it from its last whole epoch; raises TrainingError or QuotaError."""
        if Run(config.name).exists():
            queue.resume(config.name)
        else:
            queue.start(config, self._places)

    def stop(self, config: TrainingConfig) -> None:
        """Ask the run to stop, and to keep its best epoch."""
        queue.stop(config.name)

    def clear(self, config: TrainingConfig) -> None:
        """Delete the folder of a run that was stopped for good; its model stays."""
        if Run(config.name).exists():
            queue.discard(config.name)
        notices.forget_ended([config.name])

    def advance(self) -> None:
        """Start what waits in the queue."""
        with suppress(DigitnetError):  # It is tried again.
            queue.start_next()

    def _read_status(self, run: Run) -> Status | None:
        """Return the progress of a run, None without one; one that is just being deleted looks interrupted."""
        if run.exists() and run.read_status().state == INTERRUPTED:
            time.sleep(_DELETION_SECONDS)
        return run.read_status() if run.exists() else None

    def _describe_problem(self, run: Run, status: Status) -> str:
        """Say why a run has failed; "" if it has not."""
        if status.state == INTERRUPTED:
            return f"The process of the training {run.name!r} was ended, perhaps because it needed too much memory."
        return status.message if status.state == FAILED else ""

    def _read_rows(self, history: Path) -> list[dict[str, float]]:
        return [row for row in read_rows(history) if self._measure in row]

    def _get_curve(self, rows: list[dict[str, float]]) -> tuple[float, ...]:
        return tuple(row[self._measure] for row in rows)

    def _choose_value(
        self, rows: list[dict[str, float]], config: TrainingConfig, *, is_cut: bool = False
    ) -> float | None:
        """Return the objective of the weights that a run keeps: the last, or the best if it may be stopped early."""
        curve = self._get_curve(rows)
        if not curve or not math.isfinite(curve[-1]):
            return None
        if config.patience or is_cut:
            known = [row for row in rows if math.isfinite(row[self._measure])]
            return max(known, key=lambda row: row.get(_KEPT_BY, 0.0))[self._measure]
        return curve[-1]


class ClusterRuns(QueuedRuns):
    """Trains runs at once on the machine that starts them: a machine of a cluster that has a processor for them."""

    def start(self, config: TrainingConfig) -> None:
        """Start the run, or resume it from its last whole epoch; raises TrainingError."""
        queue.start_here(config, self._places)

    def advance(self) -> None:
        """Do nothing: no run waits."""


def stop_all(runs: TrialRuns, configs: Iterable[TrainingConfig]) -> None:
    """Ask the runs under way to stop, all at once, and wait until they rest, so that they can be resumed."""
    active = [config for config in configs if runs.look(config).state == ACTIVE]
    for config in active:
        runs.stop(config)
    until = time.monotonic() + _STOP_SECONDS
    while any(runs.look(config).state == ACTIVE for config in active) and time.monotonic() < until:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
