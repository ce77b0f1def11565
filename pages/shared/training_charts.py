"""Plot accuracy and loss over epochs, in the range where curves differ."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from pages.shared.evaluation_charts import COLORS, GRAY, make_axis
from pages.shared.training_history import TRAINING, VALIDATION

SPLITS = (TRAINING, VALIDATION)
MAX_DOTS = 30  # More epochs than this are a line without dots, which would overlap.
_MAX_TICKS = 10  # Up to so many epochs each has a tick.
_CHART_HEIGHT = 320  # Pixels, with the axis below.
_CHART_PADDING = {"left": 0, "top": 4, "right": 0, "bottom": 4}  # Pixels.
_FEW_EPOCHS = 3  # With fewer epochs the range leaves none out.
_SHARE_LEFT_OUT = 0.2  # The range may leave out the values of this first share of the epochs.
_MARGIN_RATIO = 0.08  # Above and below the values, as a share of their range.
_MIN_RANGE = 1e-4
_DASHES = [[1, 0], [5, 4]]


def list_runs(history: pd.DataFrame) -> list[str]:
    """List the runs of a history in the order of their colors."""
    return list(dict.fromkeys(history["run"]))


def list_splits(history: pd.DataFrame) -> list[str]:
    """List the splits, training and validation, that a history has."""
    return [split for split in SPLITS if split in set(history["split"])]


def find_first_epoch_in_range(history: pd.DataFrame) -> float:
    """Return the epoch from which on all values of a run lie in the range of its chart.

    It is the second, or later in a long run; the first if there are only two, and before its end a part of it.
    """
    last = float(history["epoch"].max())
    if last < _FEW_EPOCHS:
        return _SHARE_LEFT_OUT * last if last < 1 else 1.0
    return max(2.0, 1 + _SHARE_LEFT_OUT * last)


def find_range(history: pd.DataFrame, measure: str) -> tuple[float, float]:
    """Return the range of a chart: the best values, and all those after the first epochs.

    Args:
        history: table as `training_history.load_histories` returns it.
        measure: "accuracy" or "loss".
    """
    finite = history[np.isfinite(history[measure].astype(float))]
    if not len(finite):
        return 0.0, 1.0
    parts = [rows[rows["epoch"] >= find_first_epoch_in_range(rows)] for _, rows in finite.groupby("run")]
    later = pd.concat(parts)[measure]
    low, high = float(later.min()), float(later.max())
    if measure == "accuracy":
        high = float(finite[measure].max())
    else:
        low = float(finite[measure].min())
    margin = _MARGIN_RATIO * max(high - low, _MIN_RANGE)
    low, high = max(0.0, low - margin), high + margin
    return low, min(1.0, high) if measure == "accuracy" else high


def plot_curves(history: pd.DataFrame, measure: str, published: Mapping[str, float] | None = None) -> alt.LayerChart:
    """Plot "accuracy" or "loss" over the epochs; `training_curves` shows the legend.

    The splits of a single run differ in color. Several runs differ in color, and their splits in dashes.

    Args:
        history: table as `training_history.load_histories` returns it.
        published: figures on the test digits to draw as dotted lines across, by the names of their networks.
    """
    shown = history.dropna(subset=[measure])
    figures = dict(published or {})
    low, high = find_range(shown, measure)
    margin = _MARGIN_RATIO * (high - low)
    low = min([low, *(figure - margin for figure in figures.values())])
    high = max([high, *(figure + margin for figure in figures.values())])
    scale = alt.Scale(domain=[max(0.0, low), high], zero=False, nice=False)
    runs, splits = list_runs(history), list_splits(history)
    column, values = ("run", runs) if len(runs) > 1 else ("split", splits)
    number = ".2%" if measure == "accuracy" else ".4f"
    dots = alt.OverlayMarkDef(size=25, clip=True) if shown["epoch"].max() <= MAX_DOTS else False
    curves = (
        alt.Chart(shown)
        .mark_line(point=dots, strokeWidth=2, clip=True)
        .encode(
            x=_make_epoch_axis(shown),
            y=alt.Y(f"{measure}:Q", title=None, axis=make_axis(measure), scale=scale),
            color=alt.Color(f"{column}:N", scale=alt.Scale(domain=values, range=list_colors(values)), legend=None),
            strokeDash=alt.StrokeDash("split:N", scale=alt.Scale(domain=splits, range=_DASHES), legend=None),
            tooltip=[
                alt.Tooltip("run:N", title="Model"),
                alt.Tooltip("split:N", title="Digits"),
                alt.Tooltip("epoch:Q", title="Epoch", format="d"),
                alt.Tooltip(f"{measure}:Q", title=measure.capitalize(), format=number),
            ],
        )
    )
    table = pd.DataFrame({"network": list(figures), "figure": list(figures.values())})
    rules = (
        alt.Chart(table)
        .mark_rule(strokeWidth=2, strokeDash=[2, 4], color=GRAY)
        .encode(
            y=alt.Y("figure:Q", title=None, axis=make_axis(measure), scale=scale),
            tooltip=[
                alt.Tooltip("network:N", title="Published for"),
                alt.Tooltip("figure:Q", title=f"Test {measure}", format=number),
            ],
        )
    )
    layered = rules + curves if figures else alt.LayerChart(layer=[curves])
    return layered.properties(height=_CHART_HEIGHT, padding=_CHART_PADDING)


def _make_epoch_axis(history: pd.DataFrame) -> alt.X:
    """Make an axis of whole epochs; within the first epoch, it reaches to its end."""
    first, last = math.floor(history["epoch"].min()), math.ceil(history["epoch"].max())
    epochs = list(range(first, last + 1))
    # Vega leaves out values if there are more than fit into the domain in steps of 1, its default for whole numbers.
    ticks: dict[str, Any] = {"tickMinStep": 1}
    if last - first <= _MAX_TICKS:
        ticks = {"values": epochs, "tickCount": len(epochs), "tickMinStep": 0.5}
    axis = alt.Axis(format="d", titlePadding=6, **ticks)
    return alt.X("epoch:Q", title="Epoch", axis=axis, scale=alt.Scale(domain=[first, last], padding=6, nice=False))


def list_colors(values: list[str]) -> list[str]:
    """Return a color for each value."""
    return [COLORS[place % len(COLORS)] for place in range(len(values))]
