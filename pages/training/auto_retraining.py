"""Turn automatic retraining on and off."""

from __future__ import annotations

import streamlit as st

from digitnet import DigitnetError
from digitnet.experiments import auto_retraining
from pages.shared import formatting, remembered

_ON, _EVERY = "auto-on", "auto-every"  # Names of choices.


def show_auto_retraining() -> None:
    """Show the switch, the number of new digits that starts a training, and how many there are."""
    settings = auto_retraining.load()
    _follow_settings(settings)
    st.header("Retrain automatically")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = "Retrain when there are enough new digits"
        remembered.show(st.toggle, label, name=_ON, default=settings.on, on_change=save_settings)
        if settings.on:
            hint = "A training starts after this many new digits"
            remembered.show(
                st.number_input,
                "New digits",
                1,
                10_000,
                name=_EVERY,
                default=settings.every,
                on_change=save_settings,
                help=hint,
            )
    st.caption(
        "Continues the model in use with your digits, and uses the result only if it reads more of your held-out "
        "digits right and loses less than 0.1 points on MNIST. You can go back to the previous model with one click."
    )
    if settings.on:
        show_new_digits(settings)


def _follow_settings(settings: auto_retraining.AutoRetraining) -> None:
    """Have the widgets show the settings, which another tab may have changed."""
    for name, value in ((_ON, settings.on), (_EVERY, settings.every)):
        if remembered.get(name, value) != value:
            remembered.put(name, value)


def show_new_digits(settings: auto_retraining.AutoRetraining) -> None:
    """Show the number of new digits, and the reason if the last training could not start."""
    try:
        st.markdown(f"There are {auto_retraining.count_new_digits():,} of {settings.every:,} new digits.")
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")
    if settings.problem:
        st.warning(
            f"The last training could not start. {formatting.escape_markdown(settings.problem)}",
            icon=":material/error:",
        )


def save_settings() -> None:
    """Save the settings as the widgets hold them."""
    settings = auto_retraining.load()
    try:
        auto_retraining.configure(remembered.get(_ON, settings.on), int(remembered.get(_EVERY, settings.every)))
    except DigitnetError as error:
        st.session_state.problem = str(error)
