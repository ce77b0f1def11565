"""Geometry of boxes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.types import Boxes


def xywh_to_xyxy(boxes: Boxes) -> Boxes:
    """Return boxes (n, 4) of x, y, width, height as x0, y0, x1, y1."""
    return np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1)


def enclose(boxes: Boxes) -> Boxes:
    """Return the smallest box (4,) around boxes (n, 4)."""
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])


def widths_and_heights(boxes: Boxes) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the widths and heights of boxes."""
    return boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
