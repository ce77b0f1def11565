"""Draw: a canvas, and the number on it as each stroke ends."""

from __future__ import annotations

import streamlit as st

from digitnet import DigitnetError, Reading
from digitnet.preprocessing.images import load, to_png
from digitnet.reading.annotation import annotate
from digitnet.reading.export import reading_to_dict, to_json_line
from digitnet.reading.pipeline import read_drawing
from digitnet.types import RGB
from pages.corrections import history, panel
from pages.corrections.subject import Subject, pieces_of
from pages.drawing import preload
from pages.drawing.canvas import SCREENS, WIDTH, Strokes, show_canvas
from pages.shared import feedback, formatting, last_reading, layout, model_choice, reading_view, writer_choice
from pages.shared.canvas_strokes import to_strokes
from pages.shared.last_reading import Picture

STYLE = (
    f".st-key-paper {{ zoom: {(SCREENS[0] - 34) / WIDTH:.3f}; }}"
    + "".join(
        f"@media (min-width: {width}px) {{ .st-key-paper {{ zoom: {min(1.0, (width - 34) / WIDTH):.3f}; }} }}"
        for width in SCREENS
    )
    + reading_view.STYLE
    + panel.STYLE
    + """
.st-key-paper { overflow: hidden; }  /* and with it the canvas's own tools, which know nothing of ours */
.st-key-paper canvas { touch-action: none; }
"""
)
SIZE = "clamp(2.75rem, 10vw, 4.5rem)"  # of the number


def main() -> None:
    """Show the page."""
    layout.start_page("draw.py", STYLE)
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=WIDTH):
            drawing, strokes = show_canvas()
        with st.container(width=420):
            with st.container(horizontal=True):
                model = model_choice.choose_model()
                writer = st.container()
            try:
                show(drawing, strokes, model)
            except DigitnetError as error:
                st.error(str(error), icon=":material/error:")
            preload.start_preloading()
            with writer:  # last, for it asks the database
                writer_choice.choose_writer()


def show(drawing: bytes | None, strokes: Strokes, model: str) -> None:
    """Show the number that is drawn and how sure the network is of each digit."""
    if drawing is None:
        st.info("Draw a number on the paper with the mouse, a pen or a finger.", icon=":material/draw:")
        return
    image = load(drawing)
    classifier = model_choice.load_classifier(model)
    whole = read_drawing(image, classifier, to_strokes(strokes))
    view = hash(drawing)
    found = pieces_of(whole, classifier, history.boxes_of("drawing", view))
    subject = Subject("drawing", found, view, lambda: image, lambda: whole, model, "canvas")
    state = panel.take_in(subject)
    reading = state.reading
    if len(reading):
        reading_view.show_text(reading, "number", SIZE)
        st.caption(sureness(reading))
    else:
        st.info("No digit found yet; draw larger, or use a wider pen.", icon=":material/search_off:")
    if refused := len(reading.refused):
        said = "piece is no digit and was" if refused == 1 else "pieces are no digits and were"
        st.caption(f"{refused} {said} left out.")
    panel.show(subject, state, drawing)
    last_reading.show_inside_button(Picture.drawing(drawing, strokes), "drawing")
    if len(found.reading):
        index = reading_view.choose_digit("Probabilities of digit", found.reading)
        reading_view.show_probabilities(found.reading, index, classifier.refuses)
    if len(reading):
        show_downloads(image, reading)


def sureness(reading: Reading) -> str:
    """Return how sure it is that every number is right as a whole."""
    shares = [formatting.format_percent(float(share)) for share in reading.number_confidence]
    if len(shares) == 1:
        return f"{shares[0]} sure of the whole number"
    return ", ".join(f"{number}: {share} sure" for number, share in zip(reading.numbers, shares, strict=True))


def show_downloads(image: RGB, reading: Reading) -> None:
    """Offer the drawing with boxes, and its reading."""
    name = f"digitnet-{'-'.join(reading.numbers)[:40]}"
    with st.container(horizontal=True):
        boxes = to_png(annotate(image, reading))
        feedback.show_download("Picture with boxes", boxes, f"{name}.png", "image/png", "image")
        text = to_json_line(reading_to_dict("drawing.png", reading))
        feedback.show_download("JSON", text, f"{name}.json", "application/json", "data_object")


main()
