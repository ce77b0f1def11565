"""How far a trained network's confidence is to be believed, measured on varied copies of digits held out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation.augmentation import Augmentation, add_nondigits
from digitnet.datasets.mnist import Digits
from digitnet.errors import DigitnetError
from digitnet.experiments.config import TrainingConfig
from digitnet.labels import CLASSES
from digitnet.models.calibration import apply_temperature, find_acceptance_levels, fit_temperature, measure_wrong_shares
from digitnet.models.card import read_card
from digitnet.models.classifier import Classifier

_COPIES = 12_000  # varied digits that it is measured on
_FEWER_COPIES = 4_000  # where a model is continued, which is to take seconds
_MOST_OF_ONE = 100  # of each digit held out: further ones tell little more


def calibrate(classifier: Classifier, config: TrainingConfig, held_out: Digits) -> dict[str, Any]:
    """Return the temperature and the levels of acceptance, measured on varied copies of digits held out."""
    if not len(held_out.labels):
        return {}
    copies = _varied(held_out, config)
    answers = classifier.predict_probabilities(copies.images)
    temperature = fit_temperature(answers, copies.labels)
    levels = find_acceptance_levels(
        *_sureness(apply_temperature(answers, temperature), copies.labels), _shares_before(config, copies)
    )
    return {"temperature": temperature, "accept": levels}


def _shares_before(config: TrainingConfig, copies: Digits) -> dict[float, float]:
    """Return what the levels of the model that is continued come to on `copies`; nothing where that is gone."""
    if not config.start:
        return {}
    try:
        levels, before = read_card(config.start).acceptance_levels, Classifier.load(config.start)
    except DigitnetError:
        return {}
    return measure_wrong_shares(levels, *_sureness(before.predict_probabilities(copies.images), copies.labels))


def _sureness(answers: NDArray[np.float32], labels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return how sure the network is of the most probable digit of each, and whether that is right."""
    digits = answers[:, :CLASSES]
    return digits.max(axis=1), digits.argmax(axis=1) == labels


def _varied(digits: Digits, config: TrainingConfig) -> Digits:
    """Return some thousand varied copies of digits and, for a network that refuses, what is no digit."""
    augmentation = Augmentation()
    copies = []
    wanted = _FEWER_COPIES if config.start else _COPIES
    for number in range(min(_MOST_OF_ONE, max(1, wanted // len(digits.labels)))):
        rng = np.random.default_rng((config.seed, number))
        varied = digits._replace(images=augmentation.apply(digits.images, digits.labels, rng))
        copies.append(add_nondigits(digits, varied.images, augmentation, rng) if config.refuse else varied)
    images, labels = zip(*copies, strict=True)
    return Digits(np.concatenate(images), np.concatenate(labels))
