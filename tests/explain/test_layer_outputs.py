import json
import shutil

import numpy as np
import pytest

from digitnet.errors import ModelError
from digitnet.explain.layer_descriptions import LayerDescription
from digitnet.explain.layer_outputs import ModelInspector
from digitnet.models import store
from digitnet.models.architecture import build, parse_layers
from digitnet.models.card import Card
from digitnet.models.classifier import Classifier
from digitnet.paths import ROOT

DEEP = "conv 8 3x3 norm, conv 8 3x3 same norm tanh, pool 2, conv 16 3x3 same norm, mean, dropout 0.2"
MIXED = "conv 8 5x5 stride 2 same silu, pool 2, dropout 0.5, dense 40 elu, dense 20 sigmoid, dense 7 linear"


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A maker of an untrained network and its .tflite file, the weights as float32 or rounded to 8 bits."""
    import keras
    import tensorflow

    def made(text, outputs=10, rounded=False):
        keras.utils.set_random_seed(1)
        network = build(parse_layers(text), "odd", outputs)
        for layer in network.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.set_weights([np.random.default_rng(0).uniform(0.5, 1.5, each.shape) for each in layer.weights])
        path = tmp_path_factory.mktemp("odd") / "odd.tflite"
        settings = {"optimizations": [tensorflow.lite.Optimize.DEFAULT]} if rounded else {}
        network.export(str(path), format="litert", verbose=False, **settings)
        return network, path.read_bytes()

    return made


@pytest.fixture(scope="module")
def inside():
    return {name: ModelInspector.load(name) for name in store.SHIPPED_MODELS}


@pytest.fixture(scope="module")
def digits(mnist):
    return mnist[1].images[:40]


@pytest.mark.parametrize("name", store.SHIPPED_MODELS)
def test_parameters_are_those_of_the_card(inside, name):
    assert sum(layer.parameters for layer in inside[name].layers) == store.load_card(name)["parameters"]


def test_layers_of_a_cnn_have_words_and_shapes(inside):
    first, *_, dropout, last = inside["cnn"].layers
    assert first == LayerDescription("Convolution", ("3 × 3", "batch normalization", "ReLU"), (26, 26, 32), 416, 0)
    assert str(first) == "Convolution, 3 × 3, batch normalization, ReLU"
    assert (str(dropout), dropout.shape, dropout.parameters, dropout.output_index) == ("Dropout, 0.2", (128,), 0, None)
    assert (str(last), last.shape) == ("Dense, softmax", (11,))


def test_layers_of_an_mlp_begin_flat(inside):
    assert [str(layer) for layer in inside["mlp"].layers][:3] == ["Flatten", "Dense, ReLU", "Dropout, 0.2"]


@pytest.mark.parametrize("name", store.SHIPPED_MODELS)
def test_last_activations_are_the_plain_answer(inside, digits, name):
    plain = Classifier(store.load_tflite(name).predict_probabilities(digits[:1])[0]
    assert inside[name].compute_outputs(digits[0])[-1] == pytest.approx(plain, abs=1e-6)


@pytest.mark.parametrize("name", store.SHIPPED_MODELS)
def test_activations_have_the_shapes_of_the_layers(inside, digits, name):
    shapes = [values.shape for values in inside[name].compute_outputs(digits[0])]
    assert shapes == [layer.shape for layer in inside[name].weighted_layers]


@pytest.mark.parametrize(("name", "length"), [("cnn", 128), ("mlp", 256)])
def test_features_come_in_batches_as_they_come_alone(inside, digits, name, length):
    features = inside[name].compute_features(digits)
    assert features.shape == (40, length)
    assert features[-1:] == pytest.approx(inside[name].compute_features(digits[-1:]), abs=0.02, rel=0.02)
    assert inside[name].compute_features(digits[:0]).shape == (0, length)


def test_filters_are_those_of_a_first_convolution(inside):
    assert inside["cnn"].read_filters().shape == (3, 3, 32)
    assert inside["mlp"].read_filters().size == 0


def test_weights_of_units_are_those_of_a_first_dense_layer(inside):
    assert inside["mlp"].read_unit_weights().shape == (28, 28, 512)
    assert inside["cnn"].read_unit_weights().size == 0


def test_rounded_weights_are_scaled_back(inside, digits):
    import keras

    network = keras.saving.load_model(store.model_dir("mlp") / store.KERAS_FILE)
    kernel = next(layer for layer in network.layers if layer.name.startswith("dense")).get_weights()[0]
    assert inside["mlp"].read_unit_weights().reshape(784, 512) == pytest.approx(
        kernel, abs=float(np.abs(kernel).max()) / 127
    )


@pytest.mark.parametrize("rounded", [False, True], ids=["float32", "int8"])
def test_every_layer_gives_what_keras_computes(exported, digits, rounded):
    import keras

    network, content = exported(DEEP, 11, rounded)
    inspector = ModelInspector(content, Card("odd", config={"layers": DEEP}))
    ends = [layer for layer in network.layers if isinstance(layer, keras.layers.ReLU | keras.layers.Activation)]
    probe = keras.Model(network.inputs[0], [*(layer.output for layer in ends), network.outputs[0]])
    expected = probe(digits[:1, ..., np.newaxis] / np.float32(255), training=False)
    found = inspector.compute_outputs(digits[0])
    for mine, keras_own in zip(found, expected, strict=True):
        assert mine == pytest.approx(np.asarray(keras_own)[0], abs=0.05 if rounded else 1e-4)
    assert inspector.compute_features(digits[:1])[0] == pytest.approx(found[2].mean(axis=(0, 1)), abs=1e-4)
    assert sum(layer.parameters for layer in inspector.layers) == network.count_params()


def test_activations_are_named_and_belong_to_their_layer(exported, digits):
    _, content = exported(MIXED)
    inspector = ModelInspector(content, Card("odd"))
    assert [str(layer) for layer in inspector.layers] == [
        "Convolution, 5 × 5, SiLU",
        "Max pooling, 2 × 2",
        "Flatten",
        "Dense, ELU",
        "Dense, sigmoid",
        "Dense",
        "Dense, softmax",
    ]
    assert inspector.compute_features(digits).shape == (40, 7)
    assert inspector.compute_outputs(digits[0])[-1].sum() == pytest.approx(1, abs=1e-5)


def test_network_without_hidden_layers_has_pixels_as_features(exported, digits):
    _, content = exported("")
    inspector = ModelInspector(content, Card("odd", recipe="perceptron"))
    assert inspector.compute_features(digits).shape == (40, 784)
    assert inspector.read_unit_weights().shape == (28, 28, 10)


@pytest.mark.parametrize("said", [{"layers": "dense 4"}, {"layers": "nonsense"}, {"layers": 7}, {}])
def test_card_of_another_network_is_not_believed(exported, said):
    _, content = exported("dense 16, dropout 0.1")
    layers = ModelInspector(content, Card("odd", recipe="cnn-30-15", config=said)).layers
    assert [layer.shape for layer in layers] == [(784,), (16,), (10,)]
    assert layers[1].parameters in (784 * 16, 784 * 16 + 16)  # a bias of zeros may be left out of the file


def test_damaged_network_is_a_sentence(models):
    shutil.copytree(ROOT / "models" / "mlp", models / "mlp")
    content = b"no network"
    (models / "mlp" / store.TFLITE_FILE).write_bytes(content)
    with pytest.raises(ModelError, match="damaged"):
        ModelInspector.load("mlp")
    card = models / "mlp" / store.CARD_FILE
    card.write_text(json.dumps(json.loads(card.read_text()) | {"sha256": store.compute_digest(content)}))
    with pytest.raises(ModelError, match="cannot be run by LiteRT"):
        ModelInspector.load("mlp")
    with pytest.raises(ModelError, match="no model called 'none'"):
        ModelInspector.load("none")
