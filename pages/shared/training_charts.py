"""Charts of accuracy and loss over epochs."""

from __future__ import annotations

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

from digitnet import paths
from digitnet.models import store
from pages.shared.evaluation_charts import GRAY, color_by, make_axis

TITLES = {"accuracy": "Accuracy", "loss": "Loss (cross-entropy)"}
TRAINING, VALIDATION = "training", "validation"
_DASHES = [[1, 0], [5, 4]]
_DASHES_SAID = alt.TitleParams(
    "solid: training digits, dashed: validation digits",
    orient="bottom",
    anchor="start",
    fontSize=12,
    fontWeight="normal",
    color=GRAY,
)


def load_histories(names: list[str]) -> pd.DataFrame:
    """Return the courses of training of models; a model without a readable one gives no rows.

    Returns:
        Columns run, epoch (from 1), part ("training" or "validation"), accuracy (0 to 1) and loss.
    """
    return join_histories([load_history(name, paths.models_dir() / name / store.HISTORY_FILE) for name in names])


def load_history(run: str, path: Path) -> pd.DataFrame:
    """Return a file of a line for each epoch as the rows of `run`, as `history_frame` does."""
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError):
        return join_histories([])
    parts = [_select_part(table, run, TRAINING, ""), _select_part(table, run, VALIDATION, "val_")]
    return join_histories(
        [part.dropna(subset=["epoch"]).dropna(subset=["accuracy", "loss"], how="all") for part in parts]
    )


def join_histories(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return rows under each other; none at all still have their columns."""
    filled = [part for part in parts if len(part)]
    columns = ["run", "epoch", "part", "accuracy", "loss"]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=columns)


def _select_part(table: pd.DataFrame, run: str, part: str, prefix: str) -> pd.DataFrame:
    def numbers(column: str) -> pd.Series:
        empty = pd.Series(np.nan, index=table.index)
        return pd.to_numeric(table.get(column, empty), errors="coerce").astype(float)

    return pd.DataFrame(
        {
            "run": run,
            "epoch": numbers("epoch") + 1,
            "part": part,
            "accuracy": numbers(f"{prefix}accuracy"),
            "loss": numbers(f"{prefix}loss"),
        }
    )


def plot_curves(history: pd.DataFrame, measure: str) -> alt.Chart:
    """Return the course of "accuracy" or "loss" over the epochs.

    One run has a colour for each part; of several, each run has a colour and each part a dash.

    Args:
        history: as `history_frame` returns it.
    """
    shown = history.dropna(subset=[measure])
    runs = list(dict.fromkeys(shown["run"]))
    parts = [part for part in (TRAINING, VALIDATION) if part in set(shown["part"])]
    colour = color_by("run", runs) if len(runs) > 1 else color_by("part", parts)
    said = {"title": _DASHES_SAID} if len(runs) > 1 and len(parts) > 1 else {}
    number = ".2%" if measure == "accuracy" else ".4f"
    return (
        alt.Chart(shown)
        .mark_line(point=alt.OverlayMarkDef(size=25), strokeWidth=2)
        .encode(
            x=alt.X("epoch:Q", title="Epoch", axis=alt.Axis(tickMinStep=1, format="d"), scale=alt.Scale(nice=False)),
            y=alt.Y(f"{measure}:Q", title=TITLES[measure], axis=make_axis(measure), scale=alt.Scale(zero=False)),
            color=colour,
            strokeDash=alt.StrokeDash("part:N", scale=alt.Scale(domain=parts, range=_DASHES), legend=None),
            tooltip=[
                alt.Tooltip("run:N", title="Model"),
                alt.Tooltip("part:N", title="Digits"),
                alt.Tooltip("epoch:Q", title="Epoch", format="d"),
                alt.Tooltip(f"{measure}:Q", title=measure.capitalize(), format=number),
            ],
        )
        .properties(height=320, **said)
    )


def plot_values(table: pd.DataFrame, title: str) -> alt.LayerChart:
    """Return the test accuracy for each value that was tried.

    Args:
        table: columns value (text) and accuracy (0 to 1).
        title: what the values are of.
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
