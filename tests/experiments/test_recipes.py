import numpy as np
import pytest

from digitnet import ConfigError
from digitnet.experiments.published import PUBLISHED
from digitnet.experiments.recipes import RECIPES, get_recipe
from digitnet.models import architecture
from digitnet.models.architecture import build


@pytest.mark.training
@pytest.mark.parametrize("name", RECIPES)
def test_recipe_builds_a_flat_network_with_probabilities(name):
    import keras

    network = build(get_recipe(name).network, name)
    assert isinstance(network, keras.Sequential)
    probabilities = network(np.zeros((2, 28, 28, 1), np.float32)).numpy()
    assert probabilities.shape == (2, 10)
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert not any(isinstance(layer, keras.Sequential) for layer in network.layers)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("perceptron", 7850),
        ("mlp-64-64", 784 * 64 + 64 + 64 * 64 + 64 + 650),
        ("mlp-128-128-dropout", 784 * 128 + 128 + 128 * 128 + 128 + 1290),
        ("mlp-512-512-dropout", 784 * 512 + 512 + 512 * 512 + 512 + 5130),
        ("linear-15", 784 * 15 + 15 + 160),
        ("mlp-1024-tanh", 784 * 1024 + 1024 + 1024 * 128 + 128 + 128 * 64 + 64 + 650),
        ("mlp-512-256", 784 * 512 + 512 + 512 * 256 + 256 + 256 * 10 + 10),
        ("cnn-30-15", 30 * 26 + 15 * 271 + 375 * 128 + 128 + 128 * 50 + 50 + 510),
    ],
)
def test_published_network_has_its_parameter_count(name, parameters):
    assert architecture.count_parameters(get_recipe(name).network) == parameters


def test_each_recipe_of_a_tutorial_has_published_settings():
    assert {name for name, recipe in RECIPES.items() if recipe.source != "digitnet"} == set(PUBLISHED)


@pytest.mark.parametrize("name", PUBLISHED)
def test_recipe_trains_as_published(name):
    recipe, published = RECIPES[name], PUBLISHED[name]
    assert recipe.network == architecture.parse_layers(published.layers)
    for setting in ("epochs", "batch_size", "optimizer", "learning_rate"):
        assert getattr(recipe, setting) == getattr(published, setting)
    # Where the source held out nothing, a small share measures the confidence.
    assert recipe.validation_share == (0.02 if published.validation_share is None else published.validation_share)
    plain = ("constant", False, False, False)
    assert (recipe.schedule, recipe.average_weights, recipe.augment, recipe.refuse) == plain


def test_unknown_recipe_raises_an_error_with_all_names():
    with pytest.raises(ConfigError, match=r"a recipe of perceptron, .*, digitnet, mnist\. Received: 'nosuch'"):
        get_recipe("nosuch")
