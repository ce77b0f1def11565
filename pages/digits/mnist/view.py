"""MNIST on the Data page: what the networks learn from and are measured on."""

from __future__ import annotations

import streamlit as st

from pages.digits.mnist import averages, browse, closeup, label_doubts, nearest
from pages.shared import model_choice, model_report

VIEWS = {
    "Look through": browse.show,
    "Labels and averages": averages.show,
    "Hard to read": label_doubts.show,
    "Like yours": nearest.show,
}
STYLE = model_report.STYLE + closeup.STYLE


def show() -> None:
    """Show the view that is chosen."""
    st.markdown(
        "70,000 digits that people of the US Census Bureau and high-school students wrote: networks learn from "
        "60,000 and are measured on the other 10,000."
    )
    VIEWS[model_choice.choose_option("mnist_view", "Show", list(VIEWS))]()
