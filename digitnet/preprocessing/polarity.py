"""Tell whether ink is darker or lighter than its ground."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.types import RGB, Gray, Mask

_DARKEST_PAPER = 80  # of gray; what is darker, with hardly anything to be seen on it, is a board


def find_flat_ground(rgb: RGB) -> NDArray[np.uint8] | None:
    """Return the one color (3,) of the ground of what was drawn by a program, None for photos and scans.

    That color runs along all four sides and fills more than half of the picture.
    """
    ground = rgb[0, 0]
    sides = (rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1])
    if min(float((side == ground).all(axis=1).mean()) for side in sides) < 0.99:
        return None
    inked = cv2.countNonZero(measure_color_distance(rgb, ground))
    return ground if inked < 0.5 * rgb.shape[0] * rgb.shape[1] else None


def measure_color_distance(rgb: RGB, color: NDArray[np.uint8]) -> Gray:
    """Return how far each pixel is from a color in the channel where it is farthest, uint8 (h, w)."""
    apart = cv2.absdiff(rgb, (*map(float, color), 0.0))
    red, green, blue = cv2.split(apart)
    return cv2.max(cv2.max(red, green), blue)


def is_dark_on_light(gray: Gray) -> bool:
    """Return whether ink is darker than its ground.

    The ground is what runs along the picture's rim, or fills most of it, without a sharp edge between:
    light and vignettes change it slowly. What stands out from it says which way round the picture is, where
    that does not run into the rim like a table beside the paper, unless nothing else does.
    """
    factor = min(1.0, 160 / max(gray.shape))
    size = tuple(max(1, round(side * factor)) for side in reversed(gray.shape))
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    ground = _ground(small)
    level = _level_beside(small, ground)
    apart = remove_rim_components(np.where(ground, 0, 255).astype(np.uint8)) > 0
    off = small[apart] - level[apart]
    evidence = off**3
    if not off.size or np.percentile(np.abs(off), 90) < 12 or abs(evidence.sum()) < 0.3 * np.abs(evidence).sum():
        return bool(np.median(small) >= _DARKEST_PAPER)  # pencil on paper, chalk on a board, or nothing at all
    return float(evidence.sum()) <= 0


def _ground(small: Gray) -> NDArray[np.bool_]:
    """Return where the ground of a small picture is, sharp edges left out."""
    edges = cv2.morphologyEx(cv2.GaussianBlur(small, (3, 3), 0), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    usual, strong, strongest = np.percentile(edges, (50, 98, 99.5))
    sharp = max(0.4 * strong, min(3 * usual, 0.6 * strongest), 4.0)
    count, labels, stats, _ = cv2.connectedComponentsWithStats((edges <= sharp).astype(np.uint8), connectivity=4)
    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    along = np.bincount(rim, minlength=count) > 0.12 * rim.size
    chosen = along | (stats[:, cv2.CC_STAT_AREA] > 0.4 * small.size)
    chosen[0] = False
    return chosen[labels]


def _level_beside(small: Gray, ground: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the brightness of the ground, carried on over what stands on it."""
    weight = ground.astype(np.float32)
    bright = small * weight
    near = [cv2.GaussianBlur(part, (0, 0), 4) for part in (bright, weight)]
    far = [cv2.blur(cv2.blur(part, (61, 61)), (61, 61)) for part in (bright, weight)]
    level: NDArray[np.float32] = (near[0] + 0.02 * far[0]) / (near[1] + 0.02 * far[1] + 1e-6)
    return level


def remove_rim_components(mask: Mask) -> Mask:
    """Return `mask` without the pieces that touch the picture's rim, or as it is if there are no others."""
    if not any(side.any() for side in (mask[0], mask[-1], mask[:, 0], mask[:, -1])):
        return mask
    count, labels = cv2.connectedComponents(mask, connectivity=8)
    inner = np.full(count, 255, np.uint8)
    inner[np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])] = 0
    inner[0] = 0
    kept = inner[labels]
    return kept if np.count_nonzero(kept) > 0.0002 * mask.size else mask
