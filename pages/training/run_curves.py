"""The curves of a run while it is trained."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from digitnet.experiments.run import (
    Run,
    read_rows,
)
from pages.shared import training_charts

LOSS = (
    "Accuracy is the share of digits read right. The loss, cross-entropy, is minus the logarithm of the probability "
    "that the right digit is given, on average: 0 is certain and right, 2.3 is guessing among ten."
)


def show_curves(name: str, course: pd.DataFrame) -> None:
    """Show accuracy and loss of a run as far as they go."""
    if not len(course):
        return
    for column, measure in zip(st.columns(2), ("accuracy", "loss"), strict=True):
        chart = training_charts.plot_curves(course, measure).properties(height=300)
        said = f"{measure.capitalize()} of {name} over the epochs of training"
        column.altair_chart(chart, key=f"{measure}-{name}", alt=said)
    st.caption(LOSS)


def course_of(run: Run) -> pd.DataFrame:
    """Return the course of a run: points within the first epoch, then a point for each epoch."""
    points = [row for row in read_rows(run.batches) if {"epoch", "accuracy", "loss"} <= set(row)]
    within = pd.DataFrame(points, columns=["epoch", "accuracy", "loss"]).assign(
        run=run.name, part=training_charts.TRAINING
    )
    return training_charts.join_histories(
        [within[within["epoch"] < 1], training_charts.load_history(run.name, run.history)]
    )
