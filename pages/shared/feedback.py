"""Run a user's action and show its outcome; offer downloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from digitnet import DigitnetError
from pages.shared.formatting import escape_markdown


def run_action(done: str, action: Callable[..., Any], *values: str, place: str = "") -> bool:
    """Do what was clicked and leave the page to say `done`, if that is anything, or the sentence that says why not.

    The sentence is said at that `place` of the page, see `tell_problem`.
    """
    try:
        action(*values)
    except DigitnetError as error:
        st.session_state[_problem_key(place)] = str(error)
        return False
    st.session_state.done = done
    return True


def show_feedback() -> None:
    """Say what came of the last click, which the page was built anew after."""
    if done := st.session_state.pop("done", ""):
        st.toast(done, icon=":material/check:")
    show_problem()


def show_problem(place: str = "") -> None:
    """Say why the last click at this place of the page came to nothing."""
    if problem := st.session_state.pop(_problem_key(place), ""):
        st.error(escape_markdown(problem), icon=":material/error:")


def _problem_key(place: str) -> str:
    return f"problem-{place}" if place else "problem"


def show_download(label: str, data: str | bytes, name: str, mime: str, icon: str, *, disabled: bool = False) -> None:
    """Show a button that saves `data` and leaves the page as it is."""
    st.download_button(label, data, name, mime, icon=f":material/{icon}:", disabled=disabled, on_click="ignore")
