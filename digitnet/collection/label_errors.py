"""Which labels a network doubts: about one in ten is wrong in collections that people label in passing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.datasets.mnist import Digits
from digitnet.models.classifier import Classifier

LIKELY_ERROR = 0.9  # from here on a label is called doubtful


def score_label_errors(labels: NDArray[np.uint8], answers: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how sure a network is that each label is wrong, float32 (n,), 0 to 1.

    A network that does not know what is no digit has no opinion on such labels: 0.

    Args:
        labels: (n,), NOT_A_DIGIT for what is none.
        answers: (n, 10) or (n, 11), the network's probabilities.
    """
    known = labels < answers.shape[1]
    believed = np.ones(len(labels), np.float32)
    believed[known] = answers[np.flatnonzero(known), labels[known]]
    return np.asarray(1 - believed, np.float32)


def rank_label_errors(digits: Digits, classifier: Classifier) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the places of the digits, the most doubtful label first, and how doubtful each of these is."""
    doubts = score_label_errors(digits.labels, classifier.predict_probabilities(digits.images))
    order = np.argsort(-doubts, kind="stable")
    return order, doubts[order]
