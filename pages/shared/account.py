"""Sign in and out, and refuse what somebody's role does not allow."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from digitnet.access.callers import get_caller
from digitnet.access.permissions import describe_refusal, may
from digitnet.access.sign_in import get_sign_in
from digitnet.access.sign_outs import remember_sign_out
from pages.shared import feedback
from pages.shared.formatting import escape_markdown

_KEY = "account"
_MAX_NAME = 16  # Characters on the button; on a phone the links of the pages are beside it.


def show_account() -> None:
    """Show who has signed in, and sign out by a button there; or a button that signs in.

    Nothing is shown where the server has no sign-in.
    """
    if get_sign_in() is None:
        return
    with st.container(key=_KEY, width="content"):
        if "@" in get_caller().account:
            _show_person()
        else:
            _show_sign_in("nav", "tertiary")
            if st.user.is_logged_in and not st.session_state.get("sign_in_explained"):
                st.session_state.sign_in_explained = True
                sentence = "Your sign-in has ended, or came without a verified e-mail address; sign in again."
                st.toast(sentence, icon=":material/person_off:")


def refuse_others(name: str) -> None:
    """Show a sentence and a button to sign in, and end the page, unless the caller may do something.

    Args:
        name: its name in the table of permissions, such as "page:train".
    """
    if may(name):
        return
    st.info(describe_refusal(name), icon=":material/lock:")
    if get_sign_in() is None:
        st.caption("Nobody can sign in here: its owner uses it at its own machine, or by the link in its terminal.")
    elif "@" not in get_caller().account:
        _show_sign_in("refused", "primary")
    st.stop()


def _show_sign_in(place: str, kind: Literal["primary", "tertiary"]) -> None:
    st.button("Sign in", icon=":material/login:", type=kind, key=f"sign-in-{place}", on_click=st.login)


def _show_person() -> None:
    caller = get_caller()
    name = str(st.user.get("name") or caller.account)
    label = name if len(name) <= _MAX_NAME else f"{name[: _MAX_NAME - 1]}…"
    with st.popover(escape_markdown(label), icon=":material/account_circle:", type="tertiary"):
        st.markdown(f"**{escape_markdown(name)}**")
        st.text(f"{caller.account} · {caller.role.name.lower()}")
        st.button("Sign out", icon=":material/logout:", key="sign-out", on_click=_sign_out)


def _sign_out() -> None:
    claims = st.user.to_dict()
    feedback.run_action("", lambda: remember_sign_out(claims))
    st.logout()
