"""Convert boxes between pixels of a picture and shares of the picture as it is shown, turned upright."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet import Reading
from digitnet.preprocessing.quarter_turns import turn_boxes
from digitnet.types import Boxes

Share = tuple[float, float, float, float]  # Left, top, width and height of a box on the picture that is shown.


def to_share(box: NDArray[np.int32], reading: Reading) -> Share:
    """Return the share of a box, int32 (4,), xyxy in pixels of the picture of a reading."""
    sides = box[None] / np.array([*reading.size, *reading.size])
    left, top, right, bottom = turn_boxes(sides, (1, 1), reading.turn)[0].tolist()
    return left, top, right - left, bottom - top


def to_pixels(share: tuple[float, ...], reading: Reading) -> Boxes:
    """Return the box of a share, int32 (1, 4), xyxy in pixels of the picture of a reading."""
    left, top, width, height = share
    sides = turn_boxes(np.array([[left, top, left + width, top + height]]), (1, 1), -reading.turn)
    return np.round(sides * [*reading.size, *reading.size]).astype(np.int32)
