"""Start a study of a recipe's settings, and show the studies."""

from __future__ import annotations

import streamlit as st

from digitnet import DigitnetError
from digitnet.experiments import study_runs
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.recipes import RECIPES
from digitnet.experiments.trainers import can_train
from digitnet.extras import explain_missing_extra
from digitnet.models.card import MAX_EPOCHS
from pages.shared import formatting, remembered, study_form, study_view
from pages.tutorial import views

_FORM = "study"  # Start of the names of its choices.
_FIRST_RECIPE = "mlp-64-64"


def show_study_page() -> None:
    """Show the form that starts a study, and the results of studies."""
    st.caption("Train a recipe with several values of a setting, or of two, and compare what comes of it.")
    with st.container(border=True, key="new-study"):
        config, tried = _choose()
        missing = _plan(config, tried)
        if missing is not None:
            _show_start(missing)
    if st.session_state.pop("study_wanted", False) and missing:
        _start(missing)
        st.rerun()
    head = st.container()
    if study_view.show_studies():
        head.header("Results")
    else:
        st.info("No study yet: its table and charts appear here.", icon=":material/bar_chart:")


def _choose() -> tuple[TrainingConfig, study_form.Tried]:
    """Show the choice of a recipe, its epochs, settings, values and seeds."""
    with st.container(horizontal=True):
        with st.container(width=240):
            recipe = remembered.show(st.selectbox, "Recipe", list(RECIPES), name=views.RECIPE, default=_FIRST_RECIPE)
            st.caption(formatting.escape_markdown(f"{RECIPES[recipe].summary}."))
        with st.container(width=240):
            name, default = f"study-epochs-{recipe}", RECIPES[recipe].epochs
            epochs = remembered.show(st.number_input, "Epochs", 1, MAX_EPOCHS, name=name, default=default, step=1)
            st.caption(f"The recipe has {default}; fewer are faster.")
    tried = study_form.choose_values(_FORM)
    return TrainingConfig.from_recipe(recipe, epochs=int(epochs)), tried


def _plan(config: TrainingConfig, tried: study_form.Tried) -> list[TrainingConfig] | None:
    """Return the runs that are missing, None after an error sentence."""
    try:
        configs = study_runs.plan(config, tried.tries, tried.seeds)
        return study_runs.list_missing(configs)
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")
        return None


def _show_start(missing: list[TrainingConfig]) -> None:
    """Show the button that starts the runs, and how long they take."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Start the study",
            type="primary",
            icon=":material/play_arrow:",
            key="start-study",
            disabled=not missing or not can_train(),
            on_click=_want,
        )
        views.show_expected(missing, "All of these runs are done or under way.")
    if not can_train():
        st.warning(explain_missing_extra("train", "Training"), icon=":material/download:")


def _want() -> None:
    """Ask for a start after the settings are read: a callback would see those of the last run of the page."""
    st.session_state.study_wanted = True


def _start(missing: list[TrainingConfig]) -> None:
    try:
        study_view.open_study(study_runs.start(missing))
    except DigitnetError as error:
        st.session_state.problem = str(error)
