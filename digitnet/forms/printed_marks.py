"""Take the print of a form out of the picture of a field, so that its walls and ticks are no digits."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.types import RGB

Gray = NDArray[np.uint8]
_MIN_DARKNESS = 0.12  # Print is darker than its paper by this share.
_GROWTH = 0.025  # Print is this much wider where the form is found with an error, as a share of the field's height.
_MIN_GROWTH_PIXELS = 2
_LINE_SHARE = 0.6  # A line that is this long, as a share of the field's height, is no part of a digit.
_MIN_INK = 0.1  # The darkest half percent of writing is darker than its paper by this share, that of paper is not.
_INK_PERCENTILE = 99.5
_TICK_HEIGHT, _TICK_WIDTH = 0.3, 0.12  # At most, as shares of the field's height.
_REPAIR_RADIUS = 3  # Pixels around print from which strokes that cross it are continued.


def find_print(sheet: Gray) -> NDArray[np.uint8]:
    """Find the print on an empty field of a form's own sheet, uint8 (h, w); return a mask of 0 and 1."""
    size = max(9, (sheet.shape[0] // 5) | 1)
    paper = cv2.morphologyEx(sheet, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8)).astype(np.float32)
    return np.asarray((paper - sheet) / np.maximum(paper, 1) > _MIN_DARKNESS, np.uint8)


def find_lines(sheet: Gray) -> NDArray[np.uint8]:
    """Find lines, and ticks on them, on a filled field of a form's sheet, uint8 (h, w); return a mask of 0 and 1."""
    ink, length = find_print(sheet), max(5, round(_LINE_SHARE * sheet.shape[0]))
    level, upright = (
        cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(side, np.uint8)) for side in ((1, 2 * length), (length, 1))
    )
    lines = np.asarray(level | upright, np.uint8)
    return lines | _find_ticks(np.asarray(ink & (1 - cv2.dilate(lines, np.ones((3, 3), np.uint8))), np.uint8), lines)


def _find_ticks(ink: NDArray[np.uint8], lines: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Find short, thin ink that stands on a line."""
    height, ticks = ink.shape[0], np.zeros_like(ink)
    near = cv2.dilate(lines, np.ones((7, 7), np.uint8))
    count, places, boxes, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    for place in range(1, count):
        is_small = boxes[place, cv2.CC_STAT_HEIGHT] < _TICK_HEIGHT * height
        if is_small and boxes[place, cv2.CC_STAT_WIDTH] < _TICK_WIDTH * height and near[places == place].any():
            ticks[places == place] = 1
    return ticks


def erase(field: RGB, mask: NDArray[np.uint8]) -> RGB:
    """Return the picture of a field, uint8 (h, w, 3), without what lies under a mask; strokes that cross it go on."""
    growth = max(_MIN_GROWTH_PIXELS, round(_GROWTH * field.shape[0]))
    wide = cv2.dilate(mask, np.ones((2 * growth + 1, 2 * growth + 1), np.uint8))
    return np.asarray(cv2.inpaint(field, wide, _REPAIR_RADIUS, cv2.INPAINT_TELEA), np.uint8)


def is_blank(field: RGB) -> bool:
    """Return whether a field, uint8 (h, w, 3), holds nothing but paper: its grain would be read as faint digits."""
    gray = cv2.blur(cv2.cvtColor(field, cv2.COLOR_RGB2GRAY), (3, 3)).astype(np.float32)
    size = max(15, (field.shape[0] // 2) | 1)
    paper = cv2.blur(cv2.morphologyEx(gray, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8)), (size, size))
    return bool(np.percentile((paper - gray) / np.maximum(paper, 1), _INK_PERCENTILE) < _MIN_INK)
