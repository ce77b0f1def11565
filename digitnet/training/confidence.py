"""Calibrate a trained network's confidence on augmented copies of held-out digits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation.augmentation import Augmentation, add_nondigits
from digitnet.datasets.mnist import Digits
from digitnet.errors import DigitnetError
from digitnet.experiments.config import TrainingConfig
from digitnet.labels import CLASSES, NOT_A_DIGIT
from digitnet.models.calibration import apply_temperature, find_acceptance_levels, fit_temperature, measure_wrong_shares
from digitnet.models.card import read_card
from digitnet.models.classifier import Classifier

_COPIES = 12_000  # The number of augmented digits to measure on.
_FEWER_COPIES = 4_000  # The same after fine-tuning, which should take seconds.
_MAX_COPIES_OF_A_DIGIT = 100  # Further copies of the same digit add little information.


def calibrate(classifier: Classifier, config: TrainingConfig, held_out: Digits) -> dict[str, Any]:
    """Return the card's `temperature` and `accept`, measured on copies of held-out digits."""
    if not len(held_out.labels):
        return {}
    copies = _make_copies(held_out.select(np.flatnonzero(held_out.labels != NOT_A_DIGIT)), config)
    probabilities = classifier.predict_probabilities(copies.images)
    temperature = fit_temperature(probabilities, copies.labels)
    predictions = _rate_predictions(apply_temperature(probabilities, temperature), copies.labels)
    levels = find_acceptance_levels(*predictions, _measure_shares_before(config, copies))
    return {"temperature": temperature, "accept": levels}


def _measure_shares_before(config: TrainingConfig, copies: Digits) -> dict[float, float]:
    """Return the wrong shares of the model before fine-tuning by risk; empty if it is gone."""
    if not config.start:
        return {}
    try:
        levels, before = read_card(config.start).acceptance_levels, Classifier.load(config.start)
    except DigitnetError:
        return {}
    return measure_wrong_shares(levels, *_rate_predictions(before.predict_probabilities(copies.images), copies.labels))


def _rate_predictions(
    probabilities: NDArray[np.float32], labels: NDArray[np.uint8]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return the confidence in the most probable digit of each picture, and whether it is right."""
    digits = probabilities[:, :CLASSES]
    return digits.max(axis=1), digits.argmax(axis=1) == labels


def _make_copies(digits: Digits, config: TrainingConfig) -> Digits:
    """Return some thousand augmented copies, with non-digits for a network that refuses."""
    augmentation = Augmentation()
    copies = []
    count = _FEWER_COPIES if config.start else _COPIES
    for number in range(min(_MAX_COPIES_OF_A_DIGIT, max(1, count // len(digits.labels)))):
        rng = np.random.default_rng((config.seed, number))
        augmented = digits._replace(images=augmentation.apply(digits.images, digits.labels, rng))
        copies.append(add_nondigits(digits, augmented.images, augmentation, rng) if config.refuse else augmented)
    images, labels = zip(*copies, strict=True)
    return Digits(np.concatenate(images), np.concatenate(labels))
