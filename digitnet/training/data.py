"""Gather the digits of a training: MNIST's, user digits, or both."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from digitnet.collection.collection import Collection
from digitnet.datasets.mnist import TRAINING_DIGITS, Digits, load_mnist, split
from digitnet.errors import ConfigError
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run
from digitnet.experiments.snapshots import probe_digits
from digitnet.labels import NOT_A_DIGIT
from digitnet.models.card import BOTH, MNIST, USER
from digitnet.preprocessing.normalization import PICTURE_SIZE

if TYPE_CHECKING:
    pass


NO_DIGITS = Digits(np.empty((0, PICTURE_SIZE, PICTURE_SIZE), np.uint8), np.empty(0, np.uint8))


def load_user_digits(config: TrainingConfig, kept: Path) -> Digits:
    """Return the own digits that the run learns from, those in the file `kept` if it went on before.

    What is held out is never among them, and what is no digit only where the network can say so.

    Raises:
        ConfigError: there are none.
        CollectionError: the collection cannot be read.
        OSError: they cannot be kept.
    """
    if not config.uses_user_digits:
        return NO_DIGITS
    digits = _load(kept)
    if digits is None:
        digits = load_trainable_digits(config)
        _save(digits, kept)
    if not len(digits.labels):
        raise ConfigError("There are no digits of yours to train on yet: correct or import some first.")
    return digits


def load_trainable_digits(config: TrainingConfig) -> Digits:
    """Return those digits of the collection that such a run may learn from; raises CollectionError."""
    with Collection.open() as collection:
        digits = collection.load_digits(config.writers or None, held_out=False)
    return digits if config.refuse else digits.select(np.flatnonzero(digits.labels != NOT_A_DIGIT))


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


class TrainingData(NamedTuple):
    """The digits of a training."""

    training: Digits  # of MNIST
    own: Digits
    held_out: Digits  # of MNIST
    test: Digits
    tray: Digits  # shown while it is trained


def gather_data(config: TrainingConfig, run: Run) -> TrainingData:
    """Load and split the digits that a run trains on."""
    training, test = load_mnist()
    training, validation = split(_limited(training, config.limit), config.validation_share, config.seed)
    return TrainingData(
        training,
        load_user_digits(config, run.user_digits),
        validation,
        _limited(test, config.limit),
        probe_digits(test),
    )


def describe_data(config: TrainingConfig, data: TrainingData) -> str:
    """Return what is trained on in words."""
    mnist = f"MNIST, {len(data.training.labels):,} of its {TRAINING_DIGITS:,} training digits"
    own = f"{len(data.own.labels):,} own digits"
    return {MNIST: mnist, USER: own, BOTH: f"{mnist}, and {own}"}[config.data]


def _limited(digits: Digits, limit: int) -> Digits:
    return digits.select(slice(limit)) if limit else digits
