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
from digitnet.models import h5_network, store
from digitnet.models.classifier import Classifier
from digitnet.models.evaluation import measure
from digitnet.models.keras_check import MAX_PARAMETERS, check_description
from digitnet.preprocessing.normalization import PICTURE_SIZE, to_network_input
from digitnet.workers.limits import limit_memory

if TYPE_CHECKING:
    from keras import Model


RECEIVED_FILE, RECEIVED_H5_FILE = "received.keras", "received.h5"
MEASUREMENTS_FILE = "measured.json"
REFUSAL_FILE = "refused.txt"  # Holds the sentence that says why a network was refused.
_INPUT_SHAPE = (None, PICTURE_SIZE, PICTURE_SIZE, 1)
_INPUTS = {
    _INPUT_SHAPE: "28 × 28 inputs",
    (None, PICTURE_SIZE, PICTURE_SIZE): "28 × 28 inputs without a channel",
    (None, PICTURE_SIZE**2): "784 inputs, the rows of the picture one after the other",
}
_MAX_H5_BYTES = 200 * 2**20  # All arrays of an .h5 file, unpacked.
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

    is_h5, (_, test) = (folder / RECEIVED_H5_FILE).is_file(), load_mnist()
    network = _load(folder / (RECEIVED_H5_FILE if is_h5 else RECEIVED_FILE))
    _check_shapes(network)
    recognized = f"{'an .h5' if is_h5 else 'a .keras'} file with {_INPUTS[network.inputs[0].shape]}"
    network = _take_pictures(network)
    _check_probabilities(network, test.select(slice(20)))
    network.save(folder / store.KERAS_FILE)
    weights = _export(network, folder / store.TFLITE_FILE)
    content = (folder / store.TFLITE_FILE).read_bytes()
    return {
        "recognized": recognized,
        **measure(Classifier(content, "uploaded"), test),
        **describe_export(network, content, weights),
        **describe_origin(),
    }


def _load(path: Path) -> Model:
    """Load a .keras file, or build what an .h5 file describes, after a check, and load its weights."""
    import keras

    description = None
    if path.name == RECEIVED_H5_FILE:
        description = h5_network.read_description(path, _MAX_H5_BYTES)
        check_description(description)
    try:
        if description is None:
            return keras.saving.load_model(path, compile=False, safe_mode=True)
        network = keras.saving.deserialize_keras_object(description, safe_mode=True)
        network.load_weights(path)
    except MemoryError as error:
        raise ModelError("The network needs too much memory.") from error
    except Exception as error:  # Keras raises many types for a file that it cannot load.
        raise ModelError("Keras cannot load the network: it is damaged, or its parts do not fit together.") from error
    return network


def _take_pictures(network: Model) -> Model:
    """Return a network of the same layers that takes pictures of 28 x 28 x 1 pixels; raises ModelError."""
    import keras

    input_shape = network.inputs[0].shape
    if input_shape == _INPUT_SHAPE:
        return network
    layers = [layer for layer in network.layers if not isinstance(layer, keras.layers.InputLayer)]
    tensors = [network.inputs[0], *(layer.output for layer in layers)]
    is_chain = all(layer.input is tensor for layer, tensor in zip(layers, tensors, strict=False))
    if not isinstance(network, keras.Sequential) and not is_chain:
        raise ModelError("Expected a network whose layers follow one another. Received: one with branches.")
    if not isinstance(layers[0], keras.layers.Flatten):
        layers.insert(0, keras.layers.Reshape(input_shape[1:]))
    return keras.Sequential([keras.Input(_INPUT_SHAPE[1:], name="digit"), *layers], name=network.name)


def _check_shapes(network: Model) -> None:
    if network.inputs[0].shape not in _INPUTS or network.output_shape not in _OUTPUT_SHAPES:
        received = f"{str(network.input_shape)[:60]} to {str(network.output_shape)[:60]}"
        expected = f"from (None, 28, 28, 1) or (None, 784) to (None, {CLASSES})"
        raise ModelError(f"Expected a network {expected}. Received: {received}.")
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


if __name__ == "__main__":
    limit_memory(_MAX_MEMORY_BYTES)
    sys.exit(main(Path(sys.argv[1])))
