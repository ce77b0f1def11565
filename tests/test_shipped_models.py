import pytest

from digitnet import store
from digitnet.classifier import Classifier
from digitnet.evaluation import accuracy
from digitnet.layers import parameters
from digitnet.recipes import get_recipe


@pytest.mark.parametrize(("name", "recipe", "least"), [("cnn", "digitnet", 0.996), ("mlp", "mlp-512-256", 0.983)])
def test_shipped_model_is_as_good_as_its_card_says(mnist, name, recipe, least):
    card = store.load_card(name)
    assert card["recipe"] == recipe
    assert card["parameters"] == parameters(get_recipe(recipe).layers(), 10 + get_recipe(recipe).refuse)
    assert card["tflite_bytes"] == (store.model_dir(name) / store.TFLITE).stat().st_size <= 1_000_000
    measured = accuracy(Classifier.load(name), mnist[1])
    assert measured >= least
    assert measured == pytest.approx(card["test_accuracy"], abs=0.0002)


def test_cnn_refuses_and_knows_how_sure_is_sure_enough():
    cnn = Classifier.load("cnn")
    assert cnn.refuses
    assert 0 < cnn.level(0.05) < cnn.level(0.01) < 1


def test_cnn_is_the_default():
    assert store.list_models()[:2] == ["cnn", "mlp"]
