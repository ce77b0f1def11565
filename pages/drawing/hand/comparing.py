"""The third step: compare the model that has learned the hand with the one before it, and choose one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pandas as pd
import streamlit as st

from digitnet.experiments import hands, notices
from digitnet.experiments.promotion import Comparison
from digitnet.models.active import get_active_model
from digitnet.models.card import Card
from pages.drawing.hand.state import LEARN, WRITE, Hand
from pages.shared import before_after, formatting, model_choice


def show_comparing(hand: Hand, writer: str) -> None:
    """Show before and after, and the buttons that choose a model."""
    card = hands.find_model(writer)
    if card is None:
        st.markdown("Nothing has been learned yet.")
        st.button("Go to step 2", icon=":material/school:", on_click=hand.go, args=(LEARN,))
        return
    notices.forget_ended([card.name])
    compared = before_after.try_compare_with_previous(card.name)
    if compared:
        show_score(compared)
        before_after.show_verdict(card.name, compared)
    show_choice(hand, card, is_better=compared is not None and compared.is_better)
    if compared:
        with st.expander("Digit by digit", icon=":material/table:"):
            before_after.show_comparison(card.name, compared)


def show_score(compared: Comparison) -> None:
    """Show how many digits are read right before and after."""
    rows = {}
    if len(compared.user):
        right = [int(right.sum()) for right in (compared.user.right_before, compared.user.right_after)]
        rows["Your held-out digits read right"] = [f"{count} of {len(compared.user)}" for count in right]
    shares = [right.mean() for right in (compared.mnist.right_before, compared.mnist.right_after)]
    rows["MNIST's test digits read right"] = [f"{share:.2%}" for share in shares]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["Before", "After"])
    st.table(table, border="horizontal", width="content")


def show_choice(hand: Hand, card: Card, *, is_better: bool) -> None:
    """Show the buttons that put the new model to use or keep the old one, or what was chosen."""
    used, name = get_active_model(), formatting.escape_markdown(card.name)
    if card.name == used:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(f"{name} is in use", icon=":material/check:", color="green")
            model_choice.show_back_button()
            st.page_link("pages/draw.py", label="Try it: draw a number", icon=":material/draw:")
        return
    if card.name in hand.kept:
        st.markdown(
            f":material/undo: **{formatting.escape_markdown(used)}** stays in use. {name} stays on the page Models."
        )
    with st.container(horizontal=True):
        show_choice_button("Use it", "check", model_choice.use_model, card.name, is_primary=is_better)
        if card.name in hand.kept:
            st.button("Write more digits", icon=":material/draw:", on_click=hand.go, args=(WRITE,))
        else:
            show_choice_button("Keep the old one", "undo", hand.keep_old, card.name, is_primary=not is_better)


def show_choice_button(label: str, icon: str, action: Callable[[str], None], name: str, *, is_primary: bool) -> None:
    """Show a button that calls `action` with the name of the new model."""
    kind: Literal["primary", "secondary"] = "primary" if is_primary else "secondary"
    st.button(label, icon=f":material/{icon}:", type=kind, key=f"{icon}-{name}", on_click=action, args=(name,))
