"""Draw pen strokes as ink."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from digitnet.preprocessing.normalization import trim
from digitnet.types import Gray

Strokes = Sequence[Sequence[Sequence[float]]]  # Of each stroke, its points; of each point, x and y, y down.

_SIDE_PIXELS = 72  # The longer side of the box that the pen moves in.
_SHIFT_BITS = 4  # OpenCV's coordinates have this many fractional bits.


def draw_ink(strokes: Strokes, pen: float) -> Gray:
    """Draw strokes with an even pen, uint8 (h, w), trimmed; empty without points.

    Args:
        strokes: points on any scale.
        pen: width of the pen, as a share of the longer side of the box around the points.
    """
    paths = [np.array(stroke, float).reshape(-1, 2) for stroke in strokes if len(stroke)]
    if not paths:
        return np.zeros((0, 0), np.uint8)
    points = np.concatenate(paths)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = _SIDE_PIXELS / max(1e-6, float(extent.max()))
    thickness = max(1, round(pen * _SIDE_PIXELS))
    margin = thickness + 1
    width, height = (np.ceil(extent * scale).astype(int) + 2 * margin + 1).tolist()
    ink = np.zeros((height, width), np.uint8)
    for path in paths:
        line = path if len(path) > 1 else np.repeat(path, 2, axis=0)  # OpenCV draws no line through one point.
        corners = np.round(((line - low) * scale + margin) * 2**_SHIFT_BITS).astype(np.int32)
        cv2.polylines(ink, [corners], False, 255, thickness, cv2.LINE_AA, shift=_SHIFT_BITS)
    return trim(ink)
