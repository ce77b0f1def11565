"""Weights averaged over the last steps of a training: what makes them of use early on, and in the end.

At first the averages hold much of the weights that a network began with. And the statistics of batch normalisation
are followed with a delay, and are those of the plain weights: of the averaged ones, which are kept, nobody knows them
until they are measured.

Source: Izmailov, Podoprikhin, Garipov, Vetrov and Wilson, "Averaging Weights Leads to Wider Optima and Better
Generalization", 2018, section 3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keras import Sequential
    from keras.callbacks import Callback

    from digitnet.training.batches import TrainingBatches


_BATCHES = 60


def build_average_reset(network: Sequential, epochs: int) -> Callback:
    """Return what lets the averages begin anew, with the plain weights, at the end of each of the first `epochs`.

    It comes before the callback that swaps both.
    """
    from keras.callbacks import LambdaCallback

    def begin(epoch: int, _logs: dict[str, Any] | None = None) -> None:
        if epoch >= epochs:
            return
        optimizer = network.optimizer
        for weights, average in zip(
            optimizer._trainable_variables, optimizer._model_variables_moving_average, strict=True
        ):
            average.assign(weights)

    return LambdaCallback(on_epoch_end=begin)


def measure_batch_statistics(network: Sequential, feed: TrainingBatches) -> None:
    """Give each batch normalisation the mean and the variance of what it sees of `feed`; none is left as it was."""
    from keras.layers import BatchNormalization

    layers = [layer for layer in network.layers if isinstance(layer, BatchNormalization)]
    if not layers:
        return
    momentum = [layer.momentum for layer in layers]
    for index in range(min(_BATCHES, len(feed))):
        for layer in layers:
            layer.momentum = index / (index + 1)  # the plain mean of all batches so far
        network(feed[index][0], training=True)
    for layer, before in zip(layers, momentum, strict=True):
        layer.momentum = before
