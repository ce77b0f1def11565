"""Turn numbers into pictures: diverging colors, grays, and maps over a digit."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.types import RGB

# Color-blind readers can tell these ends apart, after Okabe and Ito 2008.
NEGATIVE_COLOR, POSITIVE_COLOR = (0, 90, 181), (220, 110, 0)
_WHITE = (255, 255, 255)
_MAX_OVERLAY_OPACITY = 0.85  # A map never covers more than this share of the digit under it.


def apply_diverging_colors(values: NDArray[np.float32], limit: float) -> RGB:
    """Color numbers blue at `-limit`, white at 0 and orange at `limit`.

    Args:
        values: float (...), clipped to -limit to limit.
        limit: the largest absolute value; 0 gives white throughout.

    Returns:
        uint8 (..., 3).
    """
    shares = np.clip(values / (limit or 1.0), -1, 1)[..., np.newaxis]
    ends = np.where(shares < 0, np.array(NEGATIVE_COLOR), np.array(POSITIVE_COLOR))
    return _to_uint8(np.array(_WHITE) + np.abs(shares) * (ends - np.array(_WHITE)))


def apply_grays(values: NDArray[np.float32], low: float, high: float) -> RGB:
    """Shade numbers from black at `low` to white at `high`; float (...) to uint8 (..., 3)."""
    shares = np.clip((values - low) / ((high - low) or 1.0), 0, 1)
    return np.repeat(_to_uint8(255 * shares)[..., np.newaxis], 3, axis=-1)


def overlay_map(picture: NDArray[np.uint8], values: NDArray[np.float32], limit: float, scale: int = 8) -> RGB:
    """Lay a map over a digit: orange above 0, blue below 0, opaque near `limit`.

    Args:
        picture: uint8 (28, 28).
        values: float32 (28, 28).
        limit: the absolute value at which the color is strongest.
        scale: pixels of the result for each pixel of the digit.

    Returns:
        uint8 (28 * scale, 28 * scale, 3).
    """
    size = (picture.shape[1] * scale, picture.shape[0] * scale)
    digit = cv2.resize(picture, size, interpolation=cv2.INTER_NEAREST)[..., np.newaxis].astype(np.float32)
    smooth = cv2.resize(values / (limit or 1.0), size, interpolation=cv2.INTER_LINEAR)[..., np.newaxis]
    opacity = _MAX_OVERLAY_OPACITY * np.clip(np.abs(smooth), 0, 1)
    color = np.where(smooth < 0, np.array(NEGATIVE_COLOR), np.array(POSITIVE_COLOR))
    return _to_uint8((1 - opacity) * digit + opacity * color)


def arrange_in_grid(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Arrange the outputs (units,) of a dense layer in a grid about twice as wide as tall.

    The end of the last row is NaN.
    """
    width = int(np.ceil(np.sqrt(2 * len(values))))
    height = -(-len(values) // width)
    grid = np.full(height * width, np.nan, np.float32)
    grid[: len(values)] = values
    return grid.reshape(height, width)


def _to_uint8(colors: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Round colors of 0 to 255 and make NaN a middle gray."""
    return np.asarray(np.rint(np.nan_to_num(colors, nan=128)), np.uint8)
