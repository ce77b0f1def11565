"""Count the digits of each label, and compute the mean and variance of their pixels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.datasets.mnist import Digits
from digitnet.labels import CLASSES


class Averages(NamedTuple):
    """Statistics over the digits of each label, pixel by pixel.

    Attributes:
        counts: int64 (10,), the number of digits.
        means: float32 (10, 28, 28), 0 to 1; 0 for a label without digits.
        variances: float32 (10, 28, 28), from 0 (all alike) to 0.25 (half of them ink, half empty).
    """

    counts: NDArray[np.int64]
    means: NDArray[np.float32]
    variances: NDArray[np.float32]


def count_labels(labels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the number of digits of each label, int64 (10,)."""
    return np.bincount(labels, minlength=CLASSES)


def average_digits(digits: Digits) -> Averages:
    """Return the mean and the variance of the pixels of each label's digits."""
    counts, shape = count_labels(digits.labels), (CLASSES, *digits.images.shape[1:])
    means, squares = np.zeros(shape), np.zeros(shape)
    for label in np.flatnonzero(counts):
        pictures = digits.images[digits.labels == label]
        means[label] = pictures.mean(axis=0) / 255
        squares[label] = np.einsum("nij,nij->ij", pictures, pictures, dtype=np.int64, casting="unsafe")
        squares[label] /= counts[label] * 255**2
    variances = np.maximum(squares - np.square(means), 0)
    return Averages(counts, means.astype(np.float32), variances.astype(np.float32))


def measure_pixels(averages: Averages) -> tuple[float, float]:
    """Return the mean and the standard deviation of all pixels of all digits, 0 to 1."""
    shares = averages.counts / averages.counts.sum()
    means, squares = averages.means.astype(np.float64), averages.variances + np.square(averages.means, dtype=np.float64)
    mean, square = (float((shares[:, None, None] * values).sum(axis=0).mean()) for values in (means, squares))
    return mean, (square - mean**2) ** 0.5
