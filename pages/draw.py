"""Draw: read the number on a canvas after each stroke."""

from __future__ import annotations

import streamlit as st

from digitnet import DigitnetError, Reading
from digitnet.preprocessing.images import load, to_png
from digitnet.reading.annotation import annotate
from digitnet.reading.export import reading_to_dict, to_json_line
from digitnet.reading.pipeline import read_drawing
from digitnet.types import RGB
from pages.corrections import history, panel
from pages.corrections.picture import CorrectablePicture, make_correctable
from pages.drawing import preload
from pages.drawing.canvas import SCREEN_WIDTHS, WIDTH, Strokes, show_canvas
from pages.shared import feedback, formatting, last_reading, layout, model_choice, reading_view, writer_choice
from pages.shared.canvas_strokes import to_strokes
from pages.shared.last_reading import Picture

_STYLE = (
    f".st-key-paper {{ zoom: {(SCREEN_WIDTHS[0] - 34) / WIDTH:.3f}; }}"
    + "".join(
        f"@media (min-width: {width}px) {{ .st-key-paper {{ zoom: {min(1.0, (width - 34) / WIDTH):.3f}; }} }}"
        for width in SCREEN_WIDTHS
    )
    + reading_view.STYLE
    + panel.STYLE
    + """
.st-key-paper { overflow: hidden; }  /* Hides the tools of the canvas component, which bypass the page's own. */
.st-key-paper canvas { touch-action: none; }
.st-key-paper-sender { display: none; }
"""
)
_NUMBER_SIZE = "clamp(2.75rem, 10vw, 4.5rem)"


def main() -> None:
    """Show the page."""
    layout.start_page("draw.py", _STYLE)
    show_drawing()


@st.fragment
def show_drawing() -> None:
    """Show the paper and the reading beside it, the part of the page that a stroke runs again."""
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=WIDTH):
            drawing, strokes = show_canvas()
        with st.container(width=420):
            with st.container(horizontal=True):
                model = model_choice.choose_model()
                writer = st.container()
            try:
                show_reading(drawing, strokes, model)
            except DigitnetError as error:
                st.error(str(error), icon=":material/error:")
            preload.start_preloading()
            with writer:  # The choice of the writer comes last, because it reads the database.
                writer_choice.choose_writer()


def show_reading(drawing: bytes | None, strokes: Strokes, model: str) -> None:
    """Show the drawn number, its digits to correct, and the probabilities of one digit.

    Args:
        drawing: PNG file of the canvas, or None if nothing is drawn.
        strokes: strokes on the canvas.
        model: name of the model to read with.
    """
    if drawing is None:
        st.info("Draw a number on the paper with the mouse, a pen or a finger.", icon=":material/draw:")
        return
    image = load(drawing)
    classifier = model_choice.load_classifier(model)
    staged = read_drawing(image, classifier, to_strokes(strokes))
    view = hash(drawing)
    components = make_correctable(staged, classifier, history.get_boxes("drawing", view))
    picture = CorrectablePicture("drawing", components, view, lambda: image, lambda: staged, model, "canvas")
    corrected = panel.apply_input(picture)
    reading = corrected.reading
    if len(reading):
        reading_view.show_text(reading, "number", _NUMBER_SIZE)
        st.caption(describe_confidence(reading))
    else:
        st.info("No digit found. Draw 0 to 9, larger or with a wider pen.", icon=":material/search_off:")
    if refused := len(reading.refused):
        verb = "is not a digit and was" if refused == 1 else "are not digits and were"
        st.caption(f"{formatting.format_count(refused, 'shape')} {verb} left out.")
    panel.show(picture, corrected, drawing)
    last_reading.show_inside_button(Picture.from_drawing(drawing, strokes), "drawing")
    if len(components.reading):
        index = reading_view.choose_digit(
            "Probabilities of digit", components.reading, f"drawn-{components.reading.text}"
        )
        reading_view.show_probabilities(components.reading, index, classifier.refuses)
    if len(reading):
        show_downloads(image, reading)


def describe_confidence(reading: Reading) -> str:
    """Return the confidence in each number: "54.5% sure of 2047"."""
    shares = [formatting.format_percent(float(share)) for share in reading.number_confidence]
    return ", ".join(f"{share} sure of {number}" for number, share in zip(reading.numbers, shares, strict=True))


def show_downloads(image: RGB, reading: Reading) -> None:
    """Offer the drawing with boxes, and its reading, as files."""
    name = f"digitnet-{'-'.join(reading.numbers)[:40]}"
    with st.container(horizontal=True):
        feedback.show_download(
            "Download picture with boxes (PNG)",
            lambda: to_png(annotate(image, reading)),
            f"{name}.png",
            "image/png",
            "image",
        )
        text = to_json_line(reading_to_dict("drawing.png", reading))
        feedback.show_download("Download digits (JSON)", text, f"{name}.json", "application/json", "data_object")


main()
