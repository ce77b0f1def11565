"""Say what was left out of a photo on which no digits were found, and offer to read it otherwise."""

from __future__ import annotations

import streamlit as st

from digitnet import Reading
from pages.photo import option_controls
from pages.photo.reading_options import EVERYTHING, PhotoOptions
from pages.shared import formatting, reading_view


def show(key: str, options: PhotoOptions, reading: Reading, *, has_buttons: bool) -> None:
    """Show that a photo, or the part of it that is read, holds no digits.

    Args:
        key: key of the photo.
        options: its options.
        reading: its reading.
        has_buttons: whether to offer other ways to read it.
    """
    place = "in this part of the photo" if options.region else "on this photo"
    st.info(f"No digits found {place}.", icon=":material/search_off:")
    st.caption(explain(reading, asks=has_buttons))
    if not has_buttons:
        return
    with st.container(horizontal=True, gap="xsmall", key=f"no-digits-{key}"):
        option_controls.show_turn_buttons(key, options)
        other, icon = options.other_ink, ":material/contrast:"
        st.button(other, icon=icon, key=f"other-ink-{key}", on_click=options.choose, args=("ink", other))
        if reading.sheets:
            label, icon = EVERYTHING, ":material/select_all:"
            st.button(label, icon=icon, key=f"everything-{key}", on_click=options.choose, args=("paper", label))
        if options.region:
            option_controls.show_whole_button(key, options)


def explain(reading: Reading, *, asks: bool) -> str:
    """Say in sentences what was seen on a photo without digits, and why it was left out.

    Args:
        reading: the reading.
        asks: whether to ask for digits among it, which can be clicked.
    """
    sentences = []
    if count := len(reading.refused):
        where = "the gray box" if count == 1 else "the gray boxes"
        sentences.append(f"{reading_view.describe_refused(count)}: {where}.")
        if asks:
            sentences.append(f"Is {'it' if count == 1 else 'one'} a digit? Click it, and say which.")
    if count := len(reading.lines):
        sentences.append(f"{formatting.format_count(count, 'line')} {'was' if count == 1 else 'were'} taken out.")
    return " ".join(sentences) or "Nothing on it looks like writing."
