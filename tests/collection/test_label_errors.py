import numpy as np

from digitnet.collection.label_errors import LIKELY_ERROR, rank_label_errors, score_label_errors
from digitnet.datasets.mnist import Digits
from digitnet.labels import NOT_A_DIGIT
from digitnet.models.classifier import Classifier


def test_wrong_labels_are_ranked_first(mnist, cnn):
    digits = mnist[1].select(slice(0, 60))
    labels = digits.labels.copy()
    labels[[7, 40]] = (labels[[7, 40]] + 1) % 10
    order, scores = rank_label_errors(Digits(digits.images, labels), cnn)
    assert set(order[:2].tolist()) == {7, 40}
    assert scores[1] > LIKELY_ERROR > scores[2]
    assert (np.diff(scores) <= 0).all()


def test_not_a_digit_is_doubted_only_if_it_is_an_output(mnist, cnn):
    pictures, labels = mnist[1].images[:3], np.full(3, NOT_A_DIGIT, np.uint8)
    assert (score_label_errors(labels, cnn.predict_probabilities(pictures)) > LIKELY_ERROR).all()
    assert (score_label_errors(labels, Classifier.load("mlp").predict_probabilities(pictures)) == 0).all()


def test_no_digits_give_no_doubts(cnn):
    order, scores = rank_label_errors(Digits(np.empty((0, 28, 28), np.uint8), np.empty(0, np.uint8)), cnn)
    assert order.shape == scores.shape == (0,)
