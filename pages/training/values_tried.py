"""Compare the runs of a group, each with another value of one setting."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from digitnet.experiments.sweeps import sort_values
from digitnet.models import store
from digitnet.models.card import Card, read_card
from pages.shared import formatting, remembered, training_charts, training_curves, training_history
from pages.shared.card_text import describe_loss


def show_values_tried() -> None:
    """Show the choice of a group, the accuracy of its models by value, and their curves."""
    cards = [card for card in map(read_card, store.list_models()) if card.config.get("group")]
    by_time = sorted(cards, key=lambda card: card.finished)
    groups = list(dict.fromkeys(str(card.config["group"]) for card in by_time))
    if not groups:
        return
    st.header("Values tried")
    group = remembered.show(st.selectbox, "Comparison", groups[::-1], name="compared_group", default=groups[-1])
    members = sort_members([card for card in by_time if card.config["group"] == group])
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
    st.table(build_table(members), border="horizontal", width="content")


def sort_members(cards: list[Card]) -> dict[str, Card]:
    """Return the cards by the value tried, in the order of the numbers, or as they are if one is no number."""
    members = {str(card.config.get("variant") or card.name): card for card in cards}
    return {value: members[value] for value in sort_values(members)}


def build_table(members: dict[str, Card]) -> pd.DataFrame:
    """Return a row for each value: what its model reads, and how long it was trained."""
    rows = {
        value: [
            "–" if card.accuracy is None else f"{card.accuracy:.2%}",
            describe_loss(card) or "–",
            "–" if card.seconds is None else formatting.format_duration(card.seconds),
        ]
        for value, card in members.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["Test accuracy", "Test loss", "Training"])
