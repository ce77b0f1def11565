"""Pen strokes drawn as a canvas draws them: single digits, and numbers of one writer at three spacings.

Strokes are a list of strokes, a stroke a list of [x, y], y down, in a box of 500 x 500. Every picture is
RGBA uint8 (H, W, 4), anti-aliased black on transparent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Strokes = Sequence[Sequence[Sequence[float]]]
Alpha = NDArray[np.uint8]
RGBA = NDArray[np.uint8]
Spacing = Literal["spaced", "tight", "touching"]

CANVAS = 280
DIGIT = 180  # pixels of a single digit's longer side
HEIGHT = 120  # pixels of a usual digit of a number
WIDEST = 1.4  # times HEIGHT, for strokes that lie flat
MARGIN = 60
JITTER = 0.04  # times HEIGHT, up and down from the baseline
GAPS: dict[Spacing, float] = {"spaced": 0.35, "tight": 0.06}  # times HEIGHT, between the ink of neighbours
NO_INK = -(10**6)


def extent(strokes: Strokes) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the greatest x, y of all points, float64 (2,) each."""
    points = np.concatenate([np.array(stroke, float) for stroke in strokes])
    return points.min(axis=0), points.max(axis=0)


def draw(strokes: Strokes, pen: int) -> RGBA:
    """Return one digit in the middle of a canvas, RGBA uint8 (280, 280, 4), its longer side 180 pixels."""
    low, high = extent(strokes)
    scale = DIGIT / max(1.0, *(high - low))
    alpha = np.zeros((CANVAS, CANVAS), np.uint8)
    _trace(alpha, strokes, scale, CANVAS / 2 - (low + high) / 2 * scale, pen)
    return black(alpha)


def compose(
    digits: Sequence[Strokes], spacing: Spacing, pen: int, rng: np.random.Generator, heights: Sequence[float] = ()
) -> RGBA:
    """Return a number, RGBA uint8, its digits side by side on a baseline that is not quite even.

    Between the ink of neighbours lie 0.35 (spaced) or 0.06 (tight) of a digit's height where they come
    closest; touching ones overlap there by the width of the pen.

    Args:
        pen: pixels, for digits 120 pixels tall.
        heights: of each digit in 120 pixels, all 1 by default.
    """
    number = np.zeros((2 * HEIGHT + 4 * pen, 0), np.uint8)
    for strokes, height in zip(digits, heights or [1.0] * len(digits), strict=True):
        ink = inked(strokes, height * HEIGHT, pen)
        baseline = number.shape[0] - 2 * pen - round((0.3 + rng.uniform(-JITTER, JITTER)) * HEIGHT)
        placed = np.zeros((number.shape[0], ink.shape[1]), np.uint8)
        placed[baseline - ink.shape[0] : baseline] = ink
        number = _joined(number, placed, _offset(number, placed, spacing, pen))
    x, y, width, height_ = cv2.boundingRect(number)
    return black(np.pad(number[y : y + height_, x : x + width], MARGIN))


def inked(strokes: Strokes, height: float, pen: int) -> Alpha:
    """Return the trimmed ink of a digit whose pen moved over `height` pixels, uint8 (h, w)."""
    low, high = extent(strokes)
    width, tall = np.maximum(high - low, 1.0)
    scale = min(height / tall, WIDEST * HEIGHT / width)
    alpha = np.zeros((round(tall * scale) + 2 * pen + 4, round(width * scale) + 2 * pen + 4), np.uint8)
    _trace(alpha, strokes, scale, pen + 2 - low * scale, pen)
    x, y, w, h = cv2.boundingRect(alpha)
    return alpha[y : y + h, x : x + w]


def black(alpha: Alpha) -> RGBA:
    """Return ink, uint8 (H, W), as black on transparent."""
    return np.dstack([np.zeros((*alpha.shape, 3), np.uint8), alpha])


def _trace(alpha: Alpha, strokes: Strokes, scale: float, shift: NDArray[np.float64], pen: int) -> None:
    for stroke in strokes:
        path = np.round((np.array(stroke, float) * scale + shift) * 16).astype(np.int32)
        cv2.polylines(alpha, [path], False, 255, pen, cv2.LINE_AA, shift=4)


def _offset(number: Alpha, digit: Alpha, spacing: Spacing, pen: int) -> int:
    """Return where `digit` begins, in columns of `number`; both have the same rows."""
    if not number.shape[1]:
        return 0
    if spacing == "touching":
        return max(0, _meeting(number, digit, 0) - pen)
    gap = round(GAPS[spacing] * HEIGHT)
    return max(0, _meeting(number, digit, gap) + gap)


def _meeting(number: Alpha, digit: Alpha, reach: int) -> int:
    """Return the column at which `digit`, moved left, would first meet the ink of `number`.

    They meet in a row where the right outline of one comes up to the left outline of the other; with a
    `reach` also between rows at most that far apart. Digits without a row in common meet by their boxes.
    """
    right = np.where((number > 127).any(axis=1), number.shape[1] - (number > 127)[:, ::-1].argmax(axis=1), NO_INK)
    left = np.where((digit > 127).any(axis=1), (digit > 127).argmax(axis=1), -NO_INK)
    window = np.lib.stride_tricks.sliding_window_view(np.pad(right, reach, constant_values=NO_INK), 2 * reach + 1)
    nearest = int((window.max(axis=1) - left).max())
    return nearest if nearest > NO_INK // 2 else number.shape[1]


def _joined(number: Alpha, digit: Alpha, offset: int) -> Alpha:
    width = max(number.shape[1], offset + digit.shape[1])
    joined = np.pad(number, ((0, 0), (0, width - number.shape[1])))
    part = joined[:, offset : offset + digit.shape[1]]
    np.maximum(part, digit, out=part)
    return joined
