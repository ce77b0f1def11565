"""Scale pictures down, find their rims, and fit curves to points."""

from __future__ import annotations

from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

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
