"""How long a training run will take: a guess before it starts."""

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

STARTUP_SECONDS = 9.0  # seconds of TensorFlow's own start, the test digits and the export
# Seconds as measured on two cores, fitted to runs of every recipe: benchmarks/recipes.json.
_PER_DIGIT = 1.2e-5
_PER_OPERATION = 6.0e-11
_PER_BATCH = 1.2e-3
_PER_WEIGHT = 2.5e-9  # of each batch
_PER_COPY = 1.6e-4  # of each varied digit
_PER_NONDIGIT = 5.0e-4  # of each cut, and of each picture of what is no digit
_NONDIGITS = 0.25  # of these to a digit
_RUNS = 12  # of this machine that are looked at
_LONG_ENOUGH = 5.0  # seconds; in a shorter run Keras' own start is most


def estimate_seconds(config: TrainingConfig, user_digits: int = 0) -> float:
    """Return about how many seconds the run takes here, learnt from the runs made on this machine before.

    Args:
        own: how many own digits there are to train on.
    """
    return STARTUP_SECONDS + _training_seconds(config, user_digits) * _machine_factor()


def _training_seconds(config: TrainingConfig, user_digits: int) -> float:
    mnist = round((config.limit or TRAINING_DIGITS) * (1 - config.validation_share))
    digits = sum(config.count_digits_in_epoch(mnist, user_digits))
    batches = math.ceil(digits / config.batch_size)
    pictures = 1 + _NONDIGITS * config.refuse
    each = _PER_DIGIT + _PER_OPERATION * count_operations(config.network, config.outputs) * pictures
    each += _PER_COPY * config.augment + _PER_NONDIGIT * _NONDIGITS * config.refuse
    return config.epochs * (
        digits * each + batches * (_PER_BATCH + _PER_WEIGHT * count_parameters(config.network, config.outputs))
    )


def _machine_factor() -> float:
    """Return how much slower than the machine of the figures this one has been, 1 where nothing is known."""
    factors = []
    for name in store.list_models():
        if name in store.SHIPPED_MODELS:
            continue
        with suppress(DigitnetError, TypeError, ArithmeticError):
            card = require_card(name)
            if card.uploaded or not (card.raw_config and card.epochs_done and card.finished):
                continue
            if (card.seconds or 0) < _LONG_ENOUGH:
                continue
            config = TrainingConfig.from_dict(card.raw_config).replace(epochs=card.epochs_done)
            done = _training_seconds(config, card.user_digits or 0)
            factors.append((card.finished, (card.seconds or 0) / done))
    return statistics.median(factor for _, factor in sorted(factors)[-_RUNS:]) if factors else 1.0
