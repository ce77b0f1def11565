"""The last finished training, and groups of runs that try values of a setting."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from digitnet.experiments.run import read_rows
from digitnet.models import store
from digitnet.models.active import get_active_model
from digitnet.models.card import read_card
from pages.shared import (
    curve_findings,
    formatting,
    model_choice,
    remembered,
    training_charts,
    training_curves,
    training_history,
)
from pages.shared.formatting import format_duration
from pages.training import comparison, snapshots


def show_last_finished() -> None:
    """Show the model that was finished last, with a button that puts it to use."""
    names = [name for name in store.list_models() if name not in st.session_state.shown_runs]
    finish_times = {name: find_finish_time(name) for name in names}
    last = max(finish_times, key=lambda name: finish_times[name], default="")
    if not finish_times.get(last):
        return
    card = read_card(last)
    with st.container(border=True, key="finished"):
        duration = f", trained in {format_duration(card.seconds)}" if card.seconds is not None else ""
        share = f"{card.accuracy:.2%}" if card.accuracy is not None else "an unknown share"
        sentence = f"**{formatting.escape_markdown(last)}** reads {share} of the test digits right{duration}."
        st.markdown(f":material/check_circle: {sentence}")
        compared = comparison.try_compare_with_previous(last)
        if compared:
            comparison.show_verdict(last, compared)
        with st.container(horizontal=True):
            model_choice.show_use_button(last, primary=compared is not None and compared.is_better)
            if last == get_active_model():
                model_choice.show_back_button()
        if compared:
            comparison.show_comparison(last, compared)
        with st.expander("Curves", expanded=last in st.session_state.watched_runs, icon=":material/show_chart:"):
            history = store.model_dir(last) / store.HISTORY_FILE
            training_curves.show_curves(training_history.load_history(last, history), last, last)
            curve_findings.show_findings(read_rows(history))
        snapshots.show_last_snapshots(last)


def find_finish_time(name: str) -> str:
    """Return the end of a training as sortable text, or "" for a shipped or uploaded model."""
    card = read_card(name)
    return "" if name in store.SHIPPED_MODELS or card.uploaded else card.finished


def show_groups() -> None:
    """Compare the runs of a group, each with another value of one setting."""
    cards = [card for card in map(read_card, store.list_models()) if card.config.get("group")]
    by_time = sorted(cards, key=lambda card: find_finish_time(card.name))
    groups = list(dict.fromkeys(str(card.config["group"]) for card in by_time))
    if not groups:
        return
    st.header("Values tried")
    group = remembered.show(st.selectbox, "Comparison", groups[::-1], name="compared_group", default=groups[-1])
    members = {str(card.config.get("variant") or card.name): card for card in cards if card.config["group"] == group}
    history = training_history.join_histories(
        [
            training_history.load_history(value, store.model_dir(card.name) / store.HISTORY_FILE)
            for value, card in members.items()
        ]
    )
    table = pd.DataFrame({"value": list(members), "accuracy": [card.accuracy for card in members.values()]})
    with st.container():
        st.markdown("**Test accuracy**")
        st.altair_chart(training_charts.plot_values(table, str(group)), key="by-value", alt=f"Test accuracy by {group}")
    training_curves.show_curves(history, "group", f"the runs of {group}")
