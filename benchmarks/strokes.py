"""Draw pen strokes as a canvas does: single digits, and numbers at three spacings.

The strokes of a digit are a list, each stroke a list of [x, y], y down, in a box of 500 x 500. Every picture is
RGBA uint8 (h, w, 4), anti-aliased black on transparent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.oversegmentation import Stroke

Strokes = Sequence[Sequence[Sequence[float]]]
Alpha = NDArray[np.uint8]
RGBA = NDArray[np.uint8]
Spacing = Literal["spaced", "tight", "touching"]

CANVAS_PIXELS = 280
DIGIT_PIXELS = 180  # The longer side of a single digit.
NUMBER_HEIGHT_PIXELS = 120  # The height of a usual digit of a number.
_MAX_WIDTH_RATIO = 1.4  # A digit of a number is at most this many usual heights wide: strokes may lie flat.
_MARGIN_PIXELS = 60
_BASELINE_JITTER = 0.04  # Up and down from the baseline, in usual heights.
_GAPS: dict[Spacing, float] = {"spaced": 0.35, "tight": 0.06}  # Between the ink of neighbors, in usual heights.
_NO_INK = -(10**6)  # Stands for the column of a row without ink.


class Drawing(NamedTuple):
    """A digit or number drawn with a pen.

    Attributes:
        picture: RGBA uint8 (h, w, 4).
        strokes: in pixels of the picture, in the order in which they were drawn.
    """

    picture: RGBA
    strokes: list[Stroke]


class _PenInk(NamedTuple):
    """The trimmed ink of a digit, uint8 (h, w), and the points of its strokes in pixels of it, float64 (n, 2) each."""

    alpha: Alpha
    paths: list[NDArray[np.float64]]


def measure_extent(strokes: Strokes) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the greatest x, y of all points, float64 (2,) each."""
    points = np.concatenate([np.array(stroke, float) for stroke in strokes])
    return points.min(axis=0), points.max(axis=0)


def draw_digit(strokes: Strokes, pen: int) -> Drawing:
    """Draw one digit in the middle of a canvas, 280 by 280 pixels, its longer side 180 pixels."""
    low, high = measure_extent(strokes)
    scale = DIGIT_PIXELS / max(1.0, *(high - low))
    alpha = np.zeros((CANVAS_PIXELS, CANVAS_PIXELS), np.uint8)
    shift = CANVAS_PIXELS / 2 - (low + high) / 2 * scale
    _trace(alpha, strokes, scale, shift, pen)
    return Drawing(to_black(alpha), [Stroke(np.array(stroke, float) * scale + shift, float(pen)) for stroke in strokes])


def draw_number(
    digits: Sequence[Strokes], spacing: Spacing, pen: int, rng: np.random.Generator, heights: Sequence[float] = ()
) -> Drawing:
    """Draw a number, its digits side by side on a baseline that is not quite even.

    The ink of neighbors is 0.35 (spaced) or 0.06 (tight) of a digit's height apart where they come closest;
    touching ones overlap there by the width of the pen.

    Args:
        pen: width in pixels, for digits 120 pixels tall.
        heights: height of each digit, in units of 120 pixels; 1 by default.
    """
    sizes = heights or [1.0] * len(digits)
    inks = [_draw_ink(strokes, size * NUMBER_HEIGHT_PIXELS, pen) for strokes, size in zip(digits, sizes, strict=True)]
    number, corners = _place_digits([ink.alpha for ink in inks], spacing, pen, rng)
    strokes = [
        Stroke(path + corner, float(pen)) for ink, corner in zip(inks, corners, strict=True) for path in ink.paths
    ]
    return Drawing(to_black(number), strokes)


def join_digits(inks: Sequence[Alpha], spacing: Spacing, pen: int, rng: np.random.Generator) -> RGBA:
    """Set trimmed inks, uint8 (h, w) of about 120 pixels in height, side by side as `draw_number` does."""
    return to_black(_place_digits(inks, spacing, pen, rng)[0])


def _place_digits(
    inks: Sequence[Alpha], spacing: Spacing, pen: int, rng: np.random.Generator
) -> tuple[Alpha, NDArray[np.intp]]:
    """Return a number with a margin, uint8 (h, w), and x and y of each digit's first pixel, intp (n, 2)."""
    number = np.zeros((2 * NUMBER_HEIGHT_PIXELS + 4 * pen, 0), np.uint8)
    corners = []
    for ink in inks:
        offset = 0.3 + rng.uniform(-_BASELINE_JITTER, _BASELINE_JITTER)
        top = number.shape[0] - 2 * pen - round(offset * NUMBER_HEIGHT_PIXELS) - ink.shape[0]
        placed = np.zeros((number.shape[0], ink.shape[1]), np.uint8)
        placed[top : top + ink.shape[0]] = ink
        start = _find_start(number, placed, spacing, pen)
        number = _join(number, placed, start)
        corners.append((start, top))
    x, y, w, h = cv2.boundingRect(number)
    margin = _MARGIN_PIXELS
    return np.pad(number[y : y + h, x : x + w], margin), np.array(corners, np.intp) - (x, y) + margin


def _draw_ink(strokes: Strokes, height: float, pen: int) -> _PenInk:
    """Draw a digit whose pen moves over `height` pixels."""
    low, high = measure_extent(strokes)
    width, length = np.maximum(high - low, 1.0)
    scale = min(height / length, _MAX_WIDTH_RATIO * NUMBER_HEIGHT_PIXELS / width)
    alpha = np.zeros((round(length * scale) + 2 * pen + 4, round(width * scale) + 2 * pen + 4), np.uint8)
    shift = pen + 2 - low * scale
    _trace(alpha, strokes, scale, shift, pen)
    x, y, w, h = cv2.boundingRect(alpha)
    paths = [np.array(stroke, float) * scale + shift - (x, y) for stroke in strokes]
    return _PenInk(alpha[y : y + h, x : x + w], paths)


def to_black(alpha: Alpha) -> RGBA:
    """Return ink, uint8 (h, w), as black on transparent."""
    return np.dstack([np.zeros((*alpha.shape, 3), np.uint8), alpha])


def _trace(alpha: Alpha, strokes: Strokes, scale: float, shift: NDArray[np.float64], pen: int) -> None:
    for stroke in strokes:
        path = np.round((np.array(stroke, float) * scale + shift) * 16).astype(np.int32)
        cv2.polylines(alpha, [path], False, 255, pen, cv2.LINE_AA, shift=4)


def _find_start(number: Alpha, digit: Alpha, spacing: Spacing, pen: int) -> int:
    """Return the column of `number` where `digit` starts; both have the same rows."""
    if not number.shape[1]:
        return 0
    if spacing == "touching":
        return max(0, _find_meeting_column(number, digit, 0) - pen)
    gap = round(_GAPS[spacing] * NUMBER_HEIGHT_PIXELS)
    return max(0, _find_meeting_column(number, digit, gap) + gap)


def _find_meeting_column(number: Alpha, digit: Alpha, reach: int) -> int:
    """Return the column at which `digit`, moved left, would first meet the ink of `number`.

    They meet in a row where the right outline of one comes up to the left outline of the other; with a
    `reach`, also in rows at most that far apart. Digits without a row in common meet by their boxes.
    """
    right = np.where((number > 127).any(axis=1), number.shape[1] - (number > 127)[:, ::-1].argmax(axis=1), _NO_INK)
    left = np.where((digit > 127).any(axis=1), (digit > 127).argmax(axis=1), -_NO_INK)
    padded = np.pad(right, reach, constant_values=_NO_INK)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    nearest = int((windows.max(axis=1) - left).max())
    return nearest if nearest > _NO_INK // 2 else number.shape[1]


def _join(number: Alpha, digit: Alpha, start: int) -> Alpha:
    width = max(number.shape[1], start + digit.shape[1])
    joined = np.pad(number, ((0, 0), (0, width - number.shape[1])))
    target = joined[:, start : start + digit.shape[1]]
    np.maximum(target, digit, out=target)
    return joined
