"""Scale pictures down, cut boxes out of them, find their rims, and fit curves to points."""

from __future__ import annotations

from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

_MARGIN = 0.2  # Around a number that is cut out, as a share of its height.
Value = TypeVar("Value", bound=np.generic)


def scale_down(picture: NDArray[np.uint8], factor: float) -> NDArray[np.uint8]:
    """Scale a picture, uint8 (h, w) or (h, w, 3), by a factor.

    Args:
        picture: returned as it is if `factor` is 1 or more.
        factor: each side keeps at least one pixel.
    """
    if factor >= 1:
        return picture
    height, width = (max(1, round(side * factor)) for side in picture.shape[:2])
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def cut_out(picture: NDArray[np.uint8], box: NDArray[Any]) -> NDArray[np.uint8]:
    """Cut a number out of a picture, uint8 (h, w) or (h, w, 3), with a margin as far as there is one.

    Args:
        picture: the picture.
        box: x0, y0, x1, y1 in its pixels; if nothing of it is on the picture, a white pixel is returned.
    """
    margin = _MARGIN * (box[3] - box[1])
    left, top = np.maximum(np.floor(box[:2] - margin), 0).astype(int)
    right, bottom = np.ceil(box[2:] + margin).astype(int)
    cut = picture[top : max(bottom, top + 1), left : max(right, left + 1)]
    return cut if cut.size else np.full((1, 1, *picture.shape[2:]), 255, np.uint8)


def get_rim(picture: NDArray[Value]) -> NDArray[Value]:
    """Return the values along the sides of an array, (h, w) or (h, w, 3); corners come twice."""
    return np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])


def fit_polynomial(x: NDArray[Any], y: NDArray[Any], degree: int) -> NDArray[np.float64]:
    """Fit a polynomial to points, (n,) each, by least squares; return its coefficients, the highest power first.

    As `np.polyfit`, in less time for thousands of points.
    """
    middle, spread = float(x.mean()), max(1.0, float(np.ptp(x)) / 2)
    powers = np.vander((x - middle) / spread, degree + 1)
    scaled = np.linalg.lstsq(powers.T @ powers, powers.T @ y, rcond=None)[0]
    coefficients = np.zeros(degree + 1)
    for value in scaled:  # Horner's scheme in powers of x.
        coefficients = np.append(coefficients[1:], 0) / spread - coefficients * middle / spread
        coefficients[-1] += value
    return coefficients
