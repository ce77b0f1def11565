"""Make a config for each of several values of one setting."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from digitnet.errors import ConfigError
from digitnet.experiments.config import DEFAULT_RATES, TrainingConfig
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
        hint: sentences for users on the values; may be empty.
    """

    label: str
    values: str
    parse: Callable[[str], Any]
    apply: Callable[[TrainingConfig, Any], TrainingConfig]
    hint: str = ""


class OptimizerAtRate(NamedTuple):
    """An optimizer with the learning rate at which it is tried."""

    optimizer: str
    rate: float

    def __str__(self) -> str:
        return f"{self.optimizer} {self.rate:g}"


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
    parsed: dict[Any, str] = {}
    for text in texts:
        value = _parse_value(swept, text)
        parsed.setdefault(value, str(value) if isinstance(value, OptimizerAtRate) else text)
    return [
        swept.apply(config, value).replace(
            name=f"{config.name}-{setting.replace('_', '-')}-{text.lower().replace(' ', '-')}",
            group=group,
            variant=text,
        )
        for value, text in parsed.items()
    ]


def sort_values(texts: Iterable[str]) -> list[str]:
    """Return values in the order of their numbers, or as they are if one is no number."""
    values = list(texts)
    try:
        return sorted(values, key=float)
    except ValueError:
        return values


def find_base_name(name: str) -> str:
    """Return the name from which `make_variants` made the name of a run, or "" if it did not make it."""
    settings = "|".join(setting.replace("_", "-") for setting in SETTINGS)
    match = re.fullmatch(rf"(.+?)-(?:{settings})-.+", name)
    return match[1] if match else ""


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


def _parse_optimizer(text: str) -> OptimizerAtRate:
    """Parse "adam", at its default rate, or "adam 0.002"; raises ValueError."""
    optimizer, _, rate = text.lower().partition(" ")
    if optimizer not in DEFAULT_RATES:
        raise ValueError(text)
    return OptimizerAtRate(optimizer, float(rate) if rate else DEFAULT_RATES[optimizer])


def _set_optimizer(config: TrainingConfig, value: OptimizerAtRate) -> TrainingConfig:
    return config.replace(optimizer=value.optimizer, learning_rate=value.rate)


SETTINGS = {
    "dropout": SweepSetting("Dropout", "0, 0.1, 0.3, 0.5", float, _set_dropout),
    "units": SweepSetting("Hidden size", "32, 128, 512", int, _set_units),
    "layers": SweepSetting("Number of hidden layers", "1, 2, 3", int, _set_depth),
    "optimizer": SweepSetting(
        "Optimizer",
        "sgd, rmsprop, adam, adamw",
        _parse_optimizer,
        _set_optimizer,
        "Each is tried at its own default learning rate in Keras, 0.01 for SGD and 0.001 for the others, not at the "
        "rate above. To try another, type it behind the name: adam 0.002.",
    ),
    "learning_rate": SweepSetting("Learning rate", "0.0001, 0.001, 0.01", float, _set_field("learning_rate")),
    "batch_size": SweepSetting("Batch size", "32, 128, 512", int, _set_field("batch_size")),
    "epochs": SweepSetting("Epochs", "2, 5, 10", int, _set_field("epochs")),
}
