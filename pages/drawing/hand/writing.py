"""The first step: write the digits that are missing, several on each sheet, and save them."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet import DigitnetError
from digitnet.access.accounts import find_own_account
from digitnet.access.spending import get_spending
from digitnet.collection.corrections import CorrectableReading
from digitnet.collection.prompts import choose_prompt, count_missing
from digitnet.events import noting_reading
from digitnet.labels import CLASSES, NOT_A_DIGIT
from digitnet.preprocessing.images import to_png
from digitnet.reading.pipeline import read_drawing
from digitnet.reading.prompted_digits import read_prompted_digits
from pages.components import digit_strip
from pages.components.announcer import announce
from pages.components.digit_strip import StripTile
from pages.drawing import desk, kept_drawing
from pages.drawing.canvas import Strokes, show_canvas
from pages.drawing.hand.columns import show_columns
from pages.drawing.hand.progress import show_counts
from pages.drawing.hand.state import LEARN, PAPER, Hand
from pages.shared import consent, formatting, kept_work, model_choice, user_collection
from pages.shared.canvas_strokes import load_drawing, to_strokes

STRIP = "strip-hand"
_KEPT_FILE = "hand.json"
_MIN_ODD_CONFIDENCE = 0.9  # A digit that the network takes for another one with less is not worth a question.


@st.fragment
def show_writing(hand: Hand, writer: str, times: int) -> None:
    """Show the counts, the paper and what was found on it, the part of the page that a stroke runs again.

    Args:
        hand: the state of the page.
        writer: name of the writer, or "".
        times: number of digits of each label that are wanted.
    """
    try:
        counts = user_collection.open_collection().count_by_label(writers=[writer], accounts=[find_own_account()])
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")
        return
    if (not hand.prompt or hand.asked != (writer, times)) and not hand.canvas.strokes:
        hand.asked, hand.prompt = (writer, times), choose_prompt(counts, times)
    if hand.has_just_saved:
        hand.has_just_saved = False
        hand.go("" if hand.prompt else LEARN)
    keep(hand)
    if hand.step:
        st.rerun()
    describe_counts(counts, times)
    show_counts(counts, times, hand.prompt)
    if not hand.prompt:
        show_all_written(hand)
        return
    places = desk.make_places()
    with places.sheet:
        drawing, strokes = show_canvas(PAPER, lambda _: show_columns(hand.prompt))
    keep(hand)
    try:
        show_sheet(hand, writer, drawing, strokes, places)
    except DigitnetError as error:
        places.details.error(formatting.escape_markdown(str(error)), icon=":material/error:")


def restore(hand: Hand) -> bool:
    """Take over the sheet from before a reload; return whether there was one."""
    files = kept_drawing.restore(PAPER, kept_work.HAND)
    if _KEPT_FILE in files:
        hand.restore(files[_KEPT_FILE])
    return _KEPT_FILE in files


def keep(hand: Hand) -> None:
    """Keep the sheet for after a reload."""
    kept_drawing.keep(PAPER, kept_work.HAND, [(_KEPT_FILE, hand.to_json())])


def describe_counts(counts: NDArray[np.int64], times: int) -> None:
    """Say how many digits are written, and how many are missing."""
    missing = int(count_missing(counts, times).sum())
    total = CLASSES * times
    end = f"{missing} to go." if missing else "All are there."
    st.markdown(f"**{total - missing} of {total}** digits are written. {end}")


def show_all_written(hand: Hand) -> None:
    """Show what to do once no digit is missing."""
    with st.container(horizontal=True):
        st.button("Next: learn", icon=":material/arrow_forward:", type="primary", on_click=hand.go, args=(LEARN,))
        show_take_back(hand)
    show_outcome(hand)
    st.caption("To write more, choose a larger number above.")


def show_sheet(hand: Hand, writer: str, drawing: bytes | None, strokes: Strokes, places: desk.Places) -> None:
    """Show what to write, the digits that were found, and the buttons that save them or take the last ones back.

    Raises:
        DigitnetError: the drawing or the model cannot be read.
    """
    digits = " ".join(map(str, hand.prompt))
    if drawing is None:
        with places.number:
            show_prompt(digits, "One in each column, as you usually write.")
            announce(f"Write {digits}")
        with places.details:
            if hand.saved:
                show_take_back(hand)
            show_outcome(hand)
        return
    get_spending().count_drawing()
    image, model = load_drawing(drawing), model_choice.get_model()
    classifier = model_choice.load_classifier(model)
    lines = to_strokes(strokes)
    with noting_reading("drawing", model) as note:
        staged = read_drawing(image, classifier, lines)
        note(staged.size, len(staged))
    found = read_prompted_digits(staged, lines, hand.prompt, classifier)
    components = CorrectableReading.from_reading(found, classifier)
    for press in digit_strip.get_presses(STRIP, hand.last_press):
        hand.change(press)
    is_whole = len(found) == len(hand.prompt)
    labels = dict(enumerate(map(hand.changed.get, components.digests, hand.prompt))) if is_whole else {}
    odd = find_odd(hand, components, labels)
    hint = describe_odd(components, labels, odd[0]) if odd else describe_found(len(found), len(hand.prompt))
    with places.number:
        show_prompt(digits, hint)
        announce(hint)
    if not is_whole:
        return
    kept = {place: label for place, label in labels.items() if label != NOT_A_DIGIT}
    samples = components.to_samples(kept, image, model, "canvas", writer=writer)
    with places.details:
        tiles = make_tiles(components, labels, odd)
        digit_strip.show(STRIP, tiles, hand.last_press, small=True, splits=False, to_signs=False, none="Leave it out")
        consent.ask("hand")
        st.button(
            f"Save {formatting.format_count(len(samples), 'digit')}",
            icon=":material/check:",
            type="primary",
            key=f"save-sheet-{hand.sheet}",
            disabled=not samples,
            on_click=hand.save,
            args=(hand.sheet, samples, strokes),
        )
        show_problem(hand)
        st.caption("Went one wrong? Pick it and leave it out: it is asked for again.")


def show_prompt(digits: str, hint: str) -> None:
    """Show the digits to write, and a hint below them."""
    st.html(f'<p class="prompt">Write <b>{digits}</b></p>')
    st.caption(hint)


def describe_found(found: int, asked: int) -> str:
    """Say how many of the digits that were asked for are there, and what to do."""
    if found == asked:
        return f"All {asked} are there. Check their labels, then save them."
    if found < asked:
        return f"{found} of {asked} found. Write the others, with space between them."
    return f"{found} shapes found, but {asked} asked for. Undo one, or clear the paper."


def find_odd(hand: Hand, components: CorrectableReading, labels: dict[int, int]) -> list[int]:
    """Return the places of the digits that look like another one, unless the writer gave them their label."""
    predictions, confidence = components.predictions, components.confidence
    return [
        place
        for place, label in labels.items()
        if components.digests[place] not in hand.changed
        and predictions[place] != label
        and confidence[place] >= _MIN_ODD_CONFIDENCE
    ]


def describe_odd(components: CorrectableReading, labels: dict[int, int], place: int) -> str:
    """Ask whether the digit at a place is what was asked for."""
    read = int(components.predictions[place])
    return f"Is your {labels[place]} right? It looks like {'an' if read == 8 else 'a'} {read}."


def make_tiles(components: CorrectableReading, labels: dict[int, int], odd: list[int]) -> list[StripTile]:
    """Make a tile for each digit with the label that will be saved."""
    return [
        StripTile(
            digest=components.digests[place],
            box=digit_strip.NO_BOX,
            png=to_png(components.crops[place]),
            label=label,
            description=f"Digit {place + 1}: {'left out' if label == NOT_A_DIGIT else label}",
            doubtful=place in odd,
            refused=label == NOT_A_DIGIT,
        )
        for place, label in labels.items()
    ]


def show_take_back(hand: Hand) -> None:
    """Show a button that takes the sheet back that was saved last."""
    if hand.saved:
        labels = " ".join(map(str, hand.saved[-1].prompt))
        st.button(f"Take back {labels}", icon=":material/undo:", key=f"back-{hand.sheet}", on_click=hand.take_back)


def show_outcome(hand: Hand) -> None:
    """Show the outcome of the last action."""
    if hand.message:
        st.markdown(f":material/check_circle: {formatting.escape_markdown(hand.message)}")
    show_problem(hand)


def show_problem(hand: Hand) -> None:
    """Show why the last action failed."""
    if hand.problem:
        st.error(formatting.escape_markdown(hand.problem), icon=":material/error:")
