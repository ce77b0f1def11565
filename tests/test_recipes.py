import numpy as np
import pytest

from digitnet import ConfigError
from digitnet.recipes import RECIPES, get_recipe


@pytest.mark.parametrize("name", RECIPES)
def test_recipe_builds_a_flat_network_from_picture_to_probabilities(name):
    import keras

    network = get_recipe(name).build()
    assert isinstance(network, keras.Sequential)
    probabilities = network(np.zeros((2, 28, 28, 1), np.float32)).numpy()
    assert probabilities.shape == (2, 10)
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert not any(isinstance(layer, keras.Sequential) for layer in network.layers)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("mlp-512-256", 784 * 512 + 512 + 512 * 256 + 256 + 256 * 10 + 10),
        ("cnn-30-15", 30 * 26 + 15 * 271 + 375 * 128 + 128 + 128 * 50 + 50 + 510),
    ],
)
def test_published_network_has_its_parameters(name, parameters):
    assert get_recipe(name).build().count_params() == parameters


def test_unknown_recipe_is_said_with_those_there_are():
    with pytest.raises(ConfigError, match=r"a recipe of mlp-512-256, cnn-30-15, digitnet\. Received: 'nosuch'"):
        get_recipe("nosuch")
