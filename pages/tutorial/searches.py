"""Start a search for good settings, and show the searches."""

from __future__ import annotations

from typing import Any

import streamlit as st

from digitnet import DigitnetError
from digitnet.experiments import duration
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.recipes import RECIPES
from digitnet.experiments.sweeps import MAX_SEEDS
from digitnet.experiments.trainers import can_train
from digitnet.extras import explain_missing_extra
from digitnet.models.card import MAX_EPOCHS
from digitnet.tuning import actions, search
from digitnet.tuning.settings import (
    DEFAULT_SAMPLES,
    GRID,
    HYPERBAND,
    MAX_SAMPLES,
    MEDIAN,
    METHODS,
    NEVER,
    OBJECTIVES,
    PRUNERS,
    RANDOM,
    TPE,
    SearchSettings,
)
from digitnet.tuning.trial_table import OBJECTIVE_LABELS
from pages.shared import formatting, remembered
from pages.tutorial import search_view, space_editor

_METHOD_LABELS = {GRID: "Grid", RANDOM: "At random", TPE: "TPE"}
_METHOD_HINTS = {
    GRID: "All combinations, one after the other.",
    RANDOM: "Values drawn at random: of many settings, better than a grid.",
    TPE: "Values drawn near those that were good, by Optuna.",
}
_PRUNER_LABELS = {MEDIAN: "If worse than the median", HYPERBAND: "Hyperband", NEVER: "Never"}
_MAX_PARALLEL = 4
_WANTED = "search_wanted"
STYLE = "[class*=st-key-space-] { border-bottom: 1px solid #8884; padding-bottom: 0.75rem; }"


def show_search_page() -> None:
    """Show the form that starts a search, and the searches."""
    st.caption(
        "Train a recipe with many settings drawn from a space, and find those that read the held-out digits best; the "
        "test digits decide nothing."
    )
    st.html(f"<style>{STYLE}</style>")
    with st.container(border=True, key="new-search"):
        settings = _choose()
        if settings is not None:
            _show_start(settings)
    if st.session_state.pop(_WANTED, False) and settings is not None:
        _start(settings)
        st.rerun()
    search_view.show_searches()


def _choose() -> SearchSettings | None:
    """Show all choices; return the settings, None after an error sentence."""
    config = _choose_training()
    with st.container(horizontal=True):
        with st.container(width=320):
            method = remembered.show(
                st.segmented_control,
                "Method",
                list(METHODS),
                name="search-method",
                default=TPE,
                required=True,
                format_func=_METHOD_LABELS.get,
            )
            st.caption(_METHOD_HINTS[method])
        samples = 0
        if method != GRID:
            with st.container(width=150):
                samples = remembered.show(
                    st.number_input, "Trials", 1, MAX_SAMPLES, name="search-samples", default=DEFAULT_SAMPLES, step=1
                )
        with st.container(width=150):
            hint = "Each trial is trained so often, from other random numbers, and the mean counts."
            seeds = remembered.show(
                st.number_input, "Seeds", 1, MAX_SEEDS, name="search-seeds", default=1, step=1, help=hint
            )
    space = space_editor.edit_space(method)
    more = _choose_more()
    try:
        name = search.find_free_name(f"search-{config.recipe}")
        return SearchSettings(name, config, space, method, int(samples), int(seeds), **more)
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")
        return None


def _choose_training() -> TrainingConfig:
    """Show the choice of a recipe, its epochs and digits."""
    with st.container(horizontal=True):
        with st.container(width=240):
            recipe = remembered.show(st.selectbox, "Recipe", list(RECIPES), name="search-recipe", default="quick")
            st.caption(formatting.escape_markdown(f"{RECIPES[recipe].summary}."))
        with st.container(width=150):
            name, default = f"search-epochs-{recipe}", RECIPES[recipe].epochs
            epochs = remembered.show(st.number_input, "Epochs", 1, MAX_EPOCHS, name=name, default=default, step=1)
            st.caption(f"The recipe has {default}.")
        with st.container(width=150):
            limit = remembered.show(
                st.number_input, "Digits", 100, 60_000, name="search-limit", default=10_000, step=1000
            )
            st.caption("Fewer are faster; one in ten is held out.")
    return TrainingConfig.from_recipe(recipe, epochs=int(epochs), limit=int(limit) if limit < 60_000 else 0)


def _choose_more() -> dict[str, Any]:
    """Show the choices that few need."""
    with remembered.show_expander("More choices", name="search-more"), st.container(horizontal=True):
        with st.container(width=220):
            objective = remembered.show(
                st.selectbox,
                "Compare",
                list(OBJECTIVES),
                name="search-objective",
                default=OBJECTIVES[0],
                format_func=OBJECTIVE_LABELS.get,
            )
        with st.container(width=260):
            pruner = remembered.show(
                st.selectbox,
                "Stop poor trials early",
                list(PRUNERS),
                name="search-pruner",
                default=MEDIAN,
                format_func=_PRUNER_LABELS.get,
                help="Hyperband gives few epochs to many trials, and more to the better ones.",
            )
        with st.container(width=150):
            hint = "Small networks leave processors idle. Other trainings wait meanwhile."
            parallel = remembered.show(
                st.number_input, "At a time", 1, _MAX_PARALLEL, name="search-parallel", default=1, step=1, help=hint
            )
    return {"objective": objective, "pruner": pruner, "parallel": int(parallel)}


def _show_start(settings: SearchSettings) -> None:
    """Show the button that starts the search, and how long it takes at most."""
    runs = settings.trials * settings.seeds
    seconds = runs * duration.estimate_duration(settings.config).total / settings.parallel
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Start the search",
            type="primary",
            icon=":material/play_arrow:",
            key="start-search",
            disabled=not can_train(),
            on_click=_want,
        )
        count = formatting.format_count(settings.trials, "trial")
        st.markdown(f"{count}, about {formatting.format_duration(seconds)} if none is stopped early", width="content")
    if not can_train():
        st.warning(explain_missing_extra("train", "Training"), icon=":material/download:")


def _want() -> None:
    """Ask for a start after the settings are read: a callback would see those of the last run of the page."""
    st.session_state[_WANTED] = True


def _start(settings: SearchSettings) -> None:
    try:
        actions.start(settings)
        search_view.open_search(settings.name)
    except DigitnetError as error:
        st.session_state.problem = str(error)
