"""The own digits that a run is trained on: taken when it begins, and kept with it, so that it goes on with the same."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np

from digitnet.collection import Collection
from digitnet.config import TrainingConfig
from digitnet.datasets import Digits
from digitnet.errors import ConfigError
from digitnet.labels import NOT_A_DIGIT
from digitnet.normalization import SIZE

NONE = Digits(np.empty((0, SIZE, SIZE), np.uint8), np.empty(0, np.uint8))


def own_digits(config: TrainingConfig, kept: Path) -> Digits:
    """Return the own digits that the run learns from, those in the file `kept` if it went on before.

    What is held out is never among them, and what is no digit only where the network can say so.

    Raises:
        ConfigError: there are none.
        CollectionError: the collection cannot be read.
        OSError: they cannot be kept.
    """
    if not config.uses_own:
        return NONE
    digits = _load(kept)
    if digits is None:
        digits = trainable(config)
        _save(digits, kept)
    if not len(digits.labels):
        raise ConfigError("There are no digits of yours to train on yet: correct or import some first.")
    return digits


def trainable(config: TrainingConfig) -> Digits:
    """Return those digits of the collection that such a run may learn from; raises CollectionError."""
    with Collection.open() as collection:
        digits = collection.digits(config.writers or None, held_out=False)
    return digits if config.refuse else digits.take(np.flatnonzero(digits.labels != NOT_A_DIGIT))


def _load(path: Path) -> Digits | None:
    try:
        with np.load(path) as arrays:
            return Digits(arrays["images"], arrays["labels"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _save(digits: Digits, path: Path) -> None:
    partial = path.with_name("own-partial.npz")
    np.savez_compressed(partial, images=digits.images, labels=digits.labels)
    os.replace(partial, path)
