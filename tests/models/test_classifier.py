import threading

import numpy as np
import pytest

from digitnet import ModelError
from digitnet.models.classifier import Classifier


def test_class_probabilities_sum_to_one(mnist, cnn):
    probabilities = cnn.predict_probabilities(mnist[1].images[:100])
    assert cnn.refuses
    assert probabilities.shape == (100, 11)
    assert probabilities.dtype == np.float32
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-4)
    assert np.array_equal(cnn.predict_digit_probabilities(mnist[1].images[:100]), probabilities[:, :10])


def test_no_pictures_give_no_probabilities(cnn):
    assert cnn.predict_digit_probabilities(np.empty((0, 28, 28), np.uint8)).shape == (0, 10)


@pytest.mark.parametrize("count", [1, 2, 63, 64, 65, 200])
def test_probabilities_do_not_depend_on_batch_size(mnist, cnn, count):
    images = mnist[1].images[:200]
    assert np.allclose(
        cnn.predict_digit_probabilities(images[:count]), cnn.predict_digit_probabilities(images)[:count], atol=1e-5
    )


def test_classifier_is_safe_to_share_between_threads(mnist, cnn):
    images = mnist[1].images[:60]
    expected = cnn.predict_digit_probabilities(images)
    wrong = []

    def predict(size):
        results = [cnn.predict_digit_probabilities(images[:size]) for _ in range(20)]
        wrong.extend(size for result in results if not np.allclose(result, expected[:size], atol=1e-5))

    threads = [threading.Thread(target=predict, args=(size,)) for size in (1, 7, 33, 60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("content", [b"", b"no network at all", bytes(1000)])
def test_bytes_that_are_not_a_network_are_refused(content):
    with pytest.raises(ModelError, match="cannot be run"):
        Classifier(content, "mine")
