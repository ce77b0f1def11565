"""Start a page: margins, style and navigation."""

from __future__ import annotations

import streamlit as st

from pages.shared import remembered


def start_page(page: str, css: str = "") -> None:
    """Start a page with the common margins.

    Streamlit runs a file of `pages/` without app.py if its address is the first request to a new server. In that
    case, switch to app.py, which comes back to the page.

    Args:
        page: name of its file in `pages/`.
        css: additional style of the page.
    """
    if "entered" not in st.session_state:
        st.session_state.wanted = f"pages/{page}"
        st.switch_page("app.py")
    remembered.start_page(page)
    st.html(f"<style>{_MARGINS}{css}</style>")


_MARGINS = """
.stMainBlockContainer { padding: 4rem 1rem 3rem; max-width: 1200px; }
@media (min-width: 700px) { .stMainBlockContainer { padding: 4rem 2rem 3rem; } }
[data-testid=stButtonGroup] > [role] { flex-wrap: wrap; }  /* In one row they are cut off on narrow screens. */
@media (pointer: coarse) {  /* Touch targets are larger. */
    [data-testid=stButtonGroup] button { min-height: 2.5rem; }
    [data-testid=stCheckbox] label { min-height: 2.5rem; align-items: center; }
}
"""
