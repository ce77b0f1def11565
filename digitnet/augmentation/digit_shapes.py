"""Tell drawings that look like a digit: a stick is a 1, a ring is a 0."""

from __future__ import annotations

import cv2
import numpy as np

from digitnet.segmentation.skeleton import find_forks, skeletonize
from digitnet.types import Picture


def is_stick(picture: Picture) -> bool:
    """Return whether a picture is upright and thin: a 1."""
    height, width = picture.shape
    return width < 0.45 * height


def is_curve(picture: Picture) -> bool:
    """Return whether a picture is one line that neither forks nor meets itself: a 1, a 7, a 2, or near enough."""
    line = skeletonize((cv2.copyMakeBorder(picture, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0) > 100).astype(np.uint8))
    count, _ = cv2.connectedComponents(line, connectivity=8)
    return count == 2 and not find_forks(line).any() and not is_ring(picture)


def is_ring(picture: Picture) -> bool:
    """Return whether there is a hole in a picture: a 0, or a 6 or 9 with a short tail."""
    padded = cv2.copyMakeBorder(picture, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    _, levels = cv2.findContours((padded > 100).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    return levels is not None and bool((levels[0, :, 3] >= 0).any())
