"""Draw each stroke of a drawing by itself, without the ink of its neighbors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.oversegmentation import Segment, Stroke, trim_segment
from digitnet.types import Gray

_FIXED_POINT_BITS = 4  # OpenCV takes coordinates in sixteenths of a pixel.
_FAR_PIXELS = 2**14  # Points are at most this far from the first pixel of the picture.
# A stroke with less of its pixels on the ink was taken back, or belongs to another drawing.
_MIN_INK_RATIO = 0.5
# Less than this share of the ink may lie off the strokes.
_MAX_UNEXPLAINED_INK_RATIO = 0.05


@dataclass(frozen=True)
class StrokeInk:
    """The strokes that lie on a picture, in the order in which they were drawn; n of them.

    Attributes:
        segments: the ink of each stroke.
        widths: float64 (n,), the width of the pen in pixels.
    """

    segments: list[Segment]
    widths: NDArray[np.float64]


def draw_strokes_apart(ink: Gray, strokes: Sequence[Stroke]) -> StrokeInk:
    """Draw each stroke by itself; return no strokes if they do not explain the ink.

    Strokes that are not on the picture are left out.

    Args:
        ink: uint8 (h, w), ink 255 on 0.
        strokes: those of the drawing, in the order in which they were drawn, in pixels of the ink map.
    """
    grown = cv2.dilate(ink, np.ones((3, 3), np.uint8))
    unexplained = ink.copy()
    segments, widths = [], []
    for stroke in strokes:
        drawn = draw_stroke(stroke, ink.shape)
        if not drawn.ink.size:
            continue
        x0, y0, x1, y1 = drawn.box.tolist()
        seen = cv2.min(drawn.ink, grown[y0:y1, x0:x1])
        if cv2.countNonZero(seen) >= _MIN_INK_RATIO * cv2.countNonZero(drawn.ink):
            segments.append(trim_segment(np.asarray(seen, np.uint8), drawn.box))
            widths.append(stroke.width)
            window = unexplained[y0:y1, x0:x1]
            cv2.subtract(window, drawn.ink, dst=window)
    if cv2.sumElems(unexplained)[0] > _MAX_UNEXPLAINED_INK_RATIO * cv2.sumElems(ink)[0]:
        return StrokeInk([], np.empty(0))
    return StrokeInk(segments, np.array(widths, float))


def draw_stroke(stroke: Stroke, shape: tuple[int, ...]) -> Segment:
    """Draw a stroke as the canvas does, anti-aliased, on a picture of a shape (h, w).

    The ink is empty, uint8 (0, 0), if none of it lies on the picture.
    """
    nothing = Segment(np.zeros(4, np.int32), np.zeros((0, 0), np.uint8))
    points = stroke.points[np.isfinite(stroke.points).all(axis=1)].clip(-_FAR_PIXELS, _FAR_PIXELS)
    if not len(points) or not np.isfinite(stroke.width):
        return nothing
    pen = max(1, round(min(stroke.width, float(max(shape)))))
    low = np.maximum(np.floor(points.min(axis=0)) - pen, 0).astype(np.int32)
    high = np.minimum(np.ceil(points.max(axis=0)) + pen + 1, shape[1::-1]).astype(np.int32)
    if (high <= low).any():
        return nothing
    window = np.zeros((high - low)[::-1], np.uint8)
    corners = np.round((points - low) * 2**_FIXED_POINT_BITS).astype(np.int32)
    if len(corners) == 1:
        corners = np.repeat(corners, 2, axis=0)  # OpenCV draws no line through one point.
    cv2.polylines(window, [corners], False, 255, pen, cv2.LINE_AA, shift=_FIXED_POINT_BITS)
    return trim_segment(window, low) if window.any() else nothing
