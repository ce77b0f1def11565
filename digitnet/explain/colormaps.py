"""Numbers as pictures: weights in blue, white and orange, outputs from dark to light, maps laid over a digit."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.types import RGB

# Ends that colour-blind eyes tell apart, after Okabe and Ito 2008.
BELOW, ABOVE = (0, 90, 181), (220, 110, 0)
_WHITE = (255, 255, 255)
_STRONGEST = 0.85  # how much of the colour covers the digit at most


def diverging(values: NDArray[np.float32], most: float) -> RGB:
    """Return numbers as colours: blue at -`most`, white at 0, orange at `most`; float (...) to uint8 (..., 3)."""
    share = np.clip(values / (most or 1.0), -1, 1)[..., np.newaxis]
    ends = np.where(share < 0, np.array(BELOW), np.array(ABOVE))
    return _rounded(np.array(_WHITE) + np.abs(share) * (ends - np.array(_WHITE)))


def lightness(values: NDArray[np.float32], least: float, most: float) -> RGB:
    """Return numbers as grays: black at `least`, white at `most`; float (...) to uint8 (..., 3)."""
    share = np.clip((values - least) / ((most - least) or 1.0), 0, 1)
    return np.repeat(_rounded(255 * share)[..., np.newaxis], 3, axis=-1)


def overlaid(picture: NDArray[np.uint8], values: NDArray[np.float32], most: float, scale: int = 8) -> RGB:
    """Return a digit with a map over it: orange where it is above 0, blue below, strong where it nears `most`.

    Args:
        picture: uint8 (28, 28).
        values: float32 (28, 28).
        scale: pixels of the result for one of the digit's.
    """
    size = (picture.shape[1] * scale, picture.shape[0] * scale)
    digit = cv2.resize(picture, size, interpolation=cv2.INTER_NEAREST)[..., np.newaxis].astype(np.float32)
    smooth = cv2.resize(values / (most or 1.0), size, interpolation=cv2.INTER_LINEAR)[..., np.newaxis]
    cover = _STRONGEST * np.clip(np.abs(smooth), 0, 1)
    colour = np.where(smooth < 0, np.array(BELOW), np.array(ABOVE))
    return _rounded((1 - cover) * digit + cover * colour)


def as_grid(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the outputs (units,) of a dense layer row by row as a grid about twice as wide as high, NaN at its end."""
    width = int(np.ceil(np.sqrt(2 * len(values))))
    height = -(-len(values) // width)
    grid = np.full(height * width, np.nan, np.float32)
    grid[: len(values)] = values
    return grid.reshape(height, width)


def _rounded(colours: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.asarray(np.rint(np.nan_to_num(colours, nan=128)), np.uint8)
