"""Check and measure an imported network with Keras.

`python -m digitnet.models.import_worker FOLDER` runs in a separate process, so that neither TensorFlow nor a file that
breaks Keras enters the app's process. FOLDER holds the received network. The worker writes beside it the network as
saved again, its LiteRT export and the measurements, or a sentence that says why the network was refused.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from digitnet.datasets.mnist import Digits, load_mnist
from digitnet.errors import DigitnetError, ModelError
from digitnet.labels import CLASSES
from digitnet.models import store
from digitnet.models.classifier import Classifier
from digitnet.models.evaluation import measure
from digitnet.models.keras_check import MAX_PARAMETERS
from digitnet.preprocessing.normalization import to_network_input

if TYPE_CHECKING:
    from keras import Model


RECEIVED_FILE = "received.keras"
MEASUREMENTS_FILE = "measured.json"
REFUSAL_FILE = "refused.txt"  # Holds the sentence that says why a network was refused.
_INPUT_SHAPE = (None, 28, 28, 1)
_OUTPUT_SHAPES = ((None, CLASSES), (None, CLASSES + 1))
_MAX_MEMORY_BYTES = 3 * 2**30


def main(folder: Path) -> int:
    """Import the network in `folder`; return the exit code: 0, or 1 if it was refused."""
    try:
        measurements = import_network(folder)
    except DigitnetError as error:
        (folder / REFUSAL_FILE).write_text(str(error), encoding="utf-8")
        return 1
    (folder / MEASUREMENTS_FILE).write_text(json.dumps(measurements), encoding="utf-8")
    return 0


def import_network(folder: Path) -> dict[str, Any]:
    """Load, check, save and export the network in `folder`; return the card's measurements.

    Raises:
        ModelError: Keras cannot load it, its outputs are not probabilities, or LiteRT cannot run it.
    """
    from digitnet.models.litert_export import describe_export, describe_origin

    network, (_, test) = _load(folder / RECEIVED_FILE), load_mnist()
    _check_shapes(network)
    _check_probabilities(network, test.select(slice(20)))
    network.save(folder / store.KERAS_FILE)
    weights = _export(network, folder / store.TFLITE_FILE)
    content = (folder / store.TFLITE_FILE).read_bytes()
    return {
        **measure(Classifier(content, "uploaded"), test),
        **describe_export(network, content, weights),
        **describe_origin(),
    }


def _load(path: Path) -> Model:
    import keras

    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except MemoryError as error:
        raise ModelError("The network needs too much memory.") from error
    except Exception as error:  # Keras raises many types for a file that it cannot load.
        raise ModelError("Keras cannot load the network: it is damaged, or its parts do not fit together.") from error


def _check_shapes(network: Model) -> None:
    if network.input_shape != _INPUT_SHAPE or network.output_shape not in _OUTPUT_SHAPES:
        received = f"{str(network.input_shape)[:60]} to {str(network.output_shape)[:60]}"
        raise ModelError(f"Expected a network from (None, 28, 28, 1) to (None, {CLASSES}). Received: {received}.")
    if network.count_params() > MAX_PARAMETERS:
        count = network.count_params()
        raise ModelError(f"Expected a network of at most {MAX_PARAMETERS:,} parameters. Received: {count:,}.")


def _check_probabilities(network: Model, digits: Digits) -> None:
    outputs = np.asarray(network(to_network_input(digits.images), training=False))
    if not np.isfinite(outputs).all() or (outputs < 0).any() or not np.allclose(outputs.sum(axis=1), 1, atol=1e-3):
        raise ModelError("Expected a network whose outputs are ten probabilities (softmax). Received: other numbers.")


def _export(network: Model, path: Path) -> str:
    from digitnet.models.litert_export import export_litert

    try:
        return export_litert(network, path)
    except Exception as error:  # The converter raises many types.
        raise ModelError("The network cannot be exported for LiteRT, which reads the digits here.") from error


def _limit_memory() -> None:
    """Limit the memory of this process, so that a huge network cannot exhaust the machine's."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (_MAX_MEMORY_BYTES, _MAX_MEMORY_BYTES))


if __name__ == "__main__":
    _limit_memory()
    sys.exit(main(Path(sys.argv[1])))
