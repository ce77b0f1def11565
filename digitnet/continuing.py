"""Continuing a trained network with more digits, so that it forgets little of what it knew."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from digitnet import store
from digitnet.config import TrainingConfig
from digitnet.errors import ConfigError
from digitnet.layers import build
from digitnet.runs import Run

if TYPE_CHECKING:
    from keras import Sequential

_LEARNT = 0.5  # of the way from the model that is continued to what was learnt


def take_start(network: Sequential, config: TrainingConfig, run: Run) -> None:
    """Give the network the weights of the model that is continued, if there is one.

    Raises:
        ConfigError: it is another network.
        ModelError: there is no such model.
    """
    import keras

    if not config.start:
        return
    if not run.start.is_file():
        path = store.model_dir(config.start) / store.KERAS
        try:
            network.set_weights(keras.saving.load_model(path, compile=False).get_weights())
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"The model {config.start!r} cannot be continued: its network is missing, damaged or not the one "
                "asked for; train from scratch instead."
            ) from error
        partial = run.folder / "partial.weights.h5"
        network.save_weights(partial)
        os.replace(partial, run.start)
    network.load_weights(run.start)
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


def keep_start(network: Sequential, config: TrainingConfig, run: Run) -> None:
    """Go back a part of the way to the weights that were continued, so that what was known before is kept.

    Source: Wortsman et al., "Robust fine-tuning of zero-shot models", 2022.
    """
    if not config.start:
        return
    start = build(config.network, config.recipe, config.outputs)
    start.load_weights(run.start)
    pairs = zip(start.get_weights(), network.get_weights(), strict=True)
    network.set_weights([before + _LEARNT * (after - before) for before, after in pairs])
