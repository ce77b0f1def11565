"""Show the curves of several trainings in one chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from digitnet.experiments.published import Published
from digitnet.experiments.run import Run
from digitnet.experiments.status import BUSY_STATES
from digitnet.experiments.studies import Trial
from digitnet.models import store
from pages.shared import training_curves, training_history
from pages.shared.evaluation_charts import COLORS

MAX_CURVES = len(COLORS)  # More could not be told apart.


def show_curves(
    trials: Sequence[Trial], key: str, subject: str, published: Mapping[str, Published] | None = None
) -> None:
    """Show the curves of models and runs, and say so if there are too many to show all.

    Args:
        key, subject, published: as `training_curves.show_curves` takes them.
    """
    chosen = choose_trials(trials)
    training_curves.show_curves(load_curves(chosen), key, subject, published=published)
    if len(chosen) < len(trials):
        st.caption(f"Curves of {len(chosen)} of {len(trials)} runs: one seed of each, the best on the test digits.")


def load_curves(trials: Sequence[Trial]) -> pd.DataFrame:
    """Load the curves of models and runs, named by their values and, if several have the same, by their seeds."""
    seeds = {trial.seed for trial in trials}
    tables = []
    for trial in trials:
        name = ", ".join(trial.values) + (f", seed {trial.seed}" if len(seeds) > 1 else "")
        folder = store.locate(trial.name) if trial.is_done else Run(trial.name).folder
        tables.append(training_history.load_history(name, folder / store.HISTORY_FILE))
    return training_history.join_histories(tables)


def choose_trials(trials: Sequence[Trial]) -> list[Trial]:
    """Return the trials whose curves are shown, at most `MAX_CURVES`, in the order given.

    Of more, only the lowest seed of each combination of values is taken, and of these the run under way and the best
    on the test digits.
    """
    chosen = list(trials)
    if len(chosen) > MAX_CURVES:
        lowest: dict[tuple[str, ...], int] = {}
        for trial in chosen:
            lowest[trial.values] = min(trial.seed, lowest.get(trial.values, trial.seed))
        chosen = [trial for trial in chosen if trial.seed == lowest[trial.values]]
    best = sorted(chosen, key=_get_accuracy, reverse=True)[:MAX_CURVES]
    return [trial for trial in chosen if trial in best]


def _get_accuracy(trial: Trial) -> float:
    """Return the test accuracy, above 1 for a run under way and 0 if unknown."""
    if trial.state in BUSY_STATES:
        return 2.0
    return (trial.figures and trial.figures.accuracy) or 0.0
