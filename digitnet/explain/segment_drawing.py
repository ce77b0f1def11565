"""Pictures of parts of ink, each in a colour of its own, and of the 28 x 28 with what made it so."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.normalization import PICTURE_SIZE, Placement
from digitnet.reading.annotation import BOX_COLOR, DOUBT_COLOR, Color
from digitnet.segmentation.oversegmentation import Segment
from digitnet.types import RGB, Boxes

LEFT_OUT: Color = (176, 176, 176)
# After Okabe and Ito, dark enough for white paper.
_COLORS: list[Color] = [(0, 114, 178), (213, 94, 0), (0, 158, 115), (190, 80, 150), (178, 134, 0), (86, 140, 200)]


def color_of(place: int) -> Color:
    """Return the colour of the part at a place, other than its neighbours'."""
    return _COLORS[place % len(_COLORS)]


def draw_parts(parts: Sequence[Segment], box: Boxes, colors: Sequence[Color] | None = None, margin: int = 0) -> RGB:
    """Return parts of ink in colours on white, uint8 (H, W, 3); where two share ink, the later one shows.

    Args:
        parts: of one ink map.
        box: int32 (4,), xyxy in the ink map: what is shown of it.
        colors: of each part; left out, neighbours differ.
        margin: pixels around the box.
    """
    left, top, right, bottom = (int(side) for side in box)
    picture = np.full((bottom - top + 2 * margin, right - left + 2 * margin, 3), 255, np.uint8)
    for place, part in enumerate(parts):
        color = np.array(colors[place] if colors else color_of(place), np.float32)
        x, y = int(part.box[0]) - left + margin, int(part.box[1]) - top + margin
        height, width = part.ink.shape
        field = picture[y : y + height, x : x + width]
        cover = part.ink[..., None].astype(np.float32) / 255
        field[:] = np.round(field * (1 - cover) + color * cover).astype(np.uint8)
    return picture


def draw_sides(sides: NDArray[np.uint8]) -> RGB:
    """Return a candidate's ink and that around it, uint8 (h, w, 2), in two colours on white, darker where shared."""
    picture = np.full((*sides.shape[:2], 3), 255.0)
    for side in (0, 1):
        cover = sides[..., side, None].astype(np.float64) / 255
        picture *= 1 - cover + cover * np.array(color_of(side)) / 255
    return np.round(picture).astype(np.uint8)


def magnify(picture: NDArray[np.uint8], least: int) -> NDArray[np.uint8]:
    """Return a picture whose longer side has `least` pixels or more, each of its pixels a sharp square."""
    factor = -(-least // max(picture.shape[:2]))
    return picture.repeat(factor, axis=0).repeat(factor, axis=1) if factor > 1 else picture


def draw_placement(picture: NDArray[np.uint8], placement: Placement, factor: int = 12) -> RGB:
    """Return a 28 x 28 picture, magnified, dark ink on white, with the box of its ink and its centre of mass.

    Args:
        picture: uint8 (28, 28), ink 255.
        placement: of its ink.
        factor: pixels for each of its pixels.
    """
    large = cv2.cvtColor(magnify(255 - picture, PICTURE_SIZE * factor), cv2.COLOR_GRAY2RGB)
    left, top, right, bottom = (side * factor for side in placement.box)
    cv2.rectangle(large, (left, top), (right - 1, bottom - 1), BOX_COLOR, 2)
    x, y = (round((side + 0.5) * factor) for side in placement.center)  # a pixel's middle lies half a pixel in
    for color, thickness in (((255, 255, 255), 7), (DOUBT_COLOR, 3)):
        cv2.drawMarker(large, (x, y), color, cv2.MARKER_CROSS, 2 * factor, thickness)
    return np.asarray(large, np.uint8)
