"""How well a classifier reads labelled digits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitnet.datasets.mnist import Digits
from digitnet.labels import CLASSES
from digitnet.models.classifier import Classifier


@dataclass(frozen=True)
class Calibration:
    """How far confidence can be believed; bins without digits are left out.

    Attributes:
        confidence: mean confidence of each bin, 0 to 1, rising.
        right: share of each bin that was read right, 0 to 1.
        count: number of digits in each bin.
        error: expected calibration error, 0 (confidence is what comes true) to 1.
    """

    confidence: NDArray[np.float64]
    right: NDArray[np.float64]
    count: NDArray[np.int64]
    error: float


@dataclass(frozen=True)
class Evaluation:
    """What a classifier made of labelled digits.

    Attributes:
        probabilities: float32 (n, 10).
        labels: the true digits, uint8 (n,).
    """

    probabilities: NDArray[np.float32]
    labels: NDArray[np.uint8]

    @property
    def read(self) -> NDArray[np.intp]:
        """The most probable digits (n,)."""
        return self.probabilities.argmax(axis=1)

    @property
    def confidence(self) -> NDArray[np.float32]:
        """The probability of the most probable digit (n,)."""
        return self.probabilities.max(axis=1, initial=0)

    @property
    def class_probabilities(self) -> NDArray[np.float32]:
        """The probabilities of the ten digits, and that of none (n, 11)."""
        none = np.clip(1 - self.probabilities.sum(axis=1), 0, 1)
        return np.column_stack([self.probabilities, none]).astype(np.float32)

    @property
    def margin(self) -> NDArray[np.float32]:
        """How far the most probable answer is ahead of the second (n,), 0 (undecided) to 1; "no digit" is one too."""
        second, first = np.partition(self.class_probabilities, -2, axis=1)[:, -2:].T
        return np.asarray(first - second, np.float32)

    @property
    def accuracy(self) -> float:
        """The share that was read right, 0 to 1."""
        return float(np.mean(self.read == self.labels))

    @property
    def confusion(self) -> NDArray[np.int64]:
        """Counts (10, 10): a row for each true digit, a column for what was read."""
        pairs = self.labels.astype(np.int64) * CLASSES + self.read
        return np.bincount(pairs, minlength=CLASSES**2).reshape(CLASSES, CLASSES)

    @property
    def digit_accuracy(self) -> NDArray[np.float64]:
        """The share (10,) of each true digit that was read right, NaN for a digit that does not occur."""
        counts = self.confusion
        total = counts.sum(axis=1)
        return np.divide(counts.diagonal(), total, out=np.full(CLASSES, np.nan), where=total > 0)

    def find_hardest(self, count: int) -> NDArray[np.intp]:
        """Return the places of at most `count` digits read wrong, the surest mistake first."""
        wrong = np.flatnonzero(self.read != self.labels)
        return wrong[np.argsort(-self.confidence[wrong], kind="stable")][:count]

    def find_most_ambiguous(self, count: int) -> NDArray[np.intp]:
        """Return the places of at most `count` digits, those with the smallest margins, the smallest first."""
        return np.argsort(self.margin, kind="stable")[:count]

    def measure_calibration(self, bins: int = 10) -> Calibration:
        """Return how often digits of like confidence, in `bins` of equal width, were read right.

        Source: Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", 2017.
        """
        confidence = self.confidence.astype(np.float64)
        place = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
        count = np.bincount(place, minlength=bins)
        filled = count > 0
        mean, right = (
            np.bincount(place, weights=values, minlength=bins)[filled] / count[filled]
            for values in (confidence, (self.read == self.labels).astype(np.float64))
        )
        error = float(np.sum(count[filled] * np.abs(right - mean)) / max(1, len(confidence)))
        return Calibration(mean, right, count[filled], error)


def evaluate(classifier: Classifier, digits: Digits) -> Evaluation:
    """Return what `classifier` makes of `digits`."""
    return Evaluation(classifier.predict_digit_probabilities(digits.images), digits.labels)


def measure_accuracy(classifier: Classifier, digits: Digits) -> float:
    """Return the share (0 to 1) of `digits` whose most probable reading is their label."""
    return evaluate(classifier, digits).accuracy


def compute_confusion_matrix(classifier: Classifier, digits: Digits) -> NDArray[np.int64]:
    """Return counts (10, 10): a row for each true digit, a column for what was read."""
    return evaluate(classifier, digits).confusion
