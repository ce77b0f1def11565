"""Convert, enclose and measure boxes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.types import Boxes


def xywh_to_xyxy(boxes: Boxes) -> Boxes:
    """Convert boxes, int32 (n, 4), from x, y, width, height to x0, y0, x1, y1."""
    return np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1)


def enclose(boxes: Boxes) -> Boxes:
    """Return the smallest box, int32 (4,), around boxes, int32 (n, 4); n is at least 1."""
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])


def widths_and_heights(boxes: Boxes) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the widths and the heights, int32 (n,) each in pixels, of boxes, int32 (n, 4)."""
    return boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
