"""Load MNIST, the digits that networks are trained and tested on."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.errors import DatasetError

TRAINING_DIGITS, TEST_DIGITS = 60_000, 10_000  # Numbers of MNIST's digits.


class Digits(NamedTuple):
    """Labeled digits: images uint8 (n, 28, 28) with ink 255, labels uint8 (n,)."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def select(self, index: slice | NDArray[np.intp]) -> Digits:
        """Return the digits at a slice or at an array of indices."""
        return Digits(self.images[index], self.labels[index])


def join_digits(*parts: Digits) -> Digits:
    """Join digits of several sources; there is at least one."""
    return Digits(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def load_mnist() -> tuple[Digits, Digits]:
    """Return MNIST's 60,000 training and 10,000 test digits.

    Raises:
        DatasetError: the file that ships with digitnet is missing or damaged.

    Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
    """
    try:
        with as_file(files("digitnet.resources") / "mnist.npz") as path, np.load(path) as arrays:
            train = Digits(arrays["x_train"], arrays["y_train"])
            test = Digits(arrays["x_test"], arrays["y_test"])
    except Exception as error:  # np.load raises many types for a damaged archive.
        raise DatasetError(f"MNIST could not be loaded from digitnet/resources/mnist.npz: {error}.") from error
    return train, test


def split(digits: Digits, share: float, seed: int) -> tuple[Digits, Digits]:
    """Split off a random `share` (0 to 1) of digits; return the rest and the share, in order."""
    order = np.random.default_rng(seed).permutation(len(digits.labels))
    count = round(len(order) * share)
    return digits.select(np.sort(order[count:])), digits.select(np.sort(order[:count]))


def split_last(digits: Digits, share: float) -> tuple[Digits, Digits]:
    """Split off the last `share` (0 to 1) of digits, as Keras' `validation_split` does; return the rest and it."""
    first = len(digits.labels) - round(len(digits.labels) * share)
    return digits.select(slice(first)), digits.select(slice(first, None))
