"""Tell digits from other ink for networks of ten labels, by the network that digitnet ships.

A network of ten labels, such as those of tutorials, makes a digit of every half and every pair. The shipped network
`cnn` has learned an eleventh label for them.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np

from digitnet import paths
from digitnet.errors import ModelError
from digitnet.labels import NOT_A_DIGIT
from digitnet.models.classifier import Classifier
from digitnet.models.store import CARD_FILE, DEFAULT_MODEL, TFLITE_FILE
from digitnet.types import Pictures, Probabilities


def classify_ink(classifier: Classifier, pictures: Pictures) -> Probabilities:
    """Return the probabilities of pictures of ink, float32 (n, 11); the last is that of no digit.

    A network of ten labels gets that of the shipped network, and its own ten are lowered alike. If the shipped network
    is missing, was replaced by one of ten labels or is damaged, all ink may be a digit.

    Args:
        classifier: the digit network.
        pictures: uint8 (n, 28, 28), normalized.
    """
    probabilities = classifier.predict_probabilities(pictures)
    if classifier.refuses:
        return probabilities
    shipped = _load_shipped(paths.SHIPPED_MODELS_DIR / DEFAULT_MODEL)
    nothing = np.zeros((len(pictures), 1), np.float32)
    none = shipped.predict_probabilities(pictures)[:, NOT_A_DIGIT:] if shipped else nothing
    return np.hstack([probabilities * (1 - none), none])


@lru_cache(maxsize=1)
def _load_shipped(folder: Path) -> Classifier | None:
    """Load the network that ships with digitnet, whatever models the user has; return None if it cannot refuse."""
    try:
        card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
        shipped = Classifier((folder / TFLITE_FILE).read_bytes(), DEFAULT_MODEL, float(card["temperature"]))
    except (OSError, ValueError, KeyError, TypeError, ModelError):
        return None
    return shipped if shipped.refuses else None
