"""Describe model cards as page text."""

from __future__ import annotations

from typing import Any

from digitnet.access.accounts import covers, list_accounts
from digitnet.access.callers import get_caller
from digitnet.experiments.config import CROSS_ENTROPY, TEST_SET
from digitnet.experiments.published import PUBLISHED
from digitnet.experiments.recipes import RECIPES
from digitnet.models.card import Card

_LABELS = {
    "recipe": "recipe",
    "layers": "network",
    "epochs": "epochs",
    "epochs_done": "epochs done",
    "batch_size": "batch size",
    "optimizer": "optimizer",
    "learning_rate": "learning rate",
    "schedule": "learning rate schedule",
    "loss": "loss function",
    "average_weights": "averaged weights",
    "augment": "varied copies",
    "other_hands": "more handwriting styles",
    "refuse": "rejects non-digits",
    "validation_share": "held out for validation",
    "validation": "validation digits",
    "patience": "patience",
    "seed": "seed",
    "limit": "digits used",
    "group": "group",
    "data": "digits",
    "own_share": "share of your digits",
    "start": "continues",
    "epoch_digits": "digits per epoch",
    "promote": "put to use automatically",
}
_EMPTY_VALUES = {"patience": "none", "limit": "all", "validation_share": "none", "epoch_digits": "all"}
_SHARES = ("validation_share", "own_share")
LOOKS_AT_TEST_DIGITS = "Looks at the test digits while training, as tutorials do; their figures flatter a little."
# The folder of handwriting was on another machine, and the card names its sets. Accounts and writers are people.
_HIDDEN = ("name", "hands", "accounts")
_PEOPLE = ("writers",)


def describe_settings(card: Card) -> dict[str, str]:
    """Describe the settings of the training as labels and values, without the model's name."""
    values = {"recipe": card.recipe, **card.config}
    if network := describe_network(card):
        values["layers"] = network
    hidden = _HIDDEN if _may_see_people(card) else _HIDDEN + _PEOPLE
    return {
        _LABELS.get(key, key.replace("_", " ")): _format_value(key, values[key]) for key in values if key not in hidden
    }


def _may_see_people(card: Card) -> bool:
    """Return whether the caller sees the digits of all whose digits a model was trained on."""
    seen, trained = list_accounts(get_caller()), card.raw_config.get("accounts")
    return seen is None or (isinstance(trained, list) and bool(trained) and covers(seen, map(str, trained)))


def describe_network(card: Card) -> str:
    """Describe the network by its layers, else by its recipe, or return "" if neither is known."""
    layers = card.config.get("layers")
    summary = RECIPES[card.recipe].summary if card.recipe in RECIPES else ""
    return layers if isinstance(layers, str) and layers else summary


def describe_training(card: Card) -> str:
    """Describe the main settings: "40 epochs, adam 0.002 cosine, varied copies"."""
    config = card.config
    parts = [
        f"continues {config['start']}" if config.get("start") else "",
        f"{config['epochs']} epochs" if "epochs" in config else "",
        " ".join(str(config[key]) for key in ("optimizer", "learning_rate", "schedule") if key in config),
        f"batches of {config['batch_size']}" if "batch_size" in config else "",
        str(config["loss"]) if config.get("loss", CROSS_ENTROPY) != CROSS_ENTROPY else "",
        _describe_copies(config),
        "looks at the test digits while training" if config.get("validation") == TEST_SET else "",
        "rejects non-digits" if config.get("refuse") is True else "",
        "averaged weights" if config.get("average_weights") is True else "",
    ]
    return ", ".join(part for part in parts if part)


def _format_value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value in (0, "") or value is None:
        return _EMPTY_VALUES.get(key, str(value))
    if key in _SHARES and isinstance(value, float):
        return f"{value:.0%}"
    return f"{value:,}" if key == "limit" and isinstance(value, int) else str(value)


def _describe_copies(config: dict[str, Any]) -> str:
    if config.get("augment") is not True:
        return ""
    return "varied copies" if config.get("other_hands", True) else "varied copies like MNIST's"


def describe_published(card: Card) -> str:
    """Return the figures that the recipe's tutorial states, "98.15% of the test digits, loss 0.085", or ""."""
    published = PUBLISHED.get(card.recipe)
    return str(published) if published else ""


def describe_loss(card: Card) -> str:
    """Return the loss on the test digits: "0.0742", or "" if it is not known."""
    return "" if card.loss is None else f"{card.loss:.4f}"


def describe_accuracy(card: Card) -> str:
    """Return the test accuracy: "99.62% of 10,000", or "" if it is not known."""
    if card.accuracy is None:
        return ""
    return f"{card.accuracy:.2%}" + (f" of {card.test_digits:,}" if card.test_digits else "")
