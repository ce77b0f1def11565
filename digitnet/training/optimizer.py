"""Compile a network: optimizer, learning rate schedule, averaged weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from digitnet.experiments.config import TrainingConfig
from digitnet.models.architecture import count_operations

if TYPE_CHECKING:
    from keras import Sequential


_MAX_AVERAGED_STEPS = 1000  # Weights are averaged over about this many steps, fewer in a short run.
_WARM_UP_SHARE = 0.2  # The share of all steps in which the learning rate rises.
_STEPS_PER_EXECUTION = 8  # Short steps run together, because calling TensorFlow from Python takes longer than they do.
_MAX_SHORT_STEP_OPERATIONS = 100_000_000


def compile_network(network: Sequential, config: TrainingConfig, steps: int) -> None:
    """Set the optimizer, learning rate schedule and loss of a network.

    Args:
        steps: number of batches in an epoch.
    """
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
        optimizer=optimizer(learning_rate=_build_learning_rate(config, steps * config.epochs), **averaging),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=_STEPS_PER_EXECUTION if _is_step_short(config) else 1,
    )


def count_averaged_steps(config: TrainingConfig, steps: int) -> int:
    """Return the approximate number of steps over which weights are averaged.

    Args:
        steps: number of batches in an epoch.
    """
    return max(1, min(_MAX_AVERAGED_STEPS, steps * config.epochs // 20))


def _is_step_short(config: TrainingConfig) -> bool:
    return count_operations(config.network, config.outputs) * config.batch_size < _MAX_SHORT_STEP_OPERATIONS


def _build_learning_rate(config: TrainingConfig, total_steps: int) -> Any:
    """Return the learning rate, or its schedule over the `total_steps` of a training."""
    from keras.optimizers.schedules import CosineDecay

    rate = config.learning_rate
    if config.schedule == "cosine":
        return CosineDecay(rate, total_steps, alpha=0.01)
    if config.schedule == "warm-up":
        warmup_steps = max(1, round(total_steps * _WARM_UP_SHARE))
        decay_steps = max(1, total_steps - warmup_steps)
        return CosineDecay(rate / 20, decay_steps, warmup_target=rate, warmup_steps=warmup_steps)
    return rate
