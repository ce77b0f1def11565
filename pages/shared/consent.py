"""Ask whether digits, forms and batches may be kept, where somebody else than the owner of this machine uses it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from digitnet import DigitnetError
from digitnet.access.accounts import has_account, is_stranger
from digitnet.access.callers import get_caller
from pages.shared import user_collection
from pages.shared.formatting import escape_markdown

QUESTION = (
    "May digitnet keep the digits that you correct or confirm, with their pictures and the name of the writer, and "
    "learn from them? Of forms and batches it also keeps all numbers, small pictures of them, the names of files and "
    "your templates."
)
_DECLINED = "Your digits are not kept, so corrections cannot be saved."
_DECLINED_BATCH = "Nothing is kept of you: all that is read and corrected here lasts as long as this tab."


@dataclass
class Consent:
    """What the user of this tab has answered.

    The callback of a button is a method of this class and never reads `st.session_state`, see
    `pages.drawing.canvas.CanvasState`.

    Attributes:
        is_declined: whether digits are not to be kept.
        problem: why the answer could not be saved, "" if it could.
    """

    is_declined: bool = False
    problem: str = ""

    def give(self) -> None:
        """Have digits kept from now on."""
        self.is_declined, self.problem = False, ""
        try:
            user_collection.open_collection().consents.give()
        except DigitnetError as error:
            self.problem = str(error)

    def withdraw(self) -> None:
        """Have no more digits kept."""
        self.is_declined, self.problem = True, ""
        try:
            user_collection.open_collection().consents.withdraw()
        except DigitnetError as error:
            self.problem = str(error)


def ask(place: str, *, shows_answer: bool = False, is_batch: bool = False) -> None:
    """Ask whether anything of the user may be kept, unless they are the owner of this machine or have agreed.

    Args:
        place: start of the keys of the buttons.
        shows_answer: whether to show also that somebody has agreed, with a button that withdraws it.
        is_batch: whether a batch is read there, which works without anything being kept.

    Raises:
        CollectionError: the collection cannot be read.
    """
    caller = get_caller()
    if not is_stranger(caller):
        return
    if not has_account(caller):
        st.caption("Digits are not kept here: this browser takes no cookies. Allow them, or sign in.")
        return
    consent: Consent = st.session_state.setdefault("consent", Consent())
    with st.container(key=f"consent-{place}"):
        if user_collection.open_collection().consents.is_given():
            if shows_answer:
                with st.container(horizontal=True, vertical_alignment="center"):
                    text = "The digits that you correct or confirm are kept, to learn from them, and your batches."
                    st.caption(text, width="content")
                    _show_button("Keep no more", "block", f"withdraw-{place}", consent.withdraw)
        elif consent.is_declined:
            st.caption(_DECLINED_BATCH if is_batch else _DECLINED)
            _show_button("Keep my digits", "check", f"keep-{place}", consent.give)
        else:
            st.markdown(QUESTION)
            with st.container(horizontal=True):
                _show_button("Keep my digits", "check", f"keep-{place}", consent.give)
                _show_button("Do not keep", "close", f"decline-{place}", consent.withdraw)
            st.caption("You can delete them on the page Data at any time.")
        if consent.problem:
            st.error(escape_markdown(consent.problem), icon=":material/error:")


def _show_button(label: str, icon: str, key: str, action: Callable[[], None]) -> None:
    st.button(label, icon=f":material/{icon}:", key=key, on_click=action)
