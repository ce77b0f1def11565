"""Render a candidate with the ink around it, for the eye."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.normalization import darken, resize
from digitnet.segmentation.candidates import InkRun
from digitnet.segmentation.oversegmentation import SegmentSets
from digitnet.types import Boxes

PICTURE_HEIGHT, PICTURE_WIDTH = 28, 40  # Pixels of a candidate and the ink around it.
DIGIT_HEIGHT = 20  # Pixels that a digit is tall in that picture.

Views = NDArray[np.uint8]  # (k, 28, 40, 2)


def render_views(ink_run: InkRun, inside: SegmentSets, boxes: Boxes) -> Views:
    """Render candidates in context, uint8 (k, 28, 40, 2): their ink, and the ink around it.

    A digit is 20 pixels tall, and the candidate stands in the middle.

    Args:
        ink_run: a run of n segments.
        inside: bool (k, n), the segments of each candidate.
        boxes: int32 (k, 4), the box of each candidate.
    """
    pictures = np.zeros((len(inside), PICTURE_HEIGHT, PICTURE_WIDTH, 2), np.uint8)
    if not len(inside):
        return pictures
    segments, left = _shrink_segments(ink_run)
    scale = DIGIT_HEIGHT / ink_run.digit_height
    middles = np.round((boxes[:, ::2].mean(axis=1) - left) * scale).astype(int) + PICTURE_WIDTH
    starts = np.clip(middles - PICTURE_WIDTH // 2, 0, segments.shape[2] - PICTURE_WIDTH)
    for picture, is_inside, start in zip(pictures, inside, starts.tolist(), strict=True):
        window = segments[..., start : start + PICTURE_WIDTH]
        picture[..., 0] = window[is_inside].max(axis=0)
        picture[..., 1] = window[~is_inside].max(axis=0, initial=0)
    return pictures


def _shrink_segments(ink_run: InkRun) -> tuple[NDArray[np.uint8], int]:
    """Render the segments of a run in one frame, uint8 (n, 28, w); return its left side, too.

    Digits are 20 pixels tall, the darkest ink is 255, and a margin of 40 pixels is on both sides.
    """
    scale = DIGIT_HEIGHT / ink_run.digit_height
    boxes = np.array([segment.box for segment in ink_run.segments])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    width, height = ((high - low) * scale).tolist()
    frame = np.zeros((len(boxes), PICTURE_HEIGHT, round(width) + 2 * PICTURE_WIDTH), np.uint8)
    top = round((PICTURE_HEIGHT - height) / 2)
    for picture, segment in zip(frame, ink_run.segments, strict=True):
        ink = resize(segment.ink, scale)
        x, y = np.round((segment.box[:2] - low) * scale).astype(int).tolist()
        ink = ink[max(0, -top - y) : max(0, PICTURE_HEIGHT - top - y)]
        field = picture[max(0, top + y) :][: len(ink), PICTURE_WIDTH + x : PICTURE_WIDTH + x + ink.shape[1]]
        np.maximum(field, ink, out=field)
    return darken(frame), int(low[0])
