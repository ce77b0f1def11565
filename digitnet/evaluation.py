"""How well a classifier reads labelled digits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.classifier import CLASSES, Classifier
from digitnet.datasets import Digits


def accuracy(classifier: Classifier, digits: Digits) -> float:
    """Return the share (0 to 1) of `digits` whose most probable reading is their label."""
    return float(np.mean(classifier.probabilities(digits.images).argmax(axis=1) == digits.labels))


def confusion_matrix(classifier: Classifier, digits: Digits) -> NDArray[np.int64]:
    """Return counts (10, 10): a row for each true digit, a column for what was read."""
    read = classifier.probabilities(digits.images).argmax(axis=1)
    pairs = digits.labels.astype(np.int64) * CLASSES + read
    return np.bincount(pairs, minlength=CLASSES**2).reshape(CLASSES, CLASSES)
