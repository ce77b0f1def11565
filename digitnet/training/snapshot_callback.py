"""The look inside a network in training: after every epoch its answers to a tray of digits, its first weights."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitnet.datasets.mnist import Digits
from digitnet.experiments.run import Run
from digitnet.experiments.snapshots import Snapshots, load
from digitnet.preprocessing.normalization import to_network_input

MOST = 24  # filters or units


class SnapshotCallback(keras.callbacks.Callback):
    """Keeps a snapshot before the training and one for each epoch; a run that goes on adds to those it has.

    It comes after the callbacks that restore and average weights, so that it shows those that are kept.
    """

    def __init__(self, run: Run, tray: Digits) -> None:
        super().__init__()
        self._run = run
        self._tray = tray
        self._inputs = to_network_input(self._tray.images)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Take up what an interrupted run has left."""
        done, outputs = self._run.count_saved_epochs(), self.model.output_shape[-1]
        kept = load(self._run.snapshots)
        fits = kept is not None and kept.answers.shape[1:] == (len(self._tray.labels), outputs)
        self._kept = kept.until(done) if kept is not None and fits else Snapshots.empty(self._tray, outputs)
        if done not in self._kept.epochs:
            self._keep(done)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keep what the network makes of the tray now."""
        self._keep(epoch + 1)

    def _keep(self, epochs: int) -> None:
        answers = np.asarray(self.model(self._inputs, training=False))
        weights = get_first_weights(self.model)
        self._kept = self._kept.then(epochs, answers, weights[:MOST], len(weights))
        with suppress(OSError):  # a training without a look inside is worth more than none
            self._kept.save(self._run.snapshots)


def get_first_weights(network: keras.Model) -> NDArray[np.float32]:
    """Return the weights of the first layer that has any, as a picture for each filter or unit.

    Returns:
        float32 (units, h, w); none where what the layer is given is no picture.
    """
    kernels = (np.asarray(layer.kernel, np.float32) for layer in network.layers if hasattr(layer, "kernel"))
    kernel: NDArray[np.float32] = next(kernels, np.empty(0, np.float32))
    if kernel.ndim == 4:
        return kernel[:, :, 0].transpose(2, 0, 1)
    side = math.isqrt(len(kernel))
    if kernel.ndim == 2 and side > 1 and side * side == len(kernel):
        return kernel.T.reshape(-1, side, side)
    return np.empty((0, 1, 1), np.float32)
