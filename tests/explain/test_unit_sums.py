import numpy as np
import pytest

from digitnet.errors import ModelError
from digitnet.explain.layer_outputs import ModelInspector
from digitnet.explain.litert_graph import Operation
from digitnet.explain.unit_sums import compute_unit_sum, has_unit_sums
from digitnet.models import store
from digitnet.models.card import Card

DEEP = "conv 4 3x3 norm, conv 4 5x5 same norm tanh, pool 2, conv 8 3x3 same, dense 12"


@pytest.fixture(scope="module")
def digit(mnist):
    return mnist[1].images[0]


def list_units(outputs, count=40):
    """List units at the corners, and others all over a layer."""
    places = np.linspace(0, outputs.size - 1, count).astype(int)
    return [tuple(int(side) for side in np.unravel_index(place, outputs.shape)) for place in places]


def activate(total, layer):
    if "ReLU" in layer.details:
        return max(total, 0.0)
    return np.tanh(total) if "tanh" in layer.details else total


def test_sums_of_float_network_equal_its_outputs(export_network, digit):
    _, content = export_network(DEEP)
    inspector = ModelInspector(content, Card("odd", config={"layers": DEEP}))
    for index, outputs in enumerate(inspector.compute_outputs(digit)[:-1]):
        layer = inspector.weighted_layers[index]
        for unit in list_units(outputs):
            found = inspector.compute_unit_sum(digit, index, unit)
            assert found.output == outputs[unit]
            assert activate(found.total, layer) == pytest.approx(found.output, abs=1e-4)


def test_softmax_of_the_last_sums_gives_the_probabilities(export_network, digit):
    _, content = export_network(DEEP)
    inspector = ModelInspector(content, Card("odd", config={"layers": DEEP}))
    last = len(inspector.weighted_layers) - 1
    sums = [inspector.compute_unit_sum(digit, last, (unit,)) for unit in range(10)]
    powers = np.exp([found.total for found in sums])
    assert powers / powers.sum() == pytest.approx([found.output for found in sums], abs=1e-5)


@pytest.mark.parametrize("name", store.SHIPPED_MODELS)
def test_sums_of_shipped_models_are_close_to_their_outputs(inspectors, digit, name):
    """Their weights are rounded to 8 bits, and LiteRT rounds the inputs too."""
    inspector = inspectors[name]
    for index, outputs in enumerate(inspector.compute_outputs(digit)[:-1]):
        assert inspector.has_unit_sums(index)
        for unit in list_units(outputs):
            found = inspector.compute_unit_sum(digit, index, unit)
            assert max(found.total, 0) == pytest.approx(found.output, abs=0.05 * float(outputs.max()))


def test_patch_at_the_edge_has_zeros_beyond_it(inspectors, digit):
    index = next(place for place, layer in enumerate(inspectors["cnn"].weighted_layers) if layer.shape[0] == 12)
    found = inspectors["cnn"].compute_unit_sum(digit, index, (0, 0, 3))
    assert found.corner == (-1, -1)
    assert found.inputs.shape == found.weights.shape == (3, 3, 32)
    assert not found.inputs[0].any()
    assert not found.inputs[:, 0].any()
    assert found.inputs[1:, 1:].any()


def test_first_patch_is_a_part_of_the_picture(inspectors, digit):
    found = inspectors["cnn"].compute_unit_sum(digit, 0, (10, 12, 5))
    assert found.corner == (10, 12)
    assert found.inputs[..., 0] == pytest.approx(digit[10:13, 12:15] / 255, abs=1e-6)


def test_dense_layer_after_a_convolution_sees_all_its_numbers(export_network, digit):
    _, content = export_network(DEEP)
    inspector = ModelInspector(content, Card("odd", config={"layers": DEEP}))
    found = inspector.compute_unit_sum(digit, 3, (7,))
    assert found.inputs.shape == found.weights.shape == (13 * 13 * 8,)


class FakeGraph:
    """A graph of one operation with these weights."""

    def __init__(self, weights, size):
        self.weights, self.size = {1: weights}, size

    def read_weights(self, tensor):
        return self.weights.get(tensor)

    def get_shape(self, tensor):
        return self.size


@pytest.mark.parametrize(
    ("side", "stride", "unit", "corner"), [(7, 2, (0, 3), -1), (8, 2, (0, 3), 0), (7, 1, (0, 6), -1)]
)
def test_padding_with_strides_equals_that_of_keras(side, stride, unit, corner):
    import keras

    rng = np.random.default_rng(3)
    inputs, kernel = rng.normal(size=(side, side, 2)), rng.normal(size=(3, 3, 2, 1))
    layer = keras.layers.Conv2D(1, 3, strides=stride, padding="same", use_bias=False)
    layer.build((None, side, side, 2))
    layer.set_weights([kernel])
    expected = np.asarray(layer(inputs[None]))[0]
    graph = FakeGraph(np.moveaxis(kernel, 3, 0).astype(np.float32), (side, side, 2))
    operation = Operation("CONV_2D", (0, 1), 2, "NONE", (0, 0), (stride, stride), (1, 1), is_padded=True)
    found = compute_unit_sum(graph, operation, inputs.astype(np.float32), expected, (*unit, 0))
    assert found.corner[0] == corner
    assert found.total == pytest.approx(found.output, abs=1e-4)


def test_dilated_filter_skips_pixels():
    inputs = np.arange(49, dtype=np.float32).reshape(7, 7, 1)
    graph = FakeGraph(np.ones((1, 3, 3, 1), np.float32), (7, 7, 1))
    operation = Operation("CONV_2D", (0, 1), 2, "NONE", (0, 0), (1, 1), (2, 2))
    found = compute_unit_sum(graph, operation, inputs, np.zeros((3, 3, 1), np.float32), (1, 0, 0))
    assert found.inputs[..., 0].tolist() == [[7, 9, 11], [21, 23, 25], [35, 37, 39]]


def test_other_layers_are_refused_with_a_sentence():
    graph = FakeGraph(np.ones((1, 3, 3, 1), np.float32), (7, 7, 4))
    for name in ("CONV_2D", "DEPTHWISE_CONV_2D", "MEAN"):  # A convolution in groups sees a part of the channels.
        operation = Operation(name, (0, 1), 2, "NONE", (0, 0))
        assert not has_unit_sums(graph, operation)
        with pytest.raises(ModelError, match="cannot be shown"):
            compute_unit_sum(graph, operation, np.zeros((7, 7, 4)), np.zeros((5, 5, 1)), (0, 0, 0))
