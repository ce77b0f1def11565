"""Keep the drawing and the photos of a browser tab over a reload.

A reload starts a new session, which knows nothing of the one before. So the work also lies in the server's memory,
under a random key that only this tab of the browser knows, see `pages.components.tab_key`. A new tab has its own key.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from digitnet.access.accounts import is_person
from digitnet.access.callers import get_caller
from digitnet.access.quotas import get_quotas
from digitnet.access.roles import Role
from digitnet.server.sessions import sessions
from pages.shared.work_store import File, WorkStore

DRAWING, PHOTOS, HAND, FORM = "drawing", "photos", "hand", "form"


def _is_live(session: str) -> bool:
    return exists() and get_instance().is_active_session(session)


_store = WorkStore(_is_live, max_bytes=round(get_quotas().kept_megabytes * 1_000_000))
sessions.call_when_short(lambda: _store.drop_closed())


@dataclass
class _Tab:
    """The tab of this session.

    Attributes:
        key: key of its work.
        known: key that the browser knows from before, "" if it has reported none.
        awaited: kinds of work that have not been asked for since that report.
    """

    key: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    known: str = ""
    awaited: set[str] = field(default_factory=set)


def get_keys() -> tuple[str, str]:
    """Return the key that the browser is to remember, and the one that it has reported, or ""."""
    tab = _get_tab()
    return tab.key, tab.known


def claim(known: str) -> None:
    """Go on with the work under the key that the browser has reported."""
    tab = _get_tab()
    if known and known not in (tab.key, tab.known):
        tab.known, tab.key = known, _store.claim(known, tab.key, _get_session(), _get_person())
        tab.awaited = {DRAWING, PHOTOS, HAND, FORM}


def take(kind: str) -> list[File]:
    """Return the files that were kept before a reload, once; or else an empty list."""
    tab = _get_tab()
    if kind not in tab.awaited:
        return []
    tab.awaited.remove(kind)
    return _store.get(tab.key, kind)


def put(kind: str, files: Sequence[File]) -> bool:
    """Keep files in place of those of the same kind; return whether all of them fit."""
    tab, session = _get_tab(), _get_session()
    if kind in tab.awaited:  # Nobody has taken the files from before the reload yet.
        return True
    if not _store.is_free(tab.key, session):  # A duplicate of the tab took the key while this one was offline.
        tab.known, tab.key = tab.key, secrets.token_urlsafe(24)
    return _store.put(tab.key, session, kind, files, _get_keep_minutes() * 60, _get_person())


def describe_promise(what: str) -> str:
    """Return a sentence that says that a reload keeps `what`, such as "your drawing"."""
    minutes = _get_keep_minutes()
    if minutes < 1:
        return f"A reload of this page keeps {what} for {round(minutes * 60)} seconds."
    return f"A reload of this page keeps {what} for {'a minute' if minutes == 1 else f'{minutes:g} minutes'}."


def _get_keep_minutes() -> float:
    quotas = get_quotas()
    return quotas.owner_keep_minutes if get_caller().role >= Role.OWNER else quotas.keep_minutes


def _get_person() -> str:
    account = get_caller().account
    return account if is_person(account) else ""


def _get_tab() -> _Tab:
    tab: _Tab = st.session_state.setdefault("kept_work", _Tab())
    return tab


def _get_session() -> str:
    context = get_script_run_ctx()
    return context.session_id if context else ""
