"""Charts of a model's probabilities and accuracy, in colors for light and dark pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digitnet.models.evaluation import Calibration

# After Okabe and Ito, with a contrast of 3 to 1 on white and on Streamlit's dark background.
COLORS = ["#2b83cb", "#dc7610", "#1a9e77", "#c763a6", "#8c7ae6", "#8a8a8a", "#b08d00", "#e0524d"]
GRAY = "#7d7d7d"
TEXT_COLOR = "currentColor"  # Of texts on the page itself, which may be light or dark.
DIGIT_COLORS = [*COLORS[:5], "#5f9c1c", *COLORS[6:], "#0a9bb5", "#a8704f"]  # The digits 0 to 9.
PADDING = {"bottom": 4}  # Pixels under a chart, where Streamlit would leave 20.
_DIGITS = list("0123456789")


def plot_probabilities(labels: Sequence[str]) -> dict[str, Any]:
    """Plot a bar for the `probability`, 0 to 1, of each `digit` of a table, in the order of the labels.

    This is a plain Vega-Lite chart, since Altair would check its form anew after each stroke of a drawing, in 10 ms.
    """
    digit = {"field": "digit", "type": "nominal", "title": "Digit"}
    probability = {"field": "probability", "type": "quantitative", "title": "Probability"}
    share_axis = {"scale": {"domain": [0, 1]}, "axis": {"format": "%"}}
    return {
        "height": 220,
        "padding": PADDING,
        "mark": {"type": "bar"},
        "encoding": {
            "x": digit | {"sort": list(labels), "axis": {"labelAngle": 0}},
            "y": probability | share_axis,
            "tooltip": [digit, probability | {"format": ".2%"}],
        },
    }


def make_axis(measure: str) -> alt.Axis:
    """Make an axis for "accuracy" in percent, or for "loss"."""
    return alt.Axis(format=".2~%" if measure == "accuracy" else ".3~g", tickCount=6)


def plot_digit_accuracy(accuracy: NDArray[np.float64]) -> alt.LayerChart:
    """Plot the accuracy of each digit, float64 (10,), as points; NaN leaves a digit out."""
    rows = [{"digit": digit, "right": right} for digit, right in zip(_DIGITS, accuracy.tolist(), strict=True)]
    base = alt.Chart(pd.DataFrame(rows).dropna()).encode(
        x=alt.X("digit:N", title="True digit", axis=alt.Axis(labelAngle=0)),
        y=alt.Y(
            "right:Q",
            title="Read right",
            axis=alt.Axis(format=".2~%", tickCount=5),
            scale=_make_accuracy_scale(accuracy),
        ),
        tooltip=[alt.Tooltip("digit:N", title="Digit"), alt.Tooltip("right:Q", title="Read right", format=".2%")],
    )
    labels = base.mark_text(dy=-12, fontSize=12, color=TEXT_COLOR).encode(text=alt.Text("right:Q", format=".1%"))
    return (base.mark_point(filled=True, size=90, opacity=1, color=COLORS[0]) + labels).properties(
        height=300, padding=PADDING
    )


def _make_accuracy_scale(accuracy: NDArray[np.float64]) -> alt.Scale:
    """Make a scale that shows differences between digits, with room for labels above 100%."""
    lowest = float(np.nanmin(accuracy)) if np.isfinite(accuracy).any() else 0.0
    room = max(1 - lowest, 0.004)
    return alt.Scale(domain=[max(0.0, 1 - 1.2 * room), 1 + 0.15 * room], nice=False, clamp=True)


def plot_calibration(measured: Calibration) -> alt.LayerChart:
    """Plot accuracy against confidence; a well calibrated model lies on the diagonal."""
    rows = pd.DataFrame(
        {"confidence": measured.confidence, "right": measured.right, "count": measured.count.astype(float)}
    )
    percent: dict[str, Any] = {"axis": alt.Axis(format=".0%", tickCount=5), "scale": alt.Scale(domain=[0, 1])}
    ends = pd.DataFrame({"confidence": [0.0, 1.0], "right": [0.0, 1.0]})
    x, y = alt.X("confidence:Q", title="Confidence", **percent), alt.Y("right:Q", title="Read right", **percent)
    diagonal = alt.Chart(ends).mark_line(color=GRAY, strokeDash=[5, 4], strokeWidth=1.5).encode(x=x, y=y)
    base = alt.Chart(rows).encode(x=x, y=y, tooltip=_make_calibration_tooltip())
    points = base.mark_point(filled=True, color=COLORS[1], opacity=1).encode(
        size=alt.Size("count:Q", scale=alt.Scale(type="log", range=[30, 260]), legend=None)
    )
    return (diagonal + base.mark_line(color=COLORS[1], strokeWidth=2) + points).properties(height=300, padding=PADDING)


def _make_calibration_tooltip() -> list[Any]:
    return [
        alt.Tooltip("confidence:Q", title="Mean confidence", format=".1%"),
        alt.Tooltip("right:Q", title="Read right", format=".1%"),
        alt.Tooltip("count:Q", title="Digits", format=","),
    ]
