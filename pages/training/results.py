"""Show the training that was finished last."""

from __future__ import annotations

import streamlit as st

from digitnet.experiments import notices
from digitnet.experiments.run import read_rows
from digitnet.models import store
from digitnet.models.card import read_card
from pages.shared import before_after, curve_findings, formatting, training_curves, training_history
from pages.shared.card_text import describe_loss, describe_published
from pages.shared.formatting import format_duration
from pages.training import side_by_side, snapshots


def show_last_finished() -> None:
    """Show the model that was finished last; folded while another is trained."""
    notices.forget_ended()
    names = [name for name in store.list_models() if name not in st.session_state.shown_runs]
    finish_times = {name: find_finish_time(name) for name in names}
    last = max(finish_times, key=lambda name: finish_times[name], default="")
    if not finish_times.get(last):
        return
    sentence = describe_result(last)
    with st.container(key="finished"):
        if st.session_state.shown_busy:
            with st.expander(f"Last result: {sentence}", icon=":material/check_circle:"):
                show_result(last)
        else:
            with st.container(border=True):
                st.markdown(f":material/check_circle: {sentence}")
                show_result(last)


def describe_result(name: str) -> str:
    """Say in a sentence what a finished model reads, as Markdown."""
    card = read_card(name)
    duration = f", trained in {format_duration(card.seconds)}" if card.seconds is not None else ""
    share = f"{card.accuracy:.2%}" if card.accuracy is not None else "an unknown share"
    loss = f", loss {describe_loss(card)}" if describe_loss(card) else ""
    published = f" Published for its recipe: {describe_published(card)}." if describe_published(card) else ""
    return f"**{formatting.escape_markdown(name)}** reads {share} of the test digits right{loss}{duration}.{published}"


def show_result(name: str) -> None:
    """Show a finished model beside the one in use and the one before, and its curves."""
    compared = before_after.try_compare_with_previous(name)
    if compared:
        before_after.show_verdict(name, compared)
    side_by_side.show_offer(name, compared)
    if compared:
        before_after.show_comparison(name, compared)
    with st.expander("Curves", expanded=name in st.session_state.watched_runs, icon=":material/show_chart:"):
        history = store.model_dir(name) / store.HISTORY_FILE
        training_curves.show_curves(training_history.load_history(name, history), name, name)
        curve_findings.show_findings(read_rows(history))
    snapshots.show_last_snapshots(name)


def find_finish_time(name: str) -> str:
    """Return the end of a training as sortable text, or "" for a shipped or uploaded model."""
    card = read_card(name)
    return "" if name in store.SHIPPED_MODELS or card.uploaded else card.finished
