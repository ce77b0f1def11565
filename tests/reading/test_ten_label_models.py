"""Reading with models that know the ten digits alone, such as those of tutorials."""

import cv2
import numpy as np
import pytest

from digitnet.augmentation.touching_digits import compose
from digitnet.models import non_digits, store
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.normalization import normalize
from digitnet.reading.pipeline import read


@pytest.fixture(scope="module")
def mlp():
    return Classifier.load("mlp")


class Stubborn(Classifier):
    """Takes all ink for one digit, with one confidence."""

    def predict_outputs(self, pictures):
        return np.tile(np.where(np.arange(10) == 3, np.float32(0.91), np.float32(0.01)), (len(pictures), 1))


@pytest.fixture
def stubborn():
    """A network of ten labels that says 3 to everything."""
    return Stubborn(store.load_tflite("mlp"), "stubborn")


def write_touching(mnist, first):
    digits = mnist[1].select(np.arange(first, first + 3))
    ink = np.maximum.reduce(compose(list(digits.images), 7.0, np.random.default_rng(first)))
    return 255 - np.pad(ink, 30), "".join(map(str, digits.labels))


@pytest.mark.slow
def test_most_touching_digits_are_read(mnist, mlp):
    pictures = [write_touching(mnist, first) for first in range(0, 60, 3)]
    assert sum(read(picture, mlp).text == text for picture, text in pictures) >= 14


def test_letter_is_refused(mlp):
    picture = np.full((200, 220), 255, np.uint8)
    for stroke in ([(90, 20), (20, 20), (20, 120), (90, 120)], [(20, 70), (80, 70)]):  # E
        cv2.polylines(picture, [np.array(stroke, np.int32) + 40], False, 0, 9, cv2.LINE_AA)
    reading = read(picture, mlp)
    assert (reading.text, len(reading.refused)) == ("", 1)


def test_single_digit_gets_the_own_label_of_its_model(paper, stubborn):
    reading = read(paper().number("7", x=300).gray(), stubborn)
    assert reading.text == "3"
    assert reading.doubtful.all()  # The line shows a 7.


def test_sure_digit_has_the_own_confidence_of_its_model(paper, mlp):
    reading = read(paper().number("3", x=300).gray(), mlp)
    own = mlp.predict_probabilities(reading.crops).max()
    assert reading.text == "3"
    assert float(reading.confidence[0]) == pytest.approx(float(own), abs=0.02)


def test_probabilities_of_ink_sum_to_one(mnist, mlp):
    halves = normalize([image[4:24, :12] for image in mnist[1].images[:20]])
    probabilities = non_digits.classify_ink(mlp, halves)
    assert probabilities.shape == (20, 11)
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-4)
    assert probabilities[:, 10].mean() > 0.5


def test_model_that_refuses_is_asked_alone(mnist, cnn):
    images = mnist[1].images[:5]
    assert np.array_equal(non_digits.classify_ink(cnn, images), cnn.predict_probabilities(images))


def test_digits_are_read_without_the_shipped_model(paper, mlp, tmp_path, monkeypatch):
    monkeypatch.setattr("digitnet.paths.SHIPPED_MODELS_DIR", tmp_path)
    non_digits._load_shipped.cache_clear()
    try:
        assert read(paper().number("3", x=300).gray(), mlp).text == "3"
    finally:
        non_digits._load_shipped.cache_clear()
