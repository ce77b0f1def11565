"""Measure how much less sure a network is when a part of the digit is covered.

Source: Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks".
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from digitnet.models.classifier import Classifier
from digitnet.preprocessing.normalization import PICTURE_SIZE

# A patch is about one and a half strokes wide, so that it interrupts a stroke.
PATCH_PIXELS = 5
STRIDE_PIXELS = 2  # A map takes some 100 pictures with this stride.
Window = tuple[slice, slice]
_SPANS = [slice(max(start, 0), start + PATCH_PIXELS) for start in range(1 - PATCH_PIXELS, PICTURE_SIZE, STRIDE_PIXELS)]
_WINDOWS: list[Window] = list(itertools.product(_SPANS, _SPANS))


def compute_occlusion_map(classifier: Classifier, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Compute how much the probability of the digit falls when an empty patch covers each pixel.

    A patch that covers no ink changes nothing, so the network does not read that picture.

    Args:
        classifier: the network that reads the digit.
        picture: uint8 (28, 28), normalized, ink 255.

    Returns:
        float32 (28, 28): for each pixel the mean fall over the patches that cover it, at most 1; below 0 where
        the network is surer without the pixel.
    """
    inked = [window for window in _WINDOWS if picture[window].any()]
    probabilities = classifier.predict_digit_probabilities(
        np.stack([picture, *(_cover(picture, window) for window in inked)])
    )
    label = int(probabilities[0].argmax())
    falls = probabilities[0, label] - probabilities[1:, label]
    return _sum_windows(inked, falls) / _sum_windows(_WINDOWS, np.ones(len(_WINDOWS), np.float32))


def _cover(picture: NDArray[np.uint8], window: Window) -> NDArray[np.uint8]:
    covered = picture.copy()
    covered[window] = 0
    return covered


def _sum_windows(windows: list[Window], values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sum, for each pixel, the values of the windows that contain it; float32 (28, 28)."""
    total = np.zeros((PICTURE_SIZE, PICTURE_SIZE), np.float32)
    for window, value in zip(windows, values, strict=True):
        total[window] += value
    return total
