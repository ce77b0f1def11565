"""Draw the chart of the map of digits."""

from __future__ import annotations

import altair as alt
import pandas as pd

from pages.inspection.map_points import CURRENT_DIGIT, LABEL_NAMES, TEST_DIGIT, USER_DIGIT
from pages.shared import evaluation_charts

_COLORS = dict(zip(LABEL_NAMES, [*evaluation_charts.DIGIT_COLORS, evaluation_charts.GRAY], strict=True))
_SCALE = alt.Scale(domain=list(_COLORS), range=list(_COLORS.values()))
_SQUARE_AREA = 500  # Square pixels of the mark of the current digit.
_MARK_AREA = 150  # Square pixels of the marks of misread digits and of the user's digits.
_OPACITY, _FADED_OPACITY = 0.85, 0.04  # Opacity of the labels picked in the legend, and of the others.


def build_chart(table: pd.DataFrame, titles: list[str]) -> alt.LayerChart:
    """Draw points colored by label, with rings around misread test digits.

    Args:
        table: columns x, y, label, read, kind, name and image.
        titles: titles of the two axes.
    """
    picked = alt.selection_point(fields=["label"], bind="legend", name="digit")
    opacity = alt.condition(picked, alt.value(_OPACITY), alt.value(_FADED_OPACITY))
    base = alt.Chart(table.assign(label_color=table["label"].map(_COLORS), read_color=table["read"].map(_COLORS)))
    base = base.encode(
        x=alt.X("x:Q", title=titles[0], axis=alt.Axis(grid=False)),
        y=alt.Y("y:Q", title=titles[1], axis=alt.Axis(grid=False)),
        tooltip=_make_tooltip(),
    )
    tested = base.transform_filter(f"datum.kind == '{TEST_DIGIT}'")
    points = tested.mark_circle(size=30).encode(color=_make_label_color(table), opacity=opacity)
    layers = [points.add_params(picked, _make_zoom())]
    if ((table["kind"] == TEST_DIGIT) & (table["label"] != table["read"])).any():
        layers.append(_draw_rings(base).encode(opacity=opacity))
    if (table["kind"] == USER_DIGIT).any():
        layers.append(_draw_user_digits(base).encode(opacity=opacity))
    if (table["kind"] == CURRENT_DIGIT).any():
        layers += _draw_current_digit(base)
    # A canvas would not follow the colors of the page. Screen readers hear the chart's description, not 2,000 marks.
    chart = alt.LayerChart(layer=layers).properties(
        height=620, padding=evaluation_charts.PADDING, usermeta={"embedOptions": {"renderer": "svg"}}
    )
    return chart.configure_mark(aria=False)


def _draw_rings(base: alt.Chart) -> alt.Chart:
    """Draw a ring around each misread test digit, in the color of the digit that it is read as."""
    misread = base.transform_filter(f"datum.kind == '{TEST_DIGIT}' && datum.label != datum.read")
    rings = misread.mark_point(size=_MARK_AREA, strokeWidth=2, filled=False)
    return rings.encode(stroke=alt.Stroke("read_color:N", scale=None))


def _draw_user_digits(base: alt.Chart) -> alt.Chart:
    """Draw a diamond for each of the user's digits, in the color of its label."""
    diamonds = base.transform_filter(f"datum.kind == '{USER_DIGIT}'").mark_point(
        shape="diamond", size=_MARK_AREA, filled=True, stroke="#000000", strokeWidth=1
    )
    return diamonds.encode(fill=alt.Fill("label_color:N", scale=None))


def _draw_current_digit(base: alt.Chart) -> list[alt.Chart]:
    """Draw a square with the current digit; white with a dark rim stands out from all colors and from both themes."""
    current = base.transform_filter(f"datum.kind == '{CURRENT_DIGIT}'")
    square = current.mark_point(shape="square", size=_SQUARE_AREA, filled=True, fill="#ffffff", opacity=1)
    return [
        square.encode(stroke=alt.value("#000000"), strokeWidth=alt.value(2.5)),
        current.mark_text(fontSize=15, fontWeight="bold", dy=1, color="#000000").encode(text="read:N"),
    ]


def _make_label_color(table: pd.DataFrame) -> alt.Color:
    """Color points by label, with a legend of the labels of the table."""
    values = [name for name in LABEL_NAMES if name in set(table["label"])]
    legend = alt.Legend(
        title="Label", values=values, orient="top", columns=6, symbolType="circle", symbolSize=120, symbolOpacity=1
    )
    return alt.Color("label:N", scale=_SCALE, legend=legend)


def _make_zoom() -> alt.Parameter:
    """Zoom and move the chart with Ctrl and the wheel, while the wheel alone scrolls the page."""
    return alt.selection_interval(bind="scales", zoom="wheel![event.ctrlKey || event.metaKey]", name="zoom")


def _make_tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("image:N"),
        alt.Tooltip("name:N", title="Which"),
        alt.Tooltip("label:N", title="Label"),
        alt.Tooltip("read:N", title="Read as"),
    ]
