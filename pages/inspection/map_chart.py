"""The chart of the map of digits."""

from __future__ import annotations

import altair as alt
import pandas as pd

from pages.inspection.map_points import OWN, TEST, THIS
from pages.shared import evaluation_charts

_NAMES = [*"0123456789", "none"]
_SCALE = alt.Scale(domain=_NAMES, range=[*evaluation_charts.DIGIT_COLORS, evaluation_charts.GRAY])
_SQUARE = 500  # area of the mark of the digit at hand, in square pixels


def chart(table: pd.DataFrame, titles: list[str]) -> alt.LayerChart:
    """Return points coloured by label, with rings about those that are misread.

    Args:
        table: columns x, y, label, read, kind, name and image.
        titles: of the two axes.
    """
    picked = alt.selection_point(fields=["label"], bind="legend", name="digit")
    base = alt.Chart(table).encode(
        x=alt.X("x:Q", title=titles[0], axis=alt.Axis(grid=False)),
        y=alt.Y("y:Q", title=titles[1], axis=alt.Axis(grid=False)),
        tooltip=_tooltip(),
    )
    seen = alt.condition(picked, alt.value(0.85), alt.value(0.04))
    points = (
        base.transform_filter(f"datum.kind == '{TEST}'").mark_circle(size=30).encode(color=_colour(table), opacity=seen)
    )
    wrong = base.transform_filter(f"datum.kind == '{TEST}' && datum.label != datum.read")
    rings = wrong.mark_point(size=150, strokeWidth=2, filled=False).encode(stroke=_read(), opacity=seen)
    own = base.transform_filter(f"datum.kind == '{OWN}'").mark_point(
        shape="diamond", size=150, filled=True, stroke="#000000", strokeWidth=1
    )
    # White with a dark rim: it stands out of all colours, and from the page in the light and in the dark.
    this = base.transform_filter(f"datum.kind == '{THIS}'")
    square = this.mark_point(shape="square", size=_SQUARE, filled=True, fill="#ffffff", opacity=1)
    layers = [
        points.add_params(picked, _zoom()),
        rings,
        own.encode(fill=_fill(), opacity=seen),
        square.encode(stroke=alt.value("#000000"), strokeWidth=alt.value(2.5)),
        this.mark_text(fontSize=15, fontWeight="bold", dy=1, color="#000000").encode(text="read:N"),
    ]
    return alt.LayerChart(layer=layers).properties(height=620)


def _colour(table: pd.DataFrame) -> alt.Color:
    values = [name for name in _NAMES if name in set(table["label"])]
    legend = alt.Legend(
        title="Label", values=values, orient="top", columns=6, symbolType="circle", symbolSize=120, symbolOpacity=1
    )
    return alt.Color("label:N", scale=_SCALE, legend=legend)


def _fill() -> alt.Fill:
    return alt.Fill("label:N", scale=_SCALE, legend=None)


def _read() -> alt.Stroke:
    return alt.Stroke("read:N", scale=_SCALE, legend=None)


def _zoom() -> alt.Parameter:
    """Return what zooms and moves the chart; the wheel alone goes on scrolling the page."""
    return alt.selection_interval(bind="scales", zoom="wheel![event.ctrlKey || event.metaKey]", name="zoom")


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("image:N"),
        alt.Tooltip("name:N", title="Which"),
        alt.Tooltip("label:N", title="Label"),
        alt.Tooltip("read:N", title="Read as"),
    ]
