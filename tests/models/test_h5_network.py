"""Networks of .h5 files, of Keras 3 and of Keras 2, and files that are no such network."""

import json

import h5py
import numpy as np
import pytest

from digitnet import ModelError
from digitnet.datasets.mnist import load_mnist
from digitnet.models import h5_network, import_worker, store, zip_package
from digitnet.models.classifier import Classifier

pytestmark = pytest.mark.training

_ZEROS = {"class_name": "Zeros", "config": {}}
_GLOROT = {"class_name": "GlorotUniform", "config": {"seed": None}}


@pytest.fixture(scope="module")
def network():
    """Return a small network with 784 inputs."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    hidden = [layers.Dense(8, activation="relu", name="hidden"), layers.Dropout(0.2, name="dropout")]
    output = layers.Dense(10, activation="softmax", name="output")
    return keras.Sequential([keras.Input((784,), name="pixels"), *hidden, output])


@pytest.fixture
def file(network, tmp_path):
    """Return the network's .h5 file, in the folder in which it is checked."""
    path = tmp_path / import_worker.RECEIVED_H5_FILE
    network.save(path)
    return path


def describe_dense(name, units, activation):
    settings = {"units": units, "activation": activation, "use_bias": True, "dtype": "float32", "trainable": True}
    config = {"name": name, "kernel_initializer": _GLOROT, "bias_initializer": _ZEROS, **settings}
    return {"class_name": "Dense", "config": config}


def describe_by_keras_2(with_input):
    """Describe the network as Keras 2 does, with an InputLayer or with the shape at the first layer."""
    layers = [
        describe_dense("hidden", 8, "relu"),
        {"class_name": "Dropout", "config": {"name": "dropout", "rate": 0.2, "noise_shape": None, "seed": None}},
        describe_dense("output", 10, "softmax"),
    ]
    layers[0]["config"]["batch_input_shape"] = [None, 784]
    if with_input:
        settings = {"batch_input_shape": [None, 784], "dtype": "float32", "sparse": False, "ragged": False}
        layers.insert(0, {"class_name": "InputLayer", "config": {"name": "pixels", **settings}})
    return {"class_name": "Sequential", "config": {"name": "sequential", "layers": layers}}


def describe_functional():
    """Describe the network as a Model of Keras 2, whose layers name those before them."""
    description = describe_by_keras_2(with_input=True)
    before = ""
    for layer in description["config"]["layers"]:
        layer["name"] = layer["config"]["name"]
        layer["inbound_nodes"] = [[[before, 0, 0, {}]]] if before else []
        before = layer["name"]
    description["config"]["layers"][1]["config"].pop("batch_input_shape")
    ends = {"input_layers": [["pixels", 0, 0]], "output_layers": [["output", 0, 0]]}
    return description | {"class_name": "Model", "config": description["config"] | ends}


def describe_as_list():
    description = describe_by_keras_2(with_input=False)
    return description | {"config": description["config"]["layers"]}


def write_description(file, description):
    with h5py.File(file, "r+") as opened:
        opened.attrs["model_config"] = json.dumps(description)


@pytest.mark.parametrize(
    "description",
    [None, describe_by_keras_2(True), describe_by_keras_2(False), describe_as_list(), describe_functional()],
    ids=["keras-3", "keras-2", "keras-2-without-input", "keras-2-list", "keras-2-functional"],
)
def test_h5_file_gives_the_same_network(file, network, description):
    if description:
        write_description(file, description)
    measurements = import_worker.import_network(file.parent)
    assert measurements["recognized"] == "an .h5 file with 784 inputs, the rows of the picture one after the other"
    pictures = load_mnist()[1].images[:50]
    read = Classifier((file.parent / store.TFLITE_FILE).read_bytes()).predict_probabilities(pictures)
    expected = np.asarray(network(pictures.reshape(50, 784).astype(np.float32) / 255))
    assert np.allclose(read, expected, atol=1e-4)


def test_code_in_an_h5_file_is_refused(file):
    description = describe_by_keras_2(with_input=True)
    description["config"]["layers"][2] = {"class_name": "Lambda", "config": {"function": ["4wEA", None, None]}}
    write_description(file, description)
    assert import_worker.main(file.parent) == 1
    refusal = (file.parent / import_worker.REFUSAL_FILE).read_text()
    assert refusal == "The network holds 'Lambda' of 'None', which is not allowed here."


def add_external_link(opened):
    opened["model_weights/more"] = h5py.ExternalLink("/etc/hostname", "/")


def add_soft_link(opened):
    opened["more"] = h5py.SoftLink("/model_weights")


def add_external_array(opened):
    opened.create_dataset("more", (4,), "u1", external=[("/etc/hostname", 0, 4)])


def add_large_array(opened):
    opened.create_dataset("more", (2**28,), "u1", compression="gzip", chunks=(2**20,))


def remove_description(opened):
    del opened.attrs["model_config"]


def cut_description(opened):
    opened.attrs["model_config"] = "{"


def empty_description(opened):
    opened.attrs["model_config"] = "[]"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (add_external_link, "holds a link"),
        (add_soft_link, "holds a link"),
        (add_external_array, "leads to another file"),
        (add_large_array, "Expected at most 200 MB unpacked. Received: 256 MB"),
        (remove_description, "holds weights alone; save the whole model"),
        (cut_description, "cannot be read"),
        (empty_description, "cannot be read"),
    ],
)
def test_other_h5_file_is_refused(file, change, sentence):
    with h5py.File(file, "r+") as opened:
        change(opened)
    with pytest.raises(ModelError, match=sentence):
        h5_network.read_description(file, 200 * 2**20)


@pytest.mark.parametrize("kept", [8, 100, 3000])
def test_damaged_h5_file_is_refused(file, kept):
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(ModelError, match="is damaged, or it is no model of Keras"):
        h5_network.read_description(file, 200 * 2**20)


def test_h5_file_becomes_a_model_that_can_be_exported_again(models, file):
    zip_package.import_model(file.read_bytes(), "mine", seconds=500)
    card = store.load_card("mine")
    assert card["recognized"].startswith("an .h5 file with 784 inputs")
    assert card["test_digits"] == 10_000
    assert zip_package.read_package(zip_package.zip_model("mine")).name == "mine"


def test_h5_file_is_not_opened_before_the_process_that_checks_it(file, monkeypatch):
    monkeypatch.setattr(h5py, "File", None)
    assert zip_package.read_package(file.read_bytes()).network == file.read_bytes()
