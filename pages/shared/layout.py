"""Start a page: margins, style and navigation."""

from __future__ import annotations

import streamlit as st


def start_page(page: str, css: str = "") -> None:
    """Start `page`, a file of this folder: its margins, and `css` of its own.

    Streamlit runs a file of `pages/` by itself when its address is the first that a new server is
    asked for; then go through app.py, which comes back here.
    """
    if "entered" not in st.session_state:
        st.session_state.wanted = f"pages/{page}"
        st.switch_page("app.py")
    st.html(f"<style>{_MARGINS}{css}</style>")


_MARGINS = """
.stMainBlockContainer { padding: 4rem 1rem 3rem; max-width: 1200px; }
@media (min-width: 700px) { .stMainBlockContainer { padding: 4rem 2rem 3rem; } }
[data-testid=stButtonGroup] > [role] { flex-wrap: wrap; }  /* in a row they would be cut off where it is narrow */
@media (pointer: coarse) {  /* for fingers */
    [data-testid=stButtonGroup] button { min-height: 2.5rem; }
    [data-testid=stCheckbox] label { min-height: 2.5rem; align-items: center; }
}
"""
