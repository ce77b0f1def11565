"""From a picture to its ink: polarity, light, noise, lines of the paper.

Strokes are thin, whatever is written: the light of the paper is found by closing the picture over a
window that is somewhat wider than the pen, so that neither shadows nor digits as large as the picture
are mistaken for each other. How wide the pen is comes from a first, coarse look.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.images import rgb_to_gray
from digitnet.lines import Lines, erase_lines, page_lines
from digitnet.types import RGB, Gray, Mask

LONGEST = 2000  # pixels of the longer side that are worked on
_LINES = 0.12  # part of the ink's contrast that printed lines have at least
_DARKEST_PAPER = 80  # of gray; what is darker, with hardly anything to be seen on it, is a board
_TABLE = 0.33  # contrast, 0 to 1, from which on what is broad and runs into the rim is not paper
_FEWEST_LEVELS = 8.0  # of gray that ink differs from paper; JPEG flattens noise, so that it seems less
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
    ground = None if lines else flat_ground(small)
    if ground is not None:
        return _drawn_ink(small, ground, dark_on_light, scale)
    gray = rgb_to_gray(small)
    dark = is_dark_on_light(gray) if dark_on_light is None else dark_on_light
    signal = gray if dark else 255 - gray
    widest = max(15.0, 0.4 * min(gray.shape))
    first = _evened(signal, widest)
    found = None if lines is False else _lines(first, sure=lines is True)
    writing = without_rim(threshold(_unlined(first, found)))
    width = stroke_width(writing)
    if not width:
        return Ink(gray, first.contrast, writing, width, dark, scale, found is not None)
    even = _evened(_calmed(signal, width), min(widest, max(6 * width, 15.0)))
    if found:
        even = _unlined(even, found.joined(_lines(even, writing, lines is True)), writing)
    mask = threshold(even, writing) & ~beyond_paper(first.contrast, width)
    width = stroke_width(without_rim(mask)) or width
    return Ink(gray, even.contrast, soften(even.contrast, mask, width), width, dark, scale, found is not None)


def _calmed(signal: Gray, width: float) -> Gray:
    """Return the picture without noise that is much finer than the pen."""
    return cv2.GaussianBlur(signal, (0, 0), width / 10) if width > 6 else signal


def flat_ground(rgb: RGB) -> NDArray[np.uint8] | None:
    """Return the one color (3,) of the ground of what was drawn by a program, None for photos and scans.

    That color runs along all four sides and fills more than half of the picture.
    """
    ground = rgb[0, 0]
    sides = (rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1])
    if min(float((side == ground).all(axis=1).mean()) for side in sides) < 0.99:
        return None
    inked = cv2.countNonZero(_color_distance(rgb, ground))
    return ground if inked < 0.5 * rgb.shape[0] * rgb.shape[1] else None


def _drawn_ink(rgb: RGB, ground: NDArray[np.uint8], dark_on_light: bool | None, scale: float) -> Ink:
    """Return the ink of a drawing on a ground of one color: whatever has another, soft edges as they are."""
    gray = rgb_to_gray(rgb)
    level = int(rgb_to_gray(ground[None, None])[0, 0])
    if dark_on_light is None:
        contrast = _color_distance(rgb, ground)
    else:
        even = np.full_like(gray, level)
        contrast = cv2.subtract(even, gray) if dark_on_light else cv2.subtract(gray, even)
    strongest = float(contrast.max())
    _, mask = cv2.threshold(contrast, max(_FAINTEST / 2, 0.3 * strongest), 255, cv2.THRESH_BINARY)
    width = stroke_width(mask)
    dark = level >= (cv2.mean(gray, mask)[0] if width else 128) if dark_on_light is None else dark_on_light
    span = max(3, round(width) | 1)
    core = cv2.dilate(contrast, np.ones((span, span), np.uint8))
    whole = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    return Ink(gray, contrast, cv2.divide(cv2.bitwise_and(contrast, whole), core, scale=255), width, dark, scale)


def _color_distance(rgb: RGB, color: NDArray[np.uint8]) -> Gray:
    """Return how far each pixel is from a color in the channel where it is farthest, uint8 (h, w)."""
    apart = cv2.absdiff(rgb, (*map(float, color), 0.0))
    red, green, blue = cv2.split(apart)
    return cv2.max(cv2.max(red, green), blue)


class Evened(NamedTuple):
    """A picture without its light, uint8 (h, w).

    Attributes:
        contrast: how much darker than the paper each pixel is, 255 being black on any paper.
        levels: the same in gray levels of the picture as it was taken.
        floor: the levels by which noise differs from paper.
    """

    contrast: Gray
    levels: Gray
    floor: float


def _evened(gray: Gray, window: float) -> Evened:
    paper = paper_light(gray, window)
    levels = cv2.subtract(paper, cv2.GaussianBlur(gray, (3, 3), 0))
    return Evened(even_light(gray, paper), levels, noise_floor(gray))


def _lines(page: Evened, writing: Mask | None = None, sure: bool = False) -> Lines | None:
    """Return the printed lines; fine squares make up half of what seems to be noise."""
    faint = page._replace(floor=page.floor / 2)
    return page_lines(page.contrast, threshold(faint, writing, faintest=_LINES), sure)


def _unlined(page: Evened, lines: Lines | None, writing: Mask | None = None) -> Evened:
    if lines is None:
        return page
    mask = threshold(page, writing, faintest=_LINES)
    return page._replace(contrast=erase_lines(page.contrast, mask, lines))


def _shrunk(rgb: RGB) -> tuple[RGB, float]:
    scale = min(1.0, LONGEST / max(rgb.shape[:2]))
    if scale == 1.0:
        return rgb, scale
    height, width = (max(1, round(side * scale)) for side in rgb.shape[:2])
    return cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA), scale


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
    apart = without_rim(np.where(ground, 0, 255).astype(np.uint8)) > 0
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


def paper_light(gray: Gray, window: float) -> Gray:
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


def even_light(gray: Gray, paper: Gray) -> Gray:
    """Return how much darker each pixel is than the paper, 255 being black on any paper.

    Args:
        gray: uint8 (h, w), ink dark.
        paper: uint8 (h, w), the paper's brightness.
    """
    return 255 - cv2.divide(gray, paper, scale=255)


def noise_floor(gray: Gray) -> float:
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


def threshold(page: Evened, writing: Mask | None = None, faintest: float = 0.25) -> Mask:
    """Return the ink of an evened picture as 255 on 0.

    Args:
        page: the evened picture.
        writing: uint8 (h, w), where ink was seen before; its contrast is then the ink's, not that of a
            table beside the paper.
        faintest: part of the ink's typical contrast (0 to 1) down to which a stroke is followed.
    """
    blurred = cv2.GaussianBlur(page.contrast, (3, 3), 0)
    blurred = cv2.bitwise_and(blurred, cv2.compare(page.levels, 0.6 * page.floor, cv2.CMP_GT))
    histogram = cv2.calcHist([blurred], [0], writing, [256], [0, 256]).ravel()
    level = ink_level(histogram, _FAINTEST)
    if level < _FAINTEST:
        return np.zeros_like(page.contrast)
    high = max(_FAINTEST, 1.8 * faintest * level)
    low = max(_FAINTEST, faintest * level)
    weak, strong = cv2.compare(blurred, low, cv2.CMP_GT), cv2.compare(blurred, high, cv2.CMP_GT)
    return hysteresis(weak, cv2.bitwise_and(strong, cv2.compare(page.levels, page.floor, cv2.CMP_GT)))


def without_rim(mask: Mask) -> Mask:
    """Return `mask` without the pieces that touch the picture's rim, or as it is if there are no others."""
    if not any(side.any() for side in (mask[0], mask[-1], mask[:, 0], mask[:, -1])):
        return mask
    count, labels = cv2.connectedComponents(mask, connectivity=8)
    inner = np.full(count, 255, np.uint8)
    inner[np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])] = 0
    inner[0] = 0
    kept = inner[labels]
    return kept if np.count_nonzero(kept) > 0.0002 * mask.size else mask


def ink_level(histogram: NDArray[Any], floor: float) -> float:
    """Return the typical contrast of the ink's core from counts (256,) of contrasts, 0 without ink."""
    weights = histogram * np.arange(256.0)
    weights[: int(floor) + 1] = 0
    return weighted_quantile(weights, 0.7) if weights.any() else 0


def weighted_quantile(weights: NDArray[Any], share: float) -> int:
    """Return the first index up to which `share` (0 to 1) of the weights lie."""
    total = np.cumsum(weights)
    return int(np.searchsorted(total, share * total[-1]))


def hysteresis(weak: Mask, strong: Mask) -> Mask:
    """Return the pieces of `weak` that hold something `strong` (Canny 1986), 255 on 0."""
    count, labels = cv2.connectedComponents(weak, connectivity=8)
    kept = np.zeros(count, np.uint8)
    kept[labels[strong > 0]] = 255
    kept[0] = 0
    return kept[labels]


def beyond_paper(contrast: Gray, width: float) -> Mask:
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


def soften(contrast: Gray, mask: Mask, width: float) -> Gray:
    """Return `mask` with soft edges: half ink where the contrast is half that of the stroke's core."""
    span = max(3, round(width) | 1)
    inked = cv2.bitwise_and(contrast, mask)
    core = cv2.blur(cv2.dilate(inked, np.ones((span, span), np.uint8)), (span, span))
    share = cv2.divide(inked, core, scale=255)
    return cv2.convertScaleAbs(np.maximum(share, 64) - 64, alpha=2.0)


def stroke_width(mask: Mask) -> float:
    """Return the typical width of the strokes of `mask` in pixels, 0 without ink."""
    x, y, width, height = cv2.boundingRect(mask)
    if not width:
        return 0.0
    inked = np.ascontiguousarray(mask[max(0, y - 1) : y + height + 1, max(0, x - 1) : x + width + 1])
    depth = np.minimum(cv2.distanceTransform(inked, cv2.DIST_L2, 3), max(inked.shape))  # all ink has no end
    ridge = cv2.compare(depth, cv2.dilate(depth, np.ones((3, 3), np.uint8)), cv2.CMP_GE)
    return float(2 * np.median(depth[cv2.bitwise_and(ridge, inked) > 0]) - 0.5)
