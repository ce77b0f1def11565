"""Search: draw trials, have their runs trained, stop poor ones early, and note what came of them.

All state lies in the journal and in the folders of the runs. A step may be the last before a kill; the next process
goes on with the trials that are under way.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from digitnet.errors import ConfigError, TrainingError
from digitnet.experiments.config import TrainingConfig
from digitnet.models.card import FAILED, STOPPED
from digitnet.tuning.estimates import estimate_end
from digitnet.tuning.journal import Draw, Journal
from digitnet.tuning.search import DONE, Search
from digitnet.tuning.settings import SearchSettings
from digitnet.tuning.trial_descriptions import describe_ended, describe_trial
from digitnet.tuning.trial_records import DONE as TRIAL_DONE
from digitnet.tuning.trial_records import FAILED as TRIAL_FAILED
from digitnet.tuning.trial_records import PRUNED, Trials
from digitnet.tuning.trial_runs import ACTIVE, BROKEN, CUT, MISSING, RESTING, TRAINED, RunLook, TrialRuns, stop_all

SECONDS_BETWEEN_STEPS = 0.5
_MAX_FAILURES = 2  # The first may be chance, such as other programs that took the memory.


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
        self._records = {ended.draw.number: describe_ended(ended) for ended in self._journal.list_ended()}
        self._importance = self._journal.measure_importance()
        self._shown = Trials()

    def run(self) -> None:
        """Search until all trials have ended or the search is asked to stop.

        Raises:
            TrainingError: a training failed for the first time, not by its settings, or nothing can be saved.
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
            self._records[draw.number] = describe_trial(draw, configs, [self._runs.look(configs[0])])
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

    def settle_failed(self, draw: Draw) -> str:
        """End a trial whose training by somebody else has failed for the second time.

        Returns:
            Why it failed, if it is to be tried again; "" if it has ended, or was never begun.
        """
        configs = self._settings.make_configs(draw.number, draw.values)
        stop_all(self._runs, configs)  # Whoever looked after them may be gone.
        looks = [look for look in map(self._runs.look, configs) if look.state != MISSING]
        if all(look.state == TRAINED for look in looks):
            return ""
        problem = next((look.problem for look in looks if look.problem), f"The trial {configs[0].name!r} was cut off.")
        if not self._fails_for_good(draw, looks):
            return problem
        self._end(draw, configs, looks, TRIAL_FAILED, problem=problem)
        return ""

    def _fails_for_good(self, draw: Draw, looks: list[RunLook]) -> bool:
        """Note a failure; return whether the trial has failed before. What a disk has failed may be tried for ever."""
        return not any(look.is_unsaved for look in looks) and self._journal.count_failure(draw) >= _MAX_FAILURES

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
            problem = look.problem or f"The training {config.name!r} was stopped; resume the search."
            if look.state == RESTING or not self._fails_for_good(draw, [look]):
                raise TrainingError(problem)
            self._end(draw, configs, looks, TRIAL_FAILED, problem=problem)
            return
        if look.state != ACTIVE:
            self._runs.start(config)
            self._begun.add(config.name)
        self._records[draw.number] = describe_trial(draw, configs, looks)

    def _stop_early(self, draw: Draw, config: TrainingConfig, look: RunLook) -> None:
        """Stop the first run of a poor trial, and end the trial once it has stopped."""
        if look.state == ACTIVE:
            self._runs.stop(config)
            self._records[draw.number] = describe_trial(draw, [config], [look])
        else:
            self._runs.clear(config)
            kept = self._runs.look(config)
            self._end(draw, [config], [look if kept.state == MISSING else kept], PRUNED)

    def _end(
        self, draw: Draw, configs: list[TrainingConfig], looks: list[RunLook], state: str, problem: str = ""
    ) -> None:
        """End a trial in the journal, with its record."""
        record = describe_trial(draw, configs, looks, state=state, problem=problem)
        if state == TRIAL_DONE and record.value is None:
            record = describe_trial(draw, configs, looks, state=TRIAL_FAILED, problem="No epoch was validated.")
        noted = {name: value for name, value in vars(record).items() if name not in ("number", "values")}
        self._journal.end(draw, record.value if record.state == TRIAL_DONE else None, noted)
        for config in configs:
            self._runs.clear(config)
        self._records[draw.number] = record
        self._importance = self._journal.measure_importance()

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
