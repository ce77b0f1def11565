"""Take over the description of a received model from its card and history, and leave people out of a card."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import Any

from digitnet.models import editing
from digitnet.models.card import ENDS, MAX_EPOCHS

_MAX_TEXT_CHARACTERS = {"recipe": 64, "source": 300, "data": 500, "note": editing.MAX_NOTE_CHARACTERS}
_MAX_CONFIG_CHARACTERS = 20_000  # As JSON.
_PEOPLE = ("accounts", "writers")  # Settings of a training that name people.
_REQUIRED_COLUMNS = {"epoch", "accuracy", "loss"}
_KNOWN_COLUMNS = _REQUIRED_COLUMNS | {"val_accuracy", "val_loss", "seconds", "val_seconds", "learning_rate"}
_NOT_MEASURED = ("", "NA")


def parse_card(content: bytes) -> dict[str, Any]:
    """Return the fields of a card, none if it is no card."""
    try:
        card = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return card if isinstance(card, dict) else {}


def select_description(card: dict[str, Any]) -> dict[str, Any]:
    """Return the valid fields of a card that describe the model rather than measure it."""
    selected = {
        key: card[key]
        for key, max_characters in _MAX_TEXT_CHARACTERS.items()
        if isinstance(card.get(key), str) and _fits(card[key], max_characters)
    }
    config, seconds = card.get("config"), card.get("seconds")
    if isinstance(config, dict) and _fits(config, _MAX_CONFIG_CHARACTERS):
        selected |= leave_out_people({"config": config})  # It claims nobody's digits.
    if isinstance(seconds, int | float) and 0 <= seconds < math.inf:
        selected["seconds"] = float(seconds)
    if type(epochs := card.get("epochs_done")) is int and 0 <= epochs <= MAX_EPOCHS:
        selected["epochs_done"] = epochs
    if card.get("ended") in ENDS:
        selected["ended"] = card["ended"]
    return selected


def leave_out_people(card: dict[str, Any]) -> dict[str, Any]:
    """Return a card whose settings name nobody: no accounts, which are e-mails, and no writers."""
    config = card.get("config")
    if not isinstance(config, dict):
        return card
    return card | {"config": config | {key: [] for key in _PEOPLE if key in config}}


def _fits(value: Any, max_characters: int) -> bool:
    """Return whether a value is valid JSON of at most `max_characters`."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode("utf-8")  # Lone surrogates cannot be shown.
    except (ValueError, RecursionError):
        return False
    return len(text) <= max_characters + 2


def check_history(content: bytes) -> str:
    """Return the history if it is CSV of numbers in known columns, else ""."""
    try:
        text = content.decode("utf-8")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        numbers = [float(cell) for row in rows for cell in row.values() if cell not in _NOT_MEASURED]
        epochs = [int(row["epoch"]) for row in rows]
    except (ValueError, TypeError, KeyError, csv.Error):
        return ""
    is_known = bool(rows) and _REQUIRED_COLUMNS <= set(rows[0]) <= _KNOWN_COLUMNS
    return text if is_known and all(map(math.isfinite, numbers)) and min(epochs) >= 0 else ""
