"""Take the print of a form out of the picture of a field, so that its walls and ticks are no digits."""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.types import RGB

Gray = NDArray[np.uint8]
_T = TypeVar("_T", np.uint8, np.float32)
_MIN_DARKNESS = 0.12  # Print is darker than its paper by this share.
_GROWTH = 0.025  # Print is this much wider where the form is found with an error, as a share of the field's height.
_MIN_GROWTH_PIXELS = 2
_LINE_SHARE = 0.6  # A line that is this long, as a share of the field's height, is no part of a digit.
_MIN_INK = 0.1  # The darkest half percent of writing is darker than its paper by this share, that of paper is not.
_INK_PERCENTILE = 99.5
_TICK_HEIGHT, _TICK_WIDTH = 0.3, 0.12  # At most, as shares of the field's height.
_FAINT = 0.03  # A line on the picture is darker than its paper by this share, at least.
_MAX_LIGHTENED = 0.4  # Below a line that is darker than its paper by this share, writing cannot be told.
_REPAIR_RADIUS = 3  # Pixels around print from which strokes that cross it are continued.


def find_print(sheet: Gray, height: int) -> NDArray[np.uint8]:
    """Find the print on an empty field of this height on its own sheet, uint8 (h, w); return a mask of 0 and 1."""
    paper = _find_paper(sheet, height).astype(np.float32)
    return np.asarray((paper - sheet) / np.maximum(paper, 1) > _MIN_DARKNESS, np.uint8)


def find_lines(sheet: Gray, height: int) -> NDArray[np.uint8]:
    """Find lines, and ticks on them, on a filled field as `find_print` does on an empty one."""
    ink = find_print(sheet, height)
    lines = np.maximum(*_open_lines(ink, height))
    others = np.asarray(ink & (1 - cv2.dilate(lines, np.ones((3, 3), np.uint8))), np.uint8)
    return lines | _find_ticks(others, lines, height)


def _open_lines(ink: NDArray[_T], height: int) -> tuple[NDArray[_T], NDArray[_T]]:
    """Return of the ink, or of how dark it is, the level lines alone, and the upright ones."""
    length = max(5, round(_LINE_SHARE * height))
    level, upright = (
        cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(side, np.uint8)) for side in ((1, 2 * length), (length, 1))
    )
    return level, upright


def _find_ticks(ink: NDArray[np.uint8], lines: NDArray[np.uint8], height: int) -> NDArray[np.uint8]:
    """Find short, thin ink that stands on a line."""
    ticks = np.zeros_like(ink)
    near = cv2.dilate(lines, np.ones((7, 7), np.uint8))
    count, places, boxes, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    for place in range(1, count):
        is_small = boxes[place, cv2.CC_STAT_HEIGHT] < _TICK_HEIGHT * height
        if is_small and boxes[place, cv2.CC_STAT_WIDTH] < _TICK_WIDTH * height and near[places == place].any():
            ticks[places == place] = 1
    return ticks


def erase(image: RGB, mask: NDArray[np.uint8], height: int) -> tuple[RGB, NDArray[np.uint8]]:
    """Take print out of a picture.

    Lines are seen on the picture itself, near those of the mask: where they are faint, as at their edges, the paper is
    lightened by as much, so that writing stays. All else is filled from around, so that strokes that cross it go on. It
    is widened first, because a form is found with a small error.

    Args:
        image: the picture, uint8 (h, w, 3).
        mask: uint8 (h, w), not 0 where there is print.
        height: that of the field on it, in pixels.

    Returns:
        The picture without print, and a mask, uint8 (h, w), of 0 and 1, of what was filled.
    """
    growth = max(_MIN_GROWTH_PIXELS, round(_GROWTH * height))
    kernel = np.ones((2 * growth + 1, 2 * growth + 1), np.uint8)
    lines = _open_lines(mask, height)
    marks = cv2.dilate(mask & (1 - cv2.dilate(np.maximum(*lines), np.ones((3, 3), np.uint8))), kernel)
    paper = _find_paper(image, height)
    gray, ground = (cv2.cvtColor(each, cv2.COLOR_RGB2GRAY).astype(np.float32) for each in (image, paper))
    darkness = np.asarray(np.clip((ground - gray) / np.maximum(ground, 1), 0, 1), np.float32)
    found = zip(lines, _open_lines(darkness, height), strict=True)
    seen = np.maximum(*(np.where(cv2.dilate(known, kernel) > 0, dark, 0) for known, dark in found))
    filled = np.asarray((seen > _MAX_LIGHTENED) | (marks > 0), np.uint8)
    faint = cv2.dilate(np.asarray(seen, np.float32), np.ones((3, 3), np.uint8))
    plain = paper - np.median(paper.astype(np.float32) - image, axis=(0, 1))  # Without the brightest of its grain.
    lightened = np.minimum(image / np.maximum(1 - faint, 0.1)[..., None], np.maximum(plain, image))
    shown = np.where((faint > _FAINT)[..., None], lightened, image).astype(np.uint8)
    return np.asarray(cv2.inpaint(shown, filled, _REPAIR_RADIUS, cv2.INPAINT_TELEA), np.uint8), filled


def _find_paper(image: NDArray[np.uint8], height: int) -> NDArray[np.uint8]:
    """Return the paper below the ink of a picture with a field of this height, of the shape of the picture."""
    size = max(9, (height // 5) | 1)
    return np.asarray(cv2.morphologyEx(image, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8)), np.uint8)


def is_blank(field: RGB) -> bool:
    """Return whether a field, uint8 (h, w, 3), holds nothing but paper: its grain would be read as faint digits."""
    gray = cv2.blur(cv2.cvtColor(field, cv2.COLOR_RGB2GRAY), (3, 3)).astype(np.float32)
    size = max(15, (field.shape[0] // 2) | 1)
    paper = cv2.blur(cv2.morphologyEx(gray, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8)), (size, size))
    return bool(np.percentile((paper - gray) / np.maximum(paper, 1), _INK_PERCENTILE) < _MIN_INK)
