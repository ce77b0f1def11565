"""A digit as it stands on its picture, with a little around it: small enough to be kept and shown."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.types import RGB

LONGEST = 256  # pixels of a side of what is cut out
_MARGIN = 0.12  # of the box's longer side that is cut out with a digit
_LEAST_MARGIN = 2  # pixels


def cut_out(image: RGB, box: Sequence[int] | NDArray[np.int32], longest: int = LONGEST) -> RGB:
    """Return the part of a picture, uint8 (H, W, 3), around a box, xyxy, smaller if a side is longer than `longest`."""
    left, top, right, bottom = (int(side) for side in box)
    margin = max(_LEAST_MARGIN, round(_MARGIN * max(right - left, bottom - top)))
    part = image[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]
    factor = longest / max(part.shape[:2])
    if factor >= 1:
        return np.ascontiguousarray(part)
    height, width = (max(1, round(side * factor)) for side in part.shape[:2])
    return np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
