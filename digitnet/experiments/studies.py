"""Gather the runs that compare values of settings: what is done, and the mean and spread over seeds.

A study is all models and runs of one group (see `sweeps.name_group`). It has no file of its own: its state is that of
its models' cards and of the folders of its runs, so that it survives a restart.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from digitnet.access.permissions import guarded
from digitnet.experiments.run import list_runs
from digitnet.experiments.sweeps import list_labels, sort_values, split_variant
from digitnet.models import store
from digitnet.models.card import STOPPED, Card, read_card

DONE = "done"
SEARCH_START = "Search "  # So begin the groups of the trials of a search, which are no study.


class Figures(NamedTuple):
    """The figures of a trained model; None if unknown.

    Attributes:
        accuracy: test accuracy, 0 to 1.
        loss: cross-entropy on the test digits in nats.
        seconds: duration of the training.
        gap: accuracy on training digits less that on the test digits, -1 to 1.
    """

    accuracy: float | None
    loss: float | None
    seconds: float | None
    gap: float | None


class Spread(NamedTuple):
    """The mean of a figure over runs, and its sample standard deviation, 0 for one run."""

    mean: float
    deviation: float
    runs: int


class Trial(NamedTuple):
    """One run of a study.

    Attributes:
        values: the value of each setting, as text.
        state: `DONE`, or the state of its run (see `status.Status`).
        figures: those of its model, None unless it is done.
        finished: end of the training as ISO 8601 text, or "".
    """

    name: str
    values: tuple[str, ...]
    seed: int
    state: str
    figures: Figures | None = None
    finished: str = ""

    @property
    def is_done(self) -> bool:
        """Whether its model is trained to the end."""
        return self.state == DONE


_Groups = dict[str, dict[tuple[tuple[str, ...], int], Trial]]  # The trials of each group by values and seed.


class Row(NamedTuple):
    """The trials of one combination of values; a figure that none of them has is None.

    Attributes:
        done: number of trials that are done, of `total`.
    """

    values: tuple[str, ...]
    accuracy: Spread | None
    loss: Spread | None
    seconds: Spread | None
    gap: Spread | None
    done: int
    total: int


@dataclass(frozen=True)
class Study:
    """The trials of a group, in the order in which they were started.

    Attributes:
        labels: the settings compared, in words.
    """

    group: str
    labels: tuple[str, ...]
    trials: tuple[Trial, ...]

    @property
    def done(self) -> int:
        """The number of trials that are done."""
        return sum(trial.is_done for trial in self.trials)

    @property
    def last_change(self) -> str:
        """A text that sorts studies by their last finished training; one without any comes last."""
        return max((trial.finished for trial in self.trials), default="") or "~"

    @property
    def unfinished(self) -> list[str]:
        """The names of the runs that are not done."""
        return [trial.name for trial in self.trials if not trial.is_done]

    def list_values(self, place: int) -> list[str]:
        """Return the values of the setting at `place`, in the order of their numbers or else as started."""
        return sort_values(trial.values[place] for trial in self.trials)

    def sort_trials(self) -> list[Trial]:
        """Return the trials in the order of their values, those of the same values by their seeds."""
        orders = [self.list_values(place) for place in range(len(self.labels))]

        def find_places(trial: Trial) -> tuple[list[int], int]:
            return [order.index(value) for order, value in zip(orders, trial.values, strict=True)], trial.seed

        return sorted(self.trials, key=find_places)

    def summarize(self) -> list[Row]:
        """Return a row for each combination of values, in the order of the values."""
        groups = itertools.groupby(self.sort_trials(), key=lambda trial: trial.values)
        return [summarize_trials(values, list(trials)) for values, trials in groups]


@guarded("training.look")
def list_studies() -> list[Study]:
    """Return all studies, the one that has changed last as the last."""
    groups: _Groups = {}
    cards = [card for card in map(read_card, store.list_models()) if _is_study(card.config)]
    for card in sorted(cards, key=lambda card: card.finished):
        if card.ended != STOPPED:
            _add(groups, card.config, _make_trial(card))
    for run in list_runs():
        settings = run.read_settings()
        if _is_study(settings):
            values = split_variant(str(settings.get("variant", "")))
            _add(groups, settings, Trial(run.name, values, _get_seed(settings), run.read_status().state))
    studies = []
    for group, trials in groups.items():
        labels = tuple(list_labels(group))
        fitting = tuple(trial for trial in trials.values() if len(trial.values) == len(labels))
        if fitting:
            studies.append(Study(group, labels, fitting))
    return sorted(studies, key=lambda study: study.last_change)


@guarded("training.look")
def find_study(group: str) -> Study | None:
    """Return the study of a group, None if no model and no run belongs to it."""
    return next((study for study in list_studies() if study.group == group), None)


def measure_figures(card: Card) -> Figures:
    """Return the figures on a model's card."""
    known = card.accuracy is not None and card.training_accuracy is not None
    gap = (card.training_accuracy or 0) - (card.accuracy or 0) if known else None
    return Figures(card.accuracy, card.loss, card.seconds, gap)


def measure_spread(figures: Iterable[float | None]) -> Spread | None:
    """Return mean and spread of those figures that are known, None if none is."""
    known = [figure for figure in figures if figure is not None]
    if not known:
        return None
    return Spread(statistics.fmean(known), statistics.stdev(known) if len(known) > 1 else 0.0, len(known))


def _is_study(settings: dict[str, object]) -> bool:
    """Return whether a run or model with these settings belongs to a study."""
    group = str(settings.get("group") or "")
    return bool(group) and not group.startswith(SEARCH_START)


def _add(groups: _Groups, settings: dict[str, object], trial: Trial) -> None:
    """Add a trial to its group; a run of the same values and seed stands before a model, for it is newer."""
    groups.setdefault(str(settings["group"]), {})[trial.values, trial.seed] = trial


def _make_trial(card: Card) -> Trial:
    values = split_variant(str(card.config.get("variant") or card.name))
    return Trial(card.name, values, _get_seed(card.config), DONE, measure_figures(card), card.finished)


def _get_seed(settings: dict[str, object]) -> int:
    seed = settings.get("seed", 0)
    return seed if isinstance(seed, int) else 0


def summarize_trials(values: tuple[str, ...], trials: list[Trial]) -> Row:
    """Return the row of trials that differ in their seed alone."""
    done = [trial.figures for trial in trials if trial.figures]
    columns = zip(*done, strict=True) if done else [[]] * len(Figures._fields)
    accuracy, loss, seconds, gap = (measure_spread(column) for column in columns)
    return Row(values, accuracy, loss, seconds, gap, len(done), len(trials))
