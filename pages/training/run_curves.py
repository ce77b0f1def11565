"""The curves of a run, from its first batches on."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from digitnet.experiments.run import Run, read_rows
from pages.shared import training_charts

LOSS_CAPTION = (
    "Accuracy is the share of digits read right. The loss is the cross-entropy: the mean of minus the logarithm of the "
    "probability given to the right digit. It is 0 if the network is certain and right, and 2.3 if it guesses among "
    "ten digits."
)


def show_curves(name: str, history: pd.DataFrame) -> None:
    """Show accuracy and loss of a run over its epochs.

    Args:
        name: the run's name.
        history: rows as `training_charts.load_histories` returns them.
    """
    if not len(history):
        return
    for column, measure in zip(st.columns(2), ("accuracy", "loss"), strict=True):
        chart = training_charts.plot_curves(history, measure).properties(height=300)
        alt = f"{measure.capitalize()} of {name} over the epochs of training"
        column.altair_chart(chart, key=f"{measure}-{name}", alt=alt)
    st.caption(LOSS_CAPTION)


def load_run_history(run: Run) -> pd.DataFrame:
    """Return the history of a run: points within the first epoch, then a point for each epoch."""
    points = [row for row in read_rows(run.batches) if {"epoch", "accuracy", "loss"} <= set(row)]
    batches = pd.DataFrame(points, columns=["epoch", "accuracy", "loss"]).assign(
        run=run.name, split=training_charts.TRAINING
    )
    return training_charts.join_histories(
        [batches[batches["epoch"] < 1], training_charts.load_history(run.name, run.history)]
    )
