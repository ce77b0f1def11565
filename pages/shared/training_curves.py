"""Show the curves of trainings: one legend, and a chart each for accuracy and loss."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape

import pandas as pd
import streamlit as st

from digitnet.experiments.published import Published
from pages.shared import training_charts
from pages.shared.training_charts import list_runs, list_splits
from pages.shared.training_history import VALIDATION

TITLES = {"accuracy": "Accuracy", "loss": "Loss"}
EXPLANATIONS = {
    "accuracy": "The share of digits read right.",
    "loss": "The cross-entropy: the mean of minus the logarithm of the probability given to the right digit. It is 0 "
    "if the network is certain and right, and 2.3 if it guesses among ten digits.",
}
STYLE = """
.curves-legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0; font-size: 0.875rem; }
.curves-legend span { display: inline-flex; align-items: center; gap: 0.5rem; overflow-wrap: anywhere; }
.curves-legend i { width: 1.75rem; border-top: 3px solid currentColor; flex: none; }
.curves-legend .dashed i { border-top-style: dashed; }
.curves-legend .dotted i { border-top-style: dotted; opacity: 0.6; }
"""


def show_curves(
    history: pd.DataFrame,
    key: str,
    subject: str,
    measures: tuple[str, ...] = tuple(TITLES),
    published: Mapping[str, Published] | None = None,
) -> None:
    """Show charts of runs over their epochs below one legend; nothing without rows.

    Args:
        history: table as `training_history.load_histories` returns it.
        key: start of the keys of the charts.
        subject: the runs in words, for screen readers.
        measures: "accuracy", "loss", or both.
        published: the tutorials' figures to draw beside the curves, by the names of their networks.
    """
    if not len(history):
        return
    st.html(f"<style>{STYLE}</style>{render_legend(history, has_published=bool(published))}")
    columns = st.columns(len(measures)) if len(measures) > 1 else [st.container()]
    for column, measure in zip(columns, measures, strict=True):
        with column:
            st.markdown(f"**{TITLES[measure]}**", help=EXPLANATIONS[measure])
            figures = {name: getattr(stated, measure) for name, stated in (published or {}).items()}
            known = {name: figure for name, figure in figures.items() if figure is not None}
            chart = training_charts.plot_curves(history, measure, known)
            st.altair_chart(chart, key=f"{measure}-{key}", alt=f"{TITLES[measure]} of {subject} over the epochs")
    if epoch := find_hidden_epochs(history):
        st.caption(f"The range is that of epoch {epoch} and later; worse values before lie outside.")


def find_hidden_epochs(history: pd.DataFrame) -> int:
    """Return the first epoch that surely lies in the range of the charts, or 0 if all do, or none is over."""
    if history["epoch"].max() < 1:
        return 0
    for measure in TITLES:
        low, high = training_charts.find_range(history, measure)
        if ((history[measure] < low) | (history[measure] > high)).any():
            return max(1, math.ceil(training_charts.find_first_epoch_in_range(history)))
    return 0


def render_legend(history: pd.DataFrame, *, has_published: bool = False) -> str:
    """Return the legend of the curves, and of published figures if there are some, as HTML."""
    runs, splits = list_runs(history), list_splits(history)
    if len(runs) == 1:
        digits = [f"{split} digits" for split in splits]
        entries = [
            _render_entry(name, color, style="dashed" if split == VALIDATION else "")
            for name, split, color in zip(digits, splits, training_charts.list_colors(splits), strict=True)
        ]
    else:
        entries = [
            _render_entry(run, color) for run, color in zip(runs, training_charts.list_colors(runs), strict=True)
        ]
        if len(splits) > 1:
            entries.append(_render_entry("training digits", "currentColor"))
            entries.append(_render_entry("validation digits", "currentColor", style="dashed"))
    if has_published:
        entries.append(_render_entry("published, on the test digits", "currentColor", style="dotted"))
    return f'<p class="curves-legend">{"".join(entries)}</p>'


def _render_entry(name: str, color: str, *, style: str = "") -> str:
    css_class = f' class="{style}"' if style else ""
    return f'<span{css_class}><i style="color: {color}" aria-hidden="true"></i>{escape(name)}</span>'
