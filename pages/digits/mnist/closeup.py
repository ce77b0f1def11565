"""One digit looked at closely: its label as a network is taught it, how it was normalised, what is like it."""

from __future__ import annotations

from html import escape

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from digitnet import DigitnetError
from digitnet.models import active
from digitnet.preprocessing.normalization import BOX_SIZE, PICTURE_SIZE, Placement, locate_ink
from pages.components import digit_gallery
from pages.components.digit_gallery import GalleryTile
from pages.digits.mnist import cache
from pages.shared import evaluation_charts, formatting, model_choice, model_report

NEIGHBOURS = 12
STYLE = """
table.onehot { border-collapse: collapse; font-size: 0.8rem; width: 100%; max-width: 34rem; }
table.onehot th, table.onehot td { padding: 0.2rem 0.15rem; text-align: center; border-bottom: 1px solid #8885; }
table.onehot th:first-child { text-align: left; font-weight: normal; }
table.onehot td.one { background: #2b83cb; color: #fff; font-weight: bold; }
"""


def pick_from(key: str, tiles: list[GalleryTile], label: str) -> None:
    """Show digits, and the one that is picked closely; `label` says what they are."""
    seen: dict[str, int] = st.session_state.setdefault("mnist_seen", {})
    presses = digit_gallery.get_presses(key, seen.get(key, 0))
    if presses:
        seen[key] = presses[-1].number
    digit_gallery.show_to_pick(key, tiles, seen.get(key, 0), label)
    if presses:
        show_closely(presses[-1].ids[-1])


@st.dialog("A closer look", width="medium")
def show_closely(number: int) -> None:
    """Show one digit of MNIST with all that can be said of it."""
    digit = cache.numbered(number)
    st.markdown(f"**A {digit.label}**, {digit.name} of MNIST.")
    try:
        st.markdown("**Its label, one-hot**")
        show_label(digit.picture, digit.label)
        show_normalization(digit.picture)
        st.markdown("**Most alike among the training digits**")
        show_neighbours(digit.picture)
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")


def show_label(picture: NDArray[np.uint8], label: int) -> None:
    """Show the label as ten numbers, beside the ten that the model gives, and how far these are apart."""
    model = str(st.session_state.get("chosen_model") or active.get_active_model())
    answer = model_choice.load_classifier(model).predict_digit_probabilities(picture[None])[0]
    wanted = [int(digit == label) for digit in range(10)]
    st.html(to_table(model, wanted, answer))
    loss = -np.log(max(float(answer[label]), 1e-7))
    st.caption(
        "One-hot: ten numbers, a 1 at the label and 0 elsewhere. The network ends in softmax, which gives ten "
        "probabilities, and training moves them towards the one-hot label. How far they are from it is the loss "
        f"(cross-entropy): minus the logarithm of the probability of the label, here {loss:.2g}; 0 is perfect."
    )


def to_table(model: str, wanted: list[int], answer: NDArray[np.float32]) -> str:
    """Return an HTML table of a one-hot label and of the answer of a model to it."""
    heads = "".join(f'<th scope="col">{digit}</th>' for digit in range(10))
    ones = "".join(f'<td class="one">{one}</td>' if one else f"<td>{one}</td>" for one in wanted)
    shares = "".join(f"<td>{share:.2f}</td>" for share in answer)
    return (
        f'<table class="onehot"><tr><th scope="row">Digit</th>{heads}</tr>'
        f'<tr><th scope="row">Label</th>{ones}</tr><tr><th scope="row">{escape(model)}</th>{shares}</tr></table>'
    )


def show_normalization(picture: NDArray[np.uint8]) -> None:
    """Show how the digit was fitted into 28 x 28, with its box, its centre of mass and its values."""
    st.markdown("**How it was normalised**")
    placed = locate_ink(picture)
    left, top, right, bottom = placed.box
    column, row = placed.center
    said = (
        f"its ink is {right - left} × {bottom - top} pixels, its centre of mass at column {column:.1f}, row {row:.1f}"
    )
    chart = pixels(picture, placed)
    st.altair_chart(chart, width="content", alt=f"The 28 × 28 pixels of the digit: {said}")
    st.caption(
        f"However large it was written, a digit is scaled to fit a box of {BOX_SIZE} × {BOX_SIZE} pixels (dashed), its "
        f"proportions kept, and laid so that its centre of mass (blue cross) is in the middle of "
        f"{PICTURE_SIZE} × {PICTURE_SIZE} pixels (gray lines), give or take a pixel. Here {said}. "
        f"Each pixel is a whole number from 0 (empty) to 255 (ink); the network is given these divided by 255, 0 to 1. "
        f"Here they go up to {picture.max()} and are {picture.mean() / 255:.2f} on average."
    )


def pixels(picture: NDArray[np.uint8], placed: Placement) -> alt.LayerChart:
    """Return the values of a picture, uint8 (28, 28), with the box and the centre of mass drawn on it."""
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
        .encode(x=x, y=y, x2="column2:Q", y2="row2:Q", tooltip=_tooltip())
        .encode(color=alt.Color("value:Q", scale=shades, legend=None))
    )
    return alt.LayerChart(layer=[cells, *_marks(placed)]).properties(width=300, height=306)


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("row:Q", title="Row"),
        alt.Tooltip("column:Q", title="Column"),
        alt.Tooltip("value:Q", title="Value"),
        alt.Tooltip("share:Q", title="Given to the network", format=".3f"),
    ]


def _marks(placed: Placement) -> list[alt.Chart]:
    """Return the middle of the picture, the box of 20 x 20 about the ink, the ink's own box and its centre."""
    left, top, right, bottom = placed.box
    x, y = (left + right) / 2 - BOX_SIZE / 2, (top + bottom) / 2 - BOX_SIZE / 2
    boxes = pd.DataFrame(
        {
            "x": [left, x],
            "y": [top, y],
            "x2": [right, x + BOX_SIZE],
            "y2": [bottom, y + BOX_SIZE],
            "kind": ["ink", "box"],
        }
    )
    outline = alt.Chart(boxes).encode(x="x:Q", y="y:Q", x2="x2:Q", y2="y2:Q")
    middle = pd.DataFrame({"at": [PICTURE_SIZE / 2]})
    # A pixel that is counted as n reaches from n to n + 1.
    center = pd.DataFrame({"x": [placed.center[0] + 0.5], "y": [placed.center[1] + 0.5]})
    orange, blue = evaluation_charts.COLORS[1], "#56b4e9"
    return [
        alt.Chart(middle).mark_rule(color=evaluation_charts.GRAY).encode(x="at:Q"),
        alt.Chart(middle).mark_rule(color=evaluation_charts.GRAY).encode(y="at:Q"),
        outline.transform_filter("datum.kind == 'ink'").mark_rect(filled=False, stroke=orange, strokeWidth=1.5),
        outline.transform_filter("datum.kind == 'box'").mark_rect(filled=False, stroke=orange, strokeDash=[5, 4]),
        alt.Chart(center)
        .mark_point(shape="cross", size=180, filled=True, color=blue, stroke="#000000", strokeWidth=1)
        .encode(x="x:Q", y="y:Q"),
    ]


def show_neighbours(picture: NDArray[np.uint8]) -> None:
    """Show the training digits that are nearest to a picture, and how they vote."""
    found = cache.similar(picture, NEIGHBOURS)
    shown = [cache.numbered(int(place)) for place in found.indices[0]]
    tiles = [
        (digit.picture, f"A {digit.label}, {far:.1f} apart", f"<b>{digit.label}</b><br><small>{far:.1f} apart</small>")
        for digit, far in zip(shown, found.distances[0], strict=True)
    ]
    model_report.show_tiles(tiles)
    st.caption(explain(np.array([digit.label for digit in shown], np.uint8)))


def explain(labels: NDArray[np.uint8]) -> str:
    """Return what nearest neighbours of these labels say."""
    return (
        f"Of these {len(labels)}, {cache.votes(labels)}: a vote of the nearest neighbours reads digits "
        "too, without any training. The distance is Euclidean: the root of the sum of the squared differences of "
        "all 784 pixels, each 0 to 1; a training digit is at distance 0 from itself."
    )
