"""Cut a number out of its picture, small and with its surroundings."""

from __future__ import annotations

import zlib
from typing import NamedTuple

import numpy as np

from digitnet.batches.records import Box
from digitnet.preprocessing.geometry import scale_down
from digitnet.preprocessing.images import to_png
from digitnet.types import RGB

MAX_WIDTH, MAX_HEIGHT = 400, 160  # Pixels of a crop.
_MARGIN = 0.7  # Around a number, as a share of its height.
_STEP = 8  # Brightness is kept in such steps: the noise of a scan is half of a file, 30 KB of 60.
_MIN_MARGIN = 6  # Pixels.


_DRAWN = 8  # One of so many sure numbers is drawn by chance to keep a picture of it, too.


class Crop(NamedTuple):
    """A number with its surroundings: a PNG file, and its box on that picture."""

    picture: bytes
    box: Box


def is_drawn(image: RGB, box: Box) -> bool:
    """Return whether a sure number is one of those drawn to be looked at, too: its pixels decide.

    Args:
        image: the picture, uint8 (H, W, 3).
        box: box around the number in pixels of the picture.
    """
    left, top, right, bottom = (max(0, side) for side in box)
    return zlib.crc32(image[top:bottom, left:right].tobytes()) % _DRAWN == 0


def cut_surroundings(image: RGB, box: Box) -> Crop:
    """Cut a number with its surroundings out of its picture, at most 400 x 160 pixels.

    Args:
        image: the picture, uint8 (H, W, 3).
        box: box around the number in pixels of the picture.
    """
    height, width = image.shape[:2]
    left, right = (min(max(0, side), width) for side in (box[0], box[2]))
    top, bottom = (min(max(0, side), height) for side in (box[1], box[3]))
    margin = max(_MIN_MARGIN, round(_MARGIN * (bottom - top)))
    tall = bottom - top + 2 * margin
    beside = max(margin, (round(tall * MAX_WIDTH / MAX_HEIGHT) - (right - left)) // 2)
    start_x, end_x = max(0, left - beside), min(width, max(right, left + 1) + beside)
    start_y, end_y = max(0, top - margin), min(height, max(bottom, top + 1) + margin)
    cut = image[start_y:end_y, start_x:end_x]
    factor = min(1.0, MAX_WIDTH / cut.shape[1], MAX_HEIGHT / cut.shape[0])
    sides = np.array([left - start_x, top - start_y, right - start_x, bottom - start_y]) * factor
    x0, y0, x1, y1 = np.round(sides).astype(int).tolist()
    small = scale_down(np.ascontiguousarray(cut), factor)
    steps = small // _STEP * _STEP + _STEP // 2
    return Crop(to_png(np.asarray(steps, np.uint8)), (x0, y0, x1, y1))
