"""Where a decision comes from: how much less sure a network is with a part of the digit covered.

Source: Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks".
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from digitnet.models.classifier import Classifier
from digitnet.preprocessing.normalization import PICTURE_SIZE

# About as wide as one and a half strokes, so that it parts a stroke; moved so that a map takes some 100 pictures.
PATCH = 5
STRIDE = 2
Window = tuple[slice, slice]
_SPANS = [slice(max(start, 0), start + PATCH) for start in range(1 - PATCH, PICTURE_SIZE, STRIDE)]
_WINDOWS: list[Window] = list(itertools.product(_SPANS, _SPANS))


def occlusion_map(classifier: Classifier, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return how much the probability of the digit that is read falls where a patch of empty paper covers it.

    Where the patch would cover no ink it changes nothing, and the network is not asked.

    Args:
        picture: uint8 (28, 28), normalised, ink 255.

    Returns:
        float32 (28, 28): for each pixel the mean fall over the patches that cover it, at most 1; below 0 where
        the network is surer without.
    """
    inked = [window for window in _WINDOWS if picture[window].any()]
    probabilities = classifier.predict_digit_probabilities(
        np.stack([picture, *(_without(picture, window) for window in inked)])
    )
    label = int(probabilities[0].argmax())
    falls = probabilities[0, label] - probabilities[1:, label]
    return _sum(inked, falls) / _sum(_WINDOWS, np.ones(len(_WINDOWS), np.float32))


def _without(picture: NDArray[np.uint8], window: Window) -> NDArray[np.uint8]:
    covered = picture.copy()
    covered[window] = 0
    return covered


def _sum(windows: list[Window], values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return for each pixel the sum of the values of the windows that it lies in."""
    total = np.zeros((PICTURE_SIZE, PICTURE_SIZE), np.float32)
    for window, value in zip(windows, values, strict=True):
        total[window] += value
    return total
