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
from digitnet.reading import read_drawing
from pages import parts

WIDTH, HEIGHT = 640, 400
NOTHING = "\u200b"  # a space without width
Strokes = list[dict[str, Any]]
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
.st-key-paper { overflow: hidden; }  /* and with it the canvas's own tools, which know nothing of ours */
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
    state = st.session_state
    if "strokes" not in state:
        state.strokes, state.undone, state.given, state.picture, state.pen_kept = [], [], None, None, 16
    elif "pen" not in state:  # back from another page: the canvas is new and empty
        put(state.strokes, state.undone)
    with st.container(key="paper"):
        canvas = st_canvas(
            stroke_width=state.get("pen", state.pen_kept),
            stroke_color="#000000",
            background_color="#ffffff",
            initial_drawing=state.given,
            width=WIDTH,
            height=HEIGHT,
            return_image_data=True,
            key="canvas",
        )
    take_in((canvas.json_data or {}).get("objects", []))
    with st.container(horizontal=True):
        st.button("Undo", icon=":material/undo:", on_click=undo, disabled=not state.strokes)
        st.button("Redo", icon=":material/redo:", on_click=redo, disabled=not state.undone)
        st.button("Clear", icon=":material/delete:", on_click=clear, disabled=not state.strokes)
    state.pen_kept = st.slider("Pen width", 4, 40, state.pen_kept, key="pen", format="%d px")
    state.picture = canvas.image_bytes or state.picture  # a new canvas sends none before it is drawn on
    return state.picture if state.strokes else None


def take_in(seen: Strokes) -> None:
    """Note the strokes that the canvas reports, unless it has yet to show what it was given last.

    A canvas that was given strokes reports the ones before once more, or those of an earlier press of
    Undo, until it has drawn them.
    """
    state = st.session_state
    if seen in state.get("outdated", []):
        return
    state.outdated = []
    if len(seen) > len(state.strokes):
        state.undone = []
    state.strokes = seen


def undo() -> None:
    """Take the last stroke back."""
    state = st.session_state
    if state.strokes:
        put(state.strokes[:-1], [*state.undone, state.strokes[-1:]])


def redo() -> None:
    """Draw again what was taken back last."""
    state = st.session_state
    if state.undone:
        put([*state.strokes, *state.undone[-1]], state.undone[:-1])


def clear() -> None:
    """Take all strokes back, as one step."""
    put([], [st.session_state.strokes])


def put(strokes: Strokes, undone: list[Strokes]) -> None:
    """Have the canvas show `strokes`, and remember what redo brings back.

    The canvas redraws only what differs from what it was given last, hence the count.
    """
    state = st.session_state
    count = (state.given or {}).get("count", 0) + 1
    state.outdated = [*state.get("outdated", []), state.strokes]
    state.given = {"objects": strokes, "count": count}
    state.strokes, state.undone = strokes, undone


def show(drawing: bytes | None, model: str) -> None:
    """Show the number that is drawn and how sure the network is of each digit."""
    if drawing is None:
        st.info("Draw a number on the paper with the mouse, a pen or a finger.", icon=":material/draw:")
        return
    image = load(drawing)
    reading = read_drawing(image, parts.classifier(model))
    if not len(reading):
        st.info("No digit found yet; draw larger, or use a wider pen.", icon=":material/search_off:")
        return
    with st.container(key="number"):
        st.code(reading.text, language=None, wrap_lines=True)
    parts.show_crops(reading)
    show_probabilities(reading)
    name = f"digitnet-{'-'.join(reading.rows)[:40]}"
    with st.container(horizontal=True):
        boxes = to_png(annotate(image, reading))
        parts.download("Picture with boxes", boxes, f"{name}.png", "image/png", "image")
        text = to_json_line(reading_to_dict("drawing.png", reading))
        parts.download("JSON", text, f"{name}.json", "application/json", "data_object")


def show_probabilities(reading: Reading) -> None:
    """Show the ten probabilities of the digit that is picked."""
    index = 0
    if len(reading) > 1:
        index = (
            st.pills(
                "Probabilities of digit",
                range(len(reading)),
                default=0,
                format_func=lambda index: f"{reading.labels[index]}" + NOTHING * index,  # equal digits, other labels
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
