"""From a picture to its ink: polarity, light, noise, lines of the paper.

Strokes are thin, whatever is written: the light of the paper is found by closing the picture over a
window that is somewhat wider than the pen, so that neither shadows nor digits as large as the picture
are mistaken for each other. How wide the pen is comes from a first, coarse look.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.illumination import PaperContrast, even_out, find_table, suppress_fine_noise
from digitnet.preprocessing.images import rgb_to_gray
from digitnet.preprocessing.polarity import (
    find_flat_ground,
    is_dark_on_light,
    measure_color_distance,
    remove_rim_components,
)
from digitnet.preprocessing.ruled_lines import RuledLines, erase_lines, find_ruled_lines
from digitnet.types import RGB, Gray, Mask

MAX_SIDE_PIXELS = 2000  # pixels of the longer side that are worked on
_LINES = 0.12  # part of the ink's contrast that printed lines have at least
_FAINTEST = 20.0  # levels of contrast that a stroke has at least


@dataclass(frozen=True)
class Ink:
    """The ink of a picture and how it was found; all pictures uint8 (h, w), `scale` x the input's size.

    Attributes:
        gray: luminance.
        contrast: how much darker than the paper (lighter, on a dark ground), 255 is all.
        map: the ink, soft-edged, 255 on 0.
        pen_width: typical width of a stroke in pixels of these pictures, 0 without ink.
        dark_on_light: whether the ink is darker than its ground.
        lines_removed: whether printed lines of the paper were taken out.
    """

    gray: Gray
    contrast: Gray
    map: Gray
    pen_width: float
    dark_on_light: bool
    scale: float
    lines_removed: bool = False


def find_ink(rgb: RGB, dark_on_light: bool | None = None, lines: bool | None = None) -> Ink:
    """Return the ink of an upright RGB picture, uint8 (H, W, 3).

    Args:
        rgb: the picture.
        dark_on_light: whether the ink is darker than its ground; None finds out.
        lines: True looks for printed lines with less caution, False leaves all in; None finds out.
    """
    small, scale = _shrunk(rgb)
    ground = None if lines else find_flat_ground(small)
    if ground is not None:
        return _drawn_ink(small, ground, dark_on_light, scale)
    gray = rgb_to_gray(small)
    dark = is_dark_on_light(gray) if dark_on_light is None else dark_on_light
    signal = gray if dark else 255 - gray
    widest = max(15.0, 0.4 * min(gray.shape))
    first = even_out(signal, widest)
    found = None if lines is False else _lines(first, sure=lines is True)
    writing = remove_rim_components(threshold(_unlined(first, found)))
    width = measure_stroke_width(writing)
    if not width:
        return Ink(gray, first.contrast, writing, width, dark, scale, found is not None)
    even = even_out(suppress_fine_noise(signal, width), min(widest, max(6 * width, 15.0)))
    if found:
        even = _unlined(even, found.joined(_lines(even, writing, lines is True)), writing)
    mask = threshold(even, writing) & ~find_table(first.contrast, width)
    width = measure_stroke_width(remove_rim_components(mask)) or width
    return Ink(gray, even.contrast, soften(even.contrast, mask, width), width, dark, scale, found is not None)


def _drawn_ink(rgb: RGB, ground: NDArray[np.uint8], dark_on_light: bool | None, scale: float) -> Ink:
    """Return the ink of a drawing on a ground of one color: whatever has another, soft edges as they are."""
    gray = rgb_to_gray(rgb)
    level = int(rgb_to_gray(ground[None, None])[0, 0])
    if dark_on_light is None:
        contrast = measure_color_distance(rgb, ground)
    else:
        even = np.full_like(gray, level)
        contrast = cv2.subtract(even, gray) if dark_on_light else cv2.subtract(gray, even)
    strongest = float(contrast.max())
    _, mask = cv2.threshold(contrast, max(_FAINTEST / 2, 0.3 * strongest), 255, cv2.THRESH_BINARY)
    width = measure_stroke_width(mask)
    dark = level >= (cv2.mean(gray, mask)[0] if width else 128) if dark_on_light is None else dark_on_light
    span = max(3, round(width) | 1)
    core = cv2.dilate(contrast, np.ones((span, span), np.uint8))
    whole = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    return Ink(gray, contrast, cv2.divide(cv2.bitwise_and(contrast, whole), core, scale=255), width, dark, scale)


def _lines(page: PaperContrast, writing: Mask | None = None, sure: bool = False) -> RuledLines | None:
    """Return the printed lines; fine squares make up half of what seems to be noise."""
    faint = page._replace(noise_floor=page.noise_floor / 2)
    return find_ruled_lines(page.contrast, threshold(faint, writing, faintest=_LINES), sure)


def _unlined(page: PaperContrast, lines: RuledLines | None, writing: Mask | None = None) -> PaperContrast:
    if lines is None:
        return page
    mask = threshold(page, writing, faintest=_LINES)
    return page._replace(contrast=erase_lines(page.contrast, mask, lines))


def _shrunk(rgb: RGB) -> tuple[RGB, float]:
    scale = min(1.0, MAX_SIDE_PIXELS / max(rgb.shape[:2]))
    if scale == 1.0:
        return rgb, scale
    height, width = (max(1, round(side * scale)) for side in rgb.shape[:2])
    return cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA), scale


def threshold(page: PaperContrast, writing: Mask | None = None, faintest: float = 0.25) -> Mask:
    """Return the ink of an evened picture as 255 on 0.

    Args:
        page: the evened picture.
        writing: uint8 (h, w), where ink was seen before; its contrast is then the ink's, not that of a
            table beside the paper.
        faintest: part of the ink's typical contrast (0 to 1) down to which a stroke is followed.
    """
    blurred = cv2.GaussianBlur(page.contrast, (3, 3), 0)
    blurred = cv2.bitwise_and(blurred, cv2.compare(page.levels, 0.6 * page.noise_floor, cv2.CMP_GT))
    histogram = cv2.calcHist([blurred], [0], writing, [256], [0, 256]).ravel()
    level = find_ink_contrast(histogram, _FAINTEST)
    if level < _FAINTEST:
        return np.zeros_like(page.contrast)
    high = max(_FAINTEST, 1.8 * faintest * level)
    low = max(_FAINTEST, faintest * level)
    weak, strong = cv2.compare(blurred, low, cv2.CMP_GT), cv2.compare(blurred, high, cv2.CMP_GT)
    return apply_hysteresis(weak, cv2.bitwise_and(strong, cv2.compare(page.levels, page.noise_floor, cv2.CMP_GT)))


def find_ink_contrast(histogram: NDArray[Any], floor: float) -> float:
    """Return the typical contrast of the ink's core from counts (256,) of contrasts, 0 without ink."""
    weights = histogram * np.arange(256.0)
    weights[: int(floor) + 1] = 0
    return find_weighted_quantile(weights, 0.7) if weights.any() else 0


def find_weighted_quantile(weights: NDArray[Any], share: float) -> int:
    """Return the first index up to which `share` (0 to 1) of the weights lie."""
    total = np.cumsum(weights)
    return int(np.searchsorted(total, share * total[-1]))


def apply_hysteresis(weak: Mask, strong: Mask) -> Mask:
    """Return the pieces of `weak` that hold something `strong` (Canny 1986), 255 on 0."""
    count, labels = cv2.connectedComponents(weak, connectivity=8)
    kept = np.zeros(count, np.uint8)
    kept[labels[strong > 0]] = 255
    kept[0] = 0
    return kept[labels]


def soften(contrast: Gray, mask: Mask, width: float) -> Gray:
    """Return `mask` with soft edges: half ink where the contrast is half that of the stroke's core."""
    span = max(3, round(width) | 1)
    inked = cv2.bitwise_and(contrast, mask)
    core = cv2.blur(cv2.dilate(inked, np.ones((span, span), np.uint8)), (span, span))
    share = cv2.divide(inked, core, scale=255)
    return cv2.convertScaleAbs(np.maximum(share, 64) - 64, alpha=2.0)


def measure_stroke_width(mask: Mask) -> float:
    """Return the typical width of the strokes of `mask` in pixels, 0 without ink."""
    x, y, width, height = cv2.boundingRect(mask)
    if not width:
        return 0.0
    inked = np.ascontiguousarray(mask[max(0, y - 1) : y + height + 1, max(0, x - 1) : x + width + 1])
    depth = np.minimum(cv2.distanceTransform(inked, cv2.DIST_L2, 3), max(inked.shape))  # all ink has no end
    ridge = cv2.compare(depth, cv2.dilate(depth, np.ones((3, 3), np.uint8)), cv2.CMP_GE)
    return float(2 * np.median(depth[cv2.bitwise_and(ridge, inked) > 0]) - 0.5)
