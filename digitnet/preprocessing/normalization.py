"""From the ink of one digit to the 28 x 28 picture that a network sees, the way MNIST was made.

MNIST digits keep their proportions in a 20 x 20 box, are anti-aliased, and lie with their centre of
mass at the centre of the 28 x 28 picture. Nothing else in digitnet makes a 28 x 28.

Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.types import Gray

PICTURE_SIZE = 28
BOX_SIZE = 20
# Width of a stroke in the 20 x 20 box, in pixels: MNIST's own middle 90% (see `measure_pen_width`).
MNIST_PEN_WIDTHS = (2.2, 3.9)
_WORKING_BOX = 80  # strokes are widened or thinned at 4 times MNIST's scale
_SHARP = 186.0  # darkness of all but 1 in 200 of MNIST's digits, of 255
_EDGE = 0.5  # of the ink's darkness, at which the edge of a stroke is seen
_STEEPNESS = 4.0  # of edges that enlarging has blurred


def normalize(crops: Sequence[Gray]) -> NDArray[np.uint8]:
    """Return crops as MNIST would show them.

    Args:
        crops: each uint8 (h, w), ink 255 on 0, of any size and with any margin around one digit.

    Returns:
        uint8 (n, 28, 28), ink 255; a crop without ink gives an empty picture.
    """
    pictures = np.zeros((len(crops), PICTURE_SIZE, PICTURE_SIZE), np.uint8)
    for picture, crop in zip(pictures, crops, strict=True):
        ink = trim(crop)
        if ink.size:
            picture[:] = center_by_mass(fit_to_box(adjust_pen_width(scale_to_working_size(ink))))
    return pictures


class Placement(NamedTuple):
    """Where ink lies in a 28 x 28 picture: x0, y0, x1, y1 and the centre of mass x, y, pixels counted from 0."""

    box: tuple[int, int, int, int]
    center: tuple[float, float]


def locate_ink(picture: NDArray[np.uint8]) -> Placement:
    """Return where the ink of a picture, uint8 (28, 28), lies; the middle where there is none."""
    x, y, width, height = cv2.boundingRect(picture)
    moments = cv2.moments(picture)
    mass = moments["m00"]
    if not mass:
        middle = PICTURE_SIZE // 2
        return Placement((middle, middle, middle, middle), (PICTURE_SIZE / 2, PICTURE_SIZE / 2))
    return Placement((x, y, x + width, y + height), (moments["m10"] / mass, moments["m01"] / mass))


def measure_boxed_pen_width(ink: Gray) -> float:
    """Return the mean width of the strokes once their ink is scaled to the 20 x 20 box, in its pixels."""
    trimmed = trim(ink)
    return measure_pen_width(trimmed) * BOX_SIZE / max(trimmed.shape) if trimmed.size else 0.0


def to_network_input(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return uint8 (n, 28, 28) pictures as float32 (n, 28, 28, 1) in 0..1."""
    return scale_to_unit(pictures)[..., np.newaxis]


def scale_to_unit(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return pictures of any shape with ink of 0 to 255 as float32 in 0..1."""
    return pictures.astype(np.float32) / 255.0


def darken(ink: Gray) -> Gray:
    """Return ink, uint8 of any shape, with its darkest pixel 255; as it is where there is none."""
    darkest = int(ink.max(initial=0))
    return ink if darkest in (0, 255) else np.round(ink * (255 / darkest)).astype(np.uint8)


def shear(pictures: NDArray[np.uint8], by: float) -> NDArray[np.uint8]:
    """Return uint8 (n, 28, 28) pictures sheared about their centre by so many columns a row."""
    center = (PICTURE_SIZE - 1) / 2
    shear = np.array([[1, by, -by * center], [0, 1, 0]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    slanted = np.empty_like(pictures)
    for picture, out in zip(pictures, slanted, strict=True):
        out[:] = cv2.warpAffine(picture, shear, (PICTURE_SIZE, PICTURE_SIZE), flags=flags)
    return slanted


def trim(ink: Gray) -> Gray:
    """Return `ink` without its empty margins; (0, 0) when nothing is inked."""
    x, y, w, h = cv2.boundingRect(ink)
    return ink[y : y + h, x : x + w]


def measure_pen_width(ink: Gray) -> float:
    """Return the mean width of the strokes in pixels, 0 when nothing is inked.

    A stroke's area is its length times its width, and its outline is twice its length: the width is
    twice the area over the outline. The outline is measured as the sum of the gradient's size, which
    for soft edges is exact where counting edge pixels is not.
    """
    padded = cv2.copyMakeBorder(ink, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=0).astype(np.float32)
    dx = cv2.Sobel(padded, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    dy = cv2.Sobel(padded, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    outline = float(cv2.magnitude(dx, dy).sum())
    return 2.0 * float(padded.sum()) / outline if outline else 0.0


def adjust_pen_width(ink: Gray, limits: tuple[float, float] = MNIST_PEN_WIDTHS) -> Gray:
    """Widen hairlines and thin markers until they lie within `limits` once in the 20 x 20 box."""
    scale = BOX_SIZE / max(ink.shape)
    width = measure_pen_width(ink)
    low, high = (limit / scale for limit in limits)
    if width < low:
        return _widened(ink, low - width)
    if width > high:
        return _thinned(ink, width - high)
    return ink


def scale_to_working_size(ink: Gray) -> Gray:
    """Return a trimmed crop scaled to the box of 80 in which pens are measured; MNIST's own digits as they are."""
    if max(ink.shape) == BOX_SIZE and _darkness(ink) > _SHARP:
        return ink
    scale = _WORKING_BOX / max(ink.shape)
    if scale > 1:
        return trim(enlarge(ink, scale))
    size = tuple(max(1, round(side * scale)) for side in reversed(ink.shape))
    return ink if scale == 1 else cv2.resize(ink, size, interpolation=cv2.INTER_AREA)


def enlarge(ink: Gray, scale: float) -> Gray:
    """Return ink `scale` times as large, its edges as sharp as if it had been so large.

    MNIST was made from large pictures in black and white; what comes with few pixels is blurred by enlarging.

    Args:
        ink: uint8 (h, w), 255 on 0; as dark as its strokes mostly are, it becomes black.
        scale: 1 or more.

    Returns:
        uint8, with a margin of `scale` pixels.
    """
    framed = cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    blurred = cv2.resize(framed, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    steps = 255 * (_STEEPNESS * (np.arange(256) / max(1.0, _darkness(ink)) - _EDGE) + 0.5)
    return cv2.LUT(blurred, np.clip(steps, 0, 255).astype(np.uint8))


def _darkness(ink: Gray) -> float:
    """Return the mean of the ink, 0 to 255, darker pixels counting more; 0 without ink."""
    values = ink.astype(np.float32)
    return float((values * values).sum()) / max(1.0, float(values.sum()))


def widen(ink: Gray, by: float) -> Gray:
    """Return `ink` with strokes that are `by` pixels wider, thinner where that is below 0, in the same frame."""
    return _morph(cv2.MORPH_DILATE if by > 0 else cv2.MORPH_ERODE, ink, abs(by))


def fit_to_box(ink: Gray, box: int = BOX_SIZE) -> Gray:
    """Return a trimmed crop scaled, proportions kept, so that its longer side is `box` pixels."""
    scale = box / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    shrinks = scale < 1
    return cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)


def resize(ink: Gray, scale: float) -> Gray:
    """Return ink, uint8 (h, w), `scale` times as large, of one pixel at least; no sharper than it was."""
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    return cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)


def center_by_mass(ink: Gray) -> Gray:
    """Place a crop of at most 28 x 28 pixels in 28 x 28 with its centre of mass at the centre."""
    moments = cv2.moments(ink)
    height, width = ink.shape
    mass = moments["m00"] or 1.0
    left = _placed(moments["m10"] / mass, width)
    top = _placed(moments["m01"] / mass, height)
    picture = np.zeros((PICTURE_SIZE, PICTURE_SIZE), np.uint8)
    picture[top : top + height, left : left + width] = ink
    return picture


def _placed(center: float, length: int) -> int:
    return min(max(round(PICTURE_SIZE / 2 - center), 0), PICTURE_SIZE - length)


def _widened(ink: Gray, by: float) -> Gray:
    margin = math.ceil(by / 2) + 1
    padded = cv2.copyMakeBorder(ink, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
    return trim(_morph(cv2.MORPH_DILATE, padded, by))


def _thinned(ink: Gray, by: float) -> Gray:
    thin = trim(_morph(cv2.MORPH_ERODE, cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0), by))
    return thin if thin.size else ink


def _morph(operation: int, ink: Gray, by: float) -> Gray:
    """Move every edge by `by / 2` pixels, mixing two kernels where that is between two sizes."""
    small = int(by // 2) * 2 + 1
    share = (by - (small - 1)) / 2
    kernels = [cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)) for size in (small, small + 2)]
    less, more = (cv2.morphologyEx(ink, operation, kernel) for kernel in kernels)
    return cv2.addWeighted(less, 1 - share, more, share, 0)
