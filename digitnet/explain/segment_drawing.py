"""Draw segments of ink in colors, and 28 x 28 pictures with their box and center of mass."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.normalization import PICTURE_SIZE, Placement
from digitnet.reading.annotation import BOX_COLOR, DOUBT_COLOR, Color
from digitnet.segmentation.oversegmentation import Segment
from digitnet.types import RGB, Boxes

LEFT_OUT_COLOR: Color = (176, 176, 176)
# These colors follow Okabe and Ito 2008, darker for white paper.
_SEGMENT_COLORS: list[Color] = [
    (0, 114, 178),
    (213, 94, 0),
    (0, 158, 115),
    (190, 80, 150),
    (178, 134, 0),
    (86, 140, 200),
]
_WHITE: Color = (255, 255, 255)


def get_segment_color(index: int) -> Color:
    """Return the color of a segment by its index, different from that of its neighbors."""
    return _SEGMENT_COLORS[index % len(_SEGMENT_COLORS)]


def draw_segments(
    segments: Sequence[Segment], box: Boxes, colors: Sequence[Color] | None = None, margin: int = 0
) -> RGB:
    """Draw segments of ink in colors on white, later ones over earlier ones.

    Args:
        segments: of one ink map.
        box: int32 (4,), xyxy in the ink map: the part to draw.
        colors: of each segment; without them, neighbors differ.
        margin: pixels around the box.

    Returns:
        uint8 (H, W, 3).
    """
    left, top, right, bottom = (int(side) for side in box)
    picture = np.full((bottom - top + 2 * margin, right - left + 2 * margin, 3), 255, np.uint8)
    for index, segment in enumerate(segments):
        color = np.array(colors[index] if colors else get_segment_color(index), np.float32)
        x, y = int(segment.box[0]) - left + margin, int(segment.box[1]) - top + margin
        height, width = segment.ink.shape
        field = picture[y : y + height, x : x + width]
        opacity = segment.ink[..., None].astype(np.float32) / 255
        field[:] = np.round(field * (1 - opacity) + color * opacity).astype(np.uint8)
    return picture


def draw_context_view(view: NDArray[np.uint8]) -> RGB:
    """Draw a candidate's ink and the ink around it in two colors on white.

    Args:
        view: uint8 (h, w, 2), ink 255; the picture is darker where both lie.

    Returns:
        uint8 (h, w, 3).
    """
    picture = np.full((*view.shape[:2], 3), 255.0)
    for channel in (0, 1):
        opacity = view[..., channel, None].astype(np.float64) / 255
        picture *= 1 - opacity + opacity * np.array(get_segment_color(channel)) / 255
    return np.round(picture).astype(np.uint8)


def magnify(picture: NDArray[np.uint8], min_pixels: int) -> NDArray[np.uint8]:
    """Repeat the pixels of a picture until its longer side has at least `min_pixels`."""
    factor = -(-min_pixels // max(picture.shape[:2]))
    return picture.repeat(factor, axis=0).repeat(factor, axis=1) if factor > 1 else picture


def draw_placement(picture: NDArray[np.uint8], placement: Placement, factor: int = 12) -> RGB:
    """Draw a 28 x 28 picture magnified, with the box and the center of mass of its ink.

    Args:
        picture: uint8 (28, 28), ink 255, which is drawn dark on white.
        placement: of its ink.
        factor: pixels for each of its pixels.

    Returns:
        uint8 (28 * factor, 28 * factor, 3).
    """
    large = cv2.cvtColor(magnify(255 - picture, PICTURE_SIZE * factor), cv2.COLOR_GRAY2RGB)
    left, top, right, bottom = (side * factor for side in placement.box)
    cv2.rectangle(large, (left, top), (right - 1, bottom - 1), BOX_COLOR, 2)
    x, y = (round((side + 0.5) * factor) for side in placement.center)  # The middle of a pixel lies half a pixel in.
    for color, thickness in ((_WHITE, 7), (DOUBT_COLOR, 3)):
        cv2.drawMarker(large, (x, y), color, cv2.MARKER_CROSS, 2 * factor, thickness)
    return np.asarray(large, np.uint8)
