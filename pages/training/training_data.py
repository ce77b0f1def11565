"""The choice of what is trained on: MNIST, own digits, or both."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import streamlit as st

from digitnet import DigitnetError, labels
from digitnet.collection.collection import Collection
from digitnet.models.card import BOTH, MNIST, USER
from pages.training.controls import complain, control, key_of


def has_own() -> bool:
    """Return whether there are own digits."""
    with suppress(DigitnetError), Collection.open() as collection:
        return collection.count() > 0
    return False


def choose_data() -> str:
    """Show the choice between MNIST's digits and own ones; return a sentence if there is nothing to train on."""
    st.subheader("Digits")
    state = st.session_state
    try:
        with Collection.open() as collection:
            counts, writers = collection.count_by_label(), collection.list_writers()
    except DigitnetError as error:
        state.setup["data"] = MNIST
        return complain(str(error))
    if not counts.sum():
        state.setup["data"] = MNIST
        line = "correct what is read wrong on Draw or Photos, or bring your own, and they can be trained on here."
        st.info(f"Trains on MNIST's 60,000 digits. You have none of your own yet: {line}", icon=":material/edit:")
        return ""
    names = {MNIST: "MNIST", BOTH: "MNIST and mine", USER: "mine only"}
    line = "MNIST's 60,000 digits, those you corrected, confirmed or imported, or both."
    settings: dict[str, Any] = {"format_func": lambda key: names[key], "horizontal": True}
    data = control(st.radio, "Train on", "data", line, list(names), **settings)
    return "" if data == MNIST else choose_own(str(data), writers)


def choose_own(data: str, writers: list[str]) -> str:
    """Show whose digits are trained on and their weight; return a sentence if there are none."""
    state = st.session_state
    if len(writers) > 1:
        state[key_of("writers")] = [each for each in state[key_of("writers")] if each in writers]
        shown: dict[str, Any] = {"format_func": lambda name: name or "no name given", "placeholder": "All"}
        control(
            st.multiselect, "Whose", "writers", "Only the digits of these; all where none is chosen.", writers, **shown
        )
    else:
        state.setup["writers"] = []
    if data == BOTH:
        line = "The part of all pictures trained on that are yours, each varied anew; the others are MNIST's."
        control(st.slider, "Weight of mine", "own_share", line, 5, 95, format="%d%%")
    train, held_out = count_own(tuple(state.setup["writers"]), bool(state.setup["refuse"]))
    if not train:
        return complain("None of these digits can be trained on: all are held out, or are no digits; correct more.")
    st.markdown(f"Trains on **{train:,}** of your digits; {held_out:,} are held out to check on, and never trained on.")
    return ""


def count_own(writers: tuple[str, ...], refuse: bool) -> tuple[int, int]:
    """Return how many own digits can be trained on and how many are held out."""
    chosen: dict[str, Any] = {"writers": writers or None, "labels": range(labels.CLASSES + refuse)}
    with Collection.open() as collection:
        return collection.count(held_out=False, **chosen), collection.count(held_out=True, **chosen)
