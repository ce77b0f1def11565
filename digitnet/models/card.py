"""A model's card in words; cards may come from elsewhere, so nothing is taken for granted in them."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from digitnet.errors import DigitnetError
from digitnet.models import store


@dataclass(frozen=True)
class Card:
    """What is known of a model; what its card lacks, or has of a wrong type, is None or empty.

    Attributes:
        accuracy: share of `test_digits` read right, 0 to 1.
        size: bytes of the LiteRT network.
        seconds: what training took.
        epochs_done: how many epochs were trained to their end.
        ended: how, one of `digitnet.runs.ENDS` if it is in order.
        date: year, month and day as YYYY-MM-DD.
        temperature: what its certainty is divided by, so that confidence is what comes true.
        acceptance_levels: least confidence (0 to 1) by the share of accepted digits that may be wrong (0 to 1).
        config: the settings it was trained with.
        problem: a sentence where the card cannot be read.
    """

    name: str
    recipe: str = ""
    source: str = ""
    data: str = ""
    note: str = ""
    date: str = ""
    weights: str = ""
    sha256: str = ""
    accuracy: float | None = None
    test_digits: int | None = None
    parameters: int | None = None
    size: int | None = None
    seconds: float | None = None
    epochs_done: int | None = None
    ended: str = ""
    temperature: float = 1.0
    acceptance_levels: dict[float, float] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    uploaded: bool = False
    problem: str = ""

    @property
    def fine_tuned(self) -> bool:
        """Whether it learnt people's own digits, too."""
        return self.config.get("data", MNIST) in (BOTH, OWN)


def read_card(name: str) -> Card:
    """Return the card of the model; a card that cannot be read becomes a sentence in it."""
    try:
        card = store.load_card(name)
    except DigitnetError as error:
        return Card(name, problem=str(error))
    return Card(
        name,
        **{
            key: card[key]
            for key in ("recipe", "source", "data", "note", "date", "weights", "ended")
            if _is(card, key, str)
        },
        sha256=str(card.get("sha256", "")),
        accuracy=_number(card, "test_accuracy"),
        test_digits=_count(card, "test_digits"),
        parameters=_count(card, "parameters"),
        size=_count(card, "tflite_bytes"),
        seconds=_number(card, "seconds"),
        epochs_done=_count(card, "epochs_done"),
        temperature=_temperature(card),
        acceptance_levels=_levels(card.get("accept")),
        config=_plain(card.get("config")),
        uploaded=card.get("uploaded") is True,
    )


def _is(card: dict[str, Any], key: str, kind: type) -> bool:
    return isinstance(card.get(key), kind)


def _number(card: dict[str, Any], key: str) -> float | None:
    value = card.get(key)
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _count(card: dict[str, Any], key: str) -> int | None:
    value = _number(card, key)
    return None if value is None else int(value)


def _temperature(card: dict[str, Any]) -> float:
    value = _number(card, "temperature")
    return value if value is not None and 0.1 <= value <= 10 else 1.0


def _levels(accept: Any) -> dict[float, float]:
    """Return the level for each risk of `digitnet.calibration.accept_levels` that makes sense."""
    levels = {}
    for risk, entry in accept.items() if isinstance(accept, dict) else ():
        level = _number(entry, "level") if isinstance(entry, dict) else None
        with suppress(ValueError):
            if level is not None and 0 < float(risk) < 1:
                levels[float(risk)] = min(max(level, 0.0), 1.0)
    return levels


def _plain(config: Any) -> dict[str, Any]:
    """Return those settings that are text, numbers or yes and no; a list of texts becomes one."""
    settings = config.items() if isinstance(config, dict) else ()
    lists = {key: ", ".join(map(str, value)) or "all" for key, value in settings if isinstance(value, list)}
    return {key: lists.get(key, value) for key, value in settings if isinstance(value, str | int | float | list)}


MNIST, BOTH, OWN = "mnist", "both", "own"
MAX_EPOCHS = 1000
STOPPED, FAILED, INTERRUPTED = "stopped", "failed", "interrupted"
WHOLE, EARLY = "whole", "early"
ENDS = (WHOLE, EARLY, STOPPED)  # how the training of a model ended
