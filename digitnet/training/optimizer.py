"""Compile a network: optimizer, learning rate schedule, loss function, averaged weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from digitnet.experiments.config import CROSS_ENTROPY, SQUARED_ERROR, TrainingConfig
from digitnet.experiments.steps import WARM_UP_SHARE, count_averaged_steps
from digitnet.models.architecture import count_operations

if TYPE_CHECKING:
    from keras import KerasTensor, Sequential


_CROSS_ENTROPY_METRIC = "cross_entropy"
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
        loss={CROSS_ENTROPY: "sparse_categorical_crossentropy", SQUARED_ERROR: mean_squared_error}[config.loss],
        metrics=["accuracy", *_build_loss_metrics(config)],
        steps_per_execution=_STEPS_PER_EXECUTION if _is_step_short(config) else 1,
    )


def mean_squared_error(labels: KerasTensor, outputs: KerasTensor) -> KerasTensor:
    """Return the mean squared difference of each picture's outputs from 1 for its label and 0 for the others, (n,).

    Args:
        labels: (n,) or (n, 1), whole numbers.
        outputs: float32 (n, 10) or (n, 11).
    """
    from keras import ops

    wanted = ops.one_hot(ops.cast(ops.reshape(labels, (-1,)), "int32"), outputs.shape[-1], dtype=outputs.dtype)
    return ops.mean(ops.square(outputs - wanted), axis=-1)


def put_cross_entropy_first(logs: dict[str, Any]) -> None:
    """Rename figures in place: `loss` is the cross-entropy, and another loss function gets a name of its own.

    So the curves of networks that were trained with different loss functions can be compared.
    """
    for prefix in ("", "val_"):
        if f"{prefix}{_CROSS_ENTROPY_METRIC}" in logs:
            logs[f"{prefix}trained_loss"] = logs[f"{prefix}loss"]
            logs[f"{prefix}loss"] = logs.pop(f"{prefix}{_CROSS_ENTROPY_METRIC}")


def _build_loss_metrics(config: TrainingConfig) -> list[Any]:
    """Return the cross-entropy as a metric if the network is trained with another loss function."""
    from keras.metrics import SparseCategoricalCrossentropy

    return [] if config.loss == CROSS_ENTROPY else [SparseCategoricalCrossentropy(name=_CROSS_ENTROPY_METRIC)]


def _is_step_short(config: TrainingConfig) -> bool:
    return count_operations(config.network, config.outputs) * config.batch_size < _MAX_SHORT_STEP_OPERATIONS


def _build_learning_rate(config: TrainingConfig, total_steps: int) -> Any:
    """Return the learning rate, or its schedule over the `total_steps` of a training."""
    from keras.optimizers.schedules import CosineDecay

    from digitnet.training.live_rate import AdjustableSchedule

    rate = config.learning_rate
    if config.schedule == "cosine":
        return AdjustableSchedule(CosineDecay(rate, total_steps, alpha=0.01))
    if config.schedule == "warm-up":
        warmup_steps = max(1, round(total_steps * WARM_UP_SHARE))
        decay_steps = max(1, total_steps - warmup_steps)
        schedule = CosineDecay(rate / 20, decay_steps, warmup_target=rate, warmup_steps=warmup_steps)
        return AdjustableSchedule(schedule)
    return rate
