"""Make averaged weights useful in short trainings and with batch normalization.

At first the averages hold much of the initial weights, so they are reset. Batch normalization follows the statistics
of the plain weights with a delay, so the statistics are measured anew for the averaged weights.

Source: Izmailov, Podoprikhin, Garipov, Vetrov and Wilson, "Averaging Weights Leads to Wider Optima and Better
Generalization", 2018, section 3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keras import Sequential
    from keras.callbacks import Callback

    from digitnet.training.batches import TrainingBatches


_MAX_MEASURED_BATCHES = 60


def build_average_reset(network: Sequential, epochs: int) -> Callback:
    """Return a callback that resets the averages after each of the first `epochs` epochs.

    A reset sets them to the plain weights. Place it before SwapEMAWeights.
    """
    from keras.callbacks import LambdaCallback

    def reset(epoch: int, _logs: dict[str, Any] | None = None) -> None:
        if epoch >= epochs:
            return
        optimizer = network.optimizer
        for weights, average in zip(
            optimizer._trainable_variables, optimizer._model_variables_moving_average, strict=True
        ):
            average.assign(weights)

    return LambdaCallback(on_epoch_end=reset)


def measure_batch_statistics(network: Sequential, batches: TrainingBatches) -> None:
    """Set the statistics of batch normalization to those of the first batches."""
    from keras.layers import BatchNormalization

    layers = [layer for layer in network.layers if isinstance(layer, BatchNormalization)]
    if not layers:
        return
    momentum = [layer.momentum for layer in layers]
    for index in range(min(_MAX_MEASURED_BATCHES, len(batches))):
        for layer in layers:
            layer.momentum = index / (index + 1)  # This keeps the plain mean of all batches so far.
        network(batches[index][0], training=True)
    for layer, before in zip(layers, momentum, strict=True):
        layer.momentum = before
