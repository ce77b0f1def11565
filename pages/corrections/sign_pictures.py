"""Draw signs for their tiles: their ink at its height beside the digits, white on black like these."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet import Reading
from digitnet.preprocessing.geometry import scale_down
from digitnet.preprocessing.images import to_png
from digitnet.reading.signs import Signs
from digitnet.types import RGB, Boxes, Gray

_MAX_HEIGHT = 196  # Pixels of a picture, for screens of twice the usual resolution.
_MARGIN_RATIO = 0.1  # Share of the height, around the ink.


def draw_signs(load_image: Callable[[], RGB], about: str, reading: Reading) -> list[bytes]:
    """Return a PNG file for each sign, b"" for those without ink; they stand upright, as their rows were read.

    Args:
        load_image: function that loads the upright picture, uint8 (H, W, 3).
        about: identity of the picture.
        reading: its reading.
    """
    signs, boxes = reading.straight_signs, reading.straight_boxes

    def load_straight() -> RGB:
        return reading.placement.straighten(load_image())

    return _draw_signs(load_straight, about, signs.boxes, signs.has_ink, _find_heights(signs, boxes, reading.row))


def _find_heights(signs: Signs, boxes: Boxes, row: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the top and bottom of each sign and the digits beside it, int32 (k, 2).

    Args:
        signs: the signs.
        boxes: int32 (n, 4), the digits in pixels of the same picture.
        row: int32 (n,), the row of each.
    """
    heights = signs.boxes[:, [1, 3]].copy()
    for index, place in enumerate(signs.place.tolist()):
        beside = np.arange(max(0, place - 1), min(place + 1, len(boxes)))
        beside = beside[row[beside] == signs.row[index]]
        sides = np.append(heights[index], boxes[beside][:, [1, 3]])
        heights[index] = sides.min(), sides.max()
    return heights


@st.cache_data(max_entries=200, show_spinner=False)
def _draw_signs(
    _load_straight: Callable[[], RGB], about: str, boxes: Boxes, has_ink: NDArray[np.bool_], heights: NDArray[np.int32]
) -> list[bytes]:
    pictures = [b""] * len(boxes)
    if has_ink.any():
        image = _load_straight()
        height, width = image.shape[:2]
        inside = np.clip(boxes, 0, [width, height, width, height]).astype(np.int32)
        has_ink = has_ink & (inside[:, :2] < inside[:, 2:]).all(axis=1)
        for index in np.flatnonzero(has_ink):
            pictures[index] = to_png(_draw_sign(image, inside[index], heights[index]))
    return pictures


def _draw_sign(image: RGB, box: Boxes, height: NDArray[np.int32]) -> Gray:
    (left, upper, right, lower), (top, bottom) = box.tolist(), height.tolist()
    reach, margin = bottom - top, round(_MARGIN_RATIO * (bottom - top))
    around = image[max(0, top - margin) : bottom + margin, max(0, left - reach) : right + reach]
    paper = float(np.median(cv2.cvtColor(np.ascontiguousarray(around), cv2.COLOR_RGB2GRAY)))
    gray = cv2.cvtColor(np.ascontiguousarray(image[upper:lower, left:right]), cv2.COLOR_RGB2GRAY)
    ink = np.abs(gray - paper)
    drawn = np.zeros((bottom - top + 2 * margin, right - left + 2 * margin), np.uint8)
    y, x = upper - top + margin, margin
    drawn[y : y + lower - upper, x : x + right - left] = ink * (255 / max(1.0, ink.max()))
    return scale_down(drawn, _MAX_HEIGHT / len(drawn))
