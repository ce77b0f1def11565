"""Go through the doubtful numbers of a batch, by keys or on a phone."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from digitnet.batches.records import Batch
from digitnet.batches.review import Review
from digitnet.batches.review_lessons import learn
from digitnet.batches.store import BatchStore
from digitnet.errors import DigitnetError
from pages.batch.review_text import describe_item, describe_progress
from pages.components import review_pad
from pages.shared import consent, model_choice, user_batches, user_collection
from pages.shared.formatting import escape_markdown
from pages.shared.writer_choice import get_writer

_PARAMETER = "review"  # Of the address, so that a reload goes on.


@dataclass
class _Tab:
    """The review in this tab.

    Attributes:
        review: its way through the batch.
        left: number of the last wish to leave.
        problem: why digits of the last numbers were not kept to learn from, "" if they were.
    """

    review: Review
    left: int = 0
    problem: str = ""


def choose(batch: str) -> None:
    """Show the review of a batch from the next run on."""
    st.query_params[_PARAMETER] = batch


def get_chosen() -> str:
    """Return the id of the batch that is being reviewed, "" if none is."""
    return st.query_params.get(_PARAMETER, "")


def leave() -> None:
    """Show the batches again from the next run on."""
    st.query_params.pop(_PARAMETER, None)


def show(batch: Batch) -> None:
    """Show the doubtful numbers of a batch one after the other, and store what the user decides."""
    reviews: dict[str, _Tab] = st.session_state.setdefault("reviews", {})
    tab = reviews.setdefault(batch.id, _Tab(Review(batch.id)))
    st.subheader(escape_markdown(batch.name))
    consent.ask("review")
    _show_pad(tab)


@st.fragment
def _show_pad(tab: _Tab) -> None:
    """Store what the user has decided since the last run, and show what is left."""
    key, store = f"review-{tab.review.batch}", user_batches.open_batches()
    for action in review_pad.get_actions(key, tab.review.seen):
        tab.review.handle(store, action)
    left = review_pad.get_left(key)
    if left > tab.left:
        tab.left = left
        _learn(tab, store)
        leave()
        st.rerun()
    view = tab.review.look(store, review_pad.get_held(key))
    items = [describe_item(number) for number in view.numbers]
    progress = describe_progress(view, tab.problem)
    review_pad.show(key, items, progress, tab.review.seen, tab.left, tab.review.refusals)
    if _learn(tab, store):  # Nobody has waited for it.
        st.rerun()


def _learn(tab: _Tab, store: BatchStore) -> bool:
    """Keep the digits of what was decided, and take back those of what was undone; return whether there were any."""
    if not (tab.review.untaught or tab.review.superseded):
        return False
    try:
        learn(tab.review, store, user_collection.open_collection(), model_choice.get_model(), get_writer())
        tab.problem = ""
        user_collection.confirm_saved("")
    except DigitnetError as error:
        tab.problem = str(error)
    return True
