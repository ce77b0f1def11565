"""Compile a network: optimizer, learning rate schedule, averaged weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from digitnet.experiments.config import TrainingConfig
from digitnet.models.architecture import count_operations

if TYPE_CHECKING:
    from keras import Sequential


_AVERAGED_STEPS = 1000  # the averaged weights look back about so far, less in a short run
_WARM_UP = 0.2  # of all steps
_STEPS_TOGETHER = 8  # where each is so short that passing from Python to TensorFlow counts
_SHORT_STEP = 100_000_000  # operations


def compile_network(network: Sequential, config: TrainingConfig, steps: int) -> None:
    """Set optimizer, learning rate schedule and loss of a network; `steps` is the count in an epoch."""
    import keras

    optimizer = {
        "adam": keras.optimizers.Adam,
        "adamw": keras.optimizers.AdamW,
        "rmsprop": keras.optimizers.RMSprop,
        "sgd": keras.optimizers.SGD,
    }[config.optimizer]
    momentum = 1 - 1 / count_averaged_steps(config, steps)
    averaging = {"use_ema": True, "ema_momentum": momentum} if config.average_weights else {}
    network.compile(
        optimizer=optimizer(learning_rate=_learning_rate(config, steps * config.epochs), **averaging),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=_STEPS_TOGETHER if _is_short(config) else 1,
    )


def count_averaged_steps(config: TrainingConfig, steps: int) -> int:
    """Return over how many steps weights are averaged, about, where an epoch has so many `steps`."""
    return max(1, min(_AVERAGED_STEPS, steps * config.epochs // 20))


def _is_short(config: TrainingConfig) -> bool:
    return count_operations(config.network, config.outputs) * config.batch_size < _SHORT_STEP


def _learning_rate(config: TrainingConfig, steps: int) -> Any:
    from keras.optimizers.schedules import CosineDecay

    rate = config.learning_rate
    if config.schedule == "cosine":
        return CosineDecay(rate, steps, alpha=0.01)
    if config.schedule == "warm-up":
        warm = max(1, round(steps * _WARM_UP))
        return CosineDecay(rate / 20, max(1, steps - warm), warmup_target=rate, warmup_steps=warm)
    return rate
