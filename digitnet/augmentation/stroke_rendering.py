"""Draw strokes, given as points, as 28 x 28 pictures."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.normalization import center_by_mass, fit_to_box, trim
from digitnet.types import Picture

Points = NDArray[np.float64]
_DRAWN = 80  # pixels of the box that styles are drawn in


def draw_strokes(strokes: list[Points], rng: np.random.Generator, pen: tuple[float, float] = (2.2, 4.2)) -> Picture:
    """Return smooth strokes through points (n, 2) of x and y as MNIST would show them, uint8 (28, 28).

    `pen` is the range of the stroke's width, in pixels of that picture.
    """
    margin = 16
    field = np.zeros((_DRAWN + 2 * margin, _DRAWN + 2 * margin), np.uint8)
    curves = [smooth(stroke) for stroke in strokes]
    everything = np.concatenate(curves)
    low = everything.min(axis=0)
    scale = _DRAWN / max(1e-6, *(everything.max(axis=0) - low))
    thickness = max(2, round(rng.uniform(*pen) * _DRAWN / 20))
    uneven = rng.uniform(0, 0.35)
    for curve in curves:
        path = np.round(((curve - low) * scale + margin) * 16).astype(np.int32)
        widths = thickness * (1 + uneven * np.sin(rng.uniform(0, 6) + 0.5 * np.arange(len(path))))
        for start, end, width in zip(path[:-1], path[1:], np.round(widths[1:]).astype(int).tolist(), strict=True):
            cv2.line(field, start.tolist(), end.tolist(), 255, max(2, width), cv2.LINE_AA, shift=4)
    return center_by_mass(fit_to_box(trim(field)))


def smooth(points: Points, steps: int = 8) -> Points:
    """Return a curve through points (n, 2), `steps` to each stretch (Catmull and Rom 1974)."""
    if len(points) < 3:
        return points
    before = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    a, b, c, d = before[:-3], before[1:-2], before[2:-1], before[3:]
    t = np.linspace(0, 1, steps, endpoint=False)[:, None, None]
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.vstack([curve.transpose(1, 0, 2).reshape(-1, 2), points[-1:]])


def to_points(*points: tuple[float, float]) -> Points:
    """Return points given as (x, y) pairs, float64 (n, 2)."""
    return np.array(points, float)
