"""Continuing a trained network with more digits, so that it forgets little of what it knew."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitnet.datasets.mnist import Digits
from digitnet.errors import ConfigError
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run
from digitnet.labels import CLASSES
from digitnet.models import store
from digitnet.models.architecture import build
from digitnet.preprocessing.normalization import to_network_input

if TYPE_CHECKING:
    from keras import Sequential


_LEARNT = (1.0, 0.75, 0.5, 0.35, 0.2)  # of the way from the model that is continued to what was learnt
_LOOKED_AT, _HARD = 16_000, 1200  # of MNIST's digits, and those of them that are looked at for each part of the way
_FORGOTTEN = 5  # of these that may be misread and were not before: 0.03 points


def load_start_weights(network: Sequential, config: TrainingConfig, run: Run) -> None:
    """Give the network the weights of the model that is continued, if there is one.

    Raises:
        ConfigError: it is another network.
        ModelError: there is no such model.
    """
    import keras

    if not config.start:
        return
    if not run.start_weights.is_file():
        path = store.model_dir(config.start) / store.KERAS_FILE
        try:
            network.set_weights(keras.saving.load_model(path, compile=False).get_weights())
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"The model {config.start!r} cannot be continued: its network is missing, damaged or not the one "
                "asked for; train from scratch instead."
            ) from error
        partial = run.folder / "partial.weights.h5"
        network.save_weights(partial)
        os.replace(partial, run.start_weights)
    network.load_weights(run.start_weights)
    _keep_first(network)


def _keep_first(network: Sequential) -> None:
    """Leave the layers before the first pooling as they are: edges and strokes are the same in every hand.

    They are few of the weights and much of the time. Source: Yosinski, Clune, Bengio and Lipson, "How transferable are
    features in deep neural networks?", 2014.
    """
    from keras.layers import AveragePooling2D, MaxPooling2D

    pooled = [isinstance(layer, MaxPooling2D | AveragePooling2D) for layer in network.layers]
    for layer in network.layers[: pooled.index(True) if True in pooled else 0]:
        layer.trainable = False


def limit_forgetting(network: Sequential, config: TrainingConfig, run: Run, known: Digits) -> None:
    """Go back from what was learnt towards the weights that were continued, until no more than that is forgotten.

    Args:
        known: digits of MNIST that are trained on; those are looked at of which the model that is continued was the
            least sure.

    Source: weights in between are better than either end; Wortsman et al., "Robust fine-tuning of zero-shot models",
    2022.
    """
    if not config.start:
        return
    before = build(config.network, config.recipe, config.outputs)
    before.load_weights(run.start_weights)
    start, learnt = before.get_weights(), network.get_weights()
    network.set_weights(start)
    hard = _least_sure(network, known, config.seed)
    most = _wrong(network, hard) + _FORGOTTEN
    for part in _LEARNT:
        network.set_weights([old + part * (new - old) for old, new in zip(start, learnt, strict=True)])
        if _wrong(network, hard) <= most:
            return


def _least_sure(network: Sequential, known: Digits, seed: int) -> Digits:
    """Return the digits, of some thousands, whose answer can change most easily."""
    some = known.select(np.random.default_rng(seed).permutation(len(known.labels))[:_LOOKED_AT])
    return some.select(np.argsort(_answers(network, some).max(axis=1), kind="stable")[:_HARD])


def _wrong(network: Sequential, digits: Digits) -> int:
    return int((_answers(network, digits)[:, :CLASSES].argmax(axis=1) != digits.labels).sum())


def _answers(network: Sequential, digits: Digits) -> NDArray[np.float32]:
    return np.asarray(network.predict(to_network_input(digits.images), batch_size=500, verbose=0))
