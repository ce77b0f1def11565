import json
import pickle
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet import ModelError
from digitnet.experiments.recipes import RECIPES
from digitnet.models import store, zip_package
from digitnet.models.architecture import build
from tests.helpers.archives import pack, unpack


def find_layer(description, name):
    return next(layer for layer in description["config"]["layers"] if layer["class_name"] == name)


@pytest.mark.training
@pytest.mark.parametrize("recipe", RECIPES)
def test_network_of_every_recipe_is_accepted(recipe, tmp_path):
    network = build(RECIPES[recipe].network, recipe)
    network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    network.save(tmp_path / "model.keras")
    assert zip_package.read_package((tmp_path / "model.keras").read_bytes())


@pytest.mark.parametrize(
    ("module", "name", "registered"),
    [
        ("keras.layers", "Lambda", None),
        ("keras.layers", "TorchModuleWrapper", None),
        ("keras.layers", "TFSMLayer", None),
        ("keras.layers", "Dense", "mine>Dense"),
        ("keras.layers", "Mine", "mine>Mine"),
        ("mine", "Dense", None),
        ("builtins", "function", "function"),
        ("os", "system", None),
        (None, "__lambda__", None),
        (None, "Dense", None),
        ("keras", "Sequential", None),
        ("keras.src.layers", "Dense", None),
        (["keras.layers"], {"a": 1}, None),
    ],
)
@pytest.mark.parametrize("inner", [False, True])
def test_class_other_than_a_plain_layer_is_refused(changed, module, name, registered, inner):
    other = {"module": module, "class_name": name, "config": {}, "registered_name": registered}

    def change(description):
        if inner:
            find_layer(description, "Dense")["config"]["activation"] = other
        else:
            find_layer(description, "Dropout").update(other)

    with pytest.raises(ModelError, match="not allowed here"):
        zip_package.read_package(changed(change))


def test_description_that_is_too_large_is_refused(changed):
    with pytest.raises(ModelError, match=r"Expected 'config.json' to have at most 1 MB\. Received: 2\.0 MB"):
        zip_package.read_package(changed(lambda network: network.update(note=2 * 2**20 * "x")))


@pytest.mark.parametrize("shape", [[None, 783], [None, 28, 29], [784], [None, 32, 32, 3], [1, 28, 28, 1], None, "x"])
def test_other_input_shape_is_refused(changed, shape):
    with pytest.raises(ModelError, match="one input of shape"):
        zip_package.read_package(
            changed(lambda network: find_layer(network, "InputLayer")["config"].update(batch_shape=shape))
        )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda network: network["config"].update(layers=network["config"]["layers"] * 20), "1 to 100 layers"),
        (lambda network: network["config"].update(layers=[]), "1 to 100 layers"),
        (lambda network: network["config"].update(layers=[1]), "Sequential or Functional"),
        (lambda network: network.update(config=[]), "Sequential or Functional"),
        (lambda network: network.update(class_name="Model"), "not allowed here"),
        (lambda network: find_layer(network, "Dense")["config"].update(units=10**7), "too large"),
        (lambda network: find_layer(network, "Dense")["config"].update(units=10**6), "20,000,000 parameters"),
        (lambda network: find_layer(network, "Conv2D")["config"].update(kernel_size=[10**9, 1]), "too large"),
        (lambda network: find_layer(network, "Dense")["config"].update(activation="x" * 300), "300 characters"),
        (
            lambda network: find_layer(network, "Dense")["config"].update(x=json.loads("[" * 60 + "]" * 60)),
            "nested too deep",
        ),
    ],
)
def test_description_beyond_limits_is_refused(changed, change, sentence):
    with pytest.raises(ModelError, match=sentence):
        zip_package.read_package(changed(change))


@pytest.mark.parametrize("path", ["model.weights.npz", "assets/table.pkl", "evil.py", "../config.json"])
def test_unexpected_file_in_the_network_is_refused(good, path):
    network = pack(unpack(good[store.KERAS_FILE]) | {path: pickle.dumps({})})
    with pytest.raises(ModelError, match=r"does not belong|leads out of it"):
        zip_package.read_package(pack({store.KERAS_FILE: network}))


@pytest.mark.parametrize("part", ["config.json", "metadata.json", "model.weights.h5"])
def test_network_without_a_required_file_is_refused(good, part):
    parts = unpack(good[store.KERAS_FILE])
    del parts[part]
    with pytest.raises(ModelError, match=re.escape(f"holds no {part}")):
        zip_package.read_package(pack({store.KERAS_FILE: pack(parts)}))


@pytest.mark.parametrize("network", [pickle.dumps([1]), b"\x89HDF\r\n\x1a\n", b""])
def test_network_that_is_not_a_zip_file_is_refused(network):
    with pytest.raises(ModelError, match="no zip file"):
        zip_package.read_package(pack({store.KERAS_FILE: network}))


@pytest.mark.parametrize("text", [b"{", b"[" * 100_000, b"\xff", b"[]", b"null", b'{"config": {"layers": 1}}'])
def test_unreadable_description_is_refused(good, text):
    network = pack(unpack(good[store.KERAS_FILE]) | {"config.json": text})
    with pytest.raises(ModelError, match=r"cannot be read|Sequential or Functional"):
        zip_package.read_package(pack({store.KERAS_FILE: network}))


def test_zip_bomb_in_the_network_is_refused(good):
    parts = unpack(good[store.KERAS_FILE])
    network = pack(parts | {"model.weights.h5": bytes(210 * 2**20)}, compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(ModelError, match=r"Expected at most 200 MB unpacked"):
        zip_package.read_package(pack({store.KERAS_FILE: network}))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["config", "layers", "class_name", "module", "build_config"]), inner)
        ),
        max_leaves=12,
    )
)
def test_any_description_is_refused(description):
    network = pack({"config.json": json.dumps(description), "metadata.json": "{}", "model.weights.h5": b""})
    with pytest.raises(ModelError):
        zip_package.read_package(pack({store.KERAS_FILE: network}))
