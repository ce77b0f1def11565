"""Hold the settings with which a trained model is fine-tuned."""

from __future__ import annotations

from typing import Any

from digitnet.models.card import BOTH

# Fine-tuning takes few and small steps: it learns a handwriting within seconds and forgets little.
FINE_TUNING: dict[str, Any] = {
    "data": BOTH,
    "epochs": 3,
    "batch_size": 64,
    "epoch_digits": 1536,
    "optimizer": "adam",
    "learning_rate": 0.0005,
    "schedule": "warm-up",
    "average_weights": False,
    "augment": True,
    "other_hands": True,
    "patience": 0,
    "group": "",
    "variant": "",
    "writers": (),
    "accounts": (),
    "promote": False,
}
