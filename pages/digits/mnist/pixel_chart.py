"""Chart the pixels of a digit with its box and its center of mass."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digitnet.preprocessing.normalization import BOX_SIZE, PICTURE_SIZE, Placement
from pages.shared import evaluation_charts

_INK_COLOR, _CENTER_COLOR = evaluation_charts.COLORS[1], "#56b4e9"


def plot_pixels(picture: NDArray[np.uint8], placement: Placement) -> alt.LayerChart:
    """Draw the values of a picture, uint8 (28, 28), with its box and its center of mass."""
    rows, columns = np.indices(picture.shape)
    table = pd.DataFrame({"column": columns.ravel(), "row": rows.ravel(), "value": picture.ravel().astype(int)})
    table = table.assign(column2=table["column"] + 1, row2=table["row"] + 1, share=table["value"] / 255)
    scale = alt.Scale(domain=[0, PICTURE_SIZE], nice=False)
    axis = alt.Axis(values=[0, 4, 9, 14, 19, 24, 28], grid=False)
    x = alt.X("column:Q", title="Column (pixels)", scale=scale, axis=axis)
    y = alt.Y("row:Q", title="Row (pixels)", scale=alt.Scale(domain=[PICTURE_SIZE, 0], nice=False), axis=axis)
    shades = alt.Scale(domain=[0, 255], range=["#000000", "#ffffff"])
    cells = (
        alt.Chart(table)
        .mark_rect(stroke=None)
        .encode(x=x, y=y, x2="column2:Q", y2="row2:Q", tooltip=_make_tooltip())
        .encode(color=alt.Color("value:Q", scale=shades, legend=None))
    )
    return alt.LayerChart(layer=[cells, *_draw_marks(placement)]).properties(width=300, height=306)


def _make_tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("row:Q", title="Row"),
        alt.Tooltip("column:Q", title="Column"),
        alt.Tooltip("value:Q", title="Value"),
        alt.Tooltip("share:Q", title="Given to the network", format=".3f"),
    ]


def _draw_marks(placement: Placement) -> list[alt.Chart]:
    """Draw the middle lines, the box of 20 x 20, the box of the ink and its center."""
    left, top, right, bottom = placement.box
    x, y = (left + right) / 2 - BOX_SIZE / 2, (top + bottom) / 2 - BOX_SIZE / 2
    boxes = pd.DataFrame(
        [
            {"x": left, "y": top, "x2": right, "y2": bottom, "kind": "ink"},
            {"x": x, "y": y, "x2": x + BOX_SIZE, "y2": y + BOX_SIZE, "kind": "box"},
        ]
    )
    outline = alt.Chart(boxes).encode(x="x:Q", y="y:Q", x2="x2:Q", y2="y2:Q")
    middle = pd.DataFrame({"at": [PICTURE_SIZE / 2]})
    # Pixel n reaches from n to n + 1, so its middle lies half a pixel further.
    center = pd.DataFrame({"x": [placement.center[0] + 0.5], "y": [placement.center[1] + 0.5]})
    ink = outline.transform_filter("datum.kind == 'ink'")
    box = outline.transform_filter("datum.kind == 'box'")
    return [
        alt.Chart(middle).mark_rule(color=evaluation_charts.GRAY).encode(x="at:Q"),
        alt.Chart(middle).mark_rule(color=evaluation_charts.GRAY).encode(y="at:Q"),
        ink.mark_rect(filled=False, stroke=_INK_COLOR, strokeWidth=1.5),
        box.mark_rect(filled=False, stroke=_INK_COLOR, strokeDash=[5, 4]),
        alt.Chart(center)
        .mark_point(shape="cross", size=180, filled=True, color=_CENTER_COLOR, stroke="#000000", strokeWidth=1)
        .encode(x="x:Q", y="y:Q"),
    ]
