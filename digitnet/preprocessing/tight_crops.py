"""Find the ink of digits cut out so close that they touch the sides of their picture."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.errors import ImageError
from digitnet.preprocessing.binarization import MAX_SIDE_PIXELS, Ink, find_ink, measure_stroke_width
from digitnet.preprocessing.geometry import get_rim, scale_down
from digitnet.preprocessing.images import rgb_to_gray
from digitnet.preprocessing.normalization import enlarge
from digitnet.preprocessing.polarity import is_dark_on_light
from digitnet.types import RGB, Gray

# A picture with a longer side of at most this many pixels is taken for a digit cut out.
MAX_SMALL_SIDE = 64
# Such a picture is enlarged to about this longer side.
_ENLARGED_SIDE = 240
# Other pictures get a margin of this share of their longer side, and of at least this many pixels.
_MARGIN_RATIO, _MIN_MARGIN_PIXELS = 0.15, 8
# A picture is scaled to this longer side before its paper is examined.
_MAX_WORKING_SIDE = 160
# Fainter pixels than this share of the strongest ink are ground.
_MIN_INK_RATIO = 0.15
# Ink differs from its ground by at least this many gray levels.
_MIN_INK_LEVELS = 10
# Level of 0 to 255 that divides light from dark.
_MIDDLE_LEVEL = 128
# Sides are plain if less than this share of them differs.
_MAX_PLAIN_SIDE_RATIO = 0.03
# Squares of this share of the shorter side are the corners.
_CORNER_RATIO = 0.12


def find_tight_crop_ink(rgb: RGB, dark_on_light: bool | None = None, lines: bool | None = None) -> tuple[RGB, Ink, int]:
    """Find the ink of a tight crop, put on a wider sheet of its own paper.

    Args:
        rgb: uint8 (H, W, 3), upright.
        dark_on_light: whether the ink is darker than its ground; None detects it.
        lines: as for `digitnet.preprocessing.binarization.find_ink`.

    Returns:
        The sheet, uint8 (h, w, 3): the picture with a margin, scaled down to about `MAX_SIDE_PIXELS` a side at most;
        its ink, empty for an empty picture, with its scale to the picture; and the margin in pixels of the picture.
    """
    gray = rgb_to_gray(rgb)
    dark = is_digit_dark_on_light(gray) if dark_on_light is None else dark_on_light
    if has_few_pixels(gray):
        return _find_small_ink(gray, dark)
    scale = min(1.0, MAX_SIDE_PIXELS / ((1 + 2 * _MARGIN_RATIO) * max(gray.shape)))
    sheet, margin = _extend_paper(scale_down(rgb, scale), dark)
    ink = find_ink(sheet, dark, lines)
    return sheet, replace(ink, scale=ink.scale * scale), round(margin / scale)


def has_few_pixels(gray: Gray) -> bool:
    """Tell whether a picture, uint8 (h, w), has so few pixels that a digit on it fills it."""
    return max(gray.shape) <= MAX_SMALL_SIDE


def _find_small_ink(gray: Gray, dark: bool) -> tuple[RGB, Ink, int]:
    """Find the ink of a low-resolution picture on a wider sheet, as `find_tight_crop_ink`."""
    margin = max(4, max(gray.shape) // 4)
    sides = (margin,) * 4
    try:
        contrast = normalize_contrast(measure_contrast(gray, dark))
    except ImageError:
        contrast = np.zeros_like(gray)
    sheet = cv2.copyMakeBorder(gray, *sides, cv2.BORDER_CONSTANT, value=measure_ground(gray, dark))
    contrast = cv2.copyMakeBorder(contrast, *sides, cv2.BORDER_CONSTANT, value=0)
    scale = _ENLARGED_SIDE // max(sheet.shape)
    enlarged = enlarge(contrast, scale)[scale:-scale, scale:-scale]
    _, mask = cv2.threshold(enlarged, _MIDDLE_LEVEL, 255, cv2.THRESH_BINARY)
    large = cv2.resize(sheet, enlarged.shape[::-1], interpolation=cv2.INTER_LINEAR)
    ink = Ink(large, enlarged, enlarged, measure_stroke_width(mask), dark, scale)
    return cv2.cvtColor(sheet, cv2.COLOR_GRAY2RGB), ink, margin


def normalize_contrast(contrast: Gray) -> Gray:
    """Scale a contrast, uint8 (h, w), so that the strongest is 255, and set the faintest to 0."""
    strong = cv2.convertScaleAbs(contrast, alpha=255 / float(contrast.max()))
    return np.where(strong < _MIN_INK_RATIO * 255, 0, strong).astype(np.uint8)


def measure_contrast(gray: Gray, dark_on_light: bool) -> Gray:
    """Measure by how many levels each pixel differs from the ground, uint8 (h, w).

    Args:
        gray: uint8 (h, w); its sides show the ground.
        dark_on_light: whether the ink is darker than its ground.

    Raises:
        ImageError: the picture has no ink.
    """
    level = np.full_like(gray, measure_ground(gray, dark_on_light))
    contrast = cv2.subtract(level, gray) if dark_on_light else cv2.subtract(gray, level)
    if contrast.max() < _MIN_INK_LEVELS:
        raise ImageError("Expected a digit on the picture. Received: an empty one.")
    return contrast


def measure_ground(gray: Gray, dark_on_light: bool) -> int:
    """Measure the brightness, 0 to 255, of most of the sides of a picture.

    Ink that runs into the sides does not count.

    Args:
        gray: uint8 (h, w).
        dark_on_light: whether the ink is darker than its ground.
    """
    sides = np.sort(get_rim(gray))
    return int(sides[len(sides) * 3 // 4 if dark_on_light else len(sides) // 4])


def is_digit_dark_on_light(gray: Gray) -> bool:
    """Tell whether a single digit, uint8 (h, w), is darker than its ground, even in tight crops.

    The ground fills the corners and is broader than any stroke. If only one of these holds and the sides are plain,
    the picture may show paper on a table, and is judged like any other. If they are not plain, the strokes run into
    the sides, and the corners decide.
    """
    _, light = cv2.threshold(_shrink(gray), 0, 255, cv2.THRESH_OTSU)
    span = max(1, round(_CORNER_RATIO * min(light.shape)))
    corners = [
        light[rows, columns]
        for rows in (slice(span), slice(-span, None))
        for columns in (slice(span), slice(-span, None))
    ]
    in_corners = float(np.mean(corners)) > _MIDDLE_LEVEL
    broader = cv2.distanceTransform(light, cv2.DIST_L2, 3).max() > cv2.distanceTransform(~light, cv2.DIST_L2, 3).max()
    sides = float(np.mean(get_rim(light))) / 255
    clear = in_corners == broader or _MAX_PLAIN_SIDE_RATIO < sides < 1 - _MAX_PLAIN_SIDE_RATIO
    return in_corners if clear else is_dark_on_light(gray)


def _extend_paper(rgb: RGB, dark_on_light: bool) -> tuple[RGB, int]:
    """Put a picture on a wider sheet of its own paper, because its digits touch the rim.

    Returns:
        The sheet, and the margin in pixels by which it is wider at each side.
    """
    height, width = rgb.shape[:2]
    margin = max(_MIN_MARGIN_PIXELS, round(_MARGIN_RATIO * max(height, width)))
    small = _shrink(rgb)  # The window is wide: on a whole photo it would take minutes.
    span = max(3, round(0.3 * max(small.shape[:2])) | 1)
    window = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (span, span))
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE if dark_on_light else cv2.MORPH_OPEN, window)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    sheet = cv2.copyMakeBorder(paper, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    sheet[margin:-margin, margin:-margin] = rgb
    return sheet, margin


def _shrink(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Scale a picture, uint8 (h, w) or (h, w, 3), down to `_MAX_WORKING_SIDE`."""
    return scale_down(picture, _MAX_WORKING_SIDE / max(picture.shape[:2]))
