"""Train: set up a run, watch it, compare what was tried, put the result to use."""

from __future__ import annotations

import streamlit as st

from pages.shared import feedback, layout
from pages.training import auto_retraining, comparison, results, runs, setup, snapshots

STYLE = """
.st-key-train h1 { padding-top: 0; } .st-key-train h3 { font-size: 1.2rem; padding-bottom: 0; }
.st-key-train [data-testid=stCaptionContainer] { margin-top: -0.6rem; }
.st-key-layers [class*=st-key-row-] { border-bottom: 1px solid #8884; padding-bottom: 0.75rem; }
.st-key-layers [class*=st-key-arrow] p, .st-key-layers [class*=st-key-close] p {
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);  /* heard, not seen */
}
.st-key-train [data-testid=stMetricValue] { font-size: 1.15rem; font-variant-numeric: tabular-nums; }
"""


def main() -> None:
    """Show the page."""
    layout.start_page("train.py", STYLE + comparison.STYLE + snapshots.STYLE)
    feedback.show_feedback()
    with st.container(key="train"):
        st.title("Train")
        with st.container():  # one element, whatever is in it, so that those below stay what they are
            runs.show()
        setup.show()
        auto_retraining.show()
        results.show_groups()


main()
