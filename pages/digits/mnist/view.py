"""Show MNIST on the Data page."""

from __future__ import annotations

import streamlit as st

from pages.digits.mnist import averages, browse, closeup, label_doubts, nearest
from pages.shared import model_report, remembered

VIEWS = {
    "Look through": browse.show_digits,
    "Labels and averages": averages.show_statistics,
    "Hard to read": label_doubts.show_label_doubts,
    "Like yours": nearest.show_nearest,
}
STYLE = model_report.STYLE + closeup.STYLE


def show_mnist() -> None:
    """Show the chosen view of MNIST."""
    st.markdown(
        "70,000 digits written by US Census Bureau staff and high-school students: networks learn from 60,000 and are "
        "tested on the other 10,000."
    )
    first = next(iter(VIEWS))
    view = remembered.show(st.segmented_control, "Show", list(VIEWS), name="mnist_view", default=first, required=True)
    VIEWS[view]()
