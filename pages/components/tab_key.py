"""A component without a picture that gives a browser tab a key, which it still knows after a reload.

The key lies in the tab's `sessionStorage`: a reload keeps it, and no other tab and no shared address has it.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.components import loader
from pages.shared import kept_work

_KEY = "tab-key"
_component = loader.load_component("tab_key")


def recognize_tab() -> None:
    """Go on with the work that was kept for this tab, once its browser has reported the tab's key."""
    state: Any = st.session_state.get(_KEY) or {}
    kept_work.claim(str(state.get("known") or ""))
    key, reported = kept_work.get_keys()
    _component(key=_KEY, data={"key": key, "reported": reported}, on_known_change=lambda: None)
