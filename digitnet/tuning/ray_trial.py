"""Train the runs of one trial on a machine of a Ray cluster, step by step for Ray Tune."""

from __future__ import annotations

import math
import os
import statistics
import time
from typing import Any

from digitnet.errors import TrainingError
from digitnet.experiments.config import TrainingConfig
from digitnet.tuning.trial_runs import ACTIVE, BROKEN, MISSING, RESTING, TRAINED, RunLook, TrialRuns, stop_all

OBJECTIVE, IS_WHOLE = "objective", "is_whole"  # Ray Tune calls those that it stops done, too.
_SECONDS_BETWEEN_LOOKS = 0.3


class TrialStepper:
    """Reports the objective after each epoch of a trial's first run, then trains those of its other seeds.

    Nothing starts before the first step: Ray Tune ends processes that it has made ready for a trial and does not need,
    since another became free; they must not stop the run that the other has started.

    Args:
        configs: settings of the runs, by seed.
        runs: trains the runs.
        worst: the objective of a training that diverges.
        folders: variables of the environment that name the folders of models and data.
    """

    def __init__(self, configs: list[TrainingConfig], runs: TrialRuns, worst: float, folders: dict[str, str]) -> None:
        os.environ.update(folders)
        self._configs, self._runs, self._worst = configs, runs, worst
        self._reported = 0
        self._has_begun = False

    def step(self) -> dict[str, Any]:
        """Return the result of the next epoch of the first run or, after the last, that of the trial.

        Raises:
            TrainingError: a training failed for another reason than its settings.
        """
        if not self._has_begun:
            self._has_begun = True
            self._start(self._configs[0])
        while True:
            look = self._look(self._configs[0])
            if len(look.curve) > self._reported and math.isfinite(look.curve[self._reported]):
                self._reported += 1
                return {OBJECTIVE: look.curve[self._reported - 1], "done": False, IS_WHOLE: False}
            if look.has_diverged:
                return {OBJECTIVE: self._worst, "done": True, IS_WHOLE: True}
            if look.state == TRAINED:
                values = [self._train(config) for config in self._configs]
                return {OBJECTIVE: statistics.fmean(values), "done": True, IS_WHOLE: True}
            time.sleep(_SECONDS_BETWEEN_LOOKS)

    def stop(self) -> None:
        """Stop a run under way, and wait until its model is written: Ray ends its process with this one."""
        if self._has_begun:
            stop_all(self._runs, self._configs)

    def _train(self, config: TrainingConfig) -> float:
        """Train a run to its end; return its objective."""
        self._start(config)
        while (look := self._look(config)).state == ACTIVE:
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        return self._worst if look.value is None else look.value

    def _start(self, config: TrainingConfig) -> None:
        if self._runs.look(config).state in (MISSING, RESTING, BROKEN):
            self._runs.start(config)

    def _look(self, config: TrainingConfig) -> RunLook:
        look = self._runs.look(config)
        if look.state in (RESTING, BROKEN) and not look.has_diverged:
            raise TrainingError(look.problem or f"The training {config.name!r} was stopped or interrupted.")
        return look
