"""Find labels that a network doubts.

About one label in ten is wrong in collections that were labeled in passing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.datasets.mnist import Digits
from digitnet.models.classifier import Classifier

LIKELY_ERROR = 0.9  # From this score on, a label is shown as a likely error.


def score_label_errors(labels: NDArray[np.uint8], probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a network's probability that each label is wrong, float32 (n,), 0 to 1.

    It is 0 for labels NOT_A_DIGIT if the network has no output for them.

    Args:
        labels: (n,), 0 to 9 or NOT_A_DIGIT.
        probabilities: the network's probabilities, (n, 10) or (n, 11).
    """
    known = labels < probabilities.shape[1]
    label_probabilities = np.ones(len(labels), np.float32)
    label_probabilities[known] = probabilities[np.flatnonzero(known), labels[known]]
    return np.asarray(1 - label_probabilities, np.float32)


def rank_label_errors(digits: Digits, classifier: Classifier) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the places of the digits, the likeliest error first, and their scores, both (n,)."""
    scores = score_label_errors(digits.labels, classifier.predict_probabilities(digits.images))
    order = np.argsort(-scores, kind="stable")
    return order, scores[order]
