"""Draw the trials of a search and note their results, in a file of Optuna that survives a kill.

Each line is on the disk before the next step is done. A trial that was drawn and not ended is drawn to its end, and
trained on, by the process that opens the journal next; nothing is kept in memory alone.
"""

from __future__ import annotations

import itertools
import math
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from digitnet.access.permissions import guarded
from digitnet.errors import TrainingError, explain_os_errors
from digitnet.tuning.dimensions import Value
from digitnet.tuning.samplers import clean_values, list_all, make_distributions, make_pruner, make_sampler
from digitnet.tuning.settings import SearchSettings, count_points

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial, Trial, TrialState

_FILE = "journal.log"
_NOTED = "noted"  # Key of what is noted of a trial.
_STOPPED_AT = "stopped_at"
_FAILURES = "failures"
_MAX_REPEATS = 20  # After so many combinations that were drawn before, the next is one that was not.
_MAX_LISTED_POINTS = 5000  # Spaces of more points are not listed.


class Draw(NamedTuple):
    """A trial that was drawn.

    Attributes:
        number: counted from 1.
        values: values by setting.
        key: the number by which Optuna knows it.
    """

    number: int
    values: dict[str, Value]
    key: int


class Ended(NamedTuple):
    """A trial that has ended, with what was noted of it."""

    draw: Draw
    noted: dict[str, Any]


class Journal:
    """The trials of a search; one process at a time may open it to write.

    Raises:
        TrainingError: the file cannot be read or written.
    """

    @guarded("training.start")
    def __init__(self, folder: Path, settings: SearchSettings) -> None:
        import optuna
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._settings = settings
        self._distributions = make_distributions(settings.dimensions)
        self._trials: dict[int, Trial] = {}  # Those under way, by key.
        path = folder / _FILE
        with explain_os_errors("The trials cannot be saved", TrainingError):
            _mend(path)
            try:
                backend = JournalFileBackend(str(path), JournalFileOpenLock(str(path)))  # Windows has no other.
                self._study: Study = optuna.create_study(
                    storage=JournalStorage(backend),
                    study_name=settings.name,
                    direction="maximize" if settings.is_maximized else "minimize",
                    pruner=make_pruner(settings),
                    load_if_exists=True,
                )
            except (ValueError, KeyError) as error:
                raise TrainingError(f"The trials in {str(path)!r} are damaged; discard this search.") from error
        for trial in self._list_trials():
            if not trial.state.is_finished():
                self._finish_drawing(trial.number)

    def draw(self) -> Draw | None:
        """Draw the next trial; None if there are as many as the search is to have, or no other combination."""
        for attempt in range(_MAX_REPEATS + 1):
            trials = self._list_trials()
            if len(self._number_trials(trials)) >= self._settings.trials:
                return None
            if attempt == _MAX_REPEATS and not self._enqueue_missing():
                return None
            self._study.sampler = make_sampler(self._settings, len(trials))
            trial = self._study.ask(self._distributions)
            self._trials[trial.number] = trial
            drawn = [draw for draw in self.list_running() if draw.key == trial.number]
            if drawn:
                return drawn[0]
            self._study.tell(trial.number, state=_get_states().FAIL)  # It was drawn before.
            del self._trials[trial.number]
        return None

    def list_running(self) -> list[Draw]:
        """Return the trials that were drawn and have not ended."""
        states = {trial.number: trial.state for trial in self._list_trials()}
        return [draw for draw in self._number_trials(self._list_trials()) if not states[draw.key].is_finished()]

    def list_ended(self) -> list[Ended]:
        """Return the trials that have ended."""
        trials = self._list_trials()
        ended = {trial.number: trial for trial in trials if trial.state.is_finished()}
        draws = [draw for draw in self._number_trials(trials) if draw.key in ended]
        return [Ended(draw, dict(ended[draw.key].user_attrs.get(_NOTED, {}))) for draw in draws]

    def report(self, draw: Draw, curve: list[float]) -> bool:
        """Note the objective after each epoch so far; return whether the trial is to be stopped early."""
        trial = self._trials[draw.key]
        known = len(self._list_trials()[draw.key].intermediate_values)
        finite = itertools.takewhile(math.isfinite, curve)  # Of a run that diverges, the last are no numbers.
        for epoch, value in list(enumerate(finite, 1))[known:]:
            trial.report(value, epoch)
            if trial.should_prune():
                trial.set_user_attr(_STOPPED_AT, epoch)
        return self.is_stopped_early(draw)

    def is_stopped_early(self, draw: Draw) -> bool:
        """Return whether the trial is to be stopped early."""
        return _STOPPED_AT in self._list_trials()[draw.key].user_attrs

    def stop_early(self, draw: Draw, epoch: int) -> None:
        """Note that somebody else has decided to stop the trial after an epoch."""
        self._trials[draw.key].set_user_attr(_STOPPED_AT, epoch)

    def count_failure(self, draw: Draw) -> int:
        """Note that a training of the trial has failed; return how often one has."""
        count = int(self._list_trials()[draw.key].user_attrs.get(_FAILURES, 0)) + 1
        self._trials[draw.key].set_user_attr(_FAILURES, count)
        return count

    def end(self, draw: Draw, value: float | None, noted: dict[str, Any]) -> None:
        """End a trial.

        Args:
            value: the objective; None if the trial was stopped early or has failed, so that its like are drawn less.
            noted: what to note of it.
        """
        self._trials.pop(draw.key).set_user_attr(_NOTED, noted)
        if value is None:
            self._study.tell(draw.key, state=_get_states().PRUNED)
        else:
            self._study.tell(draw.key, value)

    def measure_importance(self) -> dict[str, float]:
        """Return the share of each setting in what makes a trial one of the best, {} while too few are done.

        It is PED-ANOVA: Watanabe, Bansal and Hutter, IJCAI 2023.
        """
        from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances

        done = [trial for trial in self._list_trials() if trial.state == _get_states().COMPLETE]
        if len(done) < 4 or len({trial.value for trial in done}) < 2:
            return {}
        evaluator = PedAnovaImportanceEvaluator(target_quantile=0.25)
        with suppress(ValueError, RuntimeError):
            shares = get_param_importances(self._study, evaluator=evaluator)
            return {name: share for name, share in shares.items() if math.isfinite(share)}
        return {}

    def _list_trials(self) -> list[FrozenTrial]:
        return self._study.get_trials(deepcopy=False)

    def _number_trials(self, trials: list[FrozenTrial]) -> list[Draw]:
        """Return each combination of values once, at the first trial that has it."""
        draws: list[Draw] = []
        seen = set()
        for trial in trials:
            values = clean_values({name: trial.params[name] for name in self._distributions if name in trial.params})
            key = tuple(values.items())
            if len(values) == len(self._distributions) and key not in seen:
                seen.add(key)
                draws.append(Draw(len(draws) + 1, values, trial.number))
        return draws

    def _finish_drawing(self, number: int) -> None:
        """Go on with a trial whose process was killed, maybe before all of its values were drawn."""
        from optuna.trial import Trial

        self._study.sampler = make_sampler(self._settings, number)
        trial = Trial(self._study, self._list_trials()[number]._trial_id)
        for name, distribution in self._distributions.items():
            trial._suggest(name, distribution)
        self._trials[number] = trial
        if number not in [draw.key for draw in self._number_trials(self._list_trials())]:
            self._study.tell(number, state=_get_states().FAIL)

    def _enqueue_missing(self) -> bool:
        """Have a combination drawn next that was not drawn before; return whether one is known."""
        space = self._settings.dimensions
        count = count_points(space)
        if count is None or count > _MAX_LISTED_POINTS:
            return False
        drawn = [draw.values for draw in self._number_trials(self._list_trials())]
        missing = next((values for values in list_all(space) if clean_values(values) not in drawn), None)
        if missing is not None:
            self._study.enqueue_trial(missing)
        return missing is not None


def _get_states() -> type[TrialState]:
    from optuna.trial import TrialState

    return TrialState


def _mend(path: Path) -> None:
    """Remove the lock and the part of a line that a killed process has left; raises OSError."""
    path.with_name(f"{path.name}.lock").unlink(missing_ok=True)
    if path.is_file():
        content = path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(path, whole)
