"""Find the ink of a picture among shadows, noise and the printed lines of the paper.

Strokes are thin, whatever is written. So the light of the paper is found by closing the picture over a window that is
a few times as wide as the pen; then shadows, and digits as large as the picture, are not mistaken for each other. A
first, coarse pass measures the width of the pen.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.geometry import scale_down
from digitnet.preprocessing.illumination import PaperContrast, even_out, find_table, paint_over, suppress_fine_noise
from digitnet.preprocessing.images import rgb_to_gray
from digitnet.preprocessing.polarity import (
    find_flat_ground,
    is_dark_on_light,
    measure_color_distance,
    remove_rim_components,
)
from digitnet.preprocessing.ruled_lines import RuledLines, erase_lines, find_ruled_lines
from digitnet.types import RGB, Boxes, Gray, Mask

# Larger pictures are scaled down to this longer side.
MAX_SIDE_PIXELS = 2000
# A stroke has at least this contrast, of 255.
_MIN_INK_CONTRAST = 20.0
# Strokes are followed down to the first share of the ink's typical contrast, printed lines down to the second.
_MIN_STROKE_CONTRAST_RATIO, _MIN_LINE_CONTRAST_RATIO = 0.25, 0.12


@dataclass(frozen=True)
class Ink:
    """The ink of a picture; all arrays have the picture's size times `scale`.

    Attributes:
        gray: uint8 (h, w), luminance.
        contrast: uint8 (h, w), how much darker than the paper each pixel is (lighter, on a dark ground), 0 to 255.
        map: uint8 (h, w), the ink, soft-edged, 255 on 0.
        pen_width: typical width of a stroke in pixels of these arrays, 0 without ink.
        dark_on_light: whether the ink is darker than its ground.
        scale: pixels of these arrays per pixel of the picture, at most 1 except for low-resolution pictures.
        lines_removed: whether printed lines of the paper were taken out.
        is_drawn: whether the picture is a drawing on a ground of one color.
        structure: uint8 (h, w), 255 where lines around the writing, or writing that is struck out, were taken out of
            the map; None if nothing was.
        lines: int32 (k, 4), the ends x0 y0 x1 y1 of these lines.
        ruled: int32 (k, 4), the ends of the printed lines that were taken out.
        struck_out: int32 (k, 4), boxes of the writing that is struck out.
    """

    gray: Gray
    contrast: Gray
    map: Gray
    pen_width: float
    dark_on_light: bool
    scale: float
    lines_removed: bool = False
    is_drawn: bool = False
    structure: Mask | None = None
    lines: Boxes = field(default_factory=lambda: np.empty((0, 4), np.int32))
    ruled: Boxes = field(default_factory=lambda: np.empty((0, 4), np.int32))
    struck_out: Boxes = field(default_factory=lambda: np.empty((0, 4), np.int32))

    @cached_property
    def signal(self) -> Gray:
        """The writing as dark on lighter paper, with all that is printed there but the structure, uint8 (h, w)."""
        signal = 255 - self.contrast if self.is_drawn else self.gray if self.dark_on_light else 255 - self.gray
        return signal if self.structure is None else paint_over(signal, self.structure, self.map)


def find_ink(rgb: RGB, dark_on_light: bool | None = None, lines: bool | None = None) -> Ink:
    """Find the ink of an upright picture.

    Args:
        rgb: uint8 (H, W, 3).
        dark_on_light: whether the ink is darker than its ground; None detects it.
        lines: True looks for printed lines with less caution, False keeps all lines; None detects them.
    """
    small, scale = _shrink(rgb)
    ground = None if lines else find_flat_ground(small)
    if ground is not None:
        return _find_drawn_ink(small, ground, dark_on_light, scale)
    gray = rgb_to_gray(small)
    dark = is_dark_on_light(gray) if dark_on_light is None else dark_on_light
    signal = gray if dark else 255 - gray
    max_window = max(15.0, 0.4 * min(gray.shape))
    coarse = even_out(signal, max_window)
    found = None if lines is False else _find_lines(coarse, sure=lines is True)
    writing = remove_rim_components(threshold(_remove_lines(coarse, found)))
    width = measure_stroke_width(writing)
    if not width:
        return Ink(gray, coarse.contrast, writing, width, dark, scale, found is not None)
    is_broad = 6 * width > 0.4 * max(gray.shape)  # The light of a lens falls off within so wide a window.
    window = min(max_window, max(6 * width, 15.0))
    fine = even_out(suppress_fine_noise(signal, width), window, coarse.contrast if is_broad else None)
    if found:
        found = found.merge(_find_lines(fine, writing, lines is True))
        fine = _remove_lines(fine, found, writing)
    mask = threshold(fine, writing) & ~find_table(coarse.contrast, width)
    width = measure_stroke_width(remove_rim_components(mask)) or width
    ink = Ink(gray, fine.contrast, soften(fine.contrast, mask, width), width, dark, scale, found is not None)
    return replace(ink, ruled=np.concatenate([found.across_ends, found.down_ends])) if found else ink


def _find_drawn_ink(rgb: RGB, ground: NDArray[np.uint8], dark_on_light: bool | None, scale: float) -> Ink:
    """Find the ink of a drawing on a ground of one color.

    All other colors are ink, and soft edges stay as they are.

    Args:
        rgb: uint8 (H, W, 3).
        ground: uint8 (3,), the color of the ground.
        dark_on_light: as for `find_ink`.
        scale: pixels of `rgb` per pixel of the picture.
    """
    gray = rgb_to_gray(rgb)
    level = int(rgb_to_gray(ground[None, None])[0, 0])
    if dark_on_light is None:
        contrast = measure_color_distance(rgb, ground)
    else:
        even = np.full_like(gray, level)
        contrast = cv2.subtract(even, gray) if dark_on_light else cv2.subtract(gray, even)
    strongest = float(contrast.max())
    _, mask = cv2.threshold(contrast, max(_MIN_INK_CONTRAST / 2, 0.3 * strongest), 255, cv2.THRESH_BINARY)
    width = measure_stroke_width(mask)
    dark = level >= (cv2.mean(gray, mask)[0] if width else 128) if dark_on_light is None else dark_on_light
    span = max(3, round(width) | 1)
    core = cv2.dilate(contrast, np.ones((span, span), np.uint8))
    grown = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    soft = cv2.divide(cv2.bitwise_and(contrast, grown), core, scale=255)
    return Ink(gray, contrast, soft, width, dark, scale, is_drawn=True)


def _find_lines(page: PaperContrast, writing: Mask | None = None, sure: bool = False) -> RuledLines | None:
    """Find the printed lines of a page, or return None if it has none.

    The noise floor is halved, because the faint lines of squared paper look like noise.

    Args:
        page: the contrast of the picture.
        writing: as for `threshold`.
        sure: the user said that there are lines.
    """
    faint = page._replace(noise_floor=page.noise_floor / 2)
    return find_ruled_lines(page.contrast, threshold(faint, writing, _MIN_LINE_CONTRAST_RATIO), sure)


def _remove_lines(page: PaperContrast, lines: RuledLines | None, writing: Mask | None = None) -> PaperContrast:
    """Erase printed lines from the contrast of a page."""
    if lines is None:
        return page
    mask = threshold(page, writing, _MIN_LINE_CONTRAST_RATIO)
    return page._replace(contrast=erase_lines(page.contrast, mask, lines))


def _shrink(rgb: RGB) -> tuple[RGB, float]:
    """Scale a picture down to `MAX_SIDE_PIXELS`; return it and the factor, 1 or less."""
    scale = min(1.0, MAX_SIDE_PIXELS / max(rgb.shape[:2]))
    return scale_down(rgb, scale), scale


def threshold(
    page: PaperContrast, writing: Mask | None = None, min_contrast_ratio: float = _MIN_STROKE_CONTRAST_RATIO
) -> Mask:
    """Return the ink of an evenly lit picture as a mask, uint8 (h, w), 255 on 0.

    Args:
        page: the contrast of the picture.
        writing: uint8 (h, w), above 0 where ink was found before. The typical contrast is measured there, and not on a
            table beside the paper.
        min_contrast_ratio: share (0 to 1) of the ink's typical contrast down to which a stroke is followed.
    """
    blurred = cv2.GaussianBlur(page.contrast, (3, 3), 0)
    blurred = cv2.bitwise_and(blurred, cv2.compare(page.levels, 0.6 * page.noise_floor, cv2.CMP_GT))
    histogram = cv2.calcHist([blurred], [0], writing, [256], [0, 256]).ravel()
    typical = find_ink_contrast(histogram, _MIN_INK_CONTRAST)
    if typical < _MIN_INK_CONTRAST:
        return np.zeros_like(page.contrast)
    high = max(_MIN_INK_CONTRAST, 1.8 * min_contrast_ratio * typical)
    low = max(_MIN_INK_CONTRAST, min_contrast_ratio * typical)
    weak, strong = cv2.compare(blurred, low, cv2.CMP_GT), cv2.compare(blurred, high, cv2.CMP_GT)
    return apply_hysteresis(weak, cv2.bitwise_and(strong, cv2.compare(page.levels, page.noise_floor, cv2.CMP_GT)))


def find_ink_contrast(histogram: NDArray[Any], floor: float) -> float:
    """Find the typical contrast of the ink's core, or 0 without ink.

    Args:
        histogram: (256,), the number of pixels with each contrast.
        floor: contrast up to which pixels are no ink.
    """
    weights = histogram * np.arange(256.0)
    weights[: int(floor) + 1] = 0
    return find_weighted_quantile(weights, 0.7) if weights.any() else 0


def find_weighted_quantile(weights: NDArray[Any], share: float) -> int:
    """Return the first index up to which `share` (0 to 1) of the weights (n,) lie."""
    total = np.cumsum(weights)
    return int(np.searchsorted(total, share * total[-1]))


def apply_hysteresis(weak: Mask, strong: Mask) -> Mask:
    """Keep the components of `weak` that touch `strong`, uint8 (h, w), 255 on 0 (Canny 1986)."""
    count, labels = cv2.connectedComponents(weak, connectivity=8)
    kept = np.zeros(count, np.uint8)
    kept[labels[strong > 0]] = 255
    if kept[1:].all():  # As in most scans: there is no noise to remove.
        return weak
    kept[0] = 0
    return kept[labels]


def soften(contrast: Gray, mask: Mask, width: float) -> Gray:
    """Give a mask soft edges, uint8 (h, w).

    A pixel is half ink if its contrast is half that of the stroke's core.

    Args:
        contrast: uint8 (h, w).
        mask: uint8 (h, w), the ink as 255 on 0.
        width: typical width of a stroke in pixels.
    """
    span = max(3, round(width) | 1)
    inked = cv2.bitwise_and(contrast, mask)
    core = cv2.blur(cv2.dilate(inked, np.ones((span, span), np.uint8)), (span, span))
    share = cv2.divide(inked, core, scale=255)
    return cv2.convertScaleAbs(np.maximum(share, 64) - 64, alpha=2.0)


def measure_stroke_width(mask: Mask) -> float:
    """Measure the typical width in pixels of the strokes of a mask, uint8 (h, w), 0 without ink.

    It is twice the median depth of the ink along the strokes' middle lines.
    """
    x, y, width, height = cv2.boundingRect(mask)
    if not width:
        return 0.0
    inked = np.ascontiguousarray(mask[max(0, y - 1) : y + height + 1, max(0, x - 1) : x + width + 1])
    # In a picture that is all ink the depth is infinite.
    depth = np.minimum(cv2.distanceTransform(inked, cv2.DIST_L2, 3), max(inked.shape))
    ridge = cv2.compare(depth, cv2.dilate(depth, np.ones((3, 3), np.uint8)), cv2.CMP_GE)
    return float(2 * np.median(depth[cv2.bitwise_and(ridge, inked) > 0]) - 0.5)
