"""Estimate the duration of a training run before it starts."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from digitnet.datasets.mnist import TEST_DIGITS, TRAINING_DIGITS
from digitnet.errors import DigitnetError
from digitnet.experiments.config import TrainingConfig
from digitnet.models import store
from digitnet.models.architecture import count_operations, count_parameters
from digitnet.models.card import Card, require_card

# Seconds measured on two cores, fitted to runs of every recipe: benchmarks/recipes.json.
_SECONDS_PER_DIGIT = 1.2e-5
_SECONDS_PER_OPERATION = 6.0e-11
_SECONDS_PER_BATCH = 1.2e-3
_SECONDS_PER_WEIGHT = 2.5e-9  # In each batch.
_SECONDS_PER_COPY = 1.6e-4  # For each augmented digit.
_SECONDS_PER_NONDIGIT = 5.0e-4  # For each badly cut digit and each picture of a non-digit.
_NONDIGITS_PER_DIGIT = 0.25
# The same for the start (TensorFlow and the digits) and the finish, fitted to `quick` and to a fine-tuned `cnn`.
_START_SECONDS = 4.0
_EXPORT_SECONDS = 1.0
_CALIBRATION_COPIES, _FINE_TUNED_COPIES = 12_000, 4_000  # As `digitnet.training.confidence` makes them.
_MAX_COPIES_OF_A_DIGIT = 100
_SECONDS_PER_CALIBRATION_COPY = 4.1e-4
_RECALLED_DIGITS = 20_000  # Read by Keras after fine-tuning, see `digitnet.training.fine_tuning`.
_SECONDS_PER_READING = 1.0e-5  # For each digit that is read, and the next for each of its operations.
_SECONDS_PER_READING_OPERATION = 1.0e-11
_MAX_RUNS = 12  # The machine's speed is measured by this many of its last runs.
_MIN_TRAINING_SECONDS = 5.0  # Of a training expected to be shorter, Keras' own start takes most.


class Duration(NamedTuple):
    """Seconds of the parts of a run."""

    start: float
    training: float
    finish: float

    @property
    def total(self) -> float:
        """The seconds of the whole run."""
        return sum(self)


def estimate_duration(config: TrainingConfig, user_digits: int = 0) -> Duration:
    """Estimate the duration of a run on this machine, from earlier runs on it.

    Args:
        user_digits: number of user digits to train on.
    """
    return estimate_durations([config], user_digits)[0]


def estimate_durations(configs: Iterable[TrainingConfig], user_digits: int = 0) -> list[Duration]:
    """Estimate the durations of several runs, as `estimate_duration` does of one."""
    slowness = _measure_slowness()
    return [
        Duration(*(s * f for s, f in zip(_estimate_on_reference(config, user_digits), slowness, strict=True)))
        for config in configs
    ]


def _estimate_on_reference(config: TrainingConfig, user_digits: int) -> Duration:
    """Estimate the duration of a run on the machine that the constants were measured on."""
    return Duration(_START_SECONDS, _estimate_training_seconds(config, user_digits), _estimate_finish_seconds(config))


def _estimate_training_seconds(config: TrainingConfig, user_digits: int) -> float:
    digits = sum(config.count_digits_in_epoch(config.mnist_digits, user_digits))
    batches = math.ceil(digits / config.batch_size)
    pictures = 1 + _NONDIGITS_PER_DIGIT * config.refuse
    operations = count_operations(config.network, config.outputs)
    seconds_per_digit = _SECONDS_PER_DIGIT + _SECONDS_PER_OPERATION * operations * pictures
    seconds_per_digit += _SECONDS_PER_COPY * config.augment
    seconds_per_digit += _SECONDS_PER_NONDIGIT * _NONDIGITS_PER_DIGIT * config.refuse
    seconds_per_batch = _SECONDS_PER_BATCH + _SECONDS_PER_WEIGHT * count_parameters(config.network, config.outputs)
    return config.epochs * (digits * seconds_per_digit + batches * seconds_per_batch)


def _estimate_finish_seconds(config: TrainingConfig) -> float:
    held_out = (config.limit or TRAINING_DIGITS) - config.mnist_digits
    copies = min(_FINE_TUNED_COPIES if config.start else _CALIBRATION_COPIES, _MAX_COPIES_OF_A_DIGIT * held_out) * (
        1 + _NONDIGITS_PER_DIGIT * config.refuse
    )
    readings = 2 * min(config.limit or TEST_DIGITS, TEST_DIGITS) + copies  # Test digits, and digits trained on.
    if config.start:
        readings += copies + _RECALLED_DIGITS
    operations = count_operations(config.network, config.outputs)
    seconds_per_reading = _SECONDS_PER_READING + _SECONDS_PER_READING_OPERATION * operations
    return _EXPORT_SECONDS + copies * _SECONDS_PER_CALIBRATION_COPY + readings * seconds_per_reading


def _measure_slowness() -> Duration:
    """Return the median ratio of real to expected seconds of each part of the last runs, 1 if unknown."""
    parts = zip(*(_compare_with_estimate(card) for card in _list_last_runs()), strict=True)
    medians = [statistics.median(known) if (known := [*filter(None, ratios)]) else 1.0 for ratios in parts]
    return Duration(*medians) if medians else Duration(1.0, 1.0, 1.0)


def _list_last_runs() -> list[Card]:
    """List the cards of the models that were trained on this machine last."""
    cards = []
    for name in store.list_models():
        with suppress(DigitnetError):
            card = require_card(name)
            if name not in store.SHIPPED_MODELS and not card.uploaded and card.epochs_done and card.finished:
                cards.append(card)
    return sorted(cards, key=lambda card: card.finished)[-_MAX_RUNS:]


def _compare_with_estimate(card: Card) -> tuple[float | None, ...]:
    """Return the ratio of real to expected seconds of each part of a run, None if unknown."""
    with suppress(DigitnetError, TypeError, ArithmeticError):
        config = TrainingConfig.from_dict(card.raw_config).replace(epochs=card.epochs_done)
        expected = _estimate_on_reference(config, card.user_digits or 0)
        training = card.seconds if expected.training >= _MIN_TRAINING_SECONDS else None
        real = (card.start_seconds, training, card.finish_seconds)
        return tuple(None if seconds is None else seconds / part for seconds, part in zip(real, expected, strict=True))
    return (None, None, None)
