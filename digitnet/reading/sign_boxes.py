"""Find the ink of a sign that a line shows between two digits."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.lines import Line
from digitnet.segmentation.boxes import enclose
from digitnet.types import Boxes, Gray

_REACH_RATIO, _FLAT_REACH_RATIO = 0.5, 1.5  # Strokes are followed this far beyond a sign's columns, in strip heights.
_MAX_WIDTH_RATIO = 0.3  # Ink narrower than this may be a sign whatever its columns are, in heights of the strip.
_FLAT_SIGNS = "-="  # These may be long.
_MIN_FLATNESS = 3  # Width to height of their strokes.
_MAX_SHARED_INK = 0.4  # A stroke that is a greater share of a digit's ink is the digit's.
_SIDE_RATIO = 0.25  # A sign in a digit's box, but this near to its sides as a share of its width, may only touch it.
_MAX_COVERED = 0.5  # A sign in whose columns more of a digit's width lies is the digit.
_NO_BOXES = np.empty((0, 4), np.int32)


def find_column_box(line: Line, first: int, last: int, ink: Gray) -> Boxes:
    """Return the box of the columns from `first` to `last`, int32 (4,), within the ink map, uint8 (h, w)."""
    height, width = ink.shape
    return np.clip(line.find_area(first, last + 1), 0, [width, height, width, height]).astype(np.int32)


def find_sign_box(line: Line, first: int, last: int, ink: Gray) -> Boxes:
    """Return the box around the ink of a sign, int32 (4,), or of its columns if no ink there is its own.

    Args:
        line: the line of the sign.
        first, last: its columns.
        ink: uint8 (h, w), the ink map.
    """
    box = find_own_box(line, first, last, ink)
    return find_column_box(line, first, last, ink) if box is None else box


def find_own_box(
    line: Line, first: int, last: int, ink: Gray, digits: Boxes = _NO_BOXES, label: str = ""
) -> Boxes | None:
    """Return the box around the ink of a sign, int32 (4,), or None if only strokes of its neighbors are there.

    Where no ink was found at all, it is the box of the sign's columns.

    Args:
        line: the line of the sign.
        first, last: its columns.
        ink: uint8 (h, w), the ink map.
        digits: int32 (n, 4), the boxes of the digits beside it.
        label: the sign, if it is known.
    """
    area = find_column_box(line, first, last, ink)
    if (area[:2] >= area[2:]).any():
        return None
    if not ink[area[1] : area[3], area[0] : area[2]].any():
        return area
    height = line.bottom - line.top
    strokes = _find_strokes(ink, area, round(_REACH_RATIO * height))
    middle, wide = strokes.boxes[:, ::2].mean(axis=1), strokes.boxes[:, 2] - strokes.boxes[:, 0]
    own = (middle >= area[0] - line.step) & (middle <= area[2] + line.step)
    own &= wide <= max(area[2] - area[0] + 4 * line.step, _MAX_WIDTH_RATIO * height)
    if not own.any() and label and label in _FLAT_SIGNS:
        strokes = _find_strokes(ink, area, round(_FLAT_REACH_RATIO * height))
        own = _run_through(strokes.boxes, area)
    own &= ~_are_digits(strokes, own, digits, ink)
    return enclose(strokes.boxes[own]) if own.any() else None


def lies_in_digit(line: Line, first: int, last: int, digits: Boxes) -> bool:
    """Tell whether the columns of a sign lie well inside the box of a digit, int32 (n, 4), and not at its side."""
    x = line.left + (first + last + 1) / 2 * line.step
    inset = _SIDE_RATIO * (digits[:, 2] - digits[:, 0])
    return bool(((digits[:, 0] + inset <= x) & (x <= digits[:, 2] - inset)).any())


def covers_digit(line: Line, first: int, last: int, digits: Boxes) -> bool:
    """Tell whether the columns of a sign cover most of the width of a digit's box, int32 (n, 4)."""
    left, right = (line.left + column * line.step for column in (first, last + 1))
    covered = np.minimum(digits[:, 2], right) - np.maximum(digits[:, 0], left)
    return bool((covered > _MAX_COVERED * (digits[:, 2] - digits[:, 0])).any())


class _Strokes(NamedTuple):
    """Connected ink: its boxes, int32 (k, 4), and int32 (h, w), the number of each pixel's, -1 for others."""

    boxes: Boxes
    owners: NDArray[np.int32]
    left: int
    top: int


def _find_strokes(ink: Gray, area: Boxes, reach: int) -> _Strokes:
    """Find the ink, uint8 (h, w), of an area, int32 (4,), and beside it, that ends within reach."""
    x0, x1 = max(0, int(area[0]) - reach), min(ink.shape[1], int(area[2]) + reach)
    window = (ink[area[1] : area[3], x0:x1] > 0).astype(np.uint8)
    _, owners, stats, _ = cv2.connectedComponentsWithStats(window)
    left, top, wide, tall = stats[:, :4].T
    ends = (left > 0) & (left + wide < x1 - x0)
    ends[0] = False
    numbers = np.where(ends, np.cumsum(ends) - 1, -1).astype(np.int32)
    boxes = np.column_stack([x0 + left, area[1] + top, x0 + left + wide, area[1] + top + tall])
    return _Strokes(boxes[ends].astype(np.int32), numbers[owners], x0, int(area[1]))


def _run_through(boxes: Boxes, area: Boxes) -> NDArray[np.bool_]:
    """Tell which boxes, int32 (k, 4), are flat and reach into an area, bool (k,)."""
    wide, tall = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    return np.asarray((boxes[:, 0] < area[2]) & (boxes[:, 2] > area[0]) & (wide >= _MIN_FLATNESS * tall), np.bool_)


def _are_digits(strokes: _Strokes, chosen: NDArray[np.bool_], digits: Boxes, ink: Gray) -> NDArray[np.bool_]:
    """Tell which of the chosen strokes are much of the ink in a digit's box, bool (k,).

    A point under the overhang of a 7 lies in its box, but is little of its ink.
    """
    found = np.zeros(len(strokes.boxes), np.bool_)
    for index in np.flatnonzero(chosen).tolist():
        for x0, y0, x1, y1 in digits.tolist():
            window = strokes.owners[
                max(0, y0 - strokes.top) : max(0, y1 - strokes.top),
                max(0, x0 - strokes.left) : max(0, x1 - strokes.left),
            ]
            shared = np.count_nonzero(window == index)
            found[index] |= shared > _MAX_SHARED_INK * np.count_nonzero(ink[max(0, y0) : y1, max(0, x0) : x1])
    return found
