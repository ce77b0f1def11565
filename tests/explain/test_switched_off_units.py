import numpy as np
import pytest

from digitnet.errors import ModelError
from digitnet.explain.layer_outputs import ModelInspector
from digitnet.explain.switched_off_units import classify_without, switch_off
from digitnet.models import store
from digitnet.models.card import Card
from digitnet.models.classifier import Classifier


@pytest.mark.parametrize(
    ("name", "layer", "units"), [("mlp", 0, [3, 511]), ("mlp", 1, [0]), ("cnn", 0, [5]), ("cnn", 3, [1, 2])]
)
def test_units_that_are_off_give_0_and_the_others_of_their_layer_stay(name, layer, units, mnist):
    content, picture = store.load_tflite(name), mnist[1].images[0]
    before = ModelInspector(content, Card(name)).compute_outputs(picture)
    after = ModelInspector(switch_off(content, {layer: units}), Card(name)).compute_outputs(picture)
    others = np.delete(np.arange(before[layer].shape[-1]), units)
    assert not after[layer][..., units].any()
    assert before[layer][..., units].any() or len(units) == 1
    assert np.allclose(after[layer][..., others], before[layer][..., others], atol=1e-5)


def test_result_is_that_of_keras_without_the_unit(export_network, mnist):
    network, content = export_network("dense 12 tanh, dense 6")
    kernel, bias = network.layers[1].get_weights()
    kernel[:, [2, 7]], bias[[2, 7]] = 0, 0
    network.layers[1].set_weights([kernel, bias])
    pictures = mnist[1].images[:10]
    expected = network.predict(pictures[..., None].astype(np.float32) / 255, verbose=0)
    assert np.allclose(classify_without(content, {0: [2, 7]}).predict_probabilities(pictures), expected, atol=1e-5)


def test_all_units_off_leave_one_answer_for_every_digit(mnist):
    classifier = classify_without(store.load_tflite("mlp"), {1: range(256)})
    probabilities = classifier.predict_probabilities(mnist[1].images[:20])
    assert np.allclose(probabilities, probabilities[0], atol=1e-6)


def test_no_unit_off_changes_nothing(mnist):
    content, pictures = store.load_tflite("mlp"), mnist[1].images[:20]
    expected = Classifier(content).predict_probabilities(pictures)
    assert np.array_equal(classify_without(content, {0: []}).predict_probabilities(pictures), expected)


@pytest.mark.parametrize(
    ("units", "sentence"),
    [({2: [0]}, "layers before the last"), ({0: [512]}, r"Expected units from 0 to 511\. Received: \[512\]")],
)
def test_units_that_do_not_exist_are_refused(units, sentence):
    with pytest.raises(ModelError, match=sentence):
        switch_off(store.load_tflite("mlp"), units)


def test_sigmoid_units_are_not_0_without_weights(export_network):
    with pytest.raises(ModelError, match="cannot be switched off"):
        switch_off(export_network("dense 12 sigmoid, dense 6")[1], {0: [1]})
