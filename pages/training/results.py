"""The last finished training, and groups of runs."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from digitnet.experiments.run import (
    read_rows,
)
from digitnet.models import store
from digitnet.models.card import read_card
from pages.shared import curve_findings, formatting, model_choice, training_charts
from pages.shared.formatting import format_duration
from pages.training import comparison, snapshots
from pages.training.run_curves import show_curves


def show_last_finished() -> None:
    """Show the model that was finished last, and put it to use with one click."""
    ended = {name: finished(name) for name in store.list_models() if name not in st.session_state.shown_runs}
    last = max(ended, key=lambda name: ended[name], default="")
    if not ended.get(last):
        return
    card = read_card(last)
    with st.container(border=True, key="finished"):
        took = f", trained in {format_duration(card.seconds)}" if card.seconds is not None else ""
        right = f"{card.accuracy:.2%}" if card.accuracy is not None else "an unknown part"
        st.markdown(
            f":material/check_circle: **{formatting.escape_markdown(last)}** reads {right} of the test digits "
            f"right{took}."
        )
        gained = comparison.try_comparison_of(last)
        if gained:
            comparison.show_verdict(last, gained)
        with st.container(horizontal=True):
            model_choice.show_use_button(last, primary=gained is not None and gained.is_better)
            model_choice.show_back_button()
        if gained:
            comparison.show(last, gained)
        with st.expander("Its curves", expanded=last in st.session_state.watched_runs, icon=":material/show_chart:"):
            history = store.model_dir(last) / store.HISTORY_FILE
            show_curves(last, training_charts.load_history(last, history))
            curve_findings.show_findings(read_rows(history))
        snapshots.show_last(last)


def finished(name: str) -> str:
    """Return when a model was finished that was trained here, as text that sorts; else nothing."""
    card = read_card(name)
    return "" if name in store.SHIPPED_MODELS or card.uploaded else card.finished


def show_groups() -> None:
    """Compare the runs of a group: the values that were tried of one setting."""
    cards = [card for card in map(read_card, store.list_models()) if card.config.get("group")]
    groups = list(
        dict.fromkeys(str(card.config["group"]) for card in sorted(cards, key=lambda card: finished(card.name)))
    )
    if not groups:
        return
    st.subheader("Values tried")
    group = st.selectbox("Comparison", groups[::-1], key="group")
    members = {str(card.config.get("variant") or card.name): card for card in cards if card.config["group"] == group}
    course = training_charts.join_histories(
        [
            training_charts.load_history(value, store.model_dir(card.name) / store.HISTORY_FILE)
            for value, card in members.items()
        ]
    )
    table = pd.DataFrame({"value": list(members), "accuracy": [card.accuracy for card in members.values()]})
    left, right = st.columns(2)
    left.altair_chart(training_charts.plot_values(table, str(group)), key="by-value", alt=f"Test accuracy by {group}")
    if len(course):
        right.altair_chart(
            training_charts.plot_curves(course, "accuracy").properties(height=400),
            key="group-curves",
            alt="Accuracy by epoch",
        )
