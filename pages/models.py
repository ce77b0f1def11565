"""The Models page: list, compare, use, download, add and delete models."""

from __future__ import annotations

import streamlit as st

from digitnet.access.permissions import may
from digitnet.models import store
from digitnet.models.active import get_active_model
from digitnet.models.card import read_card
from pages.model.comparison import show_comparison
from pages.model.detail import show_model
from pages.model.scoring import show_scoring
from pages.model.table import ADD, COMPARE, ONE, SCORE, show_table
from pages.model.upload import show_upload
from pages.shared import feedback, formatting, layout, model_choice, model_report, remembered


def main() -> None:
    """Show the page."""
    layout.start_page("models.py", model_report.STYLE)
    select_added_model()
    feedback.show_feedback()
    with st.container(key="models"):
        st.title("Models")
        cards = [read_card(name) for name in store.list_models()]
        if cards:
            show_active_model()
            show_table(cards)
        else:
            st.info("There are no models yet: train one, or add one from a file.", icon=":material/model_training:")
        views = [
            *[ONE, COMPARE] * bool(cards),
            *[SCORE] * (bool(cards) and may("models.score")),
            *[ADD] * may("models.import"),
        ]
        if not views:
            return
        view = remembered.show(st.segmented_control, "Show", views, name="models_view", default=views[0], required=True)
        if view == ONE and cards:
            show_model(cards)
        elif view == COMPARE and cards:
            show_comparison(cards)
        elif view == SCORE and cards:
            show_scoring(cards)
        else:
            show_upload()


def select_added_model() -> None:
    """Select the model that was just added, if there is one."""
    if added := st.session_state.pop("added", ""):
        remembered.put("detail", added)
        remembered.put("models_view", ONE)


def show_active_model() -> None:
    """Show the model in use, and a button that goes back to the one before."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"In use: **{formatting.escape_markdown(get_active_model())}**", width="content")
        model_choice.show_back_button("top")
    feedback.show_problem("top")


main()
