import pytest

from digitnet.explain.layer_descriptions import LayerDescription
from digitnet.explain.layer_outputs import ModelInspector
from digitnet.models import store
from digitnet.models.card import Card

MIXED = "conv 8 5x5 stride 2 same silu, pool 2, dropout 0.5, dense 40 elu, dense 20 sigmoid, dense 7 linear"


@pytest.mark.parametrize("name", store.SHIPPED_MODELS)
def test_parameters_add_up_to_those_of_the_card(inspectors, name):
    assert sum(layer.parameters for layer in inspectors[name].layers) == store.load_card(name)["parameters"]


def test_layers_of_a_cnn_have_words_and_shapes(inspectors):
    first, *_, dropout, last = inspectors["cnn"].layers
    assert first == LayerDescription("Convolution", ("3 × 3", "batch normalization", "ReLU"), (26, 26, 32), 416, 0)
    assert str(first) == "Convolution, 3 × 3, batch normalization, ReLU"
    assert (str(dropout), dropout.shape, dropout.parameters, dropout.output_index) == ("Dropout, 0.2", (128,), 0, None)
    assert (str(last), last.shape) == ("Dense, softmax", (11,))


def test_layers_of_an_mlp_begin_with_flatten(inspectors):
    assert [str(layer) for layer in inspectors["mlp"].layers][:3] == ["Flatten", "Dense, ReLU", "Dropout, 0.2"]


def test_activations_are_named_with_their_layer(export_network, mnist):
    _, content = export_network(MIXED)
    inspector = ModelInspector(content, Card("odd"))
    digits = mnist[1].images[:40]
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


@pytest.mark.parametrize("config", [{"layers": "dense 4"}, {"layers": "nonsense"}, {"layers": 7}, {}])
def test_card_of_another_network_is_not_used(export_network, config):
    _, content = export_network("dense 16, dropout 0.1")
    layers = ModelInspector(content, Card("odd", recipe="cnn-30-15", config=config)).layers
    assert [layer.shape for layer in layers] == [(784,), (16,), (10,)]
    assert layers[1].parameters in (784 * 16, 784 * 16 + 16)  # The file may leave out a bias of zeros.
