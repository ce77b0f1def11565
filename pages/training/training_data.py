"""Choose the training digits: MNIST's, the user's, or both."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import streamlit as st

from digitnet import DigitnetError
from digitnet.collection.collection import Collection
from digitnet.models.card import BOTH, MNIST, USER
from pages.shared import user_collection
from pages.training.controls import get_setting, put_setting, show_control, show_error


def has_user_digits() -> bool:
    """Return whether the collection has digits; False if it cannot be read."""
    with suppress(DigitnetError), Collection.open() as collection:
        return collection.count() > 0
    return False


def choose_data() -> str:
    """Show the choice of training digits; return an error sentence, or "" if there are some."""
    st.header("Digits")
    try:
        with Collection.open() as collection:
            counts, writers = collection.count_by_label(), collection.list_writers()
    except DigitnetError as error:
        put_setting("data", MNIST)
        return show_error(str(error))
    if not counts.sum():
        put_setting("data", MNIST)
        advice = "write some, correct misread ones on Draw or Photos, or import them."
        st.info(f"Trains on MNIST's digits. You have none of your own yet: {advice}", icon=":material/edit:")
        st.page_link("pages/hand.py", label="Learn my hand", icon=":material/front_hand:")
        return ""
    names = {MNIST: "MNIST", BOTH: "MNIST and my digits", USER: "my digits only"}
    caption = "MNIST's digits, those you corrected, confirmed or imported, or both."
    settings: dict[str, Any] = {"format_func": lambda key: names[key], "horizontal": True}
    data = show_control(st.radio, "Train on", "data", caption, list(names), **settings)
    return "" if data == MNIST else choose_user_digits(str(data), writers)


def choose_user_digits(data: str, writers: list[str]) -> str:
    """Show the choice of writers and the share of their digits; return an error sentence, or ""."""
    chosen: list[str] = []
    if len(writers) > 1:
        settings: dict[str, Any] = {"format_func": lambda name: name or "no name given", "placeholder": "All"}
        caption = "Only the digits of these writers; all if none is chosen."
        chosen = show_control(st.multiselect, "Whose", "writers", caption, writers, **settings)
    put_setting("writers", chosen)
    if data == BOTH:
        caption = "Share of your digits in the training; the rest is MNIST."
        show_control(st.slider, "Weight of my digits", "own_share", caption, 5, 95, format="%d%%")
    train, held_out = user_collection.count_digits(tuple(chosen), bool(get_setting("refuse")))
    if not train:
        return show_error("None of these digits can be trained on: all are held out or not digits; write more.")
    st.markdown(f"Trains on **{train:,}** of your digits; {held_out:,} are held out to check on, and never trained on.")
    return ""
