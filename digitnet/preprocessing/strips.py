"""Render a line of writing as a strip of fixed height for the string recognizer.

The strip is gray and not black and white: where print or lines lie under the writing, no threshold tells them apart,
but a network that has learned from such paper does.
"""

from __future__ import annotations

import cv2
import numpy as np

from digitnet.types import Gray

STRIP_HEIGHT = 40  # Pixels.
SIDE_MARGIN = 8  # Pixels of empty paper left and right.
_PAPER_WINDOW = 17  # Pixels, wider than any stroke in a strip.
_MIN_SPAN = 28.0  # A weaker contrast, of 255, is not raised to full darkness.
_CORE_QUANTILE = 0.985  # This share of a strip is not darker than the core of its strokes.


def render_strip(gray: Gray) -> Gray:
    """Render a gray picture of one line, dark ink on lighter paper, as a strip.

    The paper becomes 0 and the core of the strokes about 255, whatever the light.

    Args:
        gray: uint8 (h, w) of any size, h and w > 0.

    Returns:
        uint8 (40, v), with 8 pixels of empty paper left and right.
    """
    height, width = gray.shape
    scale = STRIP_HEIGHT / height
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(gray, (max(1, round(width * scale)), STRIP_HEIGHT), interpolation=interpolation)
    contrast = _measure_contrast(small)
    core = float(np.quantile(contrast, _CORE_QUANTILE))
    strip = cv2.convertScaleAbs(contrast, alpha=255 / max(_MIN_SPAN, core))
    return np.pad(strip, ((0, 0), (SIDE_MARGIN, SIDE_MARGIN)))


def _measure_contrast(gray: Gray) -> Gray:
    """Measure how much darker than the paper around it each pixel is, uint8 (h, w)."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_PAPER_WINDOW, _PAPER_WINDOW))
    closed = cv2.morphologyEx(cv2.medianBlur(gray, 3), cv2.MORPH_CLOSE, kernel)
    paper = cv2.GaussianBlur(closed, (0, 0), _PAPER_WINDOW / 4)
    # One is added, so that black paper has no contrast.
    return np.asarray(255 - cv2.divide(cv2.add(gray, 1), cv2.add(paper, 1), scale=255), np.uint8)
