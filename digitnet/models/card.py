"""Read a model's card as a record of checked fields, because cards may come from elsewhere."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from digitnet.access.permissions import guarded
from digitnet.errors import DigitnetError
from digitnet.models import store

MNIST, BOTH, USER = "mnist", "both", "own"  # The digits a model is trained on: values of the setting `data`.
MAX_EPOCHS = 1000
STOPPED, FAILED, INTERRUPTED = "stopped", "failed", "interrupted"
WHOLE, EARLY = "whole", "early"
ENDS = (WHOLE, EARLY, STOPPED)  # How the training of a model ended.


@dataclass(frozen=True)
class Card:
    """A model's card; a field that the file lacks or holds with a wrong type is None or empty.

    Attributes:
        source: author or publication of the network.
        data: digits the model was trained on, in words.
        date: year, month and day as YYYY-MM-DD.
        finished: end of the training as ISO 8601 with seconds.
        weights: "float32" or "int8".
        before: name of the model that was in use, or was fine-tuned.
        accuracy: share of `test_digits` read correctly, 0 to 1.
        loss: cross-entropy on the test digits in nats, of the network's outputs before any temperature.
        training_accuracy: the same for digits that the model was trained on, as many as test digits at most.
        training_loss: the loss on them.
        user_digits: number of user digits the model was trained on.
        size: bytes of the LiteRT network.
        seconds: duration of the training.
        start_seconds: time before the first batch.
        finish_seconds: time after the last batch.
        epochs_done: number of whole epochs.
        ended: one of `ENDS`.
        changes: what was changed while it trained, in words.
        temperature: divisor of the network's logits.
        acceptance_levels: least confidence (0 to 1) by the share of accepted digits that may be wrong (0 to 1).
        config: settings of the training that are text, numbers, yes or no; a list of texts is one text.
        raw_config: settings as the file has them, for `TrainingConfig.from_dict`.
        recognized: file and inputs of an uploaded network, in words.
        promoted: whether the model was put to use automatically, None if that was not asked for.
        problem: sentence on a card that cannot be read, else "".
    """

    name: str
    recipe: str = ""
    source: str = ""
    data: str = ""
    note: str = ""
    date: str = ""
    finished: str = ""
    weights: str = ""
    before: str = ""
    sha256: str = ""
    accuracy: float | None = None
    loss: float | None = None
    test_digits: int | None = None
    training_accuracy: float | None = None
    training_loss: float | None = None
    user_digits: int | None = None
    parameters: int | None = None
    size: int | None = None
    seconds: float | None = None
    start_seconds: float | None = None
    finish_seconds: float | None = None
    epochs_done: int | None = None
    ended: str = ""
    changes: tuple[str, ...] = ()
    temperature: float = 1.0
    acceptance_levels: dict[float, float] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    raw_config: dict[str, Any] = field(default_factory=dict)
    uploaded: bool = False
    recognized: str = ""
    promoted: bool | None = None
    problem: str = ""

    @property
    def fine_tuned(self) -> bool:
        """Whether the model was trained on user digits."""
        return self.config.get("data", MNIST) in (BOTH, USER)


@guarded("models.look")
def read_card(name: str) -> Card:
    """Return the card of the model, with a sentence in `problem` if it cannot be read."""
    try:
        return require_card(name)
    except DigitnetError as error:
        return Card(name, problem=str(error))


@guarded("models.look")
def require_card(name: str) -> Card:
    """Return the card of the model.

    Raises:
        ModelError: there is no such model, or its card cannot be read.
    """
    card = store.load_card(name)
    texts = ("recipe", "source", "data", "note", "date", "finished", "weights", "before", "ended", "recognized")
    promoted = card.get("promoted")
    config = card["config"] if isinstance(card.get("config"), dict) else {}
    return Card(
        name,
        **{key: card[key] for key in texts if isinstance(card.get(key), str)},
        sha256=str(card.get("sha256", "")),
        accuracy=_read_number(card, "test_accuracy"),
        loss=_read_number(card, "test_loss"),
        test_digits=_read_count(card, "test_digits"),
        training_accuracy=_read_number(card, "training_accuracy"),
        training_loss=_read_number(card, "training_loss"),
        user_digits=_read_count(card, "own_digits"),
        parameters=_read_count(card, "parameters"),
        size=_read_count(card, "tflite_bytes"),
        seconds=_read_number(card, "seconds"),
        start_seconds=_read_number(card, "start_seconds"),
        finish_seconds=_read_number(card, "finish_seconds"),
        epochs_done=_read_count(card, "epochs_done"),
        temperature=_read_temperature(card),
        acceptance_levels=_read_levels(card.get("accept")),
        changes=tuple(filter(lambda text: isinstance(text, str), _read_list(card, "changes"))),
        config=_simplify(config),
        raw_config=config,
        uploaded=card.get("uploaded") is True,
        promoted=promoted if isinstance(promoted, bool) else None,
    )


def _read_number(card: dict[str, Any], key: str) -> float | None:
    value = card.get(key)
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _read_list(card: dict[str, Any], key: str) -> list[Any]:
    value = card.get(key)
    return value if isinstance(value, list) else []


def _read_count(card: dict[str, Any], key: str) -> int | None:
    value = _read_number(card, key)
    return None if value is None else int(value)


def _read_temperature(card: dict[str, Any]) -> float:
    value = _read_number(card, "temperature")
    return value if value is not None and 0.1 <= value <= 10 else 1.0


def _read_levels(accept: Any) -> dict[float, float]:
    """Return the valid levels among those of `calibration.find_acceptance_levels`."""
    levels = {}
    for risk, entry in accept.items() if isinstance(accept, dict) else ():
        level = _read_number(entry, "level") if isinstance(entry, dict) else None
        with suppress(ValueError):
            if level is not None and 0 < float(risk) < 1:
                levels[float(risk)] = min(max(level, 0.0), 1.0)
    return levels


def _simplify(config: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that are text, numbers, yes or no; a list of texts becomes one text."""
    texts = {key: _join(value) for key, value in config.items() if isinstance(value, list)}
    return {key: texts.get(key, value) for key, value in config.items() if isinstance(value, str | int | float | list)}


def _join(values: list[Any]) -> str:
    """Return a list of names as a text; digits without a writer have the name ""."""
    return ", ".join(str(value) or "no name given" for value in values) or "all"
