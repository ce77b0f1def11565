"""Size pictures for display on a page."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.geometry import scale_down

# Limits of the longer side of a picture on a page.
_MIN_SIDE_PIXELS = 640
_MAX_SIDE_PIXELS = 1600


def shrink(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Shrink a picture, uint8 (h, w) or (h, w, 3), whose longer side has more than 1600 pixels."""
    return scale_down(image, _MAX_SIDE_PIXELS / max(image.shape[:2]))


def fit_to_page(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Resize a picture, uint8 (h, w) or (h, w, 3), to a longer side of 640 to 1600 pixels.

    The shorter side has two pixels at least: `st.image` scales wide pictures down and would leave none of a single one.
    """
    factor = _MIN_SIDE_PIXELS / max(image.shape[:2])
    if factor > 1:
        size = [max(2, round(side * factor)) for side in image.shape[1::-1]]
        return cv2.resize(image, size, interpolation=cv2.INTER_CUBIC)
    shown = shrink(image)
    thin_axes = [axis for axis in (0, 1) if shown.shape[axis] == 1]
    return shown.repeat(2, axis=thin_axes[0]) if thin_axes else shown
