"""The Train page: set up a run, watch it, compare results, and put a model to use."""

from __future__ import annotations

import streamlit as st

from pages.components import scroller
from pages.shared import before_after, feedback, layout, run_progress, study_view
from pages.training import snapshots
from pages.training.auto_retraining import show_auto_retraining
from pages.training.runs import show_runs
from pages.training.setup import show_setup

STYLE = """
.st-key-train h2 { font-size: 1.2rem; }
.st-key-train [data-testid=stCaptionContainer] { margin-top: -0.6rem; }
.st-key-train [data-testid=stTable] td { padding-left: 1rem; }  /* As the head of the column has. */
.st-key-live { scroll-margin-top: 4rem; }  /* Below the header, which covers the page. */
@media (min-width: 1000px) {  /* The start button stays in view beside all settings. */
    [data-testid=stLayoutWrapper]:has(> .st-key-summary) { position: sticky; top: 4rem; }
}
.st-key-layers [class*=st-key-row-] { border-bottom: 1px solid #8884; padding-bottom: 0.75rem; }
.st-key-layers [class*=st-key-arrow] p, .st-key-layers [class*=st-key-close] p {
    /* Hidden from sight, but read by screen readers. */
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}
.st-key-train [data-testid=stMetricValue] { font-size: 1.15rem; font-variant-numeric: tabular-nums; }
"""


def show_values_tried() -> None:
    """Show the comparisons of values of a setting, if there are any."""
    head = st.container()
    if study_view.show_studies():
        head.header("Values tried")


def main() -> None:
    """Show the page."""
    layout.start_page("train.py", STYLE + before_after.STYLE + run_progress.STYLE + snapshots.STYLE)
    with st.container(key="train"):
        st.title("Train")
        with st.container(key="live"):  # One element, whatever it holds, so that the elements below keep their place.
            feedback.show_feedback()
            show_runs()
        show_setup()
        show_auto_retraining()
        show_values_tried()
    scroller.scroll_into_view(".st-key-live", st.session_state.starts, "scroll-to-live")


main()
