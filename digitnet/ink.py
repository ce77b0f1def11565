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

from digitnet.images import RGB, rgb_to_gray
from digitnet.lines import remove_lines

Gray = NDArray[np.uint8]
Mask = NDArray[np.uint8]

LONGEST = 2000  # pixels of the longer side that are worked on


@dataclass(frozen=True)
class Ink:
    """The ink of a picture and how it was found; all pictures uint8 (h, w), `scale` x the input's size.

    Attributes:
        gray: luminance.
        contrast: how much darker than the paper (lighter, on a dark ground), 255 is all.
        map: the ink, soft-edged, 255 on 0.
        pen_width: typical width of a stroke in pixels of these pictures, 0 without ink.
        dark_on_light: whether the ink is darker than its ground.
        lines: whether printed lines of the paper were taken out.
    """

    gray: Gray
    contrast: Gray
    map: Gray
    pen_width: float
    dark_on_light: bool
    scale: float
    lines: bool = False


def find_ink(rgb: RGB, dark_on_light: bool | None = None, lines: bool | None = None) -> Ink:
    """Return the ink of an upright RGB picture, uint8 (H, W, 3).

    Args:
        rgb: the picture.
        dark_on_light: whether the ink is darker than its ground; None finds out.
        lines: True looks for printed lines with less caution, False leaves all in; None finds out.
    """
    small, scale = _shrunk(rgb)
    gray = rgb_to_gray(small)
    dark = is_dark_on_light(gray) if dark_on_light is None else dark_on_light
    signal = gray if dark else 255 - gray
    window = max(15.0, 0.4 * min(gray.shape))
    lined = even_light(signal, window)
    contrast = lined if lines is False else _unlined(lined, sure=lines is True)
    has_lines = contrast is not lined
    writing = without_rim(threshold(contrast))
    width = stroke_width(writing)
    if width:
        contrast = even_light(signal, min(window, max(6 * width, 15.0)))
        contrast = _unlined(contrast, writing, lines is True) if has_lines else contrast
        mask = threshold(contrast, writing)
        width = stroke_width(without_rim(mask)) or width
    else:
        mask = writing
    return Ink(gray, contrast, soften(contrast, mask, width), width, dark, scale, has_lines)


def _unlined(contrast: Gray, writing: Mask | None = None, sure: bool = False) -> Gray:
    return remove_lines(contrast, threshold(contrast, writing, faintest=0.12), sure)


def _shrunk(rgb: RGB) -> tuple[RGB, float]:
    scale = min(1.0, LONGEST / max(rgb.shape[:2]))
    if scale == 1.0:
        return rgb, scale
    height, width = (max(1, round(side * scale)) for side in rgb.shape[:2])
    return cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA), scale


def is_dark_on_light(gray: Gray) -> bool:
    """Return whether the sparse extremes of the picture, its ink, are dark.

    What lies on another ground than most of the picture, or runs into its rim, is no evidence unless
    there is no other: it may be a table beside the paper.
    """
    factor = min(1.0, 160 / max(gray.shape))
    size = tuple(max(1, round(side * factor)) for side in reversed(gray.shape))
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    window = min(255, max(3, int(min(small.shape) * 0.5) | 1))
    ground = cv2.medianBlur(small, window).astype(np.float32)
    difference = small - ground
    extreme = np.where(np.abs(difference) > 0.1 * ground + 5, 255, 0).astype(np.uint8)
    usual = np.abs(ground - np.median(ground)) < 0.4 * np.median(ground) + 5
    evidence = without_rim(extreme) > 0
    trusted = evidence & usual
    chosen = difference[trusted if trusted.any() else slice(None)]
    return float((chosen**3).sum()) <= 0


def even_light(gray: Gray, window: float) -> Gray:
    """Return how much darker each pixel is than the paper around it, 255 being black on any paper.

    Args:
        gray: uint8 (h, w), ink dark.
        window: pixels, wider than any stroke.
    """
    factor = min(1.0, 15 / window)
    size = tuple(max(1, round(side * factor)) for side in reversed(gray.shape))
    small = cv2.medianBlur(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), 3)
    span = max(3, round(window * factor) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (span, span))
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel)
    paper = cv2.GaussianBlur(closed, (0, 0), span / 4)
    paper = cv2.resize(paper, gray.shape[::-1], interpolation=cv2.INTER_LINEAR)
    shade = cv2.divide(gray, paper, scale=255)
    return 255 - shade


def threshold(contrast: Gray, writing: Mask | None = None, faintest: float = 0.25) -> Mask:
    """Return the ink of an evened picture as 255 on 0.

    Args:
        contrast: uint8 (h, w), how much darker than the paper.
        writing: uint8 (h, w), where ink was seen before; its contrast is then the ink's, not that of a
            table beside the paper.
        faintest: part of the ink's typical contrast (0 to 1) down to which a stroke is followed.
    """
    blurred = cv2.GaussianBlur(contrast, (3, 3), 0)
    histogram = np.bincount(blurred.ravel(), minlength=256)
    paper = weighted_quantile(histogram, 0.5)
    away = np.bincount(np.abs(np.arange(256) - paper), weights=histogram, minlength=256)
    floor = max(paper + 6 * 1.4826 * weighted_quantile(away, 0.5), 20.0)
    if writing is not None:
        histogram = np.bincount(blurred[writing > 0], minlength=256)
    level = ink_level(histogram, floor)
    if level < floor:
        return np.zeros_like(contrast)
    high = max(floor, 1.8 * faintest * level)
    low = max(floor, faintest * level)
    return hysteresis(blurred, low, high)


def without_rim(mask: Mask) -> Mask:
    """Return `mask` without the pieces that touch the picture's rim, or as it is if there are no others."""
    count, labels = cv2.connectedComponents(mask, connectivity=8)
    inner = np.ones(count, bool)
    inner[np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])] = False
    inner[0] = False
    kept = np.where(inner[labels], mask, 0).astype(np.uint8)
    return kept if np.count_nonzero(kept) > 0.0002 * mask.size else mask


def ink_level(histogram: NDArray[np.int64], floor: float) -> float:
    """Return the typical contrast of the ink's core from counts (256,) of contrasts, 0 without ink."""
    weights = histogram * np.arange(256.0)
    weights[: int(floor) + 1] = 0
    return weighted_quantile(weights, 0.7) if weights.any() else 0


def weighted_quantile(weights: NDArray[Any], share: float) -> int:
    """Return the first index up to which `share` (0 to 1) of the weights lie."""
    total = np.cumsum(weights)
    return int(np.searchsorted(total, share * total[-1]))


def hysteresis(contrast: Gray, low: float, high: float) -> Mask:
    """Return the pieces above `low` that hold something above `high` (Canny 1986)."""
    mask = (contrast > low).astype(np.uint8)
    count, labels = cv2.connectedComponents(mask, connectivity=8)
    strong = np.bincount(labels[contrast > high], minlength=count) > 0
    strong[0] = False
    return strong[labels].astype(np.uint8) * 255


def soften(contrast: Gray, mask: Mask, width: float) -> Gray:
    """Return `mask` with soft edges: half ink where the contrast is half that of the stroke's core."""
    span = max(3, round(width) | 1)
    inked = cv2.bitwise_and(contrast, mask)
    core = cv2.blur(cv2.dilate(inked, np.ones((span, span), np.uint8)), (span, span))
    share = cv2.divide(inked, core, scale=255)
    return cv2.convertScaleAbs(np.maximum(share, 64) - 64, alpha=2.0)


def stroke_width(mask: Mask) -> float:
    """Return the typical width of the strokes of `mask` in pixels, 0 without ink."""
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    ridge = (depth > 0) & (depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8)))
    depths = depth[ridge]
    return float(2 * np.median(depths) - 0.5) if depths.size else 0.0
