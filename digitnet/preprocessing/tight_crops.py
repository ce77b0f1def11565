"""Digits that were cut out so close that they touch the sides of their picture, which is all ink and little paper."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.errors import ImageError
from digitnet.preprocessing.binarization import Ink, find_ink, measure_stroke_width
from digitnet.preprocessing.images import rgb_to_gray
from digitnet.preprocessing.normalization import enlarge
from digitnet.preprocessing.polarity import is_dark_on_light
from digitnet.types import RGB, Gray

MAX_SMALL_SIDE = 64  # pixels of the longer side up to which a picture of a digit is that digit cut out
_ENLARGED = 240  # pixels of the longer side that such a picture is read at, about
_ROUGH = 160  # pixels of the longer side of a picture at which its paper is looked at
_FAINTEST = 0.15  # of the strongest ink, 0 to 1, down to which a cut-out picture is no ground
_FEWEST_LEVELS = 10  # of gray that ink differs from its ground
_LIGHT = 128  # of 255
_PLAIN_SIDES = 0.03  # of the sides that may be otherwise where nothing runs into them


def find_tight_crop_ink(rgb: RGB, dark_on_light: bool | None = None, lines: bool | None = None) -> tuple[RGB, Ink, int]:
    """Return a picture cut out close, uint8 (H, W, 3), on a wider sheet of its paper, with the ink of that.

    Args:
        dark_on_light: whether the ink is darker than its ground; None finds out.
        lines: as for `digitnet.ink.find_ink`.

    Returns:
        The sheet; its ink, none where the picture is empty; the pixels by which the sheet is wider, at each side.
    """
    gray = rgb_to_gray(rgb)
    dark = is_digit_dark_on_light(gray) if dark_on_light is None else dark_on_light
    if has_few_pixels(gray):
        return _few_pixels(gray, dark)
    sheet, margin = _framed(rgb, dark)
    return sheet, find_ink(sheet, dark, lines), margin


def has_few_pixels(gray: Gray) -> bool:
    """Return whether a picture has so few pixels that, if it is of a digit, this fills it."""
    return max(gray.shape) <= MAX_SMALL_SIDE


def _few_pixels(gray: Gray, dark: bool) -> tuple[RGB, Ink, int]:
    margin = max(4, max(gray.shape) // 4)
    sides = (margin,) * 4
    try:
        few = normalize_contrast(measure_contrast(gray, dark))
    except ImageError:
        few = np.zeros_like(gray)
    sheet = cv2.copyMakeBorder(gray, *sides, cv2.BORDER_CONSTANT, value=measure_ground(gray, dark))
    few = cv2.copyMakeBorder(few, *sides, cv2.BORDER_CONSTANT, value=0)
    scale = _ENLARGED // max(sheet.shape)
    ink = enlarge(few, scale)[scale:-scale, scale:-scale]
    _, mask = cv2.threshold(ink, _LIGHT, 255, cv2.THRESH_BINARY)
    large = cv2.resize(sheet, ink.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return (
        cv2.cvtColor(sheet, cv2.COLOR_GRAY2RGB),
        Ink(large, ink, ink, measure_stroke_width(mask), dark, scale),
        margin,
    )


def normalize_contrast(ink: Gray) -> Gray:
    """Return the contrast of a picture as ink, uint8 (h, w): the strongest is 255, the faintest nothing."""
    strong = cv2.convertScaleAbs(ink, alpha=255 / float(ink.max()))
    return np.where(strong < _FAINTEST * 255, 0, strong).astype(np.uint8)


def measure_contrast(gray: Gray, dark_on_light: bool) -> Gray:
    """Return by how many levels each pixel differs from the ground, which most of the sides show.

    Raises:
        ImageError: there is no ink.
    """
    level = np.full_like(gray, measure_ground(gray, dark_on_light))
    ink = cv2.subtract(level, gray) if dark_on_light else cv2.subtract(gray, level)
    if ink.max() < _FEWEST_LEVELS:
        raise ImageError("Expected a digit on the picture. Received: an empty one.")
    return ink


def measure_ground(gray: Gray, dark_on_light: bool) -> int:
    """Return how bright most of the sides are, ink that runs into them left out."""
    sides = np.sort(np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]]))
    return int(sides[len(sides) * 3 // 4 if dark_on_light else len(sides) // 4])


def is_digit_dark_on_light(gray: Gray) -> bool:
    """Return whether a single digit, uint8 (h, w), is darker than its ground, be it cut out ever so close.

    The ground fills the corners and is broader than any stroke. Where that is not so, either the strokes run into
    the sides, and the corners tell, or it may be paper on a table, and it is looked for as on any picture.
    """
    _, light = cv2.threshold(_shrunk(gray), 0, 255, cv2.THRESH_OTSU)
    span = max(1, round(0.12 * min(light.shape)))
    corners = [
        light[rows, columns]
        for rows in (slice(span), slice(-span, None))
        for columns in (slice(span), slice(-span, None))
    ]
    in_corners = float(np.mean(corners)) > _LIGHT
    broader = cv2.distanceTransform(light, cv2.DIST_L2, 3).max() > cv2.distanceTransform(~light, cv2.DIST_L2, 3).max()
    sides = float(np.mean(np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]]))) / 255
    clear = in_corners == broader or _PLAIN_SIDES < sides < 1 - _PLAIN_SIDES
    return in_corners if clear else is_dark_on_light(gray)


def _framed(rgb: RGB, dark_on_light: bool) -> tuple[RGB, int]:
    """Return the picture on a wider sheet of its own paper, and how much wider: digits cut out close touch the rim."""
    height, width = rgb.shape[:2]
    margin = max(8, round(0.15 * max(height, width)))
    small = _shrunk(rgb)  # the window is wide: on a whole photo it would take minutes
    span = max(3, round(0.3 * max(small.shape[:2])) | 1)
    window = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (span, span))
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE if dark_on_light else cv2.MORPH_OPEN, window)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    sheet = cv2.copyMakeBorder(paper, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    sheet[margin:-margin, margin:-margin] = rgb
    return sheet, margin


def _shrunk(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture, uint8 (h, w) or (h, w, 3), that is small enough for a look at its paper."""
    factor = min(1.0, _ROUGH / max(picture.shape[:2]))
    size = [max(1, round(side * factor)) for side in reversed(picture.shape[:2])]
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
