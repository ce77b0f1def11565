"""Search: draw trials, have their runs trained, stop poor ones early, and note what came of them.

All state lies in the journal and in the folders of the runs. A step may be the last before a kill; the next process
goes on with the trials that are under way.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from typing import Any

from digitnet.errors import ConfigError, TrainingError
from digitnet.experiments.config import TrainingConfig
from digitnet.models.card import FAILED, STOPPED
from digitnet.tuning.estimates import estimate_end
from digitnet.tuning.journal import Draw, Ended, Journal
from digitnet.tuning.search import DONE, Search
from digitnet.tuning.settings import SearchSettings
from digitnet.tuning.trial_records import DONE as TRIAL_DONE
from digitnet.tuning.trial_records import FAILED as TRIAL_FAILED
from digitnet.tuning.trial_records import PRUNED, TrialRecord, Trials
from digitnet.tuning.trial_runs import ACTIVE, BROKEN, CUT, MISSING, RESTING, TRAINED, RunLook, TrialRuns, stop_all

SECONDS_BETWEEN_STEPS = 0.5


class Engine:
    """The process of a search; one at a time.

    Args:
        runs: trains the runs.
        report: called with the trials after each step.
        parallel: number of trials under way at a time, None for that of the settings.

    Raises:
        TrainingError: the journal cannot be read.
        ConfigError: the settings of the search cannot be read.
    """

    def __init__(
        self,
        search: Search,
        runs: TrialRuns,
        report: Callable[[Trials], None] = lambda trials: None,
        parallel: int | None = None,
    ) -> None:
        self._search, self._runs, self._report = search, runs, report
        self._settings: SearchSettings = search.read_settings()
        self._parallel = parallel or self._settings.parallel
        self._journal = Journal(search.folder, self._settings)
        self._has_drawn_all = False
        self._begun: set[str] = set()  # Runs that this process has started.
        self._records: dict[int, TrialRecord] = {
            e.draw.number: self._describe_ended(e) for e in self._journal.list_ended()
        }
        self._importance = self._journal.measure_importance()
        self._shown = Trials()

    def run(self) -> None:
        """Search until all trials have ended or the search is asked to stop.

        Raises:
            TrainingError: a training failed for another reason than its settings, or nothing can be saved.
        """
        try:
            while self.step():
                time.sleep(SECONDS_BETWEEN_STEPS)
        except BaseException as error:
            self.halt(error)
            raise
        self.finish()

    def finish(self) -> None:
        """Stop the runs under way, and write whether the search is done or was stopped."""
        self.stop_runs()
        is_done = self._has_drawn_all and not self._journal.list_running()
        self._search.update_status(state=DONE if is_done else STOPPED, ends=None)

    def halt(self, error: BaseException) -> None:
        """Write why the search has ended: stopped by Ctrl+C, or failed."""
        if isinstance(error, KeyboardInterrupt):
            self.finish()
        elif isinstance(error, Exception):
            self._search.update_status(state=FAILED, message=str(error), ends=None)

    def step(self) -> bool:
        """Look after the trials under way, and draw new ones; return whether there is more to do."""
        if self._search.is_stop_requested():
            return False
        for draw in self._journal.list_running():
            self._look_after(draw)
        running = self._journal.list_running()
        while len(running) < self._parallel and (drawn := self._draw_any()):
            self._look_after(drawn)
            running = self._journal.list_running()
        self._runs.advance()
        self._show()
        return bool(running)

    def list_running(self) -> list[Draw]:
        """Return the trials that were drawn and have not ended."""
        return self._journal.list_running()

    def draw(self) -> Draw | None:
        """Draw the next trial whose values work together, for somebody else to train; None after the last."""
        while drawn := self._draw_any():
            if self._works(drawn):
                return drawn
            self._look_after(drawn)
        return None

    def watch(self) -> None:
        """Look at the trials that somebody else trains, and show them."""
        for draw in self._journal.list_running():
            if self._journal.is_stopped_early(draw):
                self._look_after(draw)
                continue
            configs = self._settings.make_configs(draw.number, draw.values)
            self._records[draw.number] = self._describe(draw, configs, [self._runs.look(configs[0])])
        self._show()

    def settle_stopped(self) -> None:
        """Wait until the trials that were stopped early have written their models, and end them."""
        self.watch()
        while any(map(self._journal.is_stopped_early, self._journal.list_running())):
            time.sleep(SECONDS_BETWEEN_STEPS)
            self.watch()

    def settle(self, draw: Draw, *, is_stopped_early: bool) -> None:
        """End a trial that somebody else has trained or stopped; raises TrainingError if its training failed."""
        configs = self._settings.make_configs(draw.number, draw.values)
        self._begun.update(config.name for config in configs)
        if is_stopped_early:
            self._journal.stop_early(draw, len(self._runs.look(configs[0]).curve))
        self._look_after(draw)

    def _draw_any(self) -> Draw | None:
        drawn = self._journal.draw()
        self._has_drawn_all = drawn is None
        return drawn

    def _works(self, draw: Draw) -> bool:
        try:
            return bool(self._settings.make_configs(draw.number, draw.values))
        except ConfigError:
            return False

    def _look_after(self, draw: Draw) -> None:
        """Start, watch, stop or end the runs of a trial."""
        try:
            configs = self._settings.make_configs(draw.number, draw.values)
        except ConfigError as error:  # Each value works, but not these together.
            self._end(draw, [], [], TRIAL_FAILED, problem=str(error))
            return
        looks: list[RunLook] = []
        for config in configs:
            look = self._runs.look(config)
            looks.append(look)
            if look.has_diverged:
                self._end(draw, configs, looks, TRIAL_FAILED, problem=look.problem)
                return
            if config is configs[0] and self._journal.report(draw, list(look.curve)):
                if look.state != TRAINED:
                    self._stop_early(draw, config, look)
                    return
                if len(configs) > 1:  # It ended before it was stopped; other seeds are not worth a training.
                    self._end(draw, configs[:1], looks, PRUNED)
                    return
            if look.state != TRAINED:
                self._bring_on(draw, config, look, looks, configs)
                return
        self._end(draw, configs, looks, TRIAL_DONE)

    def _bring_on(
        self, draw: Draw, config: TrainingConfig, look: RunLook, looks: list[RunLook], configs: list[TrainingConfig]
    ) -> None:
        """Start a run that is not under way, or end the trial of one that was cut for good."""
        if look.state == CUT:
            self._end(draw, configs, looks, PRUNED)
            return
        if config.name in self._begun and look.state in (BROKEN, RESTING):
            problem = look.problem or f"The training {config.name!r} was stopped or interrupted; resume the search."
            raise TrainingError(problem)
        if look.state != ACTIVE:
            self._runs.start(config)
            self._begun.add(config.name)
        self._records[draw.number] = self._describe(draw, configs, looks)

    def _stop_early(self, draw: Draw, config: TrainingConfig, look: RunLook) -> None:
        """Stop the first run of a poor trial, and end the trial once it has stopped."""
        if look.state == ACTIVE:
            self._runs.stop(config)
            self._records[draw.number] = self._describe(draw, [config], [look])
        else:
            self._runs.clear(config)
            kept = self._runs.look(config)
            self._end(draw, [config], [look if kept.state == MISSING else kept], PRUNED)

    def _end(
        self, draw: Draw, configs: list[TrainingConfig], looks: list[RunLook], state: str, problem: str = ""
    ) -> None:
        """End a trial in the journal, with its record."""
        record = self._describe(draw, configs, looks, state=state, problem=problem)
        if state == TRIAL_DONE and record.value is None:
            record = self._describe(draw, configs, looks, state=TRIAL_FAILED, problem="No epoch was validated.")
        noted = {name: value for name, value in vars(record).items() if name not in ("number", "values")}
        self._journal.end(draw, record.value if record.state == TRIAL_DONE else None, noted)
        for config in configs:
            self._runs.clear(config)
        self._records[draw.number] = record
        self._importance = self._journal.measure_importance()

    def _describe(self, draw: Draw, configs: list[TrainingConfig], looks: list[RunLook], **changes: Any) -> TrialRecord:
        """Return the record of a trial by how far its runs are."""
        values = [look.value for look in looks if look.value is not None]
        accuracies = [look.test_accuracy for look in looks if look.test_accuracy is not None]
        record = TrialRecord(
            draw.number,
            draw.values,
            runs=tuple(config.name for config in configs[: max(1, len(looks))]),
            value=statistics.fmean(values) if values else None,
            deviation=statistics.stdev(values) if len(values) > 1 else 0.0,
            epoch=len(looks[-1].curve) if looks else 0,
            epochs=configs[0].epochs if configs else 0,
            seconds=math.fsum(look.seconds for look in looks if look.seconds) or None,
            test_accuracy=statistics.fmean(accuracies) if accuracies else None,
        )
        return TrialRecord(**{**vars(record), **changes})

    def _describe_ended(self, ended: Ended) -> TrialRecord:
        noted = {**ended.noted, "runs": tuple(ended.noted.get("runs", ()))}
        return TrialRecord(ended.draw.number, ended.draw.values, **{"state": TRIAL_FAILED, **noted})

    def _show(self) -> None:
        """Report the trials, and write them if they have changed."""
        trials = Trials(tuple(self._records[number] for number in sorted(self._records)), self._importance)
        if trials != self._shown:
            self._shown = trials
            self._search.write_trials(trials)
            self._search.update_status(ends=estimate_end(self._settings, trials, self._parallel))
        self._report(trials)

    def stop_runs(self) -> None:
        """Stop the runs under way, and wait until they rest, so that the search can be resumed at once."""
        draws = self._journal.list_running()
        stop_all(self._runs, [c for draw in draws for c in self._settings.make_configs(draw.number, draw.values)])
