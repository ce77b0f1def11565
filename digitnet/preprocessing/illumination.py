"""Even out the light of a photo: shadows, vignettes and gray paper."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from digitnet.types import Gray, Mask

_TABLE = 0.33  # contrast, 0 to 1, from which on what is broad and runs into the rim is not paper
_FEWEST_LEVELS = 8.0  # of gray that ink differs from paper; JPEG flattens noise, so that it seems less


def suppress_fine_noise(signal: Gray, width: float) -> Gray:
    """Return the picture without noise that is much finer than the pen."""
    return cv2.GaussianBlur(signal, (0, 0), width / 10) if width > 6 else signal


class PaperContrast(NamedTuple):
    """A picture without its light, uint8 (h, w).

    Attributes:
        contrast: how much darker than the paper each pixel is, 255 being black on any paper.
        levels: the same in gray levels of the picture as it was taken.
        noise_floor: the levels by which noise differs from paper.
    """

    contrast: Gray
    levels: Gray
    noise_floor: float


def even_out(gray: Gray, window: float) -> PaperContrast:
    """Even out the light of a gray picture, uint8 (h, w); `window` is in pixels."""
    paper = estimate_paper_light(gray, window)
    levels = cv2.subtract(paper, cv2.GaussianBlur(gray, (3, 3), 0))
    return PaperContrast(divide_by_paper(gray, paper), levels, estimate_noise_floor(gray))


def estimate_paper_light(gray: Gray, window: float) -> Gray:
    """Return how bright the paper is at each pixel, uint8 (h, w).

    Where light ends at a sharp edge, the darker side's stands a little over the edge: too little ink
    there is better than a shadow's edge taken for a stroke.

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
    smooth = cv2.GaussianBlur(closed, (0, 0), span / 4)
    paper = cv2.min(smooth, cv2.erode(closed, np.ones((3, 3), np.uint8)))
    return cv2.resize(paper, gray.shape[::-1], interpolation=cv2.INTER_LINEAR)


def divide_by_paper(gray: Gray, paper: Gray) -> Gray:
    """Return how much darker each pixel is than the paper, 255 being black on any paper.

    Args:
        gray: uint8 (h, w), ink dark.
        paper: uint8 (h, w), the paper's brightness.
    """
    return 255 - cv2.divide(gray, paper, scale=255)


def estimate_noise_floor(gray: Gray) -> float:
    """Return by how many levels grain and the sensor's noise make paper darker, at the most.

    Most of a picture is paper without strokes, edges and lines: there, what is left when the picture's own
    blur is taken away is noise.
    """
    bands = range(0, gray.shape[0], 32 * max(1, gray.size // 500_000))
    part = np.concatenate([gray[top : top + 32] for top in bands])
    fine = cv2.GaussianBlur(part, (3, 3), 0).astype(np.float32)
    rest = np.abs(fine - cv2.blur(fine, (9, 9)))[1::2, 1::3].ravel()
    if not rest.size:
        return _FEWEST_LEVELS
    quarter, half = np.partition(rest, (rest.size // 4, rest.size // 2))[[rest.size // 4, rest.size // 2]]
    return max(_FEWEST_LEVELS, 6 * float(quarter) / 0.32, 3 * float(half) / 0.67)


def find_table(contrast: Gray, width: float) -> Mask:
    """Return as 255 where something dark and far thicker than the pen reaches in from the rim: a table."""
    thickest = max(4 * width, 0.015 * max(contrast.shape))
    factor = min(1.0, 500 / max(contrast.shape), 15 / thickest)
    size = tuple(max(1, round(side * factor)) for side in reversed(contrast.shape))
    small = cv2.resize(contrast, size, interpolation=cv2.INTER_AREA)
    dark = cv2.compare(small, _TABLE * 255, cv2.CMP_GT)
    span = max(3, round(thickest * factor))
    framed = cv2.copyMakeBorder(dark, span, span, span, span, cv2.BORDER_REPLICATE)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (span, span))
    thick = cv2.morphologyEx(framed, cv2.MORPH_OPEN, kernel)
    _, labels = cv2.connectedComponents(thick, connectivity=8)
    rim = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    table = np.isin(labels, rim[rim > 0])[span:-span, span:-span].astype(np.uint8) * 255
    grown = cv2.dilate(table, np.ones((span | 1, span | 1), np.uint8))
    return cv2.resize(grown, contrast.shape[::-1], interpolation=cv2.INTER_NEAREST)
