"""The table of all models."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from digitnet.models.active import get_active_model
from digitnet.models.card import Card
from pages.shared import remembered
from pages.shared.card_text import describe_network, describe_published, describe_training

ONE, COMPARE, SCORE, ADD = "One model", "Compare", "Score your own pictures", "Add from a file"


def show_table(cards: list[Card]) -> None:
    """Show the filter and a table of the models that fit it."""
    shown = filter_cards(cards)
    if not shown:
        st.info("No model fits the filter.", icon=":material/filter_alt_off:")
        return
    active = get_active_model()
    st.session_state.shown = [card.name for card in shown]
    st.dataframe(
        pd.DataFrame([to_row(card, active) for card in shown]),
        hide_index=True,
        column_config=COLUMNS,
        on_select=select_row,
        selection_mode="single-row",
        key="table",
        alt="All models with recipe, network, size, accuracy, training and note",
    )


def filter_cards(cards: list[Card]) -> list[Card]:
    """Show the filter; return the cards that fit it."""
    recipes = sorted({card.recipe for card in cards} - {""})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = remembered.show(
            st.text_input,
            "Filter",
            name="models_filter",
            default="",
            placeholder="Name, recipe or note",
            icon=":material/search:",
        )
        chosen = remembered.show(
            st.multiselect, "Recipes", recipes, name="models_recipes", default=[], placeholder="All recipes"
        )
    words = text.casefold().split()
    return [
        card
        for card in cards
        if all(word in f"{card.name} {card.recipe} {card.note}".casefold() for word in words)
        and (not chosen or card.recipe in chosen)
    ]


def to_row(card: Card, active: str) -> dict[str, Any]:
    """Return the table row of a model.

    Args:
        active: the name of the model in use.
    """
    return {
        "Model": f"{card.name} (in use)" if card.name == active else card.name,
        "Recipe": card.recipe,
        "Test accuracy": None if card.accuracy is None else 100 * card.accuracy,
        "Test loss": card.loss,
        "Published": describe_published(card),
        "Size": None if card.size is None else card.size / 1000,
        "Parameters": card.parameters,
        "Training time": None if card.seconds is None else pd.Timedelta(round(card.seconds), "s"),
        "Made": card.date,
        "Note": card.note or card.problem,
        "Network": describe_network(card),
        "Settings": describe_training(card),
    }


def select_row() -> None:
    """Show the model whose row was clicked."""
    if rows := st.session_state.table.selection.rows:
        remembered.put("detail", st.session_state.shown[rows[0]])
        remembered.put("models_view", ONE)


COLUMNS: dict[str, Any] = {
    "Model": st.column_config.TextColumn(pinned=True, width=140),
    "Test accuracy": st.column_config.NumberColumn(format="%.2f%%", help="Share of the test digits read right"),
    "Test loss": st.column_config.NumberColumn(format="%.4f", help="Cross-entropy on the test digits"),
    "Published": st.column_config.TextColumn(width=260, help="The figures that the recipe's tutorial states"),
    "Size": st.column_config.NumberColumn(format="%,.0f kB", help="Size of the network that reads the digits"),
    "Parameters": st.column_config.NumberColumn(format="localized"),
    "Training time": st.column_config.NumberColumn(format="localized"),
    "Note": st.column_config.TextColumn(width=140),
    "Network": st.column_config.TextColumn(width="medium"),
    "Settings": st.column_config.TextColumn(width="medium"),
}
