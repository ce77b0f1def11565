"""Load the curves of several trainings into one table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from digitnet.experiments.run import Run
from digitnet.experiments.studies import Trial
from digitnet.models import store
from pages.shared import training_history


def load_curves(trials: Sequence[Trial]) -> pd.DataFrame:
    """Load the curves of models and runs, named by their values and, if several have the same, by their seeds."""
    seeds = {trial.seed for trial in trials}
    tables = []
    for trial in trials:
        name = ", ".join(trial.values) + (f", seed {trial.seed}" if len(seeds) > 1 else "")
        folder = store.locate(trial.name) if trial.is_done else Run(trial.name).folder
        tables.append(training_history.load_history(name, folder / store.HISTORY_FILE))
    return training_history.join_histories(tables)
