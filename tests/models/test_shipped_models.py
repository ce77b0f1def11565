import cv2
import numpy as np
import pytest

from digitnet.experiments.recipes import get_recipe
from digitnet.models import store
from digitnet.models.architecture import count_parameters
from digitnet.models.classifier import Classifier
from digitnet.models.evaluation import measure
from digitnet.preprocessing.normalization import normalize
from tests.browser.helpers import STROKES


@pytest.mark.parametrize(
    ("name", "recipe", "min_accuracy"), [("cnn", "digitnet", 0.995), ("mlp", "mlp-512-256", 0.983)]
)
def test_shipped_model_is_as_accurate_as_its_card(mnist, name, recipe, min_accuracy):
    card = store.load_card(name)
    assert card["recipe"] == recipe
    assert card["parameters"] == count_parameters(get_recipe(recipe).network, 10 + get_recipe(recipe).refuse)
    assert card["tflite_bytes"] == (store.model_dir(name) / store.TFLITE_FILE).stat().st_size <= 1_000_000
    measured = measure(Classifier.load(name), mnist[1])
    assert measured["test_accuracy"] >= min_accuracy
    assert measured["test_accuracy"] == pytest.approx(card["test_accuracy"], abs=0.0002)
    assert measured["test_loss"] == pytest.approx(card["test_loss"], abs=0.0002)


def test_cnn_refuses_and_has_acceptance_levels():
    cnn = Classifier.load("cnn")
    assert cnn.refuses
    assert 0 < cnn.find_min_confidence(0.05) < cnn.find_min_confidence(0.01) < 1


@pytest.mark.parametrize("digit", [0, 2, 7])
def test_cnn_reads_digits_of_few_straight_strokes(digit):
    (line,) = STROKES[str(digit)]
    rng = np.random.default_rng(0)
    fields = []
    for wide, pen in [(wide, pen) for wide in (0.5, 0.65, 0.8, 1.0) for pen in (6, 10, 16, 26)] * 4:
        field = np.zeros((300, 440), np.uint8)
        lean = rng.uniform(-0.25, 0.25)
        places = [(90 + 220 * (across * wide + lean * (0.5 - down)), 40 + 220 * down) for across, down in line]
        moved = np.array(places) + rng.normal(0, 4, (len(line), 2))
        fields.append(cv2.polylines(field, [np.round(moved).astype(np.int32)], False, 255, pen, cv2.LINE_AA))
    probabilities = Classifier.load("cnn").predict_probabilities(normalize(fields))
    assert (probabilities.argmax(axis=1) == digit).mean() > 0.95


def test_cnn_is_listed_first():
    assert store.list_models()[:2] == ["cnn", "mlp"]
