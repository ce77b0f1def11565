"""Compare several models: their training curves and the settings that differ."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from digitnet.models.card import Card
from pages.model.table import COLUMNS
from pages.shared import formatting, remembered, training_curves, training_history
from pages.shared.card_text import describe_accuracy, describe_loss, describe_published, describe_settings

_FIGURES = ("Test accuracy", "Test loss", "Published")  # Shown even if they are the same.


def show_comparison(cards: list[Card]) -> None:
    """Show a choice of models, their training curves, and a table of differing settings."""
    names = [card.name for card in cards]
    chosen = remembered.show(st.multiselect, "Models to compare", names, name="compared", default=names[:2])
    if not chosen:
        st.info("Choose two models or more.", icon=":material/compare_arrows:")
        return
    history = training_history.load_histories(chosen)
    training_curves.show_curves(history, "compared", ", ".join(chosen))
    if missing := [name for name in chosen if name not in set(history["run"])]:
        st.caption(f"There is no training history of: {formatting.escape_markdown(', '.join(missing))}")
    st.header("Differences", anchor=False)
    st.dataframe(
        compare_settings([card for card in cards if card.name in chosen]),
        hide_index=True,
        column_config={"Model": COLUMNS["Model"]},
        alt="Settings that differ",
    )


def compare_settings(cards: list[Card]) -> pd.DataFrame:
    """Return a row for each model: its figures, those published for its recipe, and the settings that differ."""
    settings = [
        {"Test accuracy": describe_accuracy(card), "Test loss": describe_loss(card)}
        | ({"Published": describe_published(card)} if describe_published(card) else {})
        | describe_settings(card)
        for card in cards
    ]
    labels = dict.fromkeys(label for row in settings for label in row)
    kept = [label for label in labels if label in _FIGURES or len({row.get(label) for row in settings}) > 1]
    rows = [[card.name, *(row.get(label, "") for label in kept)] for card, row in zip(cards, settings, strict=True)]
    return pd.DataFrame(rows, columns=["Model", *(label.capitalize() for label in kept)])
