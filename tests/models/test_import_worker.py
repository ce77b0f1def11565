import numpy as np
import pytest

from digitnet.models import import_worker, store
from digitnet.models.classifier import Classifier
from digitnet.models.keras_check import check_network
from tests.helpers.archives import pack, unpack

pytestmark = pytest.mark.training


@pytest.fixture
def receive(tmp_path):
    """Return a function that makes the folder in which a network of some layers is measured."""
    import keras

    def make(*layers, inputs=(28, 28, 1)):
        network = keras.Sequential([keras.Input(inputs), keras.layers.Flatten(), *layers])
        network.save(tmp_path / import_worker.RECEIVED_FILE)
        return tmp_path, network

    return make


def import_refused(folder):
    """Import the network in `folder` and return the sentence that refuses it."""
    assert import_worker.main(folder) == 1
    return (folder / import_worker.REFUSAL_FILE).read_text()


def test_other_output_shape_is_refused(receive):
    from keras import layers

    folder, _ = receive(layers.Dense(9, activation="softmax"))
    assert "Received: (None, 28, 28, 1) to (None, 9)." in import_refused(folder)


def receive_chain(folder, shape, functional):
    """Save a network for inputs of `shape` in `folder`, and return it."""
    import keras
    from keras import layers

    steps = [*([layers.Flatten()] if len(shape) > 1 else []), layers.Dense(9), layers.Dense(10, activation="softmax")]
    network = keras.Sequential([keras.Input(shape), *steps])
    if functional:
        inputs = outputs = keras.Input(shape)
        for step in steps:
            outputs = step(outputs)
        network = keras.Model(inputs, outputs)
    network.save(folder / import_worker.RECEIVED_FILE)
    return network


@pytest.mark.parametrize("functional", [False, True])
@pytest.mark.parametrize(
    ("shape", "recognized"),
    [
        ((784,), "784 inputs, the rows of the picture one after the other"),
        ((28, 28), "28 × 28 inputs without a channel"),
        ((28, 28, 1), "28 × 28 inputs"),
    ],
)
def test_network_for_pictures_of_another_shape_reads_the_same(tmp_path, mnist, shape, recognized, functional):
    network = receive_chain(tmp_path, shape, functional)
    check_network((tmp_path / import_worker.RECEIVED_FILE).read_bytes(), 2**20)
    assert import_worker.import_network(tmp_path)["recognized"] == f"a .keras file with {recognized}"
    check_network((tmp_path / store.KERAS_FILE).read_bytes(), 2**20)
    pictures = mnist[1].images[:50]
    read = Classifier((tmp_path / store.TFLITE_FILE).read_bytes()).predict_probabilities(pictures)
    expected = np.asarray(network(pictures.reshape(50, *shape).astype(np.float32) / 255))
    assert np.allclose(read, expected, atol=1e-4)


def test_flat_network_with_branches_is_refused(tmp_path):
    import keras
    from keras import layers

    inputs = keras.Input((784,))
    joined = layers.Add()([layers.Dense(9)(inputs), layers.Dense(9)(inputs)])
    network = keras.Model(inputs, layers.Dense(10, activation="softmax")(joined))
    network.save(tmp_path / import_worker.RECEIVED_FILE)
    assert "whose layers follow one another" in import_refused(tmp_path)


def test_outputs_that_do_not_sum_to_one_are_refused(receive):
    from keras import layers

    folder, _ = receive(layers.Dense(10))
    assert "ten probabilities" in import_refused(folder)


def test_nan_weights_are_refused(receive):
    from keras import layers

    folder, network = receive(layers.Dense(10, activation="softmax"))
    network.set_weights([np.full(weights.shape, np.nan) for weights in network.get_weights()])
    network.save(folder / import_worker.RECEIVED_FILE)
    assert "ten probabilities" in import_refused(folder)


def test_damaged_weights_are_refused(good, tmp_path):
    parts = unpack(good[store.KERAS_FILE])
    for weights in (b"", b"\x89HDF\r\n\x1a\n" + bytes(500), parts["model.weights.h5"][:5000]):
        (tmp_path / import_worker.RECEIVED_FILE).write_bytes(pack(parts | {"model.weights.h5": weights}))
        assert "Keras cannot load the network" in import_refused(tmp_path)
