"""Fill in the settings of the set-up form from a recipe or a model, and read them."""

from __future__ import annotations

import streamlit as st

from digitnet import DigitnetError
from digitnet.experiments import queue
from digitnet.experiments.config import TrainingConfig
from digitnet.models import architecture
from digitnet.models.active import get_active_model
from digitnet.models.card import BOTH, MNIST
from pages.shared.study_form import NONE
from pages.training import network_editor, training_data
from pages.training.controls import get_setting, put_setting

FIRST_RECIPE = "quick"
SCRATCH, CONTINUE = "scratch", "continue"
_WITHOUT_CONTROL = {
    "layers",
    "limit",
    "group",
    "promote",
    "accounts",
}  # Settings of a training that the form does not hold.


def start_settings() -> None:
    """Fill in the first recipe when the form is first shown; propose a name after a start."""
    state = st.session_state
    state.setdefault("starts", 0)
    if get_setting("recipe") is None:
        put_setting("recipe", FIRST_RECIPE)
        fill_in_recipe()
    if started := state.pop("started", ""):
        put_setting("name", queue.find_free_name(started))


def fill_in_recipe() -> None:
    """Set all controls to the settings of the chosen recipe."""
    recipe = get_setting("recipe")
    fill_in_config(TrainingConfig.from_recipe(recipe, name=queue.find_free_name(recipe)))


def change_recipe() -> None:
    """Fill in the chosen recipe.

    Do nothing if a model is continued: the browser may still show the recipes after that choice.
    """
    if get_setting("beginning") == SCRATCH:
        fill_in_recipe()


def change_starting_point() -> None:
    """Fill in the settings of the starting point: a recipe's, or those that continue a model."""
    if get_setting("beginning") == SCRATCH:
        return fill_in_recipe()
    try:
        config = TrainingConfig.for_fine_tuning(get_active_model())
    except DigitnetError as error:
        st.session_state.problem = str(error)
        return put_setting("beginning", SCRATCH)
    put_setting("data", BOTH if training_data.has_user_digits() else MNIST)
    return fill_in_config(config.replace(name=queue.find_free_name(config.name)))


def fill_in_config(config: TrainingConfig) -> None:
    """Set all controls to these settings; the choices of a recipe and of user digits stay."""
    settings = {
        **{name: value for name, value in config.to_dict().items() if name not in _WITHOUT_CONTROL},
        "writers": list(config.writers),
        "own_share": round(100 * config.own_share),
        "validation_share": round(100 * config.validation_share),
        "learning_rate": f"{config.learning_rate:g}",
        "trying": False,
        "setting": "units",
        "second_setting": NONE,
        "seeds": 1,
        "beginning": CONTINUE if config.start else SCRATCH,
    }
    for name, value in settings.items():
        if name not in ("recipe", "data", "writers", "own_share") or get_setting(name) is None:
            put_setting(name, value)
    network_editor.set_layers(config.network)


def read_config() -> TrainingConfig:
    """Return the configuration that the controls describe.

    Raises:
        DigitnetError: a setting cannot work, or the model to continue cannot be read.
    """
    return _continue_model() if get_setting("start") else _train_from_scratch()


def _train_from_scratch() -> TrainingConfig:
    names = TrainingConfig.__dataclass_fields__.keys() - _WITHOUT_CONTROL
    given = {name: get_setting(name) for name in names}
    shares = {"validation_share": given["validation_share"] / 100, "own_share": given["own_share"] / 100}
    rate, writers = float(given["learning_rate"]), tuple(given["writers"])
    layers = architecture.format_layers(network_editor.get_layers())
    return TrainingConfig(**{**given, **shares, "learning_rate": rate, "writers": writers, "layers": layers})


def _continue_model() -> TrainingConfig:
    return TrainingConfig.for_fine_tuning(
        get_setting("start"),
        own_share=get_setting("own_share") / 100,
        learning_rate=float(get_setting("learning_rate")),
        writers=tuple(get_setting("writers")),
        **{name: get_setting(name) for name in ("name", "data", "epochs", "epoch_digits")},
    )
