"""Draw strokes, given as points, as 28 x 28 pictures."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.normalization import center_by_mass, fit_to_box, trim
from digitnet.types import Picture

Points = NDArray[np.float64]  # (n, 2): x and y.
_BOX_PIXELS = 80  # Strokes are drawn in a box of this size.
_MARGIN_PIXELS = 16
_SHIFT_BITS = 4  # OpenCV's coordinates have this many fractional bits.


def draw_strokes(strokes: list[Points], rng: np.random.Generator, pen: tuple[float, float] = (2.2, 4.2)) -> Picture:
    """Draw smooth strokes as MNIST would show them, uint8 (28, 28).

    Args:
        strokes: the points that each stroke goes through, float64 (n, 2) of x and y on any scale.
        rng: the source of randomness.
        pen: least and largest width of the pen, in pixels of the 28 x 28 picture.
    """
    field = np.zeros((_BOX_PIXELS + 2 * _MARGIN_PIXELS, _BOX_PIXELS + 2 * _MARGIN_PIXELS), np.uint8)
    curves = [smooth(stroke) for stroke in strokes]
    points = np.concatenate(curves)
    low = points.min(axis=0)
    scale = _BOX_PIXELS / max(1e-6, *(points.max(axis=0) - low))
    thickness = max(2, round(rng.uniform(*pen) * _BOX_PIXELS / 20))
    unevenness = rng.uniform(0, 0.35)
    for curve in curves:
        path = np.round(((curve - low) * scale + _MARGIN_PIXELS) * 2**_SHIFT_BITS).astype(np.int32)
        widths = thickness * (1 + unevenness * np.sin(rng.uniform(0, 6) + 0.5 * np.arange(len(path))))
        for start, end, width in zip(path[:-1], path[1:], np.round(widths[1:]).astype(int).tolist(), strict=True):
            cv2.line(field, start.tolist(), end.tolist(), 255, max(2, width), cv2.LINE_AA, shift=_SHIFT_BITS)
    return center_by_mass(fit_to_box(trim(field)))


def smooth(points: Points, steps: int = 8) -> Points:
    """Return a curve through points (n, 2), with `steps` points from each to the next.

    Source: Catmull and Rom, "A class of local interpolating splines" (1974).
    """
    if len(points) < 3:
        return points
    extended = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    a, b, c, d = extended[:-3], extended[1:-2], extended[2:-1], extended[3:]
    t = np.linspace(0, 1, steps, endpoint=False)[:, None, None]
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.vstack([curve.transpose(1, 0, 2).reshape(-1, 2), points[-1:]])


def to_points(*points: tuple[float, float]) -> Points:
    """Return (x, y) pairs as one array, float64 (n, 2)."""
    return np.array(points, float)
