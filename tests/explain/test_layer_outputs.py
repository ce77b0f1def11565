import json
import shutil

import numpy as np
import pytest

from digitnet.errors import ModelError
from digitnet.explain.layer_outputs import ModelInspector
from digitnet.models import store
from digitnet.models.card import Card
from digitnet.models.classifier import Classifier
from digitnet.paths import ROOT

DEEP = "conv 8 3x3 norm, conv 8 3x3 same norm tanh, pool 2, conv 16 3x3 same norm, mean, dropout 0.2"


@pytest.fixture(scope="module")
def digits(mnist):
    return mnist[1].images[:40]


@pytest.mark.parametrize("name", store.SHIPPED_MODELS)
def test_last_output_is_the_uncalibrated_probabilities(inspectors, digits, name):
    plain = Classifier(store.load_tflite(name)).predict_probabilities(digits[:1])[0]
    assert inspectors[name].compute_outputs(digits[0])[-1] == pytest.approx(plain, abs=1e-6)


@pytest.mark.parametrize("name", store.SHIPPED_MODELS)
def test_outputs_have_the_shapes_of_their_layers(inspectors, digits, name):
    shapes = [values.shape for values in inspectors[name].compute_outputs(digits[0])]
    assert shapes == [layer.shape for layer in inspectors[name].weighted_layers]


@pytest.mark.parametrize(("name", "length"), [("cnn", 128), ("mlp", 256)])
def test_features_of_a_batch_equal_those_of_one_digit(inspectors, digits, name, length):
    features = inspectors[name].compute_features(digits)
    assert features.shape == (40, length)
    assert features[-1:] == pytest.approx(inspectors[name].compute_features(digits[-1:]), abs=0.02, rel=0.02)
    assert inspectors[name].compute_features(digits[:0]).shape == (0, length)


def test_filters_are_those_of_a_first_convolution(inspectors):
    assert inspectors["cnn"].read_filters().shape == (3, 3, 32)
    assert inspectors["mlp"].read_filters().size == 0


def test_unit_weights_are_those_of_a_first_dense_layer(inspectors):
    assert inspectors["mlp"].read_unit_weights().shape == (28, 28, 512)
    assert inspectors["cnn"].read_unit_weights().size == 0


@pytest.mark.training
def test_quantized_weights_are_scaled_back(inspectors):
    import keras

    network = keras.saving.load_model(store.model_dir("mlp") / store.KERAS_FILE)
    kernel = next(layer for layer in network.layers if layer.name.startswith("dense")).get_weights()[0]
    weights = inspectors["mlp"].read_unit_weights().reshape(784, 512)
    assert weights == pytest.approx(kernel, abs=float(np.abs(kernel).max()) / 127)


@pytest.mark.parametrize("quantized", [False, True], ids=["float32", "int8"])
def test_outputs_equal_those_of_keras(export_network, digits, quantized):
    import keras

    network, content = export_network(DEEP, 11, quantized)
    inspector = ModelInspector(content, Card("odd", config={"layers": DEEP}))
    ends = [layer for layer in network.layers if isinstance(layer, keras.layers.ReLU | keras.layers.Activation)]
    probe = keras.Model(network.inputs[0], [*(layer.output for layer in ends), network.outputs[0]])
    expected = probe(digits[:1, ..., np.newaxis] / np.float32(255), training=False)
    outputs = inspector.compute_outputs(digits[0])
    for output, keras_output in zip(outputs, expected, strict=True):
        assert output == pytest.approx(np.asarray(keras_output)[0], abs=0.05 if quantized else 1e-4)
    assert inspector.compute_features(digits[:1])[0] == pytest.approx(outputs[2].mean(axis=(0, 1)), abs=1e-4)
    assert sum(layer.parameters for layer in inspector.layers) == network.count_params()


def test_network_without_hidden_layers_has_pixels_as_features(export_network, digits):
    _, content = export_network("")
    inspector = ModelInspector(content, Card("odd", recipe="perceptron"))
    assert inspector.compute_features(digits).shape == (40, 784)
    assert inspector.read_unit_weights().shape == (28, 28, 10)


def test_damaged_network_is_refused_with_a_sentence(models):
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
