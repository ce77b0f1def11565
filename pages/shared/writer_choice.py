"""Choose whose handwriting is read, for all pages of a tab."""

from __future__ import annotations

import streamlit as st

from digitnet import DigitnetError
from digitnet.collection.samples import MAX_WRITER_LENGTH
from pages.shared import remembered, user_collection

_WRITER = "writer"  # Name of the choice.


def get_writer() -> str:
    """Return the name of the chosen writer, or "" if there is none."""
    return str(remembered.get(_WRITER) or "")[:MAX_WRITER_LENGTH]


def put_writer(name: str) -> None:
    """Choose a writer."""
    remembered.put(_WRITER, name)


def choose_writer(label: str = "Writer (optional)") -> None:
    """Show the choice of the writer, which holds on all pages."""
    writer = get_writer()
    if writer:
        remembered.put(_WRITER, writer)  # It is shown as it is saved, not longer.
    remembered.show(
        st.selectbox,
        label,
        sorted({*list_writers(), *filter(None, [writer])}, key=str.casefold),
        name=_WRITER,
        accept_new_options=True,
        placeholder="Type a name",
        help="Name of the person who wrote the digits. It is saved with each corrected digit, so that a household or a "
        "class can share one app.",
    )


def list_writers() -> list[str]:
    """List the writers in the collection, or none if it cannot be read."""
    try:
        return [name for name in user_collection.open_collection().list_writers() if name]
    except DigitnetError:
        return []
