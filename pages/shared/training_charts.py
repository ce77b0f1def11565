"""Charts of accuracy and loss over epochs."""

from __future__ import annotations

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

from digitnet.models import store
from pages.shared.evaluation_charts import GRAY, color_by, make_axis

TITLES = {"accuracy": "Accuracy", "loss": "Loss (cross-entropy)"}
TRAINING, VALIDATION = "training", "validation"
_DASHES = [[1, 0], [5, 4]]
_DASHES_EXPLAINED = alt.TitleParams(
    "solid: training digits, dashed: validation digits",
    orient="bottom",
    anchor="start",
    fontSize=12,
    fontWeight="normal",
    color=GRAY,
)


def load_histories(names: list[str]) -> pd.DataFrame:
    """Load the training histories of models; a model without a readable one gives no rows.

    Returns:
        Columns run, epoch (from 1), split ("training" or "validation"), accuracy (0 to 1) and loss.
    """
    return join_histories([load_history(name, store.locate(name) / store.HISTORY_FILE) for name in names])


def load_history(run: str, path: Path) -> pd.DataFrame:
    """Load a training history, a CSV file with a line for each epoch, as rows of `run`.

    Returns:
        The columns of `load_histories`.
    """
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError):
        return join_histories([])
    splits = [_select_split(table, run, TRAINING, ""), _select_split(table, run, VALIDATION, "val_")]
    return join_histories(
        [rows.dropna(subset=["epoch"]).dropna(subset=["accuracy", "loss"], how="all") for rows in splits]
    )


def join_histories(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Join tables of histories; the result has all columns even if it has no rows."""
    filled = [table for table in tables if len(table)]
    columns = ["run", "epoch", "split", "accuracy", "loss"]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=columns)


def _select_split(table: pd.DataFrame, run: str, split: str, prefix: str) -> pd.DataFrame:
    def to_numbers(column: str) -> pd.Series:
        empty = pd.Series(np.nan, index=table.index)
        return pd.to_numeric(table.get(column, empty), errors="coerce").astype(float)

    return pd.DataFrame(
        {
            "run": run,
            "epoch": to_numbers("epoch") + 1,
            "split": split,
            "accuracy": to_numbers(f"{prefix}accuracy"),
            "loss": to_numbers(f"{prefix}loss"),
        }
    )


def plot_curves(history: pd.DataFrame, measure: str) -> alt.Chart:
    """Plot "accuracy" or "loss" over the epochs.

    The splits of a single run differ in color. Several runs differ in color, and their splits in dashes.

    Args:
        history: table as `load_histories` returns it.
    """
    shown = history.dropna(subset=[measure])
    runs = list(dict.fromkeys(shown["run"]))
    splits = [split for split in (TRAINING, VALIDATION) if split in set(shown["split"])]
    color = color_by("run", runs) if len(runs) > 1 else color_by("split", splits)
    title = {"title": _DASHES_EXPLAINED} if len(runs) > 1 and len(splits) > 1 else {}
    number = ".2%" if measure == "accuracy" else ".4f"
    return (
        alt.Chart(shown)
        .mark_line(point=alt.OverlayMarkDef(size=25), strokeWidth=2)
        .encode(
            x=alt.X("epoch:Q", title="Epoch", axis=alt.Axis(tickMinStep=1, format="d"), scale=alt.Scale(nice=False)),
            y=alt.Y(f"{measure}:Q", title=TITLES[measure], axis=make_axis(measure), scale=alt.Scale(zero=False)),
            color=color,
            strokeDash=alt.StrokeDash("split:N", scale=alt.Scale(domain=splits, range=_DASHES), legend=None),
            tooltip=[
                alt.Tooltip("run:N", title="Model"),
                alt.Tooltip("split:N", title="Digits"),
                alt.Tooltip("epoch:Q", title="Epoch", format="d"),
                alt.Tooltip(f"{measure}:Q", title=measure.capitalize(), format=number),
            ],
        )
        .properties(height=320, **title)
    )


def plot_values(table: pd.DataFrame, title: str) -> alt.LayerChart:
    """Plot the test accuracy for each value of a setting.

    Args:
        table: columns value (text) and accuracy (0 to 1).
        title: name of the setting.
    """
    base = alt.Chart(table, height=300).encode(
        x=alt.X("value:N", title=title, sort=list(table["value"]), axis=alt.Axis(labelAngle=0)),
        y=alt.Y(
            "accuracy:Q", title="Test accuracy", axis=make_axis("accuracy"), scale=alt.Scale(zero=False, padding=20)
        ),
        tooltip=[
            alt.Tooltip("value:N", title=title),
            alt.Tooltip("accuracy:Q", title="Test accuracy", format=".2%"),
        ],
    )
    labels = base.mark_text(dy=-14, color="#8a8a8a").encode(text=alt.Text("accuracy:Q", format=".2%"))
    return base.mark_line(strokeWidth=1, opacity=0.5) + base.mark_point(filled=True, size=90, opacity=1) + labels
