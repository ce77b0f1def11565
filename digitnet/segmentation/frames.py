"""Find frames: circles and boxes drawn around writing.

A frame holds writing in a counter, which a digit does not. But a counter of a digit may hold a dot, and that of a 0
a slash. So a lone straight stroke in a counter is a 1 only if it stands like one, in something larger than a digit.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.boxes import widths_and_heights
from digitnet.segmentation.components import Components
from digitnet.segmentation.sizes import estimate_digit_length, is_speck
from digitnet.types import Boxes

# Ink in a counter is writing from this length on, in pen widths.
_MIN_WRITING_LENGTH = 3.0
# A stroke is straight if it is at most this many times as long as the diagonal of its box.
_MAX_STRAIGHT_RATIO = 1.1
# A 1 is at most this many times as wide as tall, measured along its middle line. If nothing outside tells how large
# digits are, it is as upright as the second number says, for then nothing else tells it from a slash.
_MAX_ONE_WIDTH_RATIO, _MAX_ONLY_ONE_WIDTH_RATIO = 0.5, 0.3
# A 1 that leans more fills at most this share of a counter's width, and any 1 at least this share of its height.
_MAX_ONE_FILLED_WIDTH, _MIN_ONE_FILLED_HEIGHT = 0.4, 0.4
# A frame of a lone 1 is longer than this many typical digits outside frames.
_MIN_LONE_FRAME_LENGTH = 1.35


def find_frames(components: Components, pen_width: float) -> NDArray[np.bool_]:
    """Tell which components are frames around writing, bool (n,).

    Args:
        components: n of them.
        pen_width: typical width of a stroke in pixels.
    """
    frames = np.zeros(len(components), np.bool_)
    lengths = np.maximum(*widths_and_heights(components.boxes))
    is_writing = (components.surroundings >= 0) & (lengths >= _MIN_WRITING_LENGTH * pen_width)
    is_writing &= ~is_speck(components.boxes, components.areas, pen_width)
    if not is_writing.any():
        return frames
    held = np.bincount(components.surroundings[is_writing], minlength=len(components.owners))
    lone = is_writing & (held[components.surroundings] == 1)
    straight = np.zeros_like(lone)
    straight[lone] = [_is_straight(components, index) for index in np.flatnonzero(lone).tolist()]
    frames[components.parents[is_writing & ~straight]] = True
    holds_writing = np.zeros_like(frames)
    holds_writing[components.parents[is_writing]] = True
    typical = estimate_digit_length(components.boxes[(components.surroundings < 0) & ~holds_writing])
    for index in np.flatnonzero(straight).tolist():
        counter = components.surroundings[index]
        owner = components.owners[counter]
        stroke, room = components.boxes[index], components.counter_boxes[counter]
        if lengths[owner] > _MIN_LONE_FRAME_LENGTH * typical:
            frames[owner] |= _is_one(stroke, room, pen_width, is_only=not typical)
    return frames


def find_enclosures(components: Components, frames: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Find the counter of a frame that each component lies in, int32 (n,), -1 for none.

    Args:
        components: n of them.
        frames: bool (n,), which of them are frames.
    """
    enclosures = np.full(len(components), -1, np.int32)
    parents = components.parents
    for index in np.flatnonzero(parents >= 0):  # Parents come before the components in them.
        parent = parents[index]
        enclosures[index] = components.surroundings[index] if frames[parent] else enclosures[parent]
    return enclosures


def _is_straight(components: Components, index: int) -> bool:
    """Tell whether a component is one straight stroke, by the sides of a rectangle with its area and outline."""
    if len(components.list_counters(index)):
        return False
    mean_side = cv2.arcLength(components.contours[index], True) / 4
    length = mean_side + np.sqrt(max(0.0, mean_side**2 - float(components.areas[index])))
    left, top, right, bottom = components.boxes[index].tolist()
    return bool(length <= _MAX_STRAIGHT_RATIO * np.hypot(right - left, bottom - top))


def _is_one(stroke: Boxes, counter: Boxes, pen_width: float, *, is_only: bool) -> bool:
    """Tell whether a straight stroke stands in a counter like a 1, and not like the slash of a 0.

    Args:
        stroke: int32 (4,), its box.
        counter: int32 (4,), the box of the counter.
        pen_width: typical width of a stroke in pixels.
        is_only: whether there is no digit outside to compare with.
    """
    (width, room), (height, rise) = widths_and_heights(np.array([stroke, counter]))
    across, along = max(0.0, width - pen_width), max(0.0, height - pen_width)
    if is_only:
        is_upright = across < along * _MAX_ONLY_ONE_WIDTH_RATIO
    else:
        is_upright = across < along * _MAX_ONE_WIDTH_RATIO or across < min(along, room * _MAX_ONE_FILLED_WIDTH)
    return bool(is_upright and height >= _MIN_ONE_FILLED_HEIGHT * rise)
