"""Offer one of several trained models: put it to use, or look inside it."""

from __future__ import annotations

import streamlit as st

from digitnet.models.active import get_active_model
from digitnet.models.card import Card, read_card
from pages.shared import model_choice, remembered
from pages.shared.card_text import describe_loss
from pages.shared.model_choice import show_use_button

_WANTED = "look_inside"


def show_offer(names: list[str], key: str) -> None:
    """Show a choice of finished models, the best first, with buttons for the chosen one; nothing without any.

    Args:
        key: start of the keys and of the name of the choice, of which a page has several.
    """
    cards = sorted(map(read_card, names), key=lambda card: -(card.accuracy or 0.0))
    if not cards:
        return
    labels = {card.name: _describe(card) for card in cards}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=340):
            chosen = remembered.show(
                st.selectbox, "Model", list(labels), name=f"{key}-offer", default=cards[0].name, format_func=labels.get
            )
        with st.container(horizontal=True, vertical_alignment="center"):
            show_use_button(str(chosen), key=f"use-{key}")
            st.button(
                "Look inside",
                icon=":material/visibility:",
                key=f"inside-{key}",
                on_click=_want_to_look_inside,
                args=(str(chosen),),
            )


def go_inside_if_wanted() -> None:
    """Go to the page Inside after a click on "Look inside"; a callback itself cannot."""
    if name := st.session_state.pop(_WANTED, ""):
        model_choice.choose(name)
        st.switch_page("pages/inside.py")


def _want_to_look_inside(name: str) -> None:
    st.session_state[_WANTED] = name


def _describe(card: Card) -> str:
    accuracy = "" if card.accuracy is None else f"{card.accuracy:.2%}"
    loss = f"loss {describe_loss(card)}" if describe_loss(card) else ""
    in_use = "in use" if card.name == get_active_model() else ""
    return " · ".join(filter(None, [card.name, accuracy, loss, in_use]))
