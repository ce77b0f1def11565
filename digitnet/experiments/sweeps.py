"""Make a config for each of several values of one setting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from digitnet.errors import ConfigError
from digitnet.experiments.config import OPTIMIZERS, TrainingConfig
from digitnet.models.architecture import format_layers
from digitnet.models.layers import Dense, Dropout, Layer

MAX_VALUES = 12  # Values of one sweep.


class SweepSetting(NamedTuple):
    """A setting whose values can be compared.

    Attributes:
        label: name of the setting in words.
        values: example values with commas between them.
        parse: turns the text of a value into the value; raises ValueError.
        apply: returns a config with the value; raises ConfigError.
    """

    label: str
    values: str
    parse: Callable[[str], Any]
    apply: Callable[[TrainingConfig, Any], TrainingConfig]


def make_variants(config: TrainingConfig, setting: str, values: str) -> list[TrainingConfig]:
    """Return a config for each value; they differ only in `setting`, name and variant.

    Args:
        setting: one of `SETTINGS`.
        values: values with commas between them, such as "0, 0.2, 0.4".

    Raises:
        ConfigError: a value cannot be parsed or cannot work, there are no values or too many, or the network has
            no such layers.
    """
    swept = SETTINGS[setting]
    texts = list(dict.fromkeys(part.strip() for part in values.split(",") if part.strip()))
    if not 1 <= len(texts) <= MAX_VALUES:
        raise ConfigError(f"Expected 1 to {MAX_VALUES} values with commas between them. Received: {len(texts)}.")
    group = f"{swept.label} of {config.name}"
    return [
        swept.apply(config, _parse_value(swept, text)).replace(
            name=f"{config.name}-{setting.replace('_', '-')}-{text.lower()}", group=group, variant=text
        )
        for text in texts
    ]


def _parse_value(setting: SweepSetting, text: str) -> Any:
    try:
        return setting.parse(text)
    except ValueError:
        raise ConfigError(f"Expected {setting.label.lower()} such as {setting.values}. Received: {text!r}.") from None


def _set_field(name: str) -> Callable[[TrainingConfig, Any], TrainingConfig]:
    return lambda config, value: config.replace(**{name: value})


def _set_dropout(config: TrainingConfig, rate: float) -> TrainingConfig:
    """Set every dropout to `rate`; without any, add one after each hidden dense layer."""
    network: list[Layer] = [*config.network]
    if not any(isinstance(layer, Dropout) for layer in network):
        for place in [place for place, layer in enumerate(network) if isinstance(layer, Dense)][::-1]:
            network.insert(place + 1, Dropout(0))
    changed = [Dropout(rate) if isinstance(layer, Dropout) else layer for layer in network]
    return _replace_network(config, changed, Dropout, "dropout")


def _set_units(config: TrainingConfig, units: int) -> TrainingConfig:
    changed = [replace(layer, units=units) if isinstance(layer, Dense) else layer for layer in config.network]
    return _replace_network(config, changed, Dense, "hidden dense layer")


def _set_depth(config: TrainingConfig, count: int) -> TrainingConfig:
    """Repeat the first hidden dense layer, and a dropout after it, `count` times."""
    if not 0 <= count <= 10:
        raise ConfigError(f"Expected a number of hidden layers from 0 to 10. Received: {count}.")
    network = config.network
    first = next((place for place, layer in enumerate(network) if isinstance(layer, Dense)), None)
    if first is None:
        raise ConfigError("The network has no hidden dense layer to repeat; add one.")
    block = network[first : first + 2]
    block = block if isinstance(block[-1], Dropout) else block[:1]
    return config.replace(layers=format_layers([*network[:first], *block * count]))


def _replace_network(config: TrainingConfig, network: list[Layer], kind: type, description: str) -> TrainingConfig:
    if not any(isinstance(layer, kind) for layer in network):
        raise ConfigError(f"The network has no {description} to try values for; add one.")
    return config.replace(layers=format_layers(network))


def _parse_optimizer(text: str) -> str:
    if text.lower() not in OPTIMIZERS:
        raise ValueError(text)
    return text.lower()


SETTINGS = {
    "dropout": SweepSetting("Dropout", "0, 0.1, 0.3, 0.5", float, _set_dropout),
    "units": SweepSetting("Hidden size", "32, 128, 512", int, _set_units),
    "layers": SweepSetting("Number of hidden layers", "1, 2, 3", int, _set_depth),
    "optimizer": SweepSetting("Optimizer", "sgd, rmsprop, adam, adamw", _parse_optimizer, _set_field("optimizer")),
    "learning_rate": SweepSetting("Learning rate", "0.0001, 0.001, 0.01", float, _set_field("learning_rate")),
    "batch_size": SweepSetting("Batch size", "32, 128, 512", int, _set_field("batch_size")),
    "epochs": SweepSetting("Epochs", "2, 5, 10", int, _set_field("epochs")),
}
