"""Start a page: margins, style, title and navigation."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from digitnet.access.permissions import may
from pages.shared import account, remembered, training_strip, upload_refusals

_STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
# Titles of the pages that show none, because the first thing to see is the paper or the photo.
_UNSEEN_TITLES = {"draw.py": "Draw a number", "photos.py": "Read photos"}


def start_page(page: str, css: str = "") -> None:
    """Start a page with the common margins, and with a title for screen readers if it shows none.

    Streamlit runs a file of `pages/` alone if its address is the first request to a new server. In that case, switch to
    navigation.py, which comes back to the page.

    A caller who may not open the page gets a sentence instead, and the script ends.

    Args:
        page: name of its file in `pages/`.
        css: additional style of the page.
    """
    if "entered" not in st.session_state:
        st.session_state.wanted = f"pages/{page}"
        st.switch_page("navigation.py", query_params=st.query_params.to_dict())
    remembered.start_page(page)
    st.html(f"<style>{_STYLE}{css}</style>")
    if title := _UNSEEN_TITLES.get(page):
        st.html(f'<h1 class="unseen-title">{title}</h1>')
    account.refuse_others(f"page:{page.removesuffix('.py')}")
    upload_refusals.show_refusal()
    if page not in ("train.py", "hand.py") and may("training.look"):  # They show trainings themselves.
        training_strip.show_strip()
