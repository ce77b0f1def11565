"""Draw: a canvas, and the number on it as each stroke ends."""

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st
from streamlit_drawable_canvas import st_canvas

from digitnet import DigitnetError, Reading
from digitnet.drawing import annotate, to_png
from digitnet.export import reading_to_dict, to_json_line
from digitnet.images import load
from digitnet.reading import read_rgb
from pages import parts

WIDTH, HEIGHT = 640, 400
DIGIT_NAMES = [str(digit) for digit in range(10)]
# The canvas keeps its own pixels and is shown smaller where the screen is narrower.
SCREENS = (320, 340, 360, 375, 390, 412, 430, 480, 540, 600, 660, 700)
STYLE = (
    f".st-key-paper {{ zoom: {(SCREENS[0] - 34) / WIDTH:.3f}; }}"
    + "".join(
        f"@media (min-width: {width}px) {{ .st-key-paper {{ zoom: {min(1.0, (width - 34) / WIDTH):.3f}; }} }}"
        for width in SCREENS
    )
    + """
.st-key-paper { margin-top: 1.5rem; }
.st-key-paper canvas { touch-action: none; }
.st-key-number pre { padding: 0.5rem 1rem; }
.st-key-number code {
    font-family: inherit; font-variant-numeric: tabular-nums; font-weight: 600;
    font-size: clamp(2.75rem, 10vw, 4.5rem); line-height: 1.15; letter-spacing: 0.06em;
}
"""
)


def main() -> None:
    """Show the page."""
    parts.begin("draw.py", STYLE)
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=WIDTH):
            drawing = draw()
        with st.container(width=420):
            model = parts.choose_model()
            try:
                show(drawing, model)
            except DigitnetError as error:
                st.error(str(error), icon=":material/error:")


def draw() -> bytes | None:
    """Show the canvas and its tools; return what is drawn as a PNG file, None while nothing is."""
    pen = st.session_state.get("pen", 16)
    with st.container(key="paper"):
        canvas = st_canvas(
            stroke_width=pen,
            stroke_color="#000000",
            background_color="#ffffff",
            initial_drawing=st.session_state.get("drawing"),
            width=WIDTH,
            height=HEIGHT,
            return_image_data=True,
            on_change=forget_undone,
            key="canvas",
        )
    strokes = (canvas.json_data or {}).get("objects", [])
    undone = st.session_state.get("undone", [])
    with st.container(horizontal=True):
        st.button("Undo", icon=":material/undo:", on_click=undo, args=(strokes,), disabled=not strokes)
        st.button("Redo", icon=":material/redo:", on_click=redo, args=(strokes,), disabled=not undone)
        st.button("Clear", icon=":material/delete:", on_click=clear, args=(strokes,), disabled=not strokes)
    st.slider("Pen width", 4, 40, 16, key="pen", format="%d px")
    return canvas.image_bytes if strokes else None


def forget_undone() -> None:
    """Leave nothing to redo after a new stroke; what `put` drew comes back as a change of its own."""
    if not st.session_state.pop("echo", False):
        st.session_state.undone = []


def undo(strokes: list[dict[str, Any]]) -> None:
    """Take the last stroke back."""
    put(strokes[:-1], [*st.session_state.get("undone", []), strokes[-1:]])


def redo(strokes: list[dict[str, Any]]) -> None:
    """Draw again what was taken back last."""
    *undone, last = st.session_state.undone
    put([*strokes, *last], undone)


def clear(strokes: list[dict[str, Any]]) -> None:
    """Take all strokes back, as one step."""
    put([], [strokes])


def put(strokes: list[dict[str, Any]], undone: list[list[dict[str, Any]]]) -> None:
    """Have the canvas show `strokes`, and remember what redo brings back.

    The canvas redraws only what differs from what it was last given, hence the count.
    """
    count = st.session_state.get("drawing", {}).get("count", 0) + 1
    st.session_state.drawing = {"objects": strokes, "count": count}
    st.session_state.undone = undone
    st.session_state.echo = True


def show(drawing: bytes | None, model: str) -> None:
    """Show the number that is drawn and how sure the network is of each digit."""
    if drawing is None:
        st.info("Draw a number on the paper with the mouse, a pen or a finger.", icon=":material/draw:")
        return
    image = load(drawing)
    reading = read_rgb(image, parts.classifier(model))
    if not len(reading):
        st.info("No digit found yet; draw larger, or use a wider pen.", icon=":material/search_off:")
        return
    with st.container(key="number"):
        st.code(reading.text, language=None)
    parts.show_crops(reading)
    show_probabilities(reading)
    name = f"digitnet-{'-'.join(reading.rows)[:40]}"
    with st.container(horizontal=True):
        st.download_button(
            "Picture with boxes",
            to_png(annotate(image, reading)),
            f"{name}.png",
            "image/png",
            icon=":material/image:",
            on_click="ignore",
        )
        st.download_button(
            "JSON",
            to_json_line(reading_to_dict("drawing.png", reading)),
            f"{name}.json",
            "application/json",
            icon=":material/data_object:",
            on_click="ignore",
        )


def show_probabilities(reading: Reading) -> None:
    """Show the ten probabilities of the digit that is picked."""
    index = 0
    if len(reading) > 1:
        index = (
            st.pills(
                "Probabilities of digit",
                range(len(reading)),
                default=0,
                format_func=lambda index: str(reading.labels[index]),
                required=True,
            )
            or 0
        )
    table = pd.DataFrame({"digit": DIGIT_NAMES, "probability": reading.probabilities[index]})
    chart = (
        alt.Chart(table, height=180)
        .mark_bar()
        .encode(
            x=alt.X("digit:N", title="Digit", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("probability:Q", title="Probability", scale=alt.Scale(domain=(0, 1)), axis=alt.Axis(format="%")),
            tooltip=[
                alt.Tooltip("digit", title="Digit"),
                alt.Tooltip("probability", title="Probability", format=".2%"),
            ],
        )
    )
    st.altair_chart(chart)


main()
