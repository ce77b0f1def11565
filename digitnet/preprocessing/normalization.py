"""Normalize the ink of one digit to the 28 x 28 picture that a network sees, like MNIST.

MNIST digits keep their proportions in a 20 x 20 box, are anti-aliased, and lie with their center of mass at the
center of the 28 x 28 picture. This is the only module that normalizes ink to 28 x 28.

Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.types import Gray, Picture, Pictures

PICTURE_SIZE, BOX_SIZE = 28, 20  # Pixels of a picture's sides, and of its ink's longer side.
# Range of stroke widths in the 20 x 20 box, in pixels: the middle 90% of MNIST (see `measure_pen_width`).
MNIST_PEN_WIDTHS = (2.2, 3.9)
# Strokes are widened and thinned at 4 times MNIST's scale.
_WORKING_BOX_SIZE = 80
# 99.5% of MNIST's digits are darker than this on average, of 255.
_MIN_MNIST_DARKNESS = 186.0
# Enlarging places the edge of a stroke at this share of the ink's darkness, and multiplies its slope by 4.
_EDGE_DARKNESS_RATIO, _EDGE_STEEPNESS = 0.5, 4.0
_SOBEL_SUM = 8.0  # A Sobel filter of OpenCV sums up so many differences of neighboring pixels.


def normalize(crops: Sequence[Gray]) -> Pictures:
    """Normalize crops of digits as MNIST would show them.

    Args:
        crops: uint8 (h, w) each, ink 255 on 0, of any size and with any margin around one digit.

    Returns:
        uint8 (n, 28, 28), ink 255; all 0 for a crop without ink.
    """
    pictures = np.zeros((len(crops), PICTURE_SIZE, PICTURE_SIZE), np.uint8)
    for picture, crop in zip(pictures, crops, strict=True):
        ink = trim(crop)
        if ink.size:
            picture[:] = center_by_mass(fit_to_box(adjust_pen_width(scale_to_working_size(ink))))
    return pictures


class Placement(NamedTuple):
    """The place of ink in a 28 x 28 picture, in pixels counted from 0.

    Attributes:
        box: x0, y0, x1, y1; x1 and y1 are exclusive.
        center: x and y of the center of mass.
    """

    box: tuple[int, int, int, int]
    center: tuple[float, float]


def locate_ink(picture: Picture) -> Placement:
    """Locate the ink of a picture, uint8 (28, 28); an empty one counts as ink in the middle."""
    x, y, width, height = cv2.boundingRect(picture)
    moments = cv2.moments(picture)
    mass = moments["m00"]
    if not mass:
        middle = PICTURE_SIZE // 2
        return Placement((middle, middle, middle, middle), (PICTURE_SIZE / 2, PICTURE_SIZE / 2))
    return Placement((x, y, x + width, y + height), (moments["m10"] / mass, moments["m01"] / mass))


def measure_boxed_pen_width(ink: Gray) -> float:
    """Measure the mean width of strokes in pixels of the 20 x 20 box.

    Args:
        ink: uint8 (h, w) of any size, as it is before it is scaled to the box.
    """
    trimmed = trim(ink)
    return measure_pen_width(trimmed) * BOX_SIZE / max(trimmed.shape) if trimmed.size else 0.0


def to_network_input(pictures: Pictures) -> NDArray[np.float32]:
    """Convert uint8 (n, 28, 28) to a network's input, float32 (n, 28, 28, 1) from 0 to 1."""
    return scale_to_unit(pictures)[..., np.newaxis]


def scale_to_unit(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Scale pictures, uint8 of any shape, to float32 from 0 to 1."""
    return pictures.astype(np.float32) / 255.0


def darken(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Scale ink, uint8 of any shape, so that its darkest pixel is 255; keep it if it is empty."""
    darkest = int(ink.max(initial=0))
    levels = np.arange(darkest + 1)
    return ink if darkest in (0, 255) else np.round(levels * (255 / darkest)).astype(np.uint8)[ink]


def shear(pictures: Pictures, columns: float) -> Pictures:
    """Shear pictures, uint8 (n, 28, 28), about their center by `columns` per row."""
    center = (PICTURE_SIZE - 1) / 2
    matrix = np.array([[1, columns, -columns * center], [0, 1, 0]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    sheared = np.empty_like(pictures)
    for picture, out in zip(pictures, sheared, strict=True):
        out[:] = cv2.warpAffine(picture, matrix, (PICTURE_SIZE, PICTURE_SIZE), flags=flags)
    return sheared


def trim(ink: Gray) -> Gray:
    """Cut the empty margins off ink, uint8 (h, w); the result is (0, 0) without ink."""
    x, y, width, height = cv2.boundingRect(ink)
    return ink[y : y + height, x : x + width]


def measure_pen_width(ink: Gray) -> float:
    """Measure the mean width in pixels of the strokes of ink, uint8 (h, w), 0 without ink.

    A stroke's area is its length times its width, and its outline is twice its length: the width is twice the area
    over the outline. The outline is measured as the sum of the gradient's size, which for soft edges is exact where
    counting edge pixels is not.
    """
    padded = cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    dx, dy = cv2.spatialGradient(padded, borderType=cv2.BORDER_REPLICATE)
    sizes = cv2.magnitude(dx.astype(np.float32), dy.astype(np.float32))
    outline = cv2.sumElems(sizes)[0] / _SOBEL_SUM
    return 2.0 * cv2.sumElems(ink)[0] / outline if outline else 0.0


def adjust_pen_width(ink: Gray, limits: tuple[float, float] = MNIST_PEN_WIDTHS) -> Gray:
    """Widen or thin strokes to a width within `limits` in the 20 x 20 box.

    Args:
        ink: uint8 (h, w), trimmed.
        limits: the narrowest and widest stroke, in pixels of the box.

    Returns:
        uint8, trimmed; a little larger or smaller.
    """
    scale = BOX_SIZE / max(ink.shape)
    width = measure_pen_width(ink)
    narrowest, widest = (limit / scale for limit in limits)
    if width < narrowest:
        return _widen_and_trim(ink, narrowest - width)
    if width > widest:
        return _thin_and_trim(ink, width - widest)
    return ink


def scale_to_working_size(ink: Gray) -> Gray:
    """Scale trimmed ink, uint8 (h, w), to the 80 x 80 box in which pens are measured.

    MNIST's own digits stay as they are.
    """
    if max(ink.shape) == BOX_SIZE and _measure_darkness(ink) > _MIN_MNIST_DARKNESS:
        return ink
    scale = _WORKING_BOX_SIZE / max(ink.shape)
    if scale > 1:
        return trim(enlarge(ink, scale))
    return ink if scale == 1 else resize(ink, scale)


def enlarge(ink: Gray, scale: float) -> Gray:
    """Enlarge ink and make its edges as sharp as if it had been drawn at that size.

    MNIST was made from large pictures in black and white; enlarging small ink blurs it.

    Args:
        ink: uint8 (h, w), 255 on 0; the mean darkness of its strokes becomes 255.
        scale: 1 or more.

    Returns:
        uint8, with a margin of `scale` pixels.
    """
    framed = cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    blurred = cv2.resize(framed, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    darkness = np.arange(256) / max(1.0, _measure_darkness(ink))
    steps = 255 * (_EDGE_STEEPNESS * (darkness - _EDGE_DARKNESS_RATIO) + 0.5)
    return cv2.LUT(blurred, np.minimum(np.maximum(steps, 0), 255).astype(np.uint8))


def _measure_darkness(ink: Gray) -> float:
    """Measure the mean of ink, 0 to 255, darker pixels counting more; 0 without ink."""
    return cv2.norm(ink, cv2.NORM_L2SQR) / max(1.0, cv2.sumElems(ink)[0])


def widen(ink: Gray, pixels: float) -> Gray:
    """Widen the strokes of ink, or thin them, in the same frame.

    Args:
        ink: uint8 (h, w).
        pixels: how much wider each stroke becomes; below 0, it becomes thinner.
    """
    return _morph(cv2.MORPH_DILATE if pixels > 0 else cv2.MORPH_ERODE, ink, abs(pixels))


def fit_to_box(ink: Gray, box: int = BOX_SIZE) -> Gray:
    """Scale trimmed ink, uint8 (h, w), to a longer side of `box` pixels, proportions kept."""
    return resize(ink, box / max(ink.shape), cv2.INTER_CUBIC)


def resize(ink: Gray, scale: float, enlarging: int = cv2.INTER_LINEAR) -> Gray:
    """Scale ink, uint8 (h, w); `enlarging` is OpenCV's interpolation for a scale above 1."""
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    return cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else enlarging)


def center_by_mass(ink: Gray) -> Picture:
    """Place ink in a picture, uint8 (28, 28), with its center of mass at the center.

    Args:
        ink: uint8, at most (28, 28).
    """
    moments = cv2.moments(ink)
    height, width = ink.shape
    mass = moments["m00"] or 1.0
    left = _place(moments["m10"] / mass, width)
    top = _place(moments["m01"] / mass, height)
    picture = np.zeros((PICTURE_SIZE, PICTURE_SIZE), np.uint8)
    picture[top : top + height, left : left + width] = ink
    return picture


def _place(center: float, length: int) -> int:
    """Return where ink of `length` pixels starts so that its center of mass is central."""
    return min(max(round(PICTURE_SIZE / 2 - center), 0), PICTURE_SIZE - length)


def _widen_and_trim(ink: Gray, pixels: float) -> Gray:
    """Widen ink, and cut off the margins that are left."""
    margin = math.ceil(pixels / 2) + 1
    padded = cv2.copyMakeBorder(ink, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
    return trim(_morph(cv2.MORPH_DILATE, padded, pixels))


def _thin_and_trim(ink: Gray, pixels: float) -> Gray:
    """Thin ink, or leave it as it is if nothing would be left."""
    padded = cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    thin = trim(_morph(cv2.MORPH_ERODE, padded, pixels))
    return thin if thin.size else ink


def _morph(operation: int, ink: Gray, pixels: float) -> Gray:
    """Move every edge by half of `pixels`, mixing two kernels if this lies between two sizes."""
    small = int(pixels // 2) * 2 + 1
    share = (pixels - (small - 1)) / 2
    kernels = [cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)) for size in (small, small + 2)]
    less, more = (cv2.morphologyEx(ink, operation, kernel) for kernel in kernels)
    return cv2.addWeighted(less, 1 - share, more, share, 0)
