"""Measure how well a classifier reads labeled digits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitnet.datasets.mnist import Digits
from digitnet.labels import CLASSES
from digitnet.models.classifier import Classifier


@dataclass(frozen=True)
class Calibration:
    """A calibration curve; bins without digits are left out.

    Attributes:
        confidence: float64 (b,), mean confidence of each bin, 0 to 1, rising.
        right: float64 (b,), share of right digits in each bin, 0 to 1.
        count: int64 (b,), number of digits in each bin.
        error: expected calibration error, 0 (confidence equals accuracy) to 1.
    """

    confidence: NDArray[np.float64]
    right: NDArray[np.float64]
    count: NDArray[np.int64]
    error: float


@dataclass(frozen=True)
class Evaluation:
    """The predictions of a classifier for labeled digits.

    Attributes:
        probabilities: float32 (n, 10).
        labels: uint8 (n,), the true digits.
    """

    probabilities: NDArray[np.float32]
    labels: NDArray[np.uint8]

    @property
    def read(self) -> NDArray[np.intp]:
        """The most probable digits, (n,)."""
        return self.probabilities.argmax(axis=1)

    @property
    def confidence(self) -> NDArray[np.float32]:
        """The probability of the most probable digit, float32 (n,)."""
        return self.probabilities.max(axis=1, initial=0)

    @property
    def class_probabilities(self) -> NDArray[np.float32]:
        """The probabilities of the ten digits and of no digit, float32 (n, 11)."""
        no_digit = np.clip(1 - self.probabilities.sum(axis=1), 0, 1)
        return np.column_stack([self.probabilities, no_digit]).astype(np.float32)

    @property
    def margin(self) -> NDArray[np.float32]:
        """The difference of the two largest class probabilities, float32 (n,), 0 (undecided) to 1."""
        second, first = np.partition(self.class_probabilities, -2, axis=1)[:, -2:].T
        return np.asarray(first - second, np.float32)

    @property
    def accuracy(self) -> float:
        """The share of right digits, 0 to 1."""
        return float(np.mean(self.read == self.labels))

    @property
    def confusion(self) -> NDArray[np.int64]:
        """The counts, int64 (10, 10), by true digit (rows) and read digit (columns)."""
        pairs = self.labels.astype(np.int64) * CLASSES + self.read
        return np.bincount(pairs, minlength=CLASSES**2).reshape(CLASSES, CLASSES)

    @property
    def digit_accuracy(self) -> NDArray[np.float64]:
        """The share of right readings by digit, float64 (10,), NaN for digits that do not occur."""
        counts = self.confusion
        total = counts.sum(axis=1)
        return np.divide(counts.diagonal(), total, out=np.full(CLASSES, np.nan), where=total > 0)

    def find_hardest(self, count: int) -> NDArray[np.intp]:
        """Return the indices of at most `count` digits read wrong, the most confident mistake first."""
        wrong = np.flatnonzero(self.read != self.labels)
        return wrong[np.argsort(-self.confidence[wrong], kind="stable")][:count]

    def find_most_ambiguous(self, count: int) -> NDArray[np.intp]:
        """Return the indices of the `count` digits with the smallest margins, the smallest first."""
        return np.argsort(self.margin, kind="stable")[:count]

    def measure_calibration(self, bins: int = 10) -> Calibration:
        """Return the calibration curve over `bins` of equal width.

        Source: Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", 2017.
        """
        confidence = self.confidence.astype(np.float64)
        bin_index = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
        count = np.bincount(bin_index, minlength=bins)
        filled = count > 0
        mean, right = (
            np.bincount(bin_index, weights=values, minlength=bins)[filled] / count[filled]
            for values in (confidence, (self.read == self.labels).astype(np.float64))
        )
        error = float(np.sum(count[filled] * np.abs(right - mean)) / max(1, len(confidence)))
        return Calibration(mean, right, count[filled], error)


def evaluate(classifier: Classifier, digits: Digits) -> Evaluation:
    """Return the predictions of `classifier` for `digits`."""
    return Evaluation(classifier.predict_digit_probabilities(digits.images), digits.labels)


def measure_accuracy(classifier: Classifier, digits: Digits) -> float:
    """Return the share (0 to 1) of `digits` that `classifier` reads right."""
    return evaluate(classifier, digits).accuracy


def compute_confusion_matrix(classifier: Classifier, digits: Digits) -> NDArray[np.int64]:
    """Return counts, int64 (10, 10): a row for each true digit, a column for each read one."""
    return evaluate(classifier, digits).confusion
