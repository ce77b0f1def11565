"""Show doubtful fields of the forms that were read, to check them on the page itself."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from digitnet.batches.memory import MemoryStore
from digitnet.batches.records import Number
from digitnet.batches.results import SheetResult
from digitnet.batches.store import BatchStore
from digitnet.errors import CollectionError
from pages.shared import user_batches
from pages.shared.formatting import escape_markdown, format_count
from pages.shared.number_place import describe_place

_SHOWN_DOUBTS = 10  # Fields to check that are shown at a time.


def show_doubts(results: Sequence[SheetResult], store: BatchStore | MemoryStore, batch: str) -> None:
    """Show the doubtful fields of a batch, each with its picture and its text to change; Enter confirms it."""
    if not (doubts := _list_doubts(results)):
        return
    st.subheader(f"Check {format_count(len(doubts), 'field')}")
    if not isinstance(store, MemoryStore):
        user_batches.link_review(batch)
    for number in doubts[:_SHOWN_DOUBTS]:
        key = f"{number.sheet}-{number.key}"
        with (
            st.form(f"check-{key}", border=False, enter_to_submit=True),
            st.container(horizontal=True, vertical_alignment="bottom"),
        ):
            if number.crop:
                st.image(number.crop, width=220)
            typed = st.text_input(escape_markdown(describe_place(number)), number.text, key=f"typed-{key}")
            if st.form_submit_button("Right", icon=":material/check:"):
                _decide(number, typed, store)
    if len(doubts) > _SHOWN_DOUBTS:
        st.caption(f"{format_count(len(doubts) - _SHOWN_DOUBTS, 'more field')} after these.")


def _list_doubts(results: Sequence[SheetResult]) -> list[Number]:
    """Return the doubtful numbers of which nobody has decided, each once."""
    numbers = {(number.sheet, number.key): number for result in results for number in result.numbers if number}
    return [number for number in numbers.values() if number.doubtful and not number.decision]


def _decide(number: Number, typed: str, store: BatchStore | MemoryStore) -> None:
    """Store what was typed, and run the page again; say so if it cannot be stored."""
    try:
        store.numbers.decide(number.sheet, number.key, typed.strip())
    except CollectionError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    st.rerun()
