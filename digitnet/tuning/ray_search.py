"""Search on a Ray cluster: Ray Tune places the trials, and ASHA stops poor ones early.

The journal draws the trials and keeps their results here as well, so that a search is resumed in the same way, and its
table is the same. ASHA: Li et al., A System for Massively Parallel Hyperparameter Tuning, MLSys 2020.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from digitnet import paths
from digitnet.access.permissions import guarded
from digitnet.errors import ClusterError, DigitnetError, TrainingError
from digitnet.tuning.engine import Engine
from digitnet.tuning.journal import Draw
from digitnet.tuning.ray_adapters import make_callback, make_searcher, make_stopper, make_trainable
from digitnet.tuning.ray_trial import IS_WHOLE, OBJECTIVE
from digitnet.tuning.search import Search
from digitnet.tuning.settings import NEVER, SearchSettings
from digitnet.tuning.trial_records import Trials
from digitnet.tuning.trial_runs import ClusterRuns, TrialRuns
from digitnet.workers.cluster import connected

if TYPE_CHECKING:
    from ray.tune.schedulers import TrialScheduler

_SECONDS_BETWEEN_LOOKS = 1.0
_REDUCTION = 3  # Of so many trials, one is trained on at each of ASHA's milestones.
_TUNE_SETTINGS = {
    "RAY_AIR_NEW_OUTPUT": "0",
    "RAY_CHDIR_TO_TRIAL_DIR": "0",
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",
    "TUNE_DISABLE_SIGINT_HANDLER": "1",  # Tune would take the first Ctrl+C for itself and go on for a while.
}


@guarded("training.start")
def search_on_ray(search: Search, report: Callable[[Trials], None], runs: TrialRuns | None = None) -> None:
    """Search until all trials have ended or the search is asked to stop.

    Args:
        report: called with the trials, again and again.
        runs: trains the runs, on the machine where it is called; None for processes there.

    Raises:
        ClusterError: the cluster does not answer, or has failed.
        TrainingError: a training failed for another reason than its settings, or nothing can be saved.
        ConfigError: the settings of the search cannot be read.
    """
    settings = search.read_settings()
    with connected(settings.ray) as processors:
        places = max(2, processors)
        used = runs or ClusterRuns(settings.measure, places=places)
        parallel = settings.parallel if settings.parallel > 1 else processors
        driver = _Driver(search, settings, Engine(search, used, report, parallel), used)
        try:
            driver.tune(parallel)
            driver.engine.finish()
        except BaseException as error:
            driver.engine.halt(error)
            raise


class _Driver:
    """Hands trials to Ray Tune, and settles those that have ended."""

    def __init__(self, search: Search, settings: SearchSettings, engine: Engine, runs: TrialRuns) -> None:
        self.engine = engine
        self._search, self._settings, self._runs = search, settings, runs
        self._waiting: list[Draw] = []  # Drawn before an interruption.
        self._given: dict[str, Draw] = {}
        self._error: DigitnetError | None = None
        self._problems: list[str] = []  # Of trials that have failed and are to be tried again.
        self._looked = 0.0

    def tune(self, parallel: int) -> None:
        """Run Ray Tune to its end; raises DigitnetError."""
        from ray import tune
        from ray.exceptions import RayError
        from ray.tune.error import TuneError

        self.engine.settle_stopped()  # An interruption may have come before a poor trial was ended.
        self._waiting = self.engine.list_running()
        os.environ.update(_TUNE_SETTINGS)
        folder = self._search.folder / "ray"
        shutil.rmtree(folder, ignore_errors=True)
        tuner = tune.Tuner(
            tune.with_resources(make_trainable(), {"cpu": 1}),
            tune_config=tune.TuneConfig(
                metric=OBJECTIVE,
                mode=self._mode,
                search_alg=make_searcher(self),
                scheduler=self._make_scheduler(),
                num_samples=self._settings.trials + 1,  # The last hears that there are no more.
                max_concurrent_trials=parallel,
                reuse_actors=True,
            ),
            run_config=tune.RunConfig(
                name="tune",
                storage_path=str(folder.resolve()),
                verbose=0,
                checkpoint_config=tune.CheckpointConfig(checkpoint_at_end=False),
                callbacks=[make_callback(self)],
                stop=make_stopper(self),
            ),
        )
        try:
            results = tuner.fit()
        except (RayError, TuneError) as error:
            reason = str(error).strip().splitlines()[-1][:300]
            raise ClusterError(f"The Ray cluster has failed ({reason}); resume the search.") from error
        shutil.rmtree(folder, ignore_errors=True)
        self.engine.settle_stopped()
        if self._error:
            raise self._error
        if results.errors and self.engine.list_running() and not self._search.is_stop_requested():
            if self._problems:
                raise TrainingError(self._problems[0])
            reason = str(results.errors[0]).strip().splitlines()[-1][:300]
            raise ClusterError(f"A trial has failed on the Ray cluster ({reason}); resume the search.")

    def give(self, trial_id: str) -> dict[str, Any] | None:
        """Return what a trial needs to train; None after the last."""
        draw = self._waiting.pop(0) if self._waiting else self.engine.draw()
        if draw is None:
            return None
        self._given[trial_id] = draw
        configs = self._settings.make_configs(draw.number, draw.values)
        folders = {"DIGITNET_MODELS": paths.models_dir(), "DIGITNET_DATA": paths.data_dir()}
        return {
            "configs": configs,
            "runs": self._runs,
            "worst": 0.0 if self._settings.is_maximized else 1e6,
            "folders": {name: str(folder.resolve()) for name, folder in folders.items()},
        }

    def take(self, trial_id: str, result: dict[str, Any] | None, *, has_failed: bool) -> None:
        """Settle a trial that has ended, unless the whole search is being stopped."""
        draw = self._given.pop(trial_id, None)
        if draw is None or self.is_stopping():
            return
        try:
            if not has_failed:
                self.engine.settle(draw, is_stopped_early=not (result or {}).get(IS_WHOLE))
            elif problem := self.engine.settle_failed(draw):
                self._problems.append(problem)
        except DigitnetError as error:
            self._error = error

    def is_stopping(self) -> bool:
        """Return whether the search is to stop."""
        return self._error is not None or self._search.is_stop_requested()

    def end_step(self, *, is_last: bool) -> None:
        """Show the trials once in a while; after the last, wait for models that are written, before Ray ends all."""
        if is_last and self.is_stopping():
            self.engine.stop_runs()
        elif is_last:
            self.engine.settle_stopped()
        elif time.monotonic() - self._looked > _SECONDS_BETWEEN_LOOKS:
            self.engine.watch()
            self._looked = time.monotonic()

    @property
    def _mode(self) -> str:
        return "max" if self._settings.is_maximized else "min"

    def _make_scheduler(self) -> TrialScheduler:
        from ray.tune.schedulers import ASHAScheduler, FIFOScheduler

        if self._settings.pruner == NEVER:
            return FIFOScheduler()
        most = self._settings.most_epochs
        return ASHAScheduler(max_t=most, grace_period=1, reduction_factor=_REDUCTION, stop_last_trials=False)
