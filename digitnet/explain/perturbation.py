"""Read a digit again as it is rotated, shifted, rewritten with another pen, or made noisy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.models.classifier import Classifier
from digitnet.preprocessing.normalization import PICTURE_SIZE, widen
from digitnet.types import Picture

_PEN_SCALE = 4  # Strokes are widened at 4 times the size, as `digitnet.preprocessing.normalization` does.
_NOISE_SEED = 0


@dataclass(frozen=True)
class Perturbation:
    """A gradual change of a digit.

    Attributes:
        name: as the pages show it.
        unit: of the levels.
        levels: strengths of the change in ascending order; 0 is one of them and leaves the digit unchanged.
        change: gives a uint8 (28, 28) digit changed by one level.
    """

    name: str
    unit: str
    levels: tuple[float, ...]
    change: Callable[[Picture, float], Picture]

    def apply_levels(self, picture: Picture) -> Picture:
        """Change a uint8 (28, 28) digit by each level; uint8 (levels, 28, 28)."""
        return np.stack([self.change(picture, level) if level else picture for level in self.levels])


def read_perturbed(classifier: Classifier, picture: Picture) -> dict[str, NDArray[np.float32]]:
    """Read a uint8 (28, 28) digit changed by each level of each perturbation.

    Returns:
        By name of the perturbation the ten probabilities, float32 (levels, 10).
    """
    changed = [perturbation.apply_levels(picture) for perturbation in PERTURBATIONS]
    probabilities = classifier.predict_digit_probabilities(np.concatenate(changed))
    by_perturbation = np.split(probabilities, np.cumsum([len(pictures) for pictures in changed])[:-1])
    names = [perturbation.name for perturbation in PERTURBATIONS]
    return dict(zip(names, by_perturbation, strict=True))


def rotate(picture: Picture, degrees: float) -> Picture:
    """Rotate a digit about its center, clockwise for degrees above 0."""
    center = (PICTURE_SIZE - 1) / 2
    return _warp(picture, cv2.getRotationMatrix2D((center, center), -degrees, 1))


def shift(picture: Picture, pixels: float) -> Picture:
    """Move a digit to the right, or left for pixels below 0; ink outside is lost."""
    return _warp(picture, np.array([[1, 0, pixels], [0, 1, 0]], np.float32))


def change_pen_width(picture: Picture, pixels: float) -> Picture:
    """Make the strokes of a digit wider by some pixels, or thinner for pixels below 0."""
    side = PICTURE_SIZE * _PEN_SCALE
    large = np.asarray(cv2.resize(picture, (side, side), interpolation=cv2.INTER_CUBIC), np.uint8)
    widened = widen(large, pixels * _PEN_SCALE)
    return np.asarray(cv2.resize(widened, (PICTURE_SIZE, PICTURE_SIZE), interpolation=cv2.INTER_AREA), np.uint8)


def add_noise(picture: Picture, sigma: float) -> Picture:
    """Add Gaussian noise of this standard deviation, where 1 is the range from paper to ink.

    Only the strength of the noise varies between calls, not its pattern.
    """
    noise = np.random.default_rng(_NOISE_SEED).standard_normal(picture.shape)
    return np.clip(np.rint(picture + 255 * sigma * noise), 0, 255).astype(np.uint8)


def _warp(picture: Picture, matrix: NDArray[np.float32]) -> Picture:
    return np.asarray(cv2.warpAffine(picture, matrix, (PICTURE_SIZE, PICTURE_SIZE), flags=cv2.INTER_LINEAR), np.uint8)


# Weak noise has closer levels: networks learn from clean paper alone, so that little noise changes much.
_NOISE_LEVELS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
PERTURBATIONS = (
    Perturbation("Rotation", "degrees clockwise", tuple(float(level) for level in range(-45, 46, 5)), rotate),
    Perturbation("Shift", "pixels to the right", tuple(float(level) for level in range(-6, 7)), shift),
    Perturbation("Pen width", "pixels wider", tuple(level / 2 for level in range(-4, 7)), change_pen_width),
    Perturbation("Noise", "standard deviation", _NOISE_LEVELS, add_noise),
)
