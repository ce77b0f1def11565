"""The statistics of batch normalisation, measured for the very weights that are kept.

While a network is trained they are followed with a delay, and they are those of the plain weights: of the averaged
ones, which are kept, nobody knows them.

Source: Izmailov, Podoprikhin, Garipov, Vetrov and Wilson, "Averaging Weights Leads to Wider Optima and Better
Generalization", 2018, section 3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keras import Sequential

    from digitnet.feeding import Feed

_BATCHES = 60


def measure_statistics(network: Sequential, feed: Feed) -> None:
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
