"""Follow the writing of a field out of its box, and leave out what belongs to its neighbors."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.forms.cutting import Cut
from digitnet.forms.printed_marks import erase, find_lines, find_print
from digitnet.types import RGB

_MIN_DARKNESS = 0.1  # Ink is darker than its paper by this share, at least.
_INK_SHARE = 0.35  # And by this share of the darkest ink.
_DARKEST_PERCENTILE = 99.5
_MIN_INSIDE = 0.5  # Ink belongs to a field if this share of it lies within.
_MAX_GAP = 0.08  # Between parts of a stroke on both sides of print, as a share of the field's height.
_MARGIN = 0.05  # Around the ink of a field, as a share of the field's height.


def cut_own_ink(cut: Cut, *, is_filled: bool) -> tuple[RGB, tuple[int, int]]:
    """Cut a field out without its print, larger where its writing leaves it.

    Args:
        cut: the field and what is around it.
        is_filled: whether something is written in it on the form's own sheet, of which only lines are print then.

    Returns:
        Its picture, uint8 (h, w, 3), and x and y of the first pixel on the picture of the cut.
    """
    marks = find_lines(cut.sheet, cut.height) if is_filled else find_print(cut.sheet, cut.height)
    picture, filled = erase(cut.image, marks, cut.height)
    size = max(15, (cut.height // 2) | 1)
    paper = cv2.blur(cv2.morphologyEx(picture, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8)), (size, size))
    own, others = _part_ink(_measure_darkness(picture, paper), filled, cut.frame)
    picture = np.where(others[..., None] > 0, paper, picture)
    left, top, right, bottom = _enclose(own, cut)
    return np.ascontiguousarray(picture[top:bottom, left:right]), (left, top)


def _measure_darkness(picture: RGB, paper: RGB) -> NDArray[np.float32]:
    """Return how much darker each pixel is than its paper, as a share, float32 (h, w)."""
    gray, ground = (cv2.cvtColor(each, cv2.COLOR_RGB2GRAY).astype(np.float32) for each in (picture, paper))
    return np.asarray((ground - cv2.blur(gray, (3, 3))) / np.maximum(ground, 1), np.float32)


def _part_ink(
    darkness: NDArray[np.float32], filled: NDArray[np.uint8], frame: tuple[int, int, int, int]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return masks of the ink of a field, and of all else outside of its frame.

    Ink on the other side of print that was taken away goes on there.
    """
    left, top, right, bottom = frame
    inside = np.zeros(darkness.shape, np.uint8)
    inside[top:bottom, left:right] = 1
    level = max(_MIN_DARKNESS, _INK_SHARE * float(np.percentile(darkness[top:bottom, left:right], _DARKEST_PERCENTILE)))
    count, labels = cv2.connectedComponents(np.asarray(darkness > level, np.uint8), connectivity=8)
    areas = np.bincount(labels.ravel(), minlength=count)
    shares = np.bincount(labels[inside > 0], minlength=count) / np.maximum(areas, 1)
    is_own = shares >= _MIN_INSIDE
    is_own[0] = False
    is_own |= _find_continued(labels, is_own, filled, bottom - top)
    own = np.asarray(is_own[labels], np.uint8)
    near = cv2.dilate(own, np.ones((5, 5), np.uint8))
    return own, np.asarray((1 - near) & (1 - inside), np.uint8)


def _find_continued(
    labels: NDArray[np.int32], is_own: NDArray[np.bool_], filled: NDArray[np.uint8], height: int
) -> NDArray[np.bool_]:
    """Find ink, by its label, that lies behind print which ink of the field runs into, and ends near."""
    size = 2 * round(_MAX_GAP * height) + 1
    way = filled & cv2.dilate(np.asarray(is_own[labels], np.uint8), np.ones((size, size), np.uint8))
    found = np.zeros(len(is_own), np.bool_)
    found[labels[cv2.dilate(way, np.ones((3, 3), np.uint8)) > 0]] = True
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        found[edge] = False  # It goes on, and is a neighbor's.
    return found


def _enclose(own: NDArray[np.uint8], cut: Cut) -> tuple[int, int, int, int]:
    """Return the frame of a field, as much larger as its ink needs."""
    left, top, right, bottom = cut.frame
    x, y, width, height = cv2.boundingRect(own)
    if not width:
        return cut.frame
    margin, (rows, columns) = round(_MARGIN * cut.height), own.shape
    return (
        max(0, min(left, x - margin)),
        max(0, min(top, y - margin)),
        min(columns, max(right, x + width + margin)),
        min(rows, max(bottom, y + height + margin)),
    )
