"""Find the sheets of paper on a photo by their light, color and outline.

A sheet is lighter than its ground, or about as light and of another color; its outline has straight sides, and light
or color change sharply along each of them. A shadow is told from a ground by its color, by how dark it is and by its
texture: that of the paper, only fainter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.geometry import get_rim, scale_down
from digitnet.preprocessing.polarity import find_flat_ground
from digitnet.preprocessing.sheet_outlines import Outline, make_outline, trace_outline
from digitnet.types import RGB, Mask

_MAX_SIDE = 320  # A picture is scaled to this longer side in pixels before sheets are searched for.
_MIN_SIDE = 128  # A picture with a shorter side of fewer pixels shows no ground.
_MIN_SMALL_SIDE = 64  # A strip that is narrower then shows no sheet.
_MIN_AREA_RATIO = 0.04  # A sheet covers at least this share of the picture.
_MAX_AREA_RATIO = 0.985  # One that covers more leaves nothing beside it.
_MAX_SHEETS = 12
_MAX_OVERLAP = 0.1  # Of two outlines that share more than this of the smaller one, the sharper is taken.
_MIN_SOLID_RATIO = 0.7  # Ink and holes cover at most the rest of a sheet.
# The ground of a sheet is at most this bright, relative to the sheet. Shadows are brighter than the first, but have no
# outline with three straight sides or more and are smooth, so that the second is enough for such an outline or a weave.
_MAX_SHADE, _MAX_OUTLINED_SHADE = 0.42, 0.75
_MAX_TINTED_SHADE = 1.06  # A ground of another color may be about as bright as the sheet.
_MIN_TINT_LEVELS = 12  # Colors that differ less, in a* or b* of CIELAB, do not divide a picture.
_MIN_TINT = 0.15  # A shadow darkens red, green and blue alike: their shades differ by less than this.
_MIN_SHARP_RATIO = 0.85  # Light changes sharply along at least this share of a sheet's sides.
_DARKEST = 5.0  # Levels below which colors are noise.
_INNER, _OUTER = 2.0, -4.0  # Distances in pixels from a side at which colors are compared, within and beyond it.
_MIN_WEAVE, _MIN_WEAVE_RATIO = 1.5, 2.0  # Levels by which a woven or grained ground varies, and times those of paper.
_WEAVE_PIXELS = 9  # It is measured in squares of this side,
_INNER_WEAVE, _OUTER_WEAVE = 6.0, -8.0  # at these distances from a side.
_LIGHTEST = 250.0  # Levels from which on light may be too strong for the camera, so that no texture is left.
_MIN_GROUND_RATIO = 0.03  # Ground shows along this share of the picture's rim at least.


@dataclass(frozen=True)
class Sheet:
    """A sheet of paper on a picture.

    Attributes:
        outline: float32 (m, 2), the corners of its visible part in pixels of the picture, clockwise.
        corners: float32 (4, 2), its corners from the top left one, clockwise, also where they lie beyond the picture;
            None if too much of it does.
    """

    outline: NDArray[np.float32]
    corners: NDArray[np.float32] | None


def find_sheets(rgb: RGB) -> list[Sheet]:
    """Find the sheets of paper on a picture, uint8 (H, W, 3); none if it shows hardly any ground beside them.

    Returns:
        The sheets in reading order.
    """
    if min(rgb.shape[:2]) < _MIN_SIDE:
        return []
    small = _shrink(rgb)
    if min(small.shape[:2]) < _MIN_SMALL_SIDE or find_flat_ground(small) is not None:
        return []
    smooth = cv2.medianBlur(small, 5)
    if not _shows_ground(smooth):
        return []
    lab, samples = cv2.cvtColor(smooth, cv2.COLOR_RGB2LAB), smooth.astype(np.float32)
    weave = _measure_weave(small, smooth)
    outlines = [outline for mask in _iterate_masks(lab) for outline in _iterate_outlines(mask)]
    outlines = [outline for outline in outlines if outline.area <= _MAX_AREA_RATIO * lab.shape[0] * lab.shape[1]]
    sharp = [_measure_sharpness(samples, weave, outline) for outline in outlines]
    found: list[Outline] = []
    for place in np.argsort(sharp, kind="stable")[::-1]:
        is_new = all(outlines[place].measure_overlap(other) < _MAX_OVERLAP for other in found)
        if is_new and sharp[place] >= _MIN_SHARP_RATIO:
            found.append(outlines[place])
    scale = np.array([rgb.shape[1] / small.shape[1], rgb.shape[0] / small.shape[0]], np.float32)
    sheets = [
        Sheet((each.points + 0.5) * scale, None if each.corners is None else (each.corners + 0.5) * scale)
        for each in found[:_MAX_SHEETS]
    ]
    return sort_sheets(sheets)


def make_sheet(corners: NDArray[np.float32], size: tuple[int, int]) -> Sheet | None:
    """Make a sheet of its four corners, as for `make_outline`; return None if nothing of it lies in the picture."""
    outline = make_outline(corners, size)
    return Sheet(outline.points, outline.corners) if outline else None


def _shrink(rgb: RGB) -> RGB:
    """Scale a picture down; of a large one, most pixels are left out first, which is far faster than their mean."""
    factor = 2 * _MAX_SIDE / max(rgb.shape[:2])
    coarse = rgb if factor >= 1 else cv2.resize(rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_NEAREST)
    return scale_down(np.asarray(coarse, np.uint8), _MAX_SIDE / max(coarse.shape[:2]))


def _shows_ground(rgb: RGB) -> bool:
    """Tell whether the rim of a picture, uint8 (h, w, 3), differs from its lightest pixels as a ground may."""
    rim = get_rim(rgb).astype(np.float32)
    some = rgb[1::4, 1::4].reshape(-1, 3)
    lightest = some[some[:, 1] >= np.percentile(some[:, 1], 80)].mean(axis=0)
    shade, tint = _compare(rim, lightest)
    return bool(((shade < _MAX_OUTLINED_SHADE) | (tint > _MIN_TINT)).mean() > _MIN_GROUND_RATIO)


def _compare(
    colors: NDArray[np.float32], paper: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Compare colors with that of the paper, float32 (n, 3) and (n, 3) or (3,).

    Returns:
        How bright each is relative to the paper, and how much this differs between red, green and blue, float32 (n,).
    """
    shades = (colors + _DARKEST) / (paper + _DARKEST)
    return shades.mean(axis=1), shades.max(axis=1) - shades.min(axis=1)


def _iterate_masks(lab: NDArray[np.uint8]) -> Iterator[Mask]:
    """Yield masks, uint8 (h, w), 255 where sheets may lie: by light first, then by color.

    Args:
        lab: uint8 (h, w, 3), CIELAB.
    """
    light, *tints = cv2.split(lab)
    middle = _split(light.ravel())
    parts = [light[light > middle], light[light <= middle]]
    levels = [middle, *(_split(part) for part in parts if part.size > _MIN_AREA_RATIO * light.size)]
    levels += [(middle + level) // 2 for level in levels[1:]]
    for level in levels:
        yield cv2.compare(light, level, cv2.CMP_GT)
    for tint in tints:
        if np.ptp(tint) < _MIN_TINT_LEVELS:
            continue
        level = _split(tint.ravel())
        yield cv2.compare(tint, level, cv2.CMP_GT)
        yield cv2.compare(tint, level, cv2.CMP_LE)


def _split(values: NDArray[np.uint8]) -> int:
    """Return the level that divides values best into two classes (Otsu 1979)."""
    level, _ = cv2.threshold(np.ascontiguousarray(values).reshape(1, -1), 0, 255, cv2.THRESH_OTSU)
    return int(level)


def _iterate_outlines(mask: Mask) -> Iterator[Outline]:
    """Yield the outlines of the components of a mask that have straight sides, the largest first."""
    opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    contours, _ = cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:_MAX_SHEETS]:
        if cv2.contourArea(contour) < _MIN_AREA_RATIO * mask.size:
            return
        outline = trace_outline(contour, mask.shape)
        if outline and _measure_solidity(opened, outline) >= _MIN_SOLID_RATIO:
            yield outline


def _measure_solidity(mask: Mask, outline: Outline) -> float:
    """Measure the share of an outline's area that a mask covers."""
    return cv2.mean(mask, outline.draw(mask.shape))[0] / 255


def _measure_weave(rgb: RGB, smooth: RGB) -> NDArray[np.float32]:
    """Measure by how many levels a picture varies around each pixel, float32 (h, w, 1).

    Args:
        rgb: uint8 (h, w, 3).
        smooth: the same without its fine texture.
    """
    fine = cv2.absdiff(rgb, smooth).astype(np.float32).mean(axis=2)
    return np.asarray(cv2.blur(fine, (_WEAVE_PIXELS, _WEAVE_PIXELS))[..., None], np.float32)


def _measure_sharpness(rgb: NDArray[np.float32], weave: NDArray[np.float32], outline: Outline) -> float:
    """Measure along which share of the sides of an outline in the picture light or color change sharply, 0 to 1.

    Args:
        rgb: float32 (h, w, 3), 0 to 255.
        weave: float32 (h, w, 1), levels by which the picture varies around each pixel.
    """
    (inner, _), (outer, is_known) = (outline.sample(rgb, distance) for distance in (_INNER, _OUTER))
    if not is_known.any():
        return 0.0
    shade, tint = _compare(outer[is_known], inner[is_known])
    darkest = _MAX_OUTLINED_SHADE if outline.is_free.sum() >= 3 else _MAX_SHADE
    is_dark = (shade < darkest) | ((shade < _MAX_OUTLINED_SHADE) & _is_woven(rgb, weave, outline)[is_known])
    is_sharp = is_dark | ((tint > _MIN_TINT) & (shade < _MAX_TINTED_SHADE))
    return float(is_sharp.mean())


def _is_woven(rgb: NDArray[np.float32], weave: NDArray[np.float32], outline: Outline) -> NDArray[np.bool_]:
    """Tell where along the sides of an outline the picture varies far more beyond it than within, bool (k,).

    Nowhere beside paper that is too light to show its texture: what lies beyond may be the same paper in a shadow.

    Args:
        rgb: float32 (h, w, 3), 0 to 255.
        weave: float32 (h, w, 1), levels by which the picture varies around each pixel.
    """
    (paper, _), (ground, is_known) = (outline.sample(weave, distance) for distance in (_INNER_WEAVE, _OUTER_WEAVE))
    is_woven = (ground >= _MIN_WEAVE) & (ground > _MIN_WEAVE_RATIO * paper)
    is_clear = outline.sample(rgb, _INNER_WEAVE)[0].mean(axis=1) < _LIGHTEST
    return np.asarray(is_woven[:, 0] & is_clear & is_known, np.bool_)


def sort_sheets(sheets: list[Sheet], angle: float = 0.0) -> list[Sheet]:
    """Sort sheets in reading order: those side by side from the left, the others from the top.

    Args:
        angle: degrees by which the picture is turned clockwise to stand upright.
    """
    turned = [turn_points(sheet.outline, angle) for sheet in sheets]
    left = sorted(range(len(sheets)), key=lambda place: float(turned[place][:, 1].mean()))
    ordered: list[Sheet] = []
    while left:
        bottom = turned[left[0]][:, 1].max()
        beside = [place for place in left if turned[place][:, 1].mean() < bottom]
        ordered += [sheets[place] for place in sorted(beside, key=lambda place: float(turned[place][:, 0].mean()))]
        left = [place for place in left if place not in beside]
    return ordered


def turn_points(points: NDArray[np.float32], angle: float) -> NDArray[np.float32]:
    """Turn points, float32 (n, 2), clockwise about the origin by so many degrees."""
    cosine, sine = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return np.asarray(points @ np.array([[cosine, sine], [-sine, cosine]]), np.float32)
