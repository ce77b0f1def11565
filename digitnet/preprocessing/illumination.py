"""Even out the light of a photo: shadows, vignettes and gray paper."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from digitnet.preprocessing.geometry import get_rim, scale_down
from digitnet.types import Gray, Mask

# A broad dark area at the rim with more than this contrast, 0 to 1, is not paper.
_MIN_TABLE_CONTRAST = 0.33
# The noise floor is at least this many gray levels: JPEG flattens noise, so that it seems weaker than it is.
_MIN_NOISE_FLOOR = 8.0
_MAX_TABLE_SIDE = 500  # A picture is scaled to this longer side in pixels before the table is searched for.
_FITTED_SIDE = 64  # A picture is scaled to this longer side in pixels before a surface is fitted to its light.
_DEGREE = 4  # Of the surface, a polynomial for the logarithm of the light.
_MIN_FITTED_RATIO = 0.1  # Paper covers at least this share of the pixels that it is fitted to.
_WINDOW_PIXELS = 15  # Side of a window after scaling.


class PaperContrast(NamedTuple):
    """The contrast between the paper and each pixel of a picture.

    Attributes:
        contrast: uint8 (h, w), relative to the paper's light; 255 is black on any paper.
        levels: uint8 (h, w), the same in gray levels of the picture.
        noise_floor: gray levels by which noise differs from paper.
    """

    contrast: Gray
    levels: Gray
    noise_floor: float


def suppress_fine_noise(signal: Gray, pen_width: float) -> Gray:
    """Blur noise in a gray picture, uint8 (h, w), that is much finer than the pen."""
    return cv2.GaussianBlur(signal, (0, 0), pen_width / 10) if pen_width > 6 else signal


def even_out(gray: Gray, window: float, coarse: Gray | None = None) -> PaperContrast:
    """Even out the light of a gray picture.

    Args:
        gray: uint8 (h, w), ink dark.
        window: pixels, wider than any stroke.
        coarse: uint8 (h, w), a first estimate of the contrast, if the window is so wide that light falls off within it.
    """
    paper = estimate_paper_light(gray, window)
    if coarse is not None:
        paper = cv2.min(paper, _fit_paper_light(gray, coarse))
    levels = cv2.subtract(paper, cv2.GaussianBlur(gray, (3, 3), 0))
    return PaperContrast(divide_by_paper(gray, paper), levels, estimate_noise_floor(gray))


def estimate_paper_light(gray: Gray, window: float) -> Gray:
    """Estimate the brightness of the paper at each pixel, uint8 (h, w).

    Where light ends at a sharp edge, the darker side reaches a little over the edge: it is better to find too little
    ink there than to take the edge of a shadow for a stroke.

    Args:
        gray: uint8 (h, w), ink dark.
        window: pixels, wider than any stroke.
    """
    factor = min(1.0, _WINDOW_PIXELS / window)
    small = cv2.medianBlur(scale_down(gray, factor), 3)
    span = max(3, round(window * factor) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (span, span))
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel)
    smooth = cv2.GaussianBlur(closed, (0, 0), span / 4)
    paper = cv2.min(smooth, cv2.erode(closed, np.ones((3, 3), np.uint8)))
    return cv2.resize(paper, gray.shape[::-1], interpolation=cv2.INTER_LINEAR)


def _fit_paper_light(gray: Gray, coarse: Gray) -> Gray:
    """Fit a smooth surface to the light of the paper beside the ink, uint8 (h, w).

    Towards the rim, where lenses darken a picture, a wide window only knows the light farther within.

    Args:
        gray: uint8 (h, w), ink dark.
        coarse: uint8 (h, w), a first estimate of the contrast.
    """
    factor = min(1.0, _FITTED_SIDE / max(gray.shape))
    light, contrast = (scale_down(picture, factor) for picture in (gray, coarse))
    _, ink = cv2.threshold(contrast, 0, 255, cv2.THRESH_OTSU)
    is_paper = cv2.dilate(ink, np.ones((3, 3), np.uint8)) == 0
    y, x = (places / _FITTED_SIDE for places in np.mgrid[: light.shape[0], : light.shape[1]])
    terms = np.stack([x**i * y**j for i in range(_DEGREE + 1) for j in range(_DEGREE + 1 - i)], axis=-1)
    if np.count_nonzero(is_paper) < _MIN_FITTED_RATIO * light.size:
        return np.full_like(gray, 255)
    weights, *_ = np.linalg.lstsq(terms[is_paper], np.log1p(light[is_paper].astype(np.float64)), rcond=None)
    surface = np.expm1((terms @ weights).clip(0, np.log(256))).round().astype(np.uint8)
    return np.asarray(cv2.resize(surface, gray.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def divide_by_paper(gray: Gray, paper: Gray) -> Gray:
    """Measure how much darker than the paper each pixel is, uint8 (h, w).

    255 is black on any paper.

    Args:
        gray: uint8 (h, w), ink dark.
        paper: uint8 (h, w), the brightness of the paper.
    """
    return 255 - cv2.divide(gray, paper, scale=255)


def estimate_noise_floor(gray: Gray) -> float:
    """Estimate the most gray levels by which grain and sensor noise darken paper.

    Most of a picture, uint8 (h, w), is paper without strokes, edges and lines. There the difference between the
    picture and its own blur is noise.
    """
    bands = range(0, gray.shape[0], 32 * max(1, gray.size // 500_000))
    sample = np.concatenate([gray[top : top + 32] for top in bands])
    fine = cv2.GaussianBlur(sample, (3, 3), 0).astype(np.float32)
    noise = np.abs(fine - cv2.blur(fine, (9, 9)))[1::2, 1::3].ravel()
    if not noise.size:
        return _MIN_NOISE_FLOOR
    quarter, half = np.partition(noise, (noise.size // 4, noise.size // 2))[[noise.size // 4, noise.size // 2]]
    return max(_MIN_NOISE_FLOOR, 6 * float(quarter) / 0.32, 3 * float(half) / 0.67)


def find_table(contrast: Gray, pen_width: float) -> Mask:
    """Find the table around the paper: dark, far thicker than the pen, and running into the rim.

    Args:
        contrast: uint8 (h, w), how much darker than the paper.
        pen_width: typical width of a stroke in pixels.

    Returns:
        uint8 (h, w), the table as 255 on 0.
    """
    max_stroke = max(4 * pen_width, 0.015 * max(contrast.shape))
    factor = min(1.0, _MAX_TABLE_SIDE / max(contrast.shape), _WINDOW_PIXELS / max_stroke)
    dark = cv2.compare(scale_down(contrast, factor), _MIN_TABLE_CONTRAST * 255, cv2.CMP_GT)
    span = max(3, round(max_stroke * factor))
    framed = cv2.copyMakeBorder(dark, span, span, span, span, cv2.BORDER_REPLICATE)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (span, span))
    thick = cv2.morphologyEx(framed, cv2.MORPH_OPEN, kernel)
    _, labels = cv2.connectedComponents(thick, connectivity=8)
    rim = np.unique(get_rim(labels))
    table = np.isin(labels, rim[rim > 0])[span:-span, span:-span].astype(np.uint8) * 255
    grown = cv2.dilate(table, np.ones((span | 1, span | 1), np.uint8))
    return cv2.resize(grown, contrast.shape[::-1], interpolation=cv2.INTER_NEAREST)


def paint_over(signal: Gray, structure: Mask, ink: Gray) -> Gray:
    """Paint over lines with the light of the paper beside them.

    Args:
        signal: uint8 (h, w), ink dark on lighter paper.
        structure: uint8 (h, w), 255 for the lines.
        ink: uint8 (h, w), above 0 for the writing, which stays.
    """
    grown = cv2.bitwise_and(cv2.dilate(structure, np.ones((5, 5), np.uint8)), cv2.compare(ink, 0, cv2.CMP_EQ))
    span = 2 * round(float(cv2.distanceTransform(grown, cv2.DIST_L2, 3).max())) + 5
    paper = cv2.compare(cv2.max(grown, cv2.dilate(ink, np.ones((3, 3), np.uint8))), 0, cv2.CMP_EQ)
    size = (2 * span + 1, 2 * span + 1)
    weights = cv2.boxFilter(paper, cv2.CV_32F, size, normalize=False)
    sums = cv2.boxFilter(cv2.bitwise_and(signal, paper), cv2.CV_32F, size, normalize=False)
    light = np.where(
        weights > 0, 255 * sums / np.maximum(weights, 1), cv2.dilate(signal, np.ones((span, span), np.uint8))
    )
    return np.where(grown > 0, light.clip(0, 255), signal).astype(np.uint8)
