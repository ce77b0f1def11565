"""The part of the Train page that turns on retraining by itself."""

from __future__ import annotations

import streamlit as st

from digitnet import DigitnetError
from digitnet.experiments import auto_retraining
from pages.shared import formatting


def show() -> None:
    """Show the switch, after how many new digits, and how many there are."""
    chosen = auto_retraining.load()
    st.subheader("Retrain by itself")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.toggle("Retrain when new digits have come in", chosen.on, key="auto-on", on_change=choose)
        if chosen.on:
            line = "So many new digits start a training"
            st.number_input("New digits", 1, 10_000, chosen.every, key="auto-every", on_change=choose, help=line)
    st.caption(
        "Continues the model in use with your digits, and uses the result only if it reads more of your held-out "
        "digits right and loses less than 0.1 points on MNIST. The model before stays, one click away."
    )
    if chosen.on:
        show_waiting(chosen)


def show_waiting(chosen: auto_retraining.AutoRetraining) -> None:
    """Say how many new digits there are, and what went wrong."""
    try:
        st.markdown(f"{auto_retraining.count_new_digits():,} of {chosen.every:,} new digits are there.")
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")
    if chosen.problem:
        st.warning(f"The last could not start. {formatting.escape_markdown(chosen.problem)}", icon=":material/error:")


def choose() -> None:
    """Keep what was chosen."""
    state = st.session_state
    try:
        auto_retraining.configure(state["auto-on"], int(state.get("auto-every", auto_retraining.load().every)))
    except DigitnetError as error:
        state.problem = str(error)
