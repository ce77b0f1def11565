"""How an answer moves as a digit is turned, shifted, written with another pen, or made noisy, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.models.classifier import Classifier
from digitnet.preprocessing.normalization import PICTURE_SIZE, widen
from digitnet.types import Picture

_ENLARGED = 4  # strokes are widened at 4 times the size, as `digitnet.normalization` does
_SEED = 0


@dataclass(frozen=True)
class Perturbation:
    """One way to change a digit, by degrees.

    Attributes:
        unit: of the levels.
        levels: how far to go, in ascending order; 0 is among them and leaves the digit as it is.
    """

    name: str
    unit: str
    levels: tuple[float, ...]
    change: Callable[[Picture, float], Picture]

    def pictures(self, picture: Picture) -> Picture:
        """Return a uint8 (28, 28) digit changed by each level: uint8 (levels, 28, 28)."""
        return np.stack([self.change(picture, level) if level else picture for level in self.levels])


def answers(classifier: Classifier, picture: Picture) -> dict[str, NDArray[np.float32]]:
    """Return the ten probabilities for a uint8 (28, 28) digit changed by each level of each perturbation.

    Returns:
        By name of the perturbation float32 (levels, 10).
    """
    changed = [each.pictures(picture) for each in PERTURBATIONS]
    probabilities = classifier.predict_digit_probabilities(np.concatenate(changed))
    parts = np.split(probabilities, np.cumsum([len(pictures) for pictures in changed])[:-1])
    return {each.name: part for each, part in zip(PERTURBATIONS, parts, strict=True)}


def rotated(picture: Picture, degrees: float) -> Picture:
    """Return the digit turned about its centre, clockwise above 0."""
    center = (PICTURE_SIZE - 1) / 2
    return _moved(picture, cv2.getRotationMatrix2D((center, center), -degrees, 1))


def shifted(picture: Picture, pixels: float) -> Picture:
    """Return the digit moved to the right, to the left below 0; what leaves the picture is lost."""
    return _moved(picture, np.array([[1, 0, pixels], [0, 1, 0]], np.float32))


def rewritten(picture: Picture, pixels: float) -> Picture:
    """Return the digit with strokes so much wider, thinner below 0."""
    side = PICTURE_SIZE * _ENLARGED
    large = np.asarray(cv2.resize(picture, (side, side), interpolation=cv2.INTER_CUBIC), np.uint8)
    written = widen(large, pixels * _ENLARGED)
    return np.asarray(cv2.resize(written, (PICTURE_SIZE, PICTURE_SIZE), interpolation=cv2.INTER_AREA), np.uint8)


def noisy(picture: Picture, sigma: float) -> Picture:
    """Return the digit with Gaussian noise of this standard deviation, 1 being the range from paper to ink.

    The noise is always the same but for its strength.
    """
    noise = np.random.default_rng(_SEED).standard_normal(picture.shape)
    return np.clip(np.rint(picture + 255 * sigma * noise), 0, 255).astype(np.uint8)


def _moved(picture: Picture, way: NDArray[np.float32]) -> Picture:
    return np.asarray(cv2.warpAffine(picture, way, (PICTURE_SIZE, PICTURE_SIZE), flags=cv2.INTER_LINEAR), np.uint8)


# Noise is closer together where it is weak: clean paper is all that networks learn from, and little is much to them.
_SIGMAS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
PERTURBATIONS = (
    Perturbation("Rotation", "degrees clockwise", tuple(float(each) for each in range(-45, 46, 5)), rotated),
    Perturbation("Shift", "pixels to the right", tuple(float(each) for each in range(-6, 7)), shifted),
    Perturbation("Pen width", "pixels wider", tuple(each / 2 for each in range(-4, 7)), rewritten),
    Perturbation("Noise", "standard deviation", _SIGMAS, noisy),
)
