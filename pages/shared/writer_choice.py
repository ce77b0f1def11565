"""Choose whose handwriting is read, for all pages of a tab."""

from __future__ import annotations

import streamlit as st

from digitnet import DigitnetError
from digitnet.collection.samples import MAX_WRITER_LENGTH
from pages.shared import user_collection


def get_writer() -> str:
    """Return the name of the chosen writer, or "" if there is none."""
    return str(st.session_state.get("writer") or st.session_state.get("chosen_writer") or "")


def choose_writer(label: str = "Writer (optional)") -> None:
    """Show the choice of the writer, which holds on all pages."""
    state = st.session_state
    if "writer" not in state and state.get("chosen_writer"):  # None would show a cross that clears nothing.
        state.writer = state.chosen_writer
    names = sorted({*list_writers(), *filter(None, [state.get("writer")])}, key=str.casefold)
    chosen = st.selectbox(
        label,
        names,
        index=None,
        key="writer",
        accept_new_options=True,
        placeholder="Type a name",
        help="Name of the person who wrote the digits. It is saved with each corrected digit, so that a household or a "
        "class can share one app.",
    )
    state.chosen_writer = (chosen or "")[:MAX_WRITER_LENGTH]


def list_writers() -> list[str]:
    """List the writers in the collection, or none if it cannot be read."""
    try:
        return [name for name in user_collection.open_collection().list_writers() if name]
    except DigitnetError:
        return []
