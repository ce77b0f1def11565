"""Show doubtful fields of the forms that were read, to check them on the page itself."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import partial

import streamlit as st

from digitnet.batches.memory import MemoryStore
from digitnet.batches.records import LEFT_OUT, TEXT, Number
from digitnet.batches.results import SheetResult
from digitnet.batches.review import Review
from digitnet.batches.review_actions import ACCEPT, LEAVE_OUT, NumberId, ReviewAction
from digitnet.batches.store import BatchStore
from digitnet.errors import CollectionError
from digitnet.labels import is_number
from pages.shared import feedback, user_batches
from pages.shared.formatting import escape_markdown, format_count
from pages.shared.number_place import describe_place
from pages.sheets import lessons

_SHOWN_DOUBTS = 10  # Fields to check that are shown at a time.
_PLACE = "doubts"


def show_doubts(results: Sequence[SheetResult], store: BatchStore | MemoryStore, batch: str) -> None:
    """Show the doubtful fields of a batch, each with its picture and its text to change; Enter confirms it."""
    feedback.show_problem(_PLACE)
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
                feedback.run_action("", partial(_decide, number, typed, store, batch), place=_PLACE)
                st.rerun()
    if len(doubts) > _SHOWN_DOUBTS:
        st.caption(f"{format_count(len(doubts) - _SHOWN_DOUBTS, 'more field')} after these.")


def _list_doubts(results: Sequence[SheetResult]) -> list[Number]:
    """Return the doubtful numbers of which nobody has decided, each once."""
    numbers = {(number.sheet, number.key): number for result in results for number in result.numbers if number}
    return [number for number in numbers.values() if number.doubtful and not number.decision]


def _decide(number: Number, typed: str, store: BatchStore | MemoryStore, batch: str) -> None:
    """Store what was typed and learn from it; nothing is typed for a field that is empty.

    Raises:
        DigitnetError: it is no number, or cannot be stored.
    """
    text = "".join(typed.split())
    if text and not is_number(text):
        raise CollectionError(f"Type digits, and signs beside them, or nothing for an empty field; not {typed!r}.")
    if isinstance(store, MemoryStore):
        store.numbers.decide(number.sheet, number.key, text, TEXT if text else LEFT_OUT)
        return
    review = Review(batch)
    kind = ACCEPT if text else LEAVE_OUT
    review.handle(store, ReviewAction(1, NumberId.of(number), kind, text, token=uuid.uuid4().hex))
    if review.refusals:
        raise CollectionError(review.refusals[0].sentence)
    problem = lessons.keep_lessons(review, store)
    if problem:
        raise CollectionError(f"It is saved, but not kept to learn from: {problem}")
    if review.note:
        raise CollectionError(review.note)
