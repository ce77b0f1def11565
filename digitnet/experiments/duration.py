"""Estimate the duration of a training run before it starts."""

from __future__ import annotations

import math
import statistics
from contextlib import suppress

from digitnet.datasets.mnist import TRAINING_DIGITS
from digitnet.errors import DigitnetError
from digitnet.experiments.config import TrainingConfig
from digitnet.models import store
from digitnet.models.architecture import count_operations, count_parameters
from digitnet.models.card import require_card

STARTUP_SECONDS = 9.0  # TensorFlow's start, the test digits and the export.
# Seconds measured on two cores, fitted to runs of every recipe: benchmarks/recipes.json.
_SECONDS_PER_DIGIT = 1.2e-5
_SECONDS_PER_OPERATION = 6.0e-11
_SECONDS_PER_BATCH = 1.2e-3
_SECONDS_PER_WEIGHT = 2.5e-9  # In each batch.
_SECONDS_PER_COPY = 1.6e-4  # For each augmented digit.
_SECONDS_PER_NONDIGIT = 5.0e-4  # For each badly cut digit and each picture of a non-digit.
_NONDIGITS_PER_DIGIT = 0.25
_MAX_RUNS = 12  # The machine's speed is measured by this many of its last runs.
_MIN_RUN_SECONDS = 5.0  # In a shorter run, Keras' own start dominates.


def estimate_seconds(config: TrainingConfig, user_digits: int = 0) -> float:
    """Estimate the seconds that a run takes on this machine, from earlier runs on it.

    Args:
        user_digits: number of user digits to train on.
    """
    return STARTUP_SECONDS + _estimate_training_seconds(config, user_digits) * _measure_slowness()


def _estimate_training_seconds(config: TrainingConfig, user_digits: int) -> float:
    mnist = round((config.limit or TRAINING_DIGITS) * (1 - config.validation_share))
    digits = sum(config.count_digits_in_epoch(mnist, user_digits))
    batches = math.ceil(digits / config.batch_size)
    pictures = 1 + _NONDIGITS_PER_DIGIT * config.refuse
    operations = count_operations(config.network, config.outputs)
    seconds_per_digit = _SECONDS_PER_DIGIT + _SECONDS_PER_OPERATION * operations * pictures
    seconds_per_digit += _SECONDS_PER_COPY * config.augment
    seconds_per_digit += _SECONDS_PER_NONDIGIT * _NONDIGITS_PER_DIGIT * config.refuse
    seconds_per_batch = _SECONDS_PER_BATCH + _SECONDS_PER_WEIGHT * count_parameters(config.network, config.outputs)
    return config.epochs * (digits * seconds_per_digit + batches * seconds_per_batch)


def _measure_slowness() -> float:
    """Return the ratio of real to estimated duration of runs on this machine, 1 without runs."""
    factors = []
    for name in store.list_models():
        if name in store.SHIPPED_MODELS:
            continue
        with suppress(DigitnetError, TypeError, ArithmeticError):
            card = require_card(name)
            if card.uploaded or not (card.raw_config and card.epochs_done and card.finished):
                continue
            if (card.seconds or 0) < _MIN_RUN_SECONDS:
                continue
            config = TrainingConfig.from_dict(card.raw_config).replace(epochs=card.epochs_done)
            expected = _estimate_training_seconds(config, card.user_digits or 0)
            factors.append((card.finished, (card.seconds or 0) / expected))
    return statistics.median(factor for _, factor in sorted(factors)[-_MAX_RUNS:]) if factors else 1.0
