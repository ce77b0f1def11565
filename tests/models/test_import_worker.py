import numpy as np
import pytest

from digitnet.models import import_worker, store
from tests.helpers.archives import pack, unpack


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
