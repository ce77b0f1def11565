"""Cut sheets of paper out of a picture and stand them straight."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.geometry import scale_down
from digitnet.preprocessing.sheets import Sheet
from digitnet.types import RGB, Mask

_MAX_SKEW = 0.01  # Corners this near to those of an upright box, as a share of its longer side, need no warp.
_MAX_WORKING_SIDE = 160  # The color of the paper is spread on a picture of this longer side in pixels.
_MIN_COVER = 0.998  # A sheet that covers this share of its view needs no filling.
_FAR_WEIGHT = 0.02  # Weight of colors far away, beside those near a place.

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class View:
    """A part of a picture that was stood straight.

    Attributes:
        image: uint8 (h, w, 3).
        matrix: float64 (3, 3), the homography from pixels of `image` to pixels of the picture.
    """

    image: RGB
    matrix: Matrix


def make_translation(right: float, down: float) -> Matrix:
    """Return the homography, float64 (3, 3), that moves points by so many pixels."""
    return np.array([[1.0, 0.0, right], [0.0, 1.0, down], [0.0, 0.0, 1.0]])


def cut_out_sheet(rgb: RGB, sheet: Sheet, max_side: float) -> View:
    """Cut a sheet out of a picture, uint8 (H, W, 3), and stand it straight.

    What lies beside the sheet is filled with the color of its paper.

    Args:
        max_side: a larger sheet is scaled down to this longer side in pixels.
    """
    if sheet.corners is None or _is_upright(sheet.corners):
        view = _crop(rgb, sheet.outline, max_side)
    else:
        view = _warp(rgb, sheet.corners, max_side)
    return View(fill_outside(view.image, _draw_outline(sheet.outline, view)), view.matrix)


def _crop(rgb: RGB, outline: NDArray[np.float32], max_side: float) -> View:
    left, top, right, bottom = _find_box(outline, rgb.shape)
    part = np.ascontiguousarray(rgb[top:bottom, left:right])
    image = scale_down(part, max_side / max(part.shape[:2]))
    to_part = np.diag([part.shape[1] / image.shape[1], part.shape[0] / image.shape[0], 1.0])
    return View(image, make_translation(left, top) @ to_part)


def _warp(rgb: RGB, corners: NDArray[np.float32], max_side: float) -> View:
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    size = np.maximum(sides[:2], sides[2:])
    factor = min(1.0, max_side / float(size.max()))
    width, height = (max(2, round(float(side) * factor)) for side in size)
    part = _crop(rgb, corners, max_side=factor * max(np.ptp(corners, axis=0)))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(target, corners.astype(np.float32))
    # OpenCV counts from the middles of pixels, boxes are counted from their sides.
    warp = make_translation(-0.5, -0.5) @ np.linalg.inv(part.matrix) @ matrix @ make_translation(0.5, 0.5)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    image = cv2.warpPerspective(part.image, warp, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return View(np.asarray(image, np.uint8), matrix)


def turn(view: View, angle: float) -> View:
    """Turn a view clockwise by so many degrees; what lies beyond its corners is filled with the color of its paper."""
    image, turned = turn_picture(view.image, angle)
    back = np.linalg.inv(turned)
    if angle % 90 == 0:
        return View(image, view.matrix @ np.round(back, 9))
    mask, _ = turn_picture(np.full(view.image.shape[:2], 255, np.uint8), angle)
    return View(fill_outside(image, cv2.erode(mask, np.ones((5, 5), np.uint8))), view.matrix @ back)


def turn_picture(picture: NDArray[np.uint8], angle: float) -> tuple[NDArray[np.uint8], Matrix]:
    """Turn a picture, uint8 (h, w) or (h, w, 3), clockwise by so many degrees, with 0 beyond its corners.

    Returns:
        The turned picture, and the homography into it.
    """
    height, width = picture.shape[:2]
    if angle % 90 == 0:
        image = np.ascontiguousarray(np.rot90(picture, -round(angle / 90)))
        return image, _make_turn(angle, (width, height), (image.shape[1], image.shape[0]))
    cosine, sine = abs(np.cos(np.deg2rad(angle))), abs(np.sin(np.deg2rad(angle)))
    size = round(width * cosine + height * sine), round(width * sine + height * cosine)
    turned = _make_turn(angle, (width, height), size)
    warp = make_translation(-0.5, -0.5) @ turned @ make_translation(0.5, 0.5)
    return np.asarray(cv2.warpAffine(picture, warp[:2], size), np.uint8), turned


def _make_turn(angle: float, size: tuple[int, int], turned_size: tuple[int, int]) -> Matrix:
    """Return the homography that turns a picture clockwise about its middle, into that of another, float64 (3, 3).

    Both sizes are width and height.
    """
    cosine, sine = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    rotation = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])
    to_middle = make_translation(-size[0] / 2, -size[1] / 2)
    return make_translation(turned_size[0] / 2, turned_size[1] / 2) @ rotation @ to_middle


def fill_outside(image: RGB, mask: Mask) -> RGB:
    """Fill a picture, uint8 (h, w, 3), outside of a mask, uint8 (h, w), with the colors of the paper within."""
    if cv2.countNonZero(mask) >= _MIN_COVER * mask.size:
        return image
    factor = _MAX_WORKING_SIDE / max(mask.shape)
    small, is_paper = scale_down(image, factor), scale_down(mask, factor) == 255
    if not is_paper.any():
        return image
    small[~is_paper] = np.median(small[is_paper], axis=0)
    paper, weight = cv2.medianBlur(small, 9).astype(np.float32), is_paper.astype(np.float32)
    colors, total = np.zeros_like(paper), np.full_like(weight, 1e-6)
    for share, sigma in ((1.0, 2.5), (_FAR_WEIGHT, max(weight.shape) / 6)):
        colors += share * cv2.GaussianBlur(paper * weight[..., None], (0, 0), sigma)
        total += share * cv2.GaussianBlur(weight, (0, 0), sigma)
    spread = np.clip(colors / total[..., None], 0, 255).astype(np.uint8)
    filled = np.asarray(cv2.resize(spread, mask.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
    return np.asarray(cv2.copyTo(image, mask, filled), np.uint8)


def _is_upright(corners: NDArray[np.float32]) -> bool:
    """Tell whether corners, float32 (4, 2) from the top left one, clockwise, are nearly those of an upright box."""
    left, right = corners[[0, 3], 0].mean(), corners[[1, 2], 0].mean()
    top, bottom = corners[[0, 1], 1].mean(), corners[[2, 3], 1].mean()
    box = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
    return bool(np.abs(corners - box).max() <= _MAX_SKEW * max(right - left, bottom - top))


def _find_box(points: NDArray[np.float32], shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Return the box around points, x0, y0, x1, y1, within a picture."""
    limits = np.array([shape[1], shape[0]])
    low = np.clip(np.floor(points.min(axis=0)).astype(int), 0, limits - 1)
    high = np.clip(np.ceil(points.max(axis=0)).astype(int), low + 1, limits)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _draw_outline(outline: NDArray[np.float32], view: View) -> Mask:
    """Draw an outline and all within in pixels of a view, uint8 (h, w), 255 on 0."""
    points = cv2.perspectiveTransform(outline[None].astype(np.float64), np.linalg.inv(view.matrix))[0]
    mask = np.zeros(view.image.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(points).astype(np.int32)], 255)
    return mask
