"""MNIST on the Data page: what the networks learn from and are measured on."""

from __future__ import annotations

import streamlit as st

from pages import mnist_averages, mnist_browse, mnist_digit, mnist_doubts, mnist_nearest, model_view, parts

VIEWS = {
    "Look through": mnist_browse.show,
    "Labels and averages": mnist_averages.show,
    "Hard to read": mnist_doubts.show,
    "Like yours": mnist_nearest.show,
}
STYLE = model_view.STYLE + mnist_digit.STYLE


def show() -> None:
    """Show the view that is chosen."""
    st.markdown(
        "70,000 digits that people of the US Census Bureau and high-school students wrote: networks learn from "
        "60,000 and are measured on the other 10,000."
    )
    VIEWS[parts.remembered("mnist_view", "Show", list(VIEWS))]()
