"""Chart the probability of a digit as the digit is changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digitnet.explain.perturbation import PERTURBATIONS, Perturbation
from pages.shared import evaluation_charts

# Arrays float32 (levels, 10) by the name of the model and of the perturbation.
PerturbedProbabilities = Mapping[str, Mapping[str, NDArray[np.float32]]]
_DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3]]


def build_table(probabilities: PerturbedProbabilities, digit: int) -> pd.DataFrame:
    """Tabulate the probability of `digit` at each level of each perturbation.

    Returns:
        Columns change, level, unit, model, probability (0 to 1) and read ("7", or "not a digit").
    """
    rows: list[dict[str, Any]] = [
        {
            "change": perturbation.name,
            "level": level,
            "unit": perturbation.unit,
            "model": model,
            "probability": float(row[digit]),
            "read": _name_reading(row),
        }
        for model, by_perturbation in probabilities.items()
        for perturbation in PERTURBATIONS
        for level, row in zip(perturbation.levels, by_perturbation[perturbation.name], strict=True)
    ]
    return pd.DataFrame(rows, columns=["change", "level", "unit", "model", "probability", "read"])


def build_chart(table: pd.DataFrame, perturbation: Perturbation, digit: int) -> alt.LayerChart:
    """Draw the probability of `digit` along one perturbation, a line for each model.

    Args:
        table: as `build_table` makes it.
        perturbation: the perturbation to draw.
        digit: 0 to 9.
    """
    models = list(dict.fromkeys(table["model"]))
    colors = [evaluation_charts.COLORS[index % len(evaluation_charts.COLORS)] for index in range(len(models))]
    legend = alt.Legend(title=None, orient="top", symbolType="stroke", symbolSize=250, labelLimit=150)
    starts_at_zero = perturbation.levels[0] == 0
    scale = alt.Scale(type="sqrt" if starts_at_zero else "linear", nice=False)
    ticks = [0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5] if starts_at_zero else alt.Undefined
    lines = (
        alt.Chart(table[table["change"] == perturbation.name])
        .mark_line(point=alt.OverlayMarkDef(size=25), strokeWidth=2)
        .encode(
            x=alt.X(
                "level:Q",
                title=f"{perturbation.name} ({perturbation.unit})",
                scale=scale,
                axis=alt.Axis(values=ticks),
            ),
            y=alt.Y(
                "probability:Q",
                title=f"Probability of {digit}",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]),
            ),
            color=alt.Color("model:N", scale=alt.Scale(domain=models, range=colors), legend=legend),
            strokeDash=alt.StrokeDash("model:N", scale=alt.Scale(domain=models, range=_DASHES), legend=legend),
            tooltip=[
                alt.Tooltip("model:N", title="Model"),
                alt.Tooltip("level:Q", title=perturbation.name),
                alt.Tooltip("probability:Q", title=f"Probability of {digit}", format=".1%"),
                alt.Tooltip("read:N", title="Read as"),
            ],
        )
    )
    rule = alt.Chart(pd.DataFrame({"level": [0.0]})).mark_rule(color=evaluation_charts.GRAY, strokeDash=[3, 3])
    return (rule.encode(x="level:Q") + lines).properties(height=320, padding=evaluation_charts.PADDING)


def describe(table: pd.DataFrame, perturbation: Perturbation, digit: int) -> str:
    """Describe a chart in words: "Probability of 2 by rotation, for cnn and mlp"."""
    models = " and ".join(dict.fromkeys(table["model"]))
    return f"Probability of {digit} by {perturbation.name.lower()}, for {models}"


def _name_reading(row: NDArray[np.float32]) -> str:
    return "not a digit" if 1 - row.sum() > row.max() else str(int(row.argmax()))
