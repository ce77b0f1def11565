"""Model folders with cards, written for tests."""

import json

from digitnet.models import creation, store
from digitnet.models.card import Card, read_card


def save_card(**fields: object) -> Card:
    """Create the model "mine" with these fields in its card, and return the card as it is read."""
    with creation.create_model("mine") as folder:
        (folder / store.TFLITE_FILE).write_bytes(b"network")
        (folder / store.CARD_FILE).write_text(json.dumps(fields))
    return read_card("mine")


def save_model(name: str, content: bytes = b"network") -> None:
    """Create the model `name` with `content` as its network and a card that fits it."""
    with creation.create_model(name) as folder:
        (folder / store.TFLITE_FILE).write_bytes(content)
        (folder / store.CARD_FILE).write_text(json.dumps({"sha256": store.compute_digest(content)}))
