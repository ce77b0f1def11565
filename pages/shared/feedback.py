"""Run a user's actions, show their outcome, and offer downloads."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import streamlit as st

from digitnet import DigitnetError
from digitnet.access.callers import Caller, acting_as, get_caller
from digitnet.preprocessing.failures import explain_failures
from pages.shared.formatting import escape_markdown

_LOGGER = logging.getLogger(__name__)


def run_action(done: str, action: Callable[..., Any], *values: str, place: str = "") -> bool:
    """Run an action, and keep its outcome for the next run of the page.

    Args:
        done: message for `show_feedback` if the action succeeds, or "".
        action: function to call with `values`.
        values: arguments of the action.
        place: name of the place on the page where `show_problem` shows an error.

    Returns:
        Whether the action succeeded.
    """
    try:
        action(*values)
    except DigitnetError as error:
        st.session_state[_make_problem_key(place)] = str(error)
        return False
    st.session_state.done = done
    return True


def is_due() -> bool:
    """Return whether an outcome waits to be shown, for which a part of a page must run the whole page."""
    return bool(st.session_state.get(_make_problem_key("")) or st.session_state.get("done"))


def show_feedback() -> None:
    """Show the outcome of the last action, in the run of the page that follows it."""
    if done := st.session_state.pop("done", ""):
        st.toast(done, icon=":material/check:")
    show_problem()


def show_problem(place: str = "") -> None:
    """Show why the last action at this place of the page failed."""
    with st.container():  # One element with and without a problem, so that the elements below keep their place.
        if problem := st.session_state.pop(_make_problem_key(place), ""):
            st.error(escape_markdown(problem), icon=":material/error:")


def _make_problem_key(place: str) -> str:
    return f"problem-{place}" if place else "problem"


@contextmanager
def explain_unexpected_errors(sentence: str) -> Iterator[None]:
    """Log an unexpected error of the block, and raise it as a DigitnetError with a sentence.

    Its own message may tell visitors of the server's files.
    """
    try:
        with explain_failures():
            yield
    except DigitnetError:
        raise
    except Exception as error:
        _LOGGER.exception("Unexpected error")
        raise DigitnetError(sentence) from error


@contextmanager
def show_errors() -> Iterator[None]:
    """Show a DigitnetError of the block as a sentence, and go on after it."""
    try:
        yield
    except DigitnetError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")


def show_download(
    label: str, data: str | bytes | Callable[[], bytes], name: str, mime: str, icon: str, *, disabled: bool = False
) -> None:
    """Show a button that downloads `data`, or the result of that function, without running the page again.

    Streamlit calls the function in a thread that knows no user: it acts for the one who sees the button.
    """
    if callable(data):
        data = partial(_make, data, get_caller())
    st.download_button(label, data, name, mime, icon=f":material/{icon}:", disabled=disabled, on_click="ignore")


def _make(make: Callable[[], bytes], caller: Caller) -> bytes:
    with acting_as(caller):
        return make()
