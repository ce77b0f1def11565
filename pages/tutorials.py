"""The Tutorials page: train the networks of published tutorials, study single settings, and search many."""

from __future__ import annotations

import streamlit as st

from pages.shared import feedback, layout, remembered
from pages.tutorial import views
from pages.tutorial.cards import show_tutorials
from pages.tutorial.searches import show_search_page
from pages.tutorial.studies import show_study_page

STYLE = """
.st-key-tutorials h2 { font-size: 1.2rem; padding-top: 0.25rem; }
"""
VIEWS = {
    views.TUTORIALS: show_tutorials,
    views.STUDIES: show_study_page,
    views.SEARCHES: show_search_page,
}


def main() -> None:
    """Show the page."""
    layout.start_page("tutorials.py", STYLE)
    with st.container(key="tutorials"):
        st.title("Tutorials")
        feedback.show_feedback()
        view = remembered.show(
            st.segmented_control, "Show", list(VIEWS), name=views.CHOICE, default=views.TUTORIALS, required=True
        )
        VIEWS[str(view)]()


main()
