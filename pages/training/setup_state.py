"""Keep the settings of the set-up form; fill them in from a recipe or model; read them."""

from __future__ import annotations

import streamlit as st

from digitnet import DigitnetError
from digitnet.experiments import queue
from digitnet.experiments.config import TrainingConfig
from digitnet.models import architecture
from digitnet.models.active import get_active_model
from digitnet.models.card import BOTH, MNIST
from pages.training import network_editor, training_data
from pages.training.controls import widget_key

FIRST_RECIPE = "quick"
SCRATCH, CONTINUE = "scratch", "continue"


def restore_settings() -> None:
    """Restore this session's settings, or fill in the first recipe; propose a name after a start."""
    state = st.session_state
    if "setup" not in state:
        state.setup = {"recipe": FIRST_RECIPE}
        state.starts = 0
        fill_in_recipe()
    if started := state.pop("started", ""):
        state.setup["name"] = state[widget_key("name")] = queue.find_free_name(started)
    for name, value in state.setup.items():
        state.setdefault(widget_key(name), value)


def fill_in_recipe() -> None:
    """Set all controls to the settings of the chosen recipe."""
    state = st.session_state
    recipe = state.get(widget_key("recipe"), state.setup.get("recipe", FIRST_RECIPE))
    fill_in_config(TrainingConfig.from_recipe(recipe, name=queue.find_free_name(recipe)))


def change_recipe() -> None:
    """Fill in the chosen recipe.

    Do nothing if a model is continued: the browser may still show the recipes after that choice.
    """
    if st.session_state.setup["beginning"] == SCRATCH:
        fill_in_recipe()


def change_starting_point() -> None:
    """Fill in the settings of the starting point: a recipe's, or those that continue a model."""
    state = st.session_state
    if state[widget_key("beginning")] == SCRATCH:
        state.setup["recipe"] = state.get(widget_key("recipe"), FIRST_RECIPE)
        return fill_in_recipe()
    try:
        config = TrainingConfig.for_fine_tuning(get_active_model())
    except DigitnetError as error:
        state.problem, state[widget_key("beginning")] = str(error), SCRATCH
        return None
    state.setup["data"] = BOTH if training_data.has_user_digits() else MNIST
    return fill_in_config(config.replace(name=queue.find_free_name(config.name)))


def fill_in_config(config: TrainingConfig) -> None:
    """Set all controls to these settings; the choice of user digits stays."""
    state = st.session_state
    kept = {name: state.setup[name] for name in ("data", "writers", "own_share") if name in state.setup}
    state.setup = {
        **config.to_dict(),
        "writers": list(config.writers),
        "own_share": round(100 * config.own_share),
        "validation_share": round(100 * config.validation_share),
        "learning_rate": f"{config.learning_rate:g}",
        "trying": False,
        "setting": "dropout",
        **kept,
        "beginning": CONTINUE if config.start else SCRATCH,
    }
    for name in ("layers", "limit", "group", "promote"):
        del state.setup[name]
    state.setups = state.get("setups", 0) + 1
    state.update({widget_key(name): value for name, value in state.setup.items()})
    network_editor.set_layers(config.network)


def read_config() -> TrainingConfig:
    """Return the configuration that the controls describe.

    Raises:
        DigitnetError: a setting cannot work, or the model to continue cannot be read.
    """
    return _continue_model() if st.session_state.setup["start"] else _train_from_scratch()


def _train_from_scratch() -> TrainingConfig:
    setup = st.session_state.setup
    given = {name: value for name, value in setup.items() if name in TrainingConfig.__dataclass_fields__}
    shares = {"validation_share": given["validation_share"] / 100, "own_share": given["own_share"] / 100}
    rate, writers = float(given["learning_rate"]), tuple(given["writers"])
    layers = architecture.format_layers(network_editor.get_layers())
    return TrainingConfig(**{**given, **shares, "learning_rate": rate, "writers": writers, "layers": layers})


def _continue_model() -> TrainingConfig:
    setup = st.session_state.setup
    return TrainingConfig.for_fine_tuning(
        setup["start"],
        own_share=setup["own_share"] / 100,
        learning_rate=float(setup["learning_rate"]),
        writers=tuple(setup["writers"]),
        **{name: setup[name] for name in ("name", "data", "epochs", "epoch_digits")},
    )
