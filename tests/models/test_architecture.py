from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet import ConfigError
from digitnet.experiments.recipes import RECIPES
from digitnet.models import architecture
from digitnet.models.layers import ACTIVATIONS, Convolution, Dense, Dropout, Mean, Pooling

LAYERS = st.one_of(
    st.builds(
        Convolution,
        st.integers(1, 512),
        st.integers(1, 11),
        st.integers(1, 4),
        st.booleans(),
        st.booleans(),
        st.sampled_from(ACTIVATIONS),
    ),
    st.builds(Pooling, st.integers(2, 7)),
    st.just(Mean()),
    st.builds(Dropout, st.integers(0, 90).map(lambda percent: percent / 100)),
    st.builds(Dense, st.integers(1, 4096), st.sampled_from(ACTIVATIONS)),
)


@given(st.lists(LAYERS, max_size=6))
def test_network_written_as_text_is_parsed_the_same(network):
    assert architecture.parse_layers(architecture.format_layers(network)) == tuple(network)


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused(text):
    with suppress(ConfigError):
        assert architecture.summarize(architecture.parse_layers(text))[-1].shape == (10,)


@given(st.lists(LAYERS, max_size=5))
def test_any_layers_are_summarized_or_refused(network):
    try:
        rows = architecture.summarize(network)
    except ConfigError:
        return
    assert rows[-1].shape == (10,)
    assert len(rows) == len(network) + 1


@pytest.mark.training
@pytest.mark.parametrize("name", RECIPES)
def test_parameters_and_shapes_match_keras(name):
    network = RECIPES[name].network
    built = architecture.build(network, name)
    assert architecture.count_parameters(network) == built.count_params()
    shapes = [row.shape for row in architecture.summarize(network)]
    assert set(shapes) <= {layer.output.shape[1:] for layer in built.layers}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("dens 12", "Expected layers such as"),
        ("dense 0", "units of a dense layer to be from 1 to 4096"),
        ("dense 12 magic", "Expected an activation of"),
        ("dropout 0.95", "dropout rate"),
        ("conv 8 3x5", "Expected layers such as"),
        ("dense 64, conv 8", "needs a picture"),
        ("mean, pool 2", "needs a picture"),
        ("pool 7, pool 7", "does not fit the 4 x 4 picture"),
        ("pool 7, conv 8 5x5", "does not fit the 4 x 4 picture"),
        ("dense 4096, dense 4096, dense 4096", "at most 40 layers with 20,000,000 parameters"),
        (", ".join(["dropout 0.1"] * 41), "at most 40 layers"),
    ],
)
def test_invalid_network_is_refused(text, sentence):
    with pytest.raises(ConfigError, match=sentence):
        architecture.summarize(architecture.parse_layers(text))
