"""Gather the digits of a training: MNIST's, user digits, or both."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from digitnet.datasets.mnist import TRAINING_DIGITS, Digits, join_digits, load_mnist, split, split_last
from digitnet.errors import ConfigError
from digitnet.experiments.config import LAST_SHARE, TEST_SET, TrainingConfig
from digitnet.experiments.run import Run
from digitnet.experiments.snapshots import probe_digits
from digitnet.handwriting.pictures import HandwrittenDigits, load_handwritten_digits
from digitnet.labels import NOT_A_DIGIT
from digitnet.models.card import BOTH, MNIST, USER
from digitnet.preprocessing.normalization import PICTURE_SIZE

NO_DIGITS = Digits(np.empty((0, PICTURE_SIZE, PICTURE_SIZE), np.uint8), np.empty(0, np.uint8))


class TrainingData(NamedTuple):
    """The digits of a training.

    Attributes:
        training: digits of MNIST, and of a folder of handwriting, to train on.
        user: user digits to train on.
        held_out: other digits of the same sources, for calibration.
        validation: digits that are read after each epoch: those held out, or the test digits.
        test: test digits of MNIST.
        probe: test digits whose predictions are shown during the training.
        hands: those of the folder of handwriting, which are also in `training` and `held_out`; None without one.
    """

    training: Digits
    user: Digits
    held_out: Digits
    validation: Digits
    test: Digits
    probe: Digits
    hands: HandwrittenDigits | None = None


def gather_data(config: TrainingConfig, run: Run) -> TrainingData:
    """Load and split the digits of a run; raises as `load_user_digits` and `load_handwritten_digits` do."""
    training, test = load_mnist()
    training, held_out = _hold_out(_limit(training, config.limit), config)
    hands = None
    if config.hands:
        hands = load_handwritten_digits(Path(config.hands), refuse=config.refuse)
        training = join_digits(training, hands.training)
        if config.held_out_share:
            held_out = join_digits(held_out, hands.held_out)
    user = load_user_digits(config, run.user_digits)
    probe, test = probe_digits(test), _limit(test, config.limit)
    validation = test if config.validation == TEST_SET else held_out
    return TrainingData(training, user, held_out, validation, test, probe, hands)


def _hold_out(digits: Digits, config: TrainingConfig) -> tuple[Digits, Digits]:
    """Return the digits to train on, and those held out."""
    if config.validation == LAST_SHARE:
        return split_last(digits, config.held_out_share)
    return split(digits, config.held_out_share, config.seed)


def load_user_digits(config: TrainingConfig, path: Path) -> Digits:
    """Return the user digits that the run trains on, without the held-out ones.

    Args:
        path: file that keeps the digits for a run that resumes; written if it does not exist.

    Raises:
        ConfigError: there are none.
        CollectionError: the collection cannot be read.
        OSError: the file cannot be written.
    """
    if not config.uses_user_digits:
        return NO_DIGITS
    digits = _load(path)
    if digits is None:
        digits = load_trainable_digits(config)
        _save(digits, path)
    if not len(digits.labels):
        raise ConfigError("There are no digits of yours to train on yet: correct or import some first.")
    return digits


def load_trainable_digits(config: TrainingConfig) -> Digits:
    """Load the user digits that may be trained on, with non-digits only if the network refuses.

    Raises:
        CollectionError: the collection cannot be read.
    """
    from digitnet.collection.collection import Collection  # Training on MNIST alone needs no database.

    with Collection.open() as collection:
        digits = collection.load_digits(
            writers=config.writers or None, accounts=config.accounts or None, held_out=False
        )
    return digits if config.refuse else digits.select(np.flatnonzero(digits.labels != NOT_A_DIGIT))


def describe_data(config: TrainingConfig, data: TrainingData) -> str:
    """Describe the digits of a training in words."""
    hands = len(data.hands.training.labels) if data.hands else 0
    mnist = f"MNIST, {len(data.training.labels) - hands:,} of its {TRAINING_DIGITS:,} training digits"
    if hands:
        mnist += f", and {hands:,} pictures of other handwriting"
    user = f"{len(data.user.labels):,} user digits"
    looked = "; looks at the test digits while training" if config.validation == TEST_SET else ""
    return {MNIST: mnist, USER: user, BOTH: f"{mnist}, and {user}"}[config.data] + looked


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


def _limit(digits: Digits, limit: int) -> Digits:
    return digits.select(slice(limit)) if limit else digits
