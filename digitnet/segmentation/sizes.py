"""Tell by its size whether ink is a speck, a dash or too small for a digit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.boxes import widths_and_heights
from digitnet.types import Boxes


def is_speck(boxes: Boxes, areas: NDArray[np.int32], pen_width: float | NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which components are too small for any stroke (dust, noise, dots), bool (n,).

    The width of the pen is that of all strokes, or float64 (n,).
    """
    width, height = widths_and_heights(boxes)
    return (np.maximum(width, height) < 1.6 * pen_width) | (areas < pen_width**2) | (areas < 6)


def is_small(boxes: Boxes, ratio: float) -> NDArray[np.bool_]:
    """Tell which boxes are shorter than a share, 0 to 1, of a typical digit, bool (n,)."""
    length = np.maximum(*widths_and_heights(boxes))
    return length < ratio * estimate_digit_length(boxes)


def is_dash(boxes: Boxes, areas: NDArray[np.int32], pen_width: float) -> NDArray[np.bool_]:
    """Tell which groups are one flat stroke, such as a minus sign, bool (n,).

    Digits that touch are as flat together, but have far more ink than one stroke along the box.
    """
    width, height = widths_and_heights(boxes)
    return (width > 3 * height) & ((areas < 1.8 * width * pen_width) | (height < 2.5 * pen_width))


def estimate_digit_length(boxes: Boxes) -> float:
    """Estimate the longer side of a typical digit in pixels, 0 without boxes.

    Large components count more. Only part of the width of a component counts if it is much wider than tall, for
    then it is several digits, or none.
    """
    width, height = widths_and_heights(boxes)
    length = np.sort(np.maximum(np.minimum(width, 1.3 * height), height))
    if not length.size:
        return 0.0
    weight = np.cumsum(length)
    return float(length[np.searchsorted(weight, 0.5 * weight[-1])])
