"""The set-up form of the Train page: starting point, recipe, name, and all other settings."""

from __future__ import annotations

from typing import Any

import streamlit as st

from digitnet import ConfigError, DigitnetError
from digitnet.experiments import queue, study_runs
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.recipes import RECIPES
from digitnet.experiments.run import Run
from digitnet.models import store
from digitnet.models.active import get_active_model
from pages.shared import formatting, model_choice, remembered
from pages.shared.study_form import Tried
from pages.training import network_editor, settings, training_data
from pages.training.controls import get_setting, show_control, show_error, show_input
from pages.training.launch import show_launch
from pages.training.setup_state import (
    CONTINUE,
    SCRATCH,
    change_recipe,
    change_starting_point,
    read_config,
    start_settings,
)


def show_setup() -> None:
    """Show the form on the left, and its summary with the start button on the right."""
    start_settings()
    left, right = st.columns([3, 2], gap="large")
    with left:
        is_continued = choose_starting_point()
        with st.container():  # One element with and without recipes, so that the elements below keep their place.
            if not is_continued:
                choose_recipe()
        with st.container():  # Likewise with and without an error.
            name_problem = choose_name()
        all_settings = remembered.show_expander("All settings", name="setup-open", icon=":material/tune:")
        with all_settings:
            problems, tried = choose_all_settings(is_continued)
    unseen_problems = [] if all_settings.open else problems
    configs: list[TrainingConfig] = []
    if not name_problem and not problems:
        try:
            configs = build_configs(tried)
        except DigitnetError as error:
            unseen_problems = [str(error)]
    with right:
        show_launch(configs, unseen_problems)


def choose_all_settings(is_continued: bool) -> tuple[list[str], Tried | None]:
    """Show the settings that a recipe or a trained model brings; return error sentences, and values to try.

    Args:
        is_continued: whether a trained model is continued.
    """
    problems = [training_data.choose_data()]
    if is_continued:
        return list(filter(None, [*problems, settings.choose_fine_tuning_settings()])), None
    problems += [network_editor.edit_network(), settings.choose_settings()]
    return list(filter(None, problems)), settings.choose_values_to_try()


def choose_starting_point() -> bool:
    """Show the choice of a new network or the model in use; return whether it is the latter."""
    # The labels are constant: a choice sent under a label that has changed since would be lost.
    names = {SCRATCH: "Scratch", CONTINUE: "A trained model"}
    start, active = get_setting("start"), get_active_model()
    if start:
        lead = f"Continues {start}{', the model in use' * (start == active)}"
    else:
        lead = f"Continuing {active}, the model in use, is faster"
    caption = f"{lead}: it learns your handwriting in seconds; MNIST digits are mixed in so that it forgets nothing."
    caption += f" {model_choice.explain_left_out(start)}" if start else ""
    options: dict[str, Any] = {
        "format_func": lambda key: names[key],
        "horizontal": True,
        "on_change": change_starting_point,
    }
    chosen = show_control(
        st.radio, "Start from", "beginning", formatting.escape_markdown(caption), list(names), **options
    )
    return bool(chosen == CONTINUE)


def choose_recipe() -> None:
    """Show the choice of a recipe with its summary and source."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = show_input(st.selectbox, "Recipe", "recipe", list(RECIPES), on_change=change_recipe)
        st.button("Reset", icon=":material/restart_alt:", on_click=change_recipe, help="Use all settings of the recipe")
    recipe = RECIPES[name]
    caption = f"{recipe.summary}. "
    if recipe.published:
        caption += f"Published: {recipe.published}, in {recipe.source}."
    st.caption(formatting.escape_markdown(caption))


def choose_name() -> str:
    """Show the name; return an error sentence, or "" if a new model can have it."""
    name = show_input(st.text_input, "Name", "name", max_chars=64)
    try:
        store.check_name(name)
        if name in store.list_models() or Run(name).exists():
            proposed = formatting.escape_markdown(queue.find_free_name(name))
            return show_error(f"There is a model or a run of that name already; {proposed} is free.")
    except DigitnetError as error:
        return show_error(str(error))
    return ""


def build_configs(tried: Tried | None) -> list[TrainingConfig]:
    """Return the configurations of the runs to start.

    Args:
        tried: settings and their values, for a run each; None for a single run.

    Raises:
        DigitnetError: a setting cannot work, or a name is taken.
    """
    config = read_config()
    if tried is None:
        return [config]
    configs = study_runs.list_missing(study_runs.plan(config, tried.tries, tried.seeds))
    if not configs:
        raise ConfigError("All these values are tried already; choose others, or more seeds.")
    return configs
