"""Charts of how an answer moves as the digit is changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digitnet.explain.perturbation import PERTURBATIONS, Perturbation
from pages.shared import evaluation_charts

Answers = Mapping[str, Mapping[str, NDArray[np.float32]]]  # by model and perturbation: (levels, 10)


def moved_frame(answers: Answers, digit: int) -> pd.DataFrame:
    """Return the probability of `digit` as the picture is changed.

    Returns:
        Columns change, level, unit, model, probability (0 to 1) and read ("7", or "no digit").
    """
    rows: list[dict[str, Any]] = [
        {
            "change": each.name,
            "level": level,
            "unit": each.unit,
            "model": model,
            "probability": float(row[digit]),
            "read": _read(row),
        }
        for model, found in answers.items()
        for each in PERTURBATIONS
        for level, row in zip(each.levels, found[each.name], strict=True)
    ]
    return pd.DataFrame(rows, columns=["change", "level", "unit", "model", "probability", "read"])


def moved(table: pd.DataFrame, each: Perturbation, digit: int) -> alt.LayerChart:
    """Return how likely the models find `digit` along one perturbation; rows as `moved_frame` has them."""
    models = list(dict.fromkeys(table["model"]))
    colours = [evaluation_charts.COLOURS[place % len(evaluation_charts.COLOURS)] for place in range(len(models))]
    dashes = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3]]
    legend = alt.Legend(title=None, orient="bottom", symbolType="stroke", symbolSize=250, labelLimit=150)
    scale = alt.Scale(type="sqrt" if each.levels[0] == 0 else "linear", nice=False)
    values = [0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5] if each.levels[0] == 0 else alt.Undefined
    lines = (
        alt.Chart(table[table["change"] == each.name])
        .mark_line(point=alt.OverlayMarkDef(size=25), strokeWidth=2)
        .encode(
            x=alt.X("level:Q", title=f"{each.name} ({each.unit})", scale=scale, axis=alt.Axis(values=values)),
            y=alt.Y(
                "probability:Q",
                title=f"Probability of {digit}",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]),
            ),
            color=alt.Color("model:N", scale=alt.Scale(domain=models, range=colours), legend=legend),
            strokeDash=alt.StrokeDash("model:N", scale=alt.Scale(domain=models, range=dashes), legend=legend),
            tooltip=[
                alt.Tooltip("model:N", title="Model"),
                alt.Tooltip("level:Q", title=each.name),
                alt.Tooltip("probability:Q", title=f"Probability of {digit}", format=".1%"),
                alt.Tooltip("read:N", title="Read as"),
            ],
        )
    )
    rule = alt.Chart(pd.DataFrame({"level": [0.0]})).mark_rule(color=evaluation_charts.GRAY, strokeDash=[3, 3])
    return (rule.encode(x="level:Q") + lines).properties(height=280)


def said(table: pd.DataFrame, each: Perturbation, digit: int) -> str:
    """Return a chart in words, for who cannot see it."""
    shown = table[table["change"] == each.name]
    ends = [
        f"{model}: {rows['probability'].iloc[0]:.0%} at {each.levels[0]:g}, {rows['probability'].max():.0%} at best, "
        f"{rows['probability'].iloc[-1]:.0%} at {each.levels[-1]:g}"
        for model, rows in shown.groupby("model", sort=False)
    ]
    return f"Probability of {digit} by {each.name.lower()} in {each.unit}. {'; '.join(ends)}."


def _read(row: NDArray[np.float32]) -> str:
    return "no digit" if 1 - row.sum() > row.max() else str(int(row.argmax()))
