"""List the settings that a search may change, and change a training's settings by the values of a trial."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from digitnet.errors import ConfigError
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.sweep_settings import SETTINGS, OptimizerAtRate, get_setting
from digitnet.tuning.dimensions import Dimension, Range, Value, format_value

_LAYERS = "layers"
_OPTIMIZER, _RATE = "optimizer", "learning_rate"
_OF_THE_NETWORK = (_LAYERS, "units", "dropout", "activation")  # Changed in this order: the later change the earlier.


class SearchedSetting(NamedTuple):
    """A setting that a search may change.

    Attributes:
        label: name in words.
        types: types of its values.
        example: its values in TOML, in words of `digitnet.tuning.space`.
    """

    label: str
    types: tuple[type, ...]
    example: str


SEARCHED = {
    "learning_rate": SearchedSetting("Learning rate", (float,), "{ from = 0.0001, to = 0.01, log = true }"),
    "batch_size": SearchedSetting("Batch size", (int,), "[32, 64, 128, 256]"),
    "epochs": SearchedSetting("Epochs", (int,), "{ from = 2, to = 10 }"),
    "optimizer": SearchedSetting("Optimizer", (str,), '["sgd", "adam", "adamw"]'),
    "schedule": SearchedSetting("Schedule", (str,), '["constant", "cosine", "warm-up"]'),
    "loss": SearchedSetting("Loss function", (str,), '["cross-entropy", "mean squared error"]'),
    "units": SearchedSetting("Hidden neurons", (int,), "{ from = 16, to = 512, log = true }"),
    "layers": SearchedSetting("Layers", (int, str), "[1, 2, 3]"),
    "dropout": SearchedSetting("Dropout", (float,), "{ from = 0.0, to = 0.5, step = 0.1 }"),
    "activation": SearchedSetting("Activation", (str,), '["relu", "tanh", "sigmoid"]'),
    "average_weights": SearchedSetting("Averaged weights", (bool,), "[true, false]"),
    "augment": SearchedSetting("Varied copies", (bool,), "[true, false]"),
    "other_hands": SearchedSetting("Copies of other hands", (bool,), "[true, false]"),
    "patience": SearchedSetting("Patience", (int,), "[0, 2, 5]"),
    "epoch_digits": SearchedSetting("Digits in an epoch", (int,), "[10000, 30000, 0]"),
}


def apply_values(config: TrainingConfig, values: Mapping[str, Value]) -> TrainingConfig:
    """Return the settings of a trial: those of `config`, changed by values.

    An optimizer is tried at its own default learning rate unless that is searched, too. A number as `layers` repeats
    the first hidden dense layer, as in `sweep_settings`; a text is the whole network.

    Raises:
        ConfigError: the values cannot work, also together.
    """
    plain = {name: value for name, value in values.items() if name not in _OF_THE_NETWORK}
    if isinstance(values.get(_LAYERS), str):
        plain[_LAYERS] = values[_LAYERS]
    config = config.replace(**plain)
    if _OPTIMIZER in values and _RATE not in values:
        config = _apply_optimizer(config, str(values[_OPTIMIZER]))
    for name in _OF_THE_NETWORK:
        if name in values and name not in plain:
            config = get_setting(name).apply(config, values[name])
    return config


def list_values_to_check(dimension: Dimension) -> list[Value]:
    """Return the values of a dimension that must work for all others to work."""
    return [dimension.low, dimension.high] if isinstance(dimension, Range) else list(dimension.values)


def describe_values(values: Mapping[str, Value]) -> str:
    """Say which values a trial has: "learning rate 0.0012, batch size 64"."""
    return ", ".join(f"{get_label(name).lower()} {format_value(value)}" for name, value in values.items())


def get_label(name: str) -> str:
    """Return the name of a setting in words."""
    return SEARCHED[name].label if name in SEARCHED else name


def _apply_optimizer(config: TrainingConfig, optimizer: str) -> TrainingConfig:
    try:
        value: OptimizerAtRate = SETTINGS[_OPTIMIZER].parse(optimizer)
    except ValueError as error:
        raise ConfigError(f"Expected an optimizer. Received: {optimizer!r}.") from error
    return SETTINGS[_OPTIMIZER].apply(config, value)
