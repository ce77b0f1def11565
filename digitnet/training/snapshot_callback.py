"""Save a network's predictions for some digits and its first weights after every epoch."""

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

MAX_FILTERS = 24  # The number of filters or units to save.


class SnapshotCallback(keras.callbacks.Callback):
    """Saves a snapshot before the training and after each epoch.

    A resumed run adds to its earlier snapshots. The callback must come after the callbacks that restore and average
    weights, so that it sees the weights that are kept.
    """

    def __init__(self, run: Run, probe: Digits) -> None:
        """Save snapshots for `run` with predictions for the `probe` digits."""
        super().__init__()
        self._run = run
        self._probe = probe
        self._inputs = to_network_input(self._probe.images)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Load the snapshots of an interrupted run, or begin with none."""
        epochs, outputs = self._run.count_saved_epochs(), self.model.output_shape[-1]
        saved = load(self._run.snapshots)
        fits = saved is not None and saved.probabilities.shape[1:] == (len(self._probe.labels), outputs)
        self._snapshots = (
            saved.truncate(epochs) if saved is not None and fits else Snapshots.empty(self._probe, outputs)
        )
        if epochs not in self._snapshots.epochs:
            self._save(epochs)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Save a snapshot."""
        self._save(epoch + 1)

    def _save(self, epochs: int) -> None:
        probabilities = np.asarray(self.model(self._inputs, training=False))
        weights = get_first_weights(self.model)
        self._snapshots = self._snapshots.append(epochs, probabilities, weights[:MAX_FILTERS], len(weights))
        with suppress(OSError):  # A full disk for snapshots must not end the training.
            self._snapshots.save(self._run.snapshots)


def get_first_weights(network: keras.Model) -> NDArray[np.float32]:
    """Return the weights of the first layer that has any, one picture per filter or unit.

    Returns:
        float32 (units, h, w); empty if the layer's input is not a picture.
    """
    kernels = (np.asarray(layer.kernel, np.float32) for layer in network.layers if hasattr(layer, "kernel"))
    kernel: NDArray[np.float32] = next(kernels, np.empty(0, np.float32))
    if kernel.ndim == 4:
        return kernel[:, :, 0].transpose(2, 0, 1)
    side = math.isqrt(len(kernel))
    if kernel.ndim == 2 and side > 1 and side * side == len(kernel):
        return kernel.T.reshape(-1, side, side)
    return np.empty((0, 1, 1), np.float32)
