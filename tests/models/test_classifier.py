import threading

import numpy as np
import pytest

from digitnet import ModelError
from digitnet.models.classifier import Classifier


def test_answers_sum_to_one_with_that_of_no_digit(mnist, cnn):
    answers = cnn.predict_probabilities(mnist[1].images[:100])
    assert cnn.refuses
    assert answers.shape == (100, 11)
    assert answers.dtype == np.float32
    assert np.allclose(answers.sum(axis=1), 1, atol=1e-4)
    assert np.array_equal(cnn.predict_digit_probabilities(mnist[1].images[:100]), answers[:, :10])


def test_no_pictures_give_no_probabilities(cnn):
    assert cnn.predict_digit_probabilities(np.empty((0, 28, 28), np.uint8)).shape == (0, 10)


@pytest.mark.parametrize("count", [1, 2, 63, 64, 65, 200])
def test_answers_do_not_depend_on_how_many_are_asked(mnist, cnn, count):
    images = mnist[1].images[:200]
    assert np.allclose(
        cnn.predict_digit_probabilities(images[:count]), cnn.predict_digit_probabilities(images)[:count], atol=1e-5
    )


def test_threads_may_share_a_classifier(mnist, cnn):
    images = mnist[1].images[:60]
    expected = cnn.predict_digit_probabilities(images)
    wrong = []

    def ask(size):
        answers = [cnn.predict_digit_probabilities(images[:size]) for _ in range(20)]
        wrong.extend(size for answer in answers if not np.allclose(answer, expected[:size], atol=1e-5))

    threads = [threading.Thread(target=ask, args=(size,)) for size in (1, 7, 33, 60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("content", [b"", b"no network at all", bytes(1000)])
def test_other_bytes_are_no_network(content):
    with pytest.raises(ModelError, match="cannot be run"):
        Classifier(content, "mine")
