"""Measure how well a classifier reads labeled digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitnet.datasets.mnist import Digits
from digitnet.labels import CLASSES
from digitnet.models.classifier import Classifier

_MIN_PROBABILITY = 1e-7  # A smaller probability counts as this one in the loss, as in Keras.


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
        loss: see `compute_loss`; None if the network's outputs are not known.
    """

    probabilities: NDArray[np.float32]
    labels: NDArray[np.uint8]
    loss: float | None = None

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

    def find_hardest(self, count: int | None = None) -> NDArray[np.intp]:
        """Return the indices of digits read wrong, at most `count`, the most confident mistake first."""
        return self._find_surest(self.read != self.labels)[:count]

    def find_cell(self, true: int, read: int) -> NDArray[np.intp]:
        """Return the indices of digits that are `true` and were read as `read`, the most confident first."""
        return self._find_surest((self.labels == true) & (self.read == read))

    def _find_surest(self, wanted: NDArray[np.bool_]) -> NDArray[np.intp]:
        places = np.flatnonzero(wanted)
        return places[np.argsort(-self.confidence[places], kind="stable")]

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
    """Return the predictions of `classifier` for `digits`, and the loss."""
    outputs = classifier.predict_outputs(digits.images)
    probabilities = classifier.calibrate(outputs)[:, :CLASSES]
    return Evaluation(probabilities, digits.labels, compute_loss(outputs, digits.labels))


def compute_loss(outputs: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    """Return the cross-entropy: the mean of minus the logarithm of the true digit's output, in nats.

    Args:
        outputs: float32 (n, 10) or (n, 11), a network's own outputs. Before any temperature, the loss compares with
            the losses of a training and of publications.
        labels: uint8 (n,), the true digits.
    """
    chosen = outputs[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(chosen, _MIN_PROBABILITY)).mean())


def measure(classifier: Classifier, digits: Digits) -> dict[str, Any]:
    """Return the card's fields on test digits: accuracy, 0 to 1, loss, and their number."""
    result = evaluate(classifier, digits)
    return {"test_accuracy": result.accuracy, "test_loss": result.loss, "test_digits": len(digits.labels)}


def measure_accuracy(classifier: Classifier, digits: Digits) -> float:
    """Return the share (0 to 1) of `digits` that `classifier` reads right."""
    return evaluate(classifier, digits).accuracy
