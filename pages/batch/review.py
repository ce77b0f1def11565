"""Go through the doubtful numbers of a batch, by keys or on a phone."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from digitnet.batches.records import Batch
from digitnet.batches.review import Review
from digitnet.batches.store import BatchStore
from pages.batch.review_text import describe_item, describe_progress
from pages.components import review_pad
from pages.shared import consent, user_batches
from pages.shared.formatting import escape_markdown, format_count
from pages.sheets import lessons

_SAMPLE = "sure"  # Parameter of the address beside `user_batches.REVIEW`, so that a reload goes on: how many.
_STYLE = ".st-key-review-name h1 { font-size: 1.25rem; padding: 0; }"
_STEP = 20  # Sure numbers that are checked at a time.


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


def choose(batch: str, sample: int = 0) -> None:
    """Show the review of the doubtful numbers of a batch, or of so many sure ones, from the next run on."""
    st.query_params[user_batches.REVIEW] = batch
    if sample:
        st.query_params[_SAMPLE] = str(sample)
    else:
        st.query_params.pop(_SAMPLE, None)


def get_chosen() -> str:
    """Return the id of the batch that is being reviewed, "" if none is."""
    return st.query_params.get(user_batches.REVIEW, "")


def leave() -> None:
    """Show no review from the next run on."""
    for name in (_SAMPLE, user_batches.REVIEW):
        st.query_params.pop(name, None)


def show(batch: Batch) -> None:
    """Show the doubtful numbers of a batch one after the other, and store what the user decides."""
    st.html(f"<style>{_STYLE}</style>")
    with st.container(key="review-name"):
        st.title(escape_markdown(batch.name), anchor=False)
    consent.ask("review")
    _show_numbers(batch.id)


def _show_numbers(batch: str) -> None:
    """Store what the user has decided since the last run, and show what is left.

    It is no fragment, which a server that was restarted would not know: it could not be sent decisions any more.
    """
    tab, store = _get_tab(batch), user_batches.open_batches()
    review, key = tab.review, f"pad-{batch}{'-sure' if tab.review.sample else ''}"
    for action in review_pad.get_actions(key, review.seen):
        review.handle(store, action)
    left = review_pad.get_left(key)
    if left > tab.left:
        _learn(tab, store)
        leave()
        tab.left = left  # Last, since the run may be stopped before.
        st.rerun()
    if review.sample:
        st.caption("Numbers that are not doubtful, drawn by chance.")
    view = review.look(store, review_pad.get_held(key))
    items = [describe_item(number) for number in view.numbers]
    progress = describe_progress(view, review.note, tab.problem, is_sample=bool(review.sample))
    review_pad.show(key, items, progress, review.seen, tab.left, review.refusals)
    if not view.open:
        offer_sample(store, batch, view.total if review.sample else 0)
    if _learn(tab, store):  # Nobody has waited for it.
        st.rerun()


def _get_tab(batch: str) -> _Tab:
    """Return the review of the doubtful numbers of a batch in this tab, or of the sure ones that are to be checked."""
    wanted = st.query_params.get(_SAMPLE, "")
    sample = int(wanted) if wanted.isascii() and wanted.isdigit() else 0
    reviews: dict[tuple[str, bool], _Tab] = st.session_state.setdefault("reviews", {})
    tab = reviews.setdefault((batch, sample > 0), _Tab(Review(batch)))
    tab.review.sample = sample
    return tab


def offer_sample(store: BatchStore, batch: str, checked: int = 0) -> None:
    """Offer to check sure numbers, too, besides so many that were checked."""
    total = min(checked + _STEP, len(store.numbers.find_texts(batch, doubtful=False, has_crop=True)))
    if total > checked:
        label = f"Check {'' if checked else 'also '}{format_count(total - checked, 'sure number')}"
        st.button(label, icon=":material/casino:", key="check-sure", on_click=choose, args=(batch, total))


def _learn(tab: _Tab, store: BatchStore) -> bool:
    """Keep the digits of what was decided, and take back those of what was undone; return whether there were any."""
    if not (tab.review.untaught or tab.review.superseded):
        return False
    tab.problem = lessons.keep_lessons(tab.review, store)
    return True
