"""Load the curves of a run, from its first batches on."""

from __future__ import annotations

import pandas as pd

from digitnet.experiments.run import Run, read_rows
from pages.shared import training_history


def load_run_history(run: Run) -> pd.DataFrame:
    """Return the history of a run: a point for each epoch; before the second ends, also points within the first."""
    points = [row for row in read_rows(run.batches) if {"epoch", "accuracy", "loss"} <= set(row)]
    batches = pd.DataFrame(points, columns=["epoch", "accuracy", "loss"]).assign(
        run=run.name, split=training_history.TRAINING
    )
    history = training_history.load_history(run.name, run.history)
    if history["epoch"].nunique() > 1:
        return history
    return training_history.join_histories([batches[batches["epoch"] < 1], history])
