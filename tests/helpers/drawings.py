"""Drawings of the canvas, each with its strokes."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from digitnet.segmentation.oversegmentation import Segment, Stroke
from digitnet.segmentation.stroke_ink import draw_stroke
from digitnet.types import RGB
from tests.helpers.digit_strokes import STROKES

PEN = 10.0
_SHAPE = (400, 640)


def place_digit(label: str, x: float, y: float = 120, width: float = 90, height: float = 150) -> list[Stroke]:
    """Return the strokes of a digit, in a box of `width` by `height` pixels at x, y."""
    return [Stroke(np.array(line) * (width, height) + (x, y), PEN) for line in STROKES[label]]


def draw(strokes: Sequence[Stroke]) -> RGB:
    """Draw strokes as the canvas does, uint8 (400, 640, 3)."""
    picture = np.full((*_SHAPE, 3), 255, np.uint8)
    for stroke in strokes:
        points = np.round(stroke.points * 16).astype(np.int32)
        cv2.polylines(picture, [points], False, (0, 0, 0), round(stroke.width), cv2.LINE_AA, shift=4)
    return picture


def draw_apart(strokes: Sequence[Stroke]) -> list[Segment]:
    """Draw each stroke by itself."""
    return [draw_stroke(stroke, _SHAPE) for stroke in strokes]
