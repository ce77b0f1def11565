"""List the settings whose values can be compared: parse a value, and change a config by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from digitnet.errors import ConfigError
from digitnet.experiments.config import DEFAULT_RATES, LOSSES, SQUARED_ERROR, TrainingConfig
from digitnet.models.architecture import format_layers
from digitnet.models.layers import ACTIVATIONS, Convolution, Dense, Dropout, Layer

_LOSS_ABBREVIATIONS = {"mse": SQUARED_ERROR}


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


def get_setting(name: str) -> SweepSetting:
    """Return the setting called `name`; raises ConfigError if its values cannot be compared."""
    if name not in SETTINGS:
        raise ConfigError(f"Expected a setting of {', '.join(SETTINGS)}. Received: {name!r}.")
    return SETTINGS[name]


def parse_values(name: str, values: str) -> dict[str, Any]:
    """Return the values of a setting by their texts, each once.

    Args:
        name: one of `SETTINGS`.
        values: values with commas between them, such as "0, 0.2, 0.4".

    Raises:
        ConfigError: there is no such setting, or a value cannot be parsed.
    """
    setting = get_setting(name)
    parsed: dict[Any, str] = {}
    for text in filter(None, (part.strip() for part in values.split(","))):
        value = _parse(setting, text)
        parsed.setdefault(value, str(value) if isinstance(value, OptimizerAtRate | str) else text)
    return {text: value for value, text in parsed.items()}


def _parse(setting: SweepSetting, text: str) -> Any:
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
    return _replace_network(config, changed, (Dropout,), "dropout")


def _set_units(config: TrainingConfig, units: int) -> TrainingConfig:
    changed = [replace(layer, units=units) if isinstance(layer, Dense) else layer for layer in config.network]
    return _replace_network(config, changed, (Dense,), "hidden dense layer")


def _set_activation(config: TrainingConfig, activation: str) -> TrainingConfig:
    kinds = (Dense, Convolution)
    changed = [
        replace(layer, activation=activation) if isinstance(layer, Dense | Convolution) else layer
        for layer in config.network
    ]
    return _replace_network(config, changed, kinds, "hidden layer with an activation")


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


def _replace_network(
    config: TrainingConfig, network: list[Layer], kinds: tuple[type, ...], description: str
) -> TrainingConfig:
    if not any(isinstance(layer, kinds) for layer in network):
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


def _parse_activation(text: str) -> str:
    if text.lower() not in ACTIVATIONS:
        raise ValueError(text)
    return text.lower()


def _parse_loss(text: str) -> str:
    loss = _LOSS_ABBREVIATIONS.get(text.lower(), text.lower())
    if loss not in LOSSES:
        raise ValueError(text)
    return loss


SETTINGS = {
    "units": SweepSetting("Hidden neurons", "32, 128, 512", int, _set_units, "Of every hidden dense layer."),
    "layers": SweepSetting(
        "Number of hidden layers", "1, 2, 3", int, _set_depth, "The first hidden dense layer, so many times."
    ),
    "batch_size": SweepSetting("Batch size", "32, 128, 512", int, _set_field("batch_size")),
    "epochs": SweepSetting("Epochs", "2, 5, 10", int, _set_field("epochs")),
    "optimizer": SweepSetting(
        "Optimizer",
        "sgd, rmsprop, adam, adamw",
        _parse_optimizer,
        _set_optimizer,
        "Each is tried at its own default learning rate in Keras, 0.01 for SGD and 0.001 for the others. To try "
        "another, type it behind the name: adam 0.002.",
    ),
    "learning_rate": SweepSetting("Learning rate", "0.0001, 0.001, 0.01", float, _set_field("learning_rate")),
    "dropout": SweepSetting(
        "Dropout", "0, 0.1, 0.3, 0.5", float, _set_dropout, "After every hidden dense layer if the network has none."
    ),
    "activation": SweepSetting(
        "Activation", "relu, tanh, sigmoid, linear", _parse_activation, _set_activation, "Of every hidden layer."
    ),
    "loss": SweepSetting(
        "Loss function",
        ", ".join(LOSSES),
        _parse_loss,
        _set_field("loss"),
        "The squared error is the mean over the outputs, as in Keras, so its gradients are small: with sgd it takes a "
        "far higher learning rate. The loss shown is the cross-entropy of both.",
    ),
}
