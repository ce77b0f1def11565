"""Plot a study: figures by the values of one setting, or a heat map of two."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from digitnet.experiments.studies import Row, Spread, Study
from digitnet.experiments.sweeps import is_numeric
from pages.shared.evaluation_charts import COLORS, GRAY, PADDING, TEXT_COLOR, make_axis

MEASURES = {"accuracy": "Test accuracy", "loss": "Test loss"}
_FORMATS = {"accuracy": ".2%", "loss": ".4f"}
_HEAT, _TEXT_ON_HEAT = ["#e8f1fa", "#5fa3da"], "#111111"  # All of them leave a contrast of 6 to 1.
_HEIGHT, _CELL_HEIGHT, _AXIS_HEIGHT = 280, 44, 70  # Pixels.
_FONT_SIZE = 13  # Pixels, of figures on a heat map; less where cells are narrow.
_CELL_WIDTH_TO_FONT_SIZE = 3.8  # At this ratio six characters fit into a cell.


def get_spread(row: Row, measure: str) -> Spread | None:
    """Return the spread of "accuracy" or "loss"."""
    return row.accuracy if measure == "accuracy" else row.loss


def plot_study(study: Study, measure: str) -> alt.LayerChart | None:
    """Plot "accuracy" or "loss" by the values of one setting, or of two as a heat map; None without figures."""
    rows = [
        {"x": row.values[0], "y": row.values[-1], "mean": spread.mean, "low": low, "high": high, "runs": spread.runs}
        for row in study.summarize()
        if (spread := get_spread(row, measure))
        for low, high in [(spread.mean - spread.deviation, spread.mean + spread.deviation)]
    ]
    if not rows:
        return None
    table = pd.DataFrame(rows)
    return _plot_grid(study, table, measure) if len(study.labels) > 1 else _plot_line(study, table, measure)


def _plot_line(study: Study, table: pd.DataFrame, measure: str) -> alt.LayerChart:
    """Plot means as points, joined if the values are numbers, and their spread over seeds as bars."""
    values = study.list_values(0)
    base = alt.Chart(table.assign(place=range(len(table))), height=_HEIGHT).encode(
        x=alt.X("x:N", title=study.labels[0], sort=values, axis=_make_value_axis()),
        tooltip=_list_tooltips(study, measure),
    )
    scale = alt.Scale(zero=False, padding=20)
    y = alt.Y("mean:Q", title=None, axis=make_axis(measure), scale=scale)
    order = alt.Order("place:Q")  # Else as texts are sorted.
    line = base.mark_line(strokeWidth=1, opacity=0.5 if is_numeric(values) else 0, color=COLORS[0])
    line = line.encode(y=y, order=order)
    points = base.mark_point(filled=True, size=90, opacity=1, color=COLORS[0]).encode(y=y)
    bars = base.mark_rule(strokeWidth=2, color=COLORS[0]).encode(
        y=alt.Y("low:Q", title=None, axis=make_axis(measure), scale=scale), y2="high:Q"
    )
    labels = base.mark_text(dy=-12, color=TEXT_COLOR).encode(
        y=alt.Y("high:Q", title=None, axis=make_axis(measure), scale=scale),
        text=alt.Text("mean:Q", format=_FORMATS[measure]),
    )
    return (line + bars + points + labels).properties(padding=PADDING)


def _plot_grid(study: Study, table: pd.DataFrame, measure: str) -> alt.LayerChart:
    """Plot a heat map: the better, the darker."""
    across, down = study.list_values(0), study.list_values(1)
    height = _CELL_HEIGHT * len(down) + _AXIS_HEIGHT
    base = alt.Chart(table, height=height).encode(
        x=alt.X("x:N", title=study.labels[0], sort=across, axis=_make_value_axis()),
        y=alt.Y("y:N", title=study.labels[1], sort=down),
        tooltip=_list_tooltips(study, measure),
    )
    order = "ascending" if measure == "accuracy" else "descending"
    color = alt.Color("mean:Q", scale=alt.Scale(range=_HEAT, zero=False, nice=False), sort=order, legend=None)
    cells = base.mark_rect(stroke=GRAY, strokeOpacity=0.4).encode(color=color)
    font_size = alt.ExprRef(f"min({_FONT_SIZE}, width / {_CELL_WIDTH_TO_FONT_SIZE * len(across)})")
    labels = base.mark_text(color=_TEXT_ON_HEAT, fontSize=font_size).encode(
        text=alt.Text("mean:Q", format=_FORMATS[measure])
    )
    return (cells + labels).properties(padding=PADDING)


def _make_value_axis() -> alt.Axis:
    """Make an axis of values; the words of a value stand below each other."""
    return alt.Axis(labelAngle=0, labelFlush=False, labelExpr="split(datum.label, ' ')")


def _list_tooltips(study: Study, measure: str) -> list[Any]:
    values = [alt.Tooltip(f"{field}:N", title=label) for field, label in zip("xy", study.labels, strict=False)]
    mean = alt.Tooltip("mean:Q", title=MEASURES[measure], format=_FORMATS[measure])
    return [*values, mean, alt.Tooltip("runs:Q", title="Runs")]
