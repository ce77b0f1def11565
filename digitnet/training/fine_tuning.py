"""Fine-tune a trained network on more digits without forgetting MNIST."""

from __future__ import annotations

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


_INTERPOLATION_STEPS = (1.0, 0.75, 0.5, 0.35, 0.2)  # Positions between the start weights, 0, and the new ones, 1.
_SCREENED_DIGITS = 16_000  # Number of MNIST digits among which the hardest are searched for.
_HARD_DIGITS = 1200  # Number of hard digits that are read again at each position.
_MAX_FORGOTTEN_DIGITS = 5  # Hard digits that may be read wrong in addition: 0.03 points of MNIST.


def load_start_weights(network: Sequential, config: TrainingConfig, run: Run) -> None:
    """Load the weights of the model to fine-tune, if there is one, and freeze its first layers.

    Raises:
        ConfigError: the model has another network.
        ModelError: there is no such model.
    """
    import keras

    from digitnet.training.checkpoints import save_weights

    if not config.start:
        return
    if not run.start_weights.is_file():
        path = store.model_dir(config.start) / store.KERAS_FILE
        try:
            network.set_weights(keras.saving.load_model(path, compile=False).get_weights())
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"The model {config.start!r} cannot be fine-tuned: its network is missing, damaged or not the one "
                "asked for; train from scratch instead."
            ) from error
        save_weights(network, run.start_weights)
    network.load_weights(run.start_weights)
    _freeze_first_layers(network)


def _freeze_first_layers(network: Sequential) -> None:
    """Freeze the layers before the first pooling.

    Edges and strokes are the same in all handwriting. These layers hold few of the weights and take much of the time.

    Source: Yosinski, Clune, Bengio and Lipson, "How transferable are features in deep neural networks?", 2014.
    """
    from keras.layers import AveragePooling2D, MaxPooling2D

    is_pooling = [isinstance(layer, MaxPooling2D | AveragePooling2D) for layer in network.layers]
    for layer in network.layers[: is_pooling.index(True) if True in is_pooling else 0]:
        layer.trainable = False


def limit_forgetting(network: Sequential, config: TrainingConfig, run: Run, mnist: Digits) -> None:
    """Move the weights back towards the start weights until few hard MNIST digits are forgotten.

    Args:
        mnist: training digits of MNIST; the ones with the least confidence under the start weights are read again.

    Source: weights between both are better than either; Wortsman et al., "Robust fine-tuning of zero-shot models",
    2022.
    """
    before = build(config.network, config.recipe, config.outputs)
    before.load_weights(run.start_weights)
    start, tuned = before.get_weights(), network.get_weights()
    network.set_weights(start)
    hard = _select_hard_digits(network, mnist, config.seed)
    max_wrong = _count_wrong(network, hard) + _MAX_FORGOTTEN_DIGITS
    for step in _INTERPOLATION_STEPS:
        network.set_weights([old + step * (new - old) for old, new in zip(start, tuned, strict=True)])
        if _count_wrong(network, hard) <= max_wrong:
            return


def _select_hard_digits(network: Sequential, digits: Digits, seed: int) -> Digits:
    """Return the digits of a random sample in which the network is least confident."""
    sample = digits.select(np.random.default_rng(seed).permutation(len(digits.labels))[:_SCREENED_DIGITS])
    confidence = _predict_probabilities(network, sample).max(axis=1)
    return sample.select(np.argsort(confidence, kind="stable")[:_HARD_DIGITS])


def _count_wrong(network: Sequential, digits: Digits) -> int:
    return int((_predict_probabilities(network, digits)[:, :CLASSES].argmax(axis=1) != digits.labels).sum())


def _predict_probabilities(network: Sequential, digits: Digits) -> NDArray[np.float32]:
    return np.asarray(network.predict(to_network_input(digits.images), batch_size=500, verbose=0))
