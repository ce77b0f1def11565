"""Correct a reading as a number, digit by digit or all at once, and save each correction."""

from __future__ import annotations

import numpy as np
import streamlit as st

from digitnet import Reading
from digitnet.labels import NOT_A_DIGIT
from pages.components import digit_strip, number_field
from pages.corrections.history import CorrectionHistory, get_history
from pages.corrections.picture import CorrectablePicture, CorrectedReading
from pages.corrections.tiles import find_tile, make_tiles
from pages.shared import consent, formatting, reading_view, remembered
from pages.shared.writer_choice import get_writer

STYLE = """
[class*=st-key-fixes-] { gap: 0.6rem; }
[class*=st-key-fixes-] [data-testid=stMarkdownContainer] p { margin-bottom: 0; }
"""
_ICONS = {"Saved": "check_circle", "Undone": "undo", "Changed": "crop_free"}  # By the first word of a message.


def apply_input(picture: CorrectablePicture) -> CorrectedReading:
    """Save the presses and the typed number since the last run, and return the corrected reading."""
    history, key = get_history(picture.key), picture.key
    presses = digit_strip.get_presses(f"strip-{key}", history.last_press)
    typed, writer = number_field.get_typed(f"typed-{key}", history.last_typed), get_writer()
    for press in presses:
        if press.action != digit_strip.LABEL:
            history.change_boxes(picture, press)
            st.rerun()
        history.save_press(picture, press, writer)
    corrected = history.apply(picture)
    if typed:
        history.save_typed(picture, typed, corrected, writer)
        corrected = history.apply(picture)
    return corrected


def show_number(picture: CorrectablePicture, reading: Reading, name: str, size: str) -> None:
    """Show the rows of the corrected reading of a picture, to be typed anew in place, see `reading_view.show_rows`."""
    history = get_history(picture.key)
    with reading_view.show_rows(reading, name, size):
        number_field.show(
            f"typed-{picture.key}",
            reading.text,
            picture.digest,
            history.last_typed,
            size=size,
            problem=history.typing_problem,
        )


def find_chosen(picture: CorrectablePicture) -> int:
    """Return the place of the component that is chosen in the strip; else of the first doubtful one, or 0."""
    components, chosen = picture.components, digit_strip.get_chosen(f"strip-{picture.key}")
    places = components.find_places(chosen.digest) if chosen else []
    if chosen and places:
        return min(places, key=lambda place: abs(place - chosen.place))
    doubtful = np.flatnonzero(components.reading.doubtful)
    return int(doubtful[0]) if len(doubtful) else 0


def show(
    picture: CorrectablePicture,
    corrected: CorrectedReading,
    unmarked: bytes,
    *,
    annotated: bytes = b"",
    alt: str = "",
    small: bool = False,
    chosen: int | None = None,
) -> None:
    """Show the digits of a picture to click on, and the other ways to correct them.

    Args:
        picture: the picture.
        corrected: its corrected reading.
        unmarked: PNG or JPEG file of the picture, to draw boxes on.
        annotated: file of the picture with its boxes, to show above the digits.
        alt: description of the picture.
        small: whether to show the digits as small tiles.
        chosen: place of the component that the page says more about, if it does of any, see `find_chosen`.
    """
    history, editing = get_history(picture.key), bool(remembered.get(f"boxes-{picture.key}"))
    is_current = not history.digests or history.digests <= set(picture.components.digests)
    message = history.message if is_current else ""
    tiles = make_tiles(picture, corrected)
    with st.container(key=f"fixes-{picture.key}"):
        digit_strip.show(
            f"strip-{picture.key}",
            tiles,
            history.last_press,
            picture=unmarked if editing else annotated,
            alt=alt,
            small=small,
            edits=editing,
            chosen=None if chosen is None else find_tile(tiles, chosen, picture.components),
            status=message,
        )
        if editing:
            st.caption("Drag on the picture to add a box. Drag a box or its corners to move it. Click it for more.")
        elif len(picture.components):
            number = "the number and type it; or " if len(corrected.reading) else ""
            kind = "a digit or sign" if len(corrected.reading.signs) else "a digit"
            st.caption(f"Wrong? Click or tap {number}{kind}, then the right one.")
        _show_actions(history, picture, corrected)
        if history.problem and is_current:
            st.error(formatting.escape_markdown(history.problem), icon=":material/error:")
        elif message:
            icon = _ICONS[message.split()[0].rstrip(":")]
            st.markdown(f":material/{icon}: {formatting.escape_markdown(message)}")
        if corrected.problem:
            problem = formatting.escape_markdown(corrected.problem)
            st.warning(f"Corrections cannot be saved: {problem}", icon=":material/warning:")
    if len(picture.components) and not corrected.problem:
        consent.ask(picture.key)


def _show_actions(history: CorrectionHistory, picture: CorrectablePicture, corrected: CorrectedReading) -> None:
    labels = picture.components.to_labels(corrected.labels)
    digits = {place: int(label) for place, label in enumerate(labels) if label != NOT_A_DIGIT}
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "All correct",
            icon=":material/done_all:",
            key=f"right-{picture.key}",
            on_click=history.save_all,
            args=(picture, digits, corrected.reading, get_writer()),
            disabled=not digits or (digits.keys() <= corrected.labels.keys() and all(corrected.reading.signs.known)),
            help="Saves all these digits and signs as they are, for training.",
        )
        st.button(
            "Undo correction",
            icon=":material/settings_backup_restore:",
            key=f"back-{picture.key}",
            on_click=history.undo,
            disabled=not history.corrections,
        )
        hint = "Draw, move, split, join and remove boxes."
        remembered.show(st.toggle, "Change boxes", name=f"boxes-{picture.key}", default=False, help=hint)
