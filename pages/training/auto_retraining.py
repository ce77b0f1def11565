"""Turn automatic retraining on and off."""

from __future__ import annotations

import streamlit as st

from digitnet import DigitnetError
from digitnet.access.accounts import is_browser
from digitnet.access.callers import get_caller
from digitnet.experiments import auto_retraining
from pages.shared import formatting, remembered, user_collection

_ON, _EVERY, _STRANGERS = "auto-on", "auto-every", "auto-strangers"  # Names of choices.


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
            if _sees_strangers():
                label = "Also digits of browsers without sign-in"
                remembered.show(st.toggle, label, name=_STRANGERS, default=settings.strangers, on_change=save_settings)
    st.caption(
        "Continues the model in use with your digits, and uses the result only if it reads more of your held-out "
        "digits right and loses less than 0.1 points on MNIST. You can go back to the previous model with one click."
    )
    if settings.on:
        show_new_digits(settings)


def _sees_strangers() -> bool:
    """Return whether the caller sees digits of browsers without sign-in."""
    if get_caller().scope is not None:
        return False
    try:
        return any(map(is_browser, user_collection.open_collection().count_by_account()))
    except DigitnetError:
        return False


def _follow_settings(settings: auto_retraining.AutoRetraining) -> None:
    """Have the widgets show the settings, which another tab may have changed."""
    choices = ((_ON, settings.on), (_EVERY, settings.every), (_STRANGERS, settings.strangers))
    for name, value in choices:
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
        auto_retraining.configure(
            remembered.get(_ON, settings.on),
            int(remembered.get(_EVERY, settings.every)),
            strangers=remembered.get(_STRANGERS, settings.strangers),
        )
    except DigitnetError as error:
        st.session_state.problem = str(error)
