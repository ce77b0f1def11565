"""Whose hand it is: said on one page, known on all."""

from __future__ import annotations

import streamlit as st

from digitnet import DigitnetError
from digitnet.collection.samples import MAX_WRITER_LENGTH
from pages.shared import user_collection


def get_writer() -> str:
    """Return the name that was given on whichever page, "" for none."""
    return str(st.session_state.get("writer") or st.session_state.get("chosen_writer") or "")


def choose_writer(label: str = "Writer (optional)") -> None:
    """Show the choice of whose hand it is; it holds on all pages."""
    state = st.session_state
    if "writer" not in state and state.get("chosen_writer"):  # None put there would show a cross to clear nothing
        state.writer = state.chosen_writer
    names = sorted({*list_writers(), *filter(None, [state.get("writer")])}, key=str.casefold)
    chosen = st.selectbox(
        label,
        names,
        index=None,
        key="writer",
        accept_new_options=True,
        placeholder="Type a name",
        help="Whose hand it is: a household or a class can share one app. It is kept with each saved digit.",
    )
    state.chosen_writer = (chosen or "")[:MAX_WRITER_LENGTH]


def list_writers() -> list[str]:
    """Return the names in the collection; none where it cannot be asked."""
    try:
        return [name for name in user_collection.open_collection().list_writers() if name]
    except DigitnetError:
        return []
