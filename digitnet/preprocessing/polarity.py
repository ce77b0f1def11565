"""Tell whether ink is darker or lighter than its ground."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.geometry import get_rim, scale_down
from digitnet.types import RGB, Gray, Mask

# A darker picture without visible ink is a board, not paper.
_MIN_PAPER_LEVEL = 80
_MAX_WORKING_SIDE = 160  # A picture is scaled to this longer side in pixels before its ground is searched for.
# The least share of a drawing's sides that shows its ground, and the greatest share of all pixels that does not.
_MIN_FLAT_SIDE_RATIO, _MAX_INKED_RATIO = 0.99, 0.5
_DIM = 16.0  # Levels below which noise drowns edges.
# The logarithm of each level, 0 to 255.
_LOG_LEVELS = (255 * np.log1p(np.arange(256) / _DIM) / np.log1p(255 / _DIM)).round().astype(np.uint8)
# If components away from the rim have no more than this share of the picture's pixels, all components are kept.
_MIN_INNER_RATIO = 0.0002


def find_flat_ground(rgb: RGB) -> NDArray[np.uint8] | None:
    """Return the ground color, uint8 (3,), of a digital drawing, or None for photos and scans.

    That color runs along all four sides of the picture, uint8 (H, W, 3), and fills more than half of it.
    """
    ground = rgb[0, 0]
    sides = rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]
    if min(float((side == ground).all(axis=1).mean()) for side in sides) < _MIN_FLAT_SIDE_RATIO:
        return None
    inked = cv2.countNonZero(measure_color_distance(rgb, ground))
    return ground if inked < _MAX_INKED_RATIO * rgb.shape[0] * rgb.shape[1] else None


def measure_color_distance(rgb: RGB, color: NDArray[np.uint8]) -> Gray:
    """Measure the largest difference of each pixel's channels from a color, uint8 (H, W)."""
    apart = cv2.absdiff(rgb, (*map(float, color), 0.0))
    red, green, blue = cv2.split(apart)
    return cv2.max(cv2.max(red, green), blue)


def is_dark_on_light(gray: Gray) -> bool:
    """Tell whether the ink of a gray picture, uint8 (h, w), is darker than its ground.

    The ground runs along the picture's rim, or fills most of it, without a sharp edge between: light and vignettes
    change it slowly. Ink that stands out from the ground decides. Ink that runs into the rim, like a table beside the
    paper, counts only if there is no other.
    """
    small = scale_down(gray, _MAX_WORKING_SIDE / max(gray.shape))
    ground = _find_ground(small)
    level = _extend_ground_level(small, ground)
    inked = remove_rim_components(np.where(ground, 0, 255).astype(np.uint8)) > 0
    off = small[inked] - level[inked]
    evidence = off**3
    if not off.size or np.percentile(np.abs(off), 90) < 12 or abs(evidence.sum()) < 0.3 * np.abs(evidence).sum():
        # There is pencil on paper, chalk on a board, or nothing at all.
        return bool(np.median(small) >= _MIN_PAPER_LEVEL)
    return float(evidence.sum()) <= 0


def _find_ground(small: Gray) -> NDArray[np.bool_]:
    """Find the ground of a small picture, bool (h, w), without its sharp edges.

    Edges are those of the light's logarithm: where a lens darkens the rim, ink does not open to the ground.
    """
    even = cv2.LUT(small, _LOG_LEVELS)
    edges = cv2.morphologyEx(cv2.GaussianBlur(even, (3, 3), 0), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    usual, strong, strongest = np.percentile(edges, (50, 98, 99.5))
    sharp = max(0.4 * strong, min(3 * usual, 0.6 * strongest), 4.0)
    count, labels, stats, _ = cv2.connectedComponentsWithStats((edges <= sharp).astype(np.uint8), connectivity=4)
    rim = get_rim(labels)
    along = np.bincount(rim, minlength=count) > 0.12 * rim.size
    chosen = along | (stats[:, cv2.CC_STAT_AREA] > 0.4 * small.size)
    chosen[0] = False
    return chosen[labels]


def _extend_ground_level(small: Gray, ground: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Extend the brightness of the ground, bool (h, w), over the ink on it, float32 (h, w)."""
    weight = ground.astype(np.float32)
    bright = small * weight
    near = [cv2.GaussianBlur(part, (0, 0), 4) for part in (bright, weight)]
    far = [cv2.blur(cv2.blur(part, (61, 61)), (61, 61)) for part in (bright, weight)]
    level: NDArray[np.float32] = (near[0] + 0.02 * far[0]) / (near[1] + 0.02 * far[1] + 1e-6)
    return level


def remove_rim_components(mask: Mask) -> Mask:
    """Remove the components of a mask, uint8 (h, w), that touch the picture's rim.

    The mask stays as it is if there are hardly any others.
    """
    if not get_rim(mask).any():
        return mask
    count, labels = cv2.connectedComponents(mask, connectivity=8)
    inner = np.full(count, 255, np.uint8)
    inner[get_rim(labels)] = 0
    inner[0] = 0
    kept = inner[labels]
    return kept if np.count_nonzero(kept) > _MIN_INNER_RATIO * mask.size else mask
