"""Recognize drawings that look like a digit: a stick is a 1, a ring is a 0."""

from __future__ import annotations

import cv2
import numpy as np

from digitnet.segmentation.skeleton import find_forks, skeletonize
from digitnet.types import Gray, Mask

_MAX_STICK_ASPECT = 0.45  # A stick is narrower than this share of its height.
_MIN_INK_LEVEL = 100  # Pixels above this gray level are ink.


def is_stick(picture: Gray) -> bool:
    """Return whether a trimmed picture, uint8 (h, w), is upright and thin, like a 1."""
    height, width = picture.shape
    return width < _MAX_STICK_ASPECT * height


def is_curve(picture: Gray) -> bool:
    """Return whether a picture is one line without forks or crossings, like a 1, 2 or 7."""
    line = skeletonize(_pad_mask(picture))
    count, _ = cv2.connectedComponents(line, connectivity=8)
    return count == 2 and not find_forks(line).any() and not is_ring(picture)


def is_ring(picture: Gray) -> bool:
    """Return whether a picture has a hole, like a 0, or a 6 or 9 with a short tail."""
    _, levels = cv2.findContours(_pad_mask(picture), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    return levels is not None and bool((levels[0, :, 3] >= 0).any())


def _pad_mask(picture: Gray) -> Mask:
    """Return the ink as 1 on 0 with a margin of one pixel, uint8 (h + 2, w + 2)."""
    padded = cv2.copyMakeBorder(picture, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    return (padded > _MIN_INK_LEVEL).astype(np.uint8)
