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

SIZE = 28
BOX = 20
# Width of a stroke in the 20 x 20 box, in pixels: MNIST's own middle 90% (see `pen_width`).
PEN_WIDTHS = (2.2, 3.9)
_WORKING_BOX = 80  # strokes are widened or thinned at 4 times MNIST's scale
_SHARP = 186.0  # darkness of all but 1 in 200 of MNIST's digits, of 255
_EDGE = 0.5  # of the ink's darkness, at which the edge of a stroke is seen
_STEEPNESS = 4.0  # of edges that enlarging has blurred

Ink = NDArray[np.uint8]


def normalize(crops: Sequence[Ink]) -> NDArray[np.uint8]:
    """Return crops as MNIST would show them.

    Args:
        crops: each uint8 (h, w), ink 255 on 0, of any size and with any margin around one digit.

    Returns:
        uint8 (n, 28, 28), ink 255; a crop without ink gives an empty picture.
    """
    pictures = np.zeros((len(crops), SIZE, SIZE), np.uint8)
    for picture, crop in zip(pictures, crops, strict=True):
        ink = trim(crop)
        if ink.size:
            picture[:] = center_by_mass(fit_box(adjust_pen_width(at_working_size(ink))))
    return pictures


class Placement(NamedTuple):
    """Where ink lies in a 28 x 28 picture: x0, y0, x1, y1 and the centre of mass x, y, pixels counted from 0."""

    box: tuple[int, int, int, int]
    center: tuple[float, float]


def placement(picture: NDArray[np.uint8]) -> Placement:
    """Return where the ink of a picture, uint8 (28, 28), lies; the middle where there is none."""
    x, y, width, height = cv2.boundingRect(picture)
    moments = cv2.moments(picture)
    mass = moments["m00"]
    if not mass:
        return Placement((SIZE // 2, SIZE // 2, SIZE // 2, SIZE // 2), (SIZE / 2, SIZE / 2))
    return Placement((x, y, x + width, y + height), (moments["m10"] / mass, moments["m01"] / mass))


def boxed_pen_width(ink: Ink) -> float:
    """Return the mean width of the strokes once their ink is scaled to the 20 x 20 box, in its pixels."""
    trimmed = trim(ink)
    return pen_width(trimmed) * BOX / max(trimmed.shape) if trimmed.size else 0.0


def as_network_input(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return uint8 (n, 28, 28) pictures as float32 (n, 28, 28, 1) in 0..1."""
    return scaled(pictures)[..., np.newaxis]


def scaled(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return pictures of any shape with ink of 0 to 255 as float32 in 0..1."""
    return pictures.astype(np.float32) / 255.0


def darkened(ink: Ink) -> Ink:
    """Return ink, uint8 of any shape, with its darkest pixel 255; as it is where there is none."""
    darkest = int(ink.max(initial=0))
    return ink if darkest in (0, 255) else np.round(ink * (255 / darkest)).astype(np.uint8)


def slant(pictures: NDArray[np.uint8], by: float) -> NDArray[np.uint8]:
    """Return uint8 (n, 28, 28) pictures sheared about their centre by so many columns a row."""
    center = (SIZE - 1) / 2
    shear = np.array([[1, by, -by * center], [0, 1, 0]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    slanted = np.empty_like(pictures)
    for picture, out in zip(pictures, slanted, strict=True):
        out[:] = cv2.warpAffine(picture, shear, (SIZE, SIZE), flags=flags)
    return slanted


def trim(ink: Ink) -> Ink:
    """Return `ink` without its empty margins; (0, 0) when nothing is inked."""
    x, y, w, h = cv2.boundingRect(ink)
    return ink[y : y + h, x : x + w]


def pen_width(ink: Ink) -> float:
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


def adjust_pen_width(ink: Ink, limits: tuple[float, float] = PEN_WIDTHS) -> Ink:
    """Widen hairlines and thin markers until they lie within `limits` once in the 20 x 20 box."""
    scale = BOX / max(ink.shape)
    width = pen_width(ink)
    low, high = (limit / scale for limit in limits)
    if width < low:
        return _widened(ink, low - width)
    if width > high:
        return _thinned(ink, width - high)
    return ink


def at_working_size(ink: Ink) -> Ink:
    """Return a trimmed crop scaled to the box of 80 in which pens are measured; MNIST's own digits as they are."""
    if max(ink.shape) == BOX and _darkness(ink) > _SHARP:
        return ink
    scale = _WORKING_BOX / max(ink.shape)
    if scale > 1:
        return trim(enlarge(ink, scale))
    size = tuple(max(1, round(side * scale)) for side in reversed(ink.shape))
    return ink if scale == 1 else cv2.resize(ink, size, interpolation=cv2.INTER_AREA)


def enlarge(ink: Ink, scale: float) -> Ink:
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


def _darkness(ink: Ink) -> float:
    """Return the mean of the ink, 0 to 255, darker pixels counting more; 0 without ink."""
    values = ink.astype(np.float32)
    return float((values * values).sum()) / max(1.0, float(values.sum()))


def widen(ink: Ink, by: float) -> Ink:
    """Return `ink` with strokes that are `by` pixels wider, thinner where that is below 0, in the same frame."""
    return _morph(cv2.MORPH_DILATE if by > 0 else cv2.MORPH_ERODE, ink, abs(by))


def fit_box(ink: Ink, box: int = BOX) -> Ink:
    """Return a trimmed crop scaled, proportions kept, so that its longer side is `box` pixels."""
    scale = box / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    shrinks = scale < 1
    return cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)


def resized(ink: Ink, scale: float) -> Ink:
    """Return ink, uint8 (h, w), `scale` times as large, of one pixel at least; no sharper than it was."""
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    return cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)


def center_by_mass(ink: Ink) -> Ink:
    """Place a crop of at most 28 x 28 pixels in 28 x 28 with its centre of mass at the centre."""
    moments = cv2.moments(ink)
    height, width = ink.shape
    mass = moments["m00"] or 1.0
    left = _placed(moments["m10"] / mass, width)
    top = _placed(moments["m01"] / mass, height)
    picture = np.zeros((SIZE, SIZE), np.uint8)
    picture[top : top + height, left : left + width] = ink
    return picture


def _placed(center: float, length: int) -> int:
    return min(max(round(SIZE / 2 - center), 0), SIZE - length)


def _widened(ink: Ink, by: float) -> Ink:
    margin = math.ceil(by / 2) + 1
    padded = cv2.copyMakeBorder(ink, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
    return trim(_morph(cv2.MORPH_DILATE, padded, by))


def _thinned(ink: Ink, by: float) -> Ink:
    thin = trim(_morph(cv2.MORPH_ERODE, cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0), by))
    return thin if thin.size else ink


def _morph(operation: int, ink: Ink, by: float) -> Ink:
    """Move every edge by `by / 2` pixels, mixing two kernels where that is between two sizes."""
    small = int(by // 2) * 2 + 1
    share = (by - (small - 1)) / 2
    kernels = [cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)) for size in (small, small + 2)]
    less, more = (cv2.morphologyEx(ink, operation, kernel) for kernel in kernels)
    return cv2.addWeighted(less, 1 - share, more, share, 0)
