"""Draw: read the number on a canvas after each stroke."""

from __future__ import annotations

import streamlit as st

from digitnet import DigitnetError, Reading
from digitnet.access.permissions import may
from digitnet.access.spending import get_spending
from digitnet.events import noting_reading
from digitnet.preprocessing.images import to_png
from digitnet.reading.annotation import annotate
from digitnet.reading.export import reading_to_dict, to_json_line
from digitnet.reading.pipeline import read_drawing
from digitnet.types import RGB
from pages.components.announcer import announce
from pages.components.tab_key import recognize_tab
from pages.corrections import history, panel
from pages.corrections.picture import CorrectablePicture, CorrectedReading, make_correctable
from pages.corrections.tiles import describe_label, name_component
from pages.drawing import desk, example, kept_drawing, preload
from pages.drawing.canvas import Strokes, show_canvas
from pages.shared import (
    confidence_text,
    decimal_choice,
    doubt_text,
    feedback,
    formatting,
    kept_work,
    last_reading,
    layout,
    model_choice,
    reading_view,
    writer_choice,
)
from pages.shared.canvas_strokes import load_drawing, to_strokes
from pages.shared.last_reading import Picture
from pages.shared.model_choice import ShownModels

_STYLE = reading_view.STYLE + panel.STYLE + example.STYLE + desk.STYLE
_MIN_DIGIT_SIDE = 30  # Pixels of the canvas; smaller ink may be a digit that is too small to tell.


def main() -> None:
    """Show the page."""
    layout.start_page("draw.py", _STYLE)
    show_drawing(model_choice.get_shown_models())
    preload.start_preloading()
    with st.container(horizontal=True, width=640):
        model = model_choice.choose_model()
        writer_choice.choose_writer()
    model_choice.show_limits(model)
    if may("page:hand"):
        st.page_link("pages/hand.py", label="Learn my hand: write each digit a few times", icon=":material/front_hand:")
    st.caption(kept_work.describe_promise("your drawing"))


@st.fragment
def show_drawing(models: ShownModels) -> None:
    """Show the paper and its reading, the part of the page that a stroke runs again.

    Args:
        models: the models as the rest of the page shows them; once others hold, the whole page runs again.
    """
    if models != model_choice.get_shown_models():
        st.rerun()
    recognize_tab()
    kept_drawing.restore()
    places = desk.make_places()
    with places.sheet:
        drawing, strokes = show_canvas()
    kept_drawing.keep()
    try:
        show_reading(drawing, strokes, models.chosen, places)
    except DigitnetError as error:
        places.details.error(str(error), icon=":material/error:")


def show_reading(drawing: bytes | None, strokes: Strokes, model: str, places: desk.Places) -> None:
    """Show the drawn number, its digits to correct, and the probabilities of one digit.

    Args:
        drawing: PNG file of the canvas, or None if nothing is drawn.
        strokes: strokes on the canvas.
        model: name of the model to read with.
        places: places of the page.
    """
    if drawing is None:
        with places.number:
            example.show_invitation(example.choose_example(st.session_state.paper.turn))
            announce("")
        return
    get_spending().count_drawing()
    image = load_drawing(drawing)
    classifier = model_choice.load_classifier(model)
    with noting_reading("drawing", model) as note:
        staged = read_drawing(image, classifier, to_strokes(strokes))
        note(staged.size, len(staged))
    view = hash(drawing)
    components = make_correctable(staged, classifier, history.get_boxes("drawing", view))
    picture = CorrectablePicture("drawing", components, view, lambda: image, lambda: staged, model, "canvas")
    corrected = panel.apply_input(picture)
    reading, chosen = corrected.reading, panel.find_chosen(picture)
    with places.number:
        if len(reading):
            panel.show_number(picture, reading, "number", choose_size(reading))
            if reading.has_doubts:
                reading_view.show_doubtful_symbols(reading)
            else:
                st.caption(confidence_text.describe_all(reading, corrected.changed))
        else:
            st.markdown(f":material/search_off: {advise(reading)}")
        announce(describe(corrected))
    with places.details:
        if len(reading) and (refused := len(reading.refused)):
            verb = "is not a digit and was" if refused == 1 else "are not digits and were"
            st.caption(f"{formatting.format_count(refused, 'shape')} {verb} left out.")
        panel.show(picture, corrected, drawing, chosen=chosen)
        with st.container(horizontal=True):
            last_reading.show_inside_button(Picture.from_drawing(drawing, strokes), "drawing")
            if len(reading):
                show_downloads(image, reading)
    if len(components):
        with places.bars:
            st.markdown(describe_bars(picture, corrected, chosen))
            reading_view.show_probabilities(components.probabilities, chosen)


def describe_bars(picture: CorrectablePicture, corrected: CorrectedReading, place: int) -> str:
    """Return what the bars of the component at `place` show: "**Digit 2** as the network sees it"."""
    name = name_component(place, picture.components)
    label = corrected.labels.get(place)
    yours = "" if label is None else f"; you say it {describe_label(label)}"
    return f"**{name}** as the network sees it{yours}"


def choose_size(reading: Reading) -> str:
    """Return the font size in CSS at which all rows of a reading fit their box."""
    rows = reading.text.split("\n")
    width = f"(100cqw - 4.5rem) / {0.7 * max(map(len, rows)):.1f}"
    return f"max(0.6rem, min(4.5rem, {width}, var(--number-height) / {1.25 * len(rows):.2f}))"


def describe(corrected: CorrectedReading) -> str:
    """Return what a screen reader says of a reading: its text, and which digits to check or who corrected it."""
    reading = corrected.reading
    if not len(reading):
        return advise(reading)
    doubts = [doubt_text.ask(reading, symbol) for symbol in doubt_text.list_doubts(reading)]
    if doubts:
        return f"{reading.text}; check {', '.join(doubts)}"
    return f"{reading.text}, corrected by you" if corrected.changed.any() else reading.text


def advise(reading: Reading) -> str:
    """Return what to do if no digit was found."""
    sides = reading.refused[:, 2:] - reading.refused[:, :2]
    if not len(sides) or sides.max() < _MIN_DIGIT_SIDE:
        return "No digit found. Draw 0 to 9, larger or with a wider pen."
    return "This does not look like a digit. Draw 0 to 9; or pick it below, and say what it is."


def show_downloads(image: RGB, reading: Reading) -> None:
    """Offer the drawing with boxes, and its reading, as files."""
    name = f"digitnet-{'-'.join(reading.numbers)[:40]}"
    feedback.show_download(
        "Download picture with boxes (PNG)",
        lambda: to_png(annotate(image, reading)),
        f"{name}.png",
        "image/png",
        "image",
    )
    text = to_json_line(reading_to_dict("drawing.png", reading, decimal_choice.get_decimal()))
    feedback.show_download("Download digits (JSON)", text, f"{name}.json", "application/json", "data_object")


main()
