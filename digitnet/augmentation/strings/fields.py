"""Keep a sign as the distance to its skeleton, so that it can be written with any pen.

A pixel is inked if the skeleton is nearer than half of the pen's width. The field of distances can be slanted,
stretched and bent like a picture, and a thin pen stays smooth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation.stroke_rendering import Points
from digitnet.preprocessing.normalization import trim
from digitnet.segmentation.skeleton import skeletonize
from digitnet.types import Gray

FRAME_HEIGHT = 72  # Pixels of a field.
TOP, BASE = 12, 56  # Rows of the top and of the base line of a digit in a field.
SIDE = 12  # Pixels left and right of the sign.
LEVELS_PER_PIXEL = 8  # Levels of a field for a distance of one pixel.
_MAX_WIDTH = 420  # Pixels; wider ink is scaled down.
_MIN_INK_LEVEL = 110
_SHIFT_BITS = 4  # OpenCV's coordinates have this many fractional bits.


class Field(NamedTuple):
    """A sign without a pen.

    Attributes:
        distance: uint8 (72, w), the distance to the sign's skeleton in eighths of a pixel, at most 255.
        ink: uint8 (72, w), the sign as it was written, or None if it has only a skeleton.
    """

    distance: NDArray[np.uint8]
    ink: Gray | None = None


def from_ink(ink: Gray, *, keep_ink: bool = False, top: float = 0.0, base: float = 1.0) -> Field | None:
    """Build the field of a digit or letter, which stands between the top and the base line, or of a smaller sign.

    Args:
        ink: uint8 (h, w) of any size, ink 255 on 0.
        keep_ink: whether to keep the ink, too.
        top, base: where the ink begins and ends, in digit heights below the top line.

    Returns:
        The field, or None if there is no ink.
    """
    ink = trim(ink)
    if not ink.size:
        return None
    scale = min((BASE - TOP) * (base - top) / ink.shape[0], _MAX_WIDTH / ink.shape[1])
    size = max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale))
    large = cv2.resize(ink, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    frame = np.zeros((FRAME_HEIGHT, size[0] + 2 * SIDE), np.uint8)
    end = TOP + round((BASE - TOP) * base)
    frame[end - size[1] : end, SIDE : SIDE + size[0]] = large
    line = skeletonize((frame > _MIN_INK_LEVEL).astype(np.uint8))
    return Field(_measure_distance(line), frame if keep_ink else None) if line.any() else None


def from_strokes(strokes: Sequence[Points]) -> Field:
    """Build the field of a sign from its strokes.

    Args:
        strokes: points, float64 (n, 2) of x and y, y down; a digit reaches from y = 0 to y = 1, a comma further.
    """
    unit = BASE - TOP
    left = min(float(stroke[:, 0].min()) for stroke in strokes)
    right = max(float(stroke[:, 0].max()) for stroke in strokes)
    width = min(_MAX_WIDTH, max(1, round((right - left) * unit))) + 2 * SIDE
    line = np.zeros((FRAME_HEIGHT, width), np.uint8)
    for stroke in strokes:
        points = (stroke - [left, 0]) * unit + [SIDE, TOP]
        corners = np.round(points * 2**_SHIFT_BITS).astype(np.int32)
        if len(corners) == 1:
            corners = np.repeat(corners, 2, axis=0)
        cv2.polylines(line, [corners], False, 1, 1, cv2.LINE_8, shift=_SHIFT_BITS)
    return Field(_measure_distance(line))


def _measure_distance(line: NDArray[np.uint8]) -> NDArray[np.uint8]:
    distance = cv2.distanceTransform(1 - line, cv2.DIST_L2, 5)
    return cv2.convertScaleAbs(distance, alpha=LEVELS_PER_PIXEL)
