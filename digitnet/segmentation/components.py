"""From ink to digits: connected pieces, pieces that belong together, rows in reading order."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.boxes import enclose, widths_and_heights, xywh_to_xyxy
from digitnet.segmentation.rows import find_rows
from digitnet.types import Boxes, Gray

MIN_LENGTH_RATIO = 0.35  # of the typical digit's length
_ALIKE = 1.5  # of the typical digit's length that one may have
MAX_COMPONENTS = 2000  # the largest ones are kept, so that a picture of gravel takes no minute


@dataclass(frozen=True)
class InkGroups:
    """Digits found in an ink map, in reading order.

    Attributes:
        boxes: int32 (n, 4), x0 y0 x1 y1 in pixels of the ink map, x1 and y1 exclusive.
        row: int32 (n,), the row of each digit, counted from the top.
        crops: n uint8 pictures, the ink of each digit alone.
        dashes, dash_crops: the same of flat strokes that are no digit by themselves, in no order.
    """

    boxes: Boxes
    row: NDArray[np.int32]
    crops: list[Gray]
    dashes: Boxes = field(default_factory=lambda: np.empty((0, 4), np.int32))
    dash_crops: list[Gray] = field(default_factory=list)


def group_components(ink: Gray, pen_width: float, smallest: float = MIN_LENGTH_RATIO) -> InkGroups:
    """Return the digits of an ink map, uint8 (h, w), ink 255.

    What is shorter than `smallest` (0 to 1) of a typical digit is left out.
    """
    labels, boxes, areas = find_components(ink)
    kept = np.flatnonzero(~is_border(ink, labels, boxes, pen_width) & ~is_speck(boxes, areas, pen_width))
    kept = kept[~is_small(boxes[kept], smallest / 2)]
    kept = kept[np.argsort(-areas[kept], kind="stable")[:MAX_COMPONENTS]]
    groups = [kept[group] for group in join_strokes(boxes[kept])]
    joined = np.array([enclose(boxes[group]) for group in groups], np.int32).reshape(-1, 4)
    inked = np.array([areas[group].sum() for group in groups])
    dash = is_dash(joined, inked, pen_width)
    digits, dashes = np.flatnonzero(~dash & ~is_small(joined, smallest)), np.flatnonzero(dash)
    row, order = find_rows(joined[digits])
    digits = digits[order]
    own, dash_crops = ([_crop(ink, labels, joined[i], groups[i]) for i in some] for some in (digits, dashes))
    return InkGroups(joined[digits], row[order], own, joined[dashes], dash_crops)


def find_components(ink: Gray) -> tuple[NDArray[np.int32], Boxes, NDArray[np.int32]]:
    """Return labels (h, w) of the connected pieces from 1 on, their boxes xyxy and areas.

    Row i of the boxes and areas belongs to label i + 1.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats((ink > 0).astype(np.uint8), connectivity=8)
    return labels, xywh_to_xyxy(stats[1:, :4]), stats[1:, cv2.CC_STAT_AREA]


def is_speck(boxes: Boxes, areas: NDArray[np.int32], pen_width: float) -> NDArray[np.bool_]:
    """Return which pieces are too small for any stroke: dust, noise, dots."""
    width, height = widths_and_heights(boxes)
    return (np.maximum(width, height) < 1.6 * pen_width) | (areas < pen_width**2) | (areas < 6)


def is_small(boxes: Boxes, share: float) -> NDArray[np.bool_]:
    """Return which boxes are shorter than `share` (0 to 1) of a typical one."""
    length = np.maximum(*widths_and_heights(boxes))
    return length < share * estimate_digit_length(boxes)


def is_dash(boxes: Boxes, areas: NDArray[np.int32], pen_width: float) -> NDArray[np.bool_]:
    """Return which pieces are one flat stroke: minus signs, what is left of a ruled line.

    Digits that touch are as flat together, but have far more ink than one stroke along the box.
    """
    width, height = widths_and_heights(boxes)
    return (width > 3 * height) & ((areas < 1.8 * width * pen_width) | (height < 2.5 * pen_width))


def estimate_digit_length(boxes: Boxes) -> float:
    """Return the longer side of a typical digit, large pieces counting more; 0 without boxes.

    What is much wider than high is several digits, or none.
    """
    width, height = widths_and_heights(boxes)
    length = np.sort(np.maximum(np.minimum(width, 1.3 * height), height))
    if not length.size:
        return 0.0
    weight = np.cumsum(length)
    return float(length[np.searchsorted(weight, 0.5 * weight[-1])])


def is_border(ink: Gray, labels: NDArray[np.int32], boxes: Boxes, pen_width: float) -> NDArray[np.bool_]:
    """Return which pieces are the rim of the picture, not writing that runs into it.

    Writing meets the rim with the end of a stroke; shadows, fingers and table edges lie along it or
    are far thicker than the pen.
    """
    height, width = ink.shape
    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    contact = np.bincount(rim, minlength=len(boxes) + 1)[1:]
    left, top, right, bottom = boxes.T
    inner, long = estimate_digit_length(boxes[contact == 0]), np.maximum(*widths_and_heights(boxes))
    alike = (contact > 0) & (contact < 0.8 * long) & (long < _ALIKE * inner)  # of a size with what is written inside
    borders = contact > np.where(alike, 6, 4) * pen_width
    if inner:  # a line right across the picture is writing only where there is no other
        borders |= (((left == 0) & (right == width)) | ((top == 0) & (bottom == height))) & ~alike
    for index in np.flatnonzero((contact > 0) & ~borders):
        crop = _crop(ink, labels, boxes[index], np.array([index]))
        depth = cv2.distanceTransform((crop > 0).astype(np.uint8), cv2.DIST_L2, 3).max()
        borders[index] = depth > 1.5 * pen_width
    return borders


def join_strokes(boxes: Boxes) -> list[NDArray[np.intp]]:
    """Return groups of indices of pieces that make up one digit."""
    parent = np.arange(len(boxes))
    for a, b in np.argwhere(np.triu(is_same_digit(boxes), 1)):
        parent[parent == parent[b]] = parent[a]
    return [np.flatnonzero(parent == root) for root in np.unique(parent)]


def is_same_digit(boxes: Boxes) -> NDArray[np.bool_]:
    """Return (n, n), which pairs of pieces are parts of one digit.

    They would make a digit of usual size, and one lies over the other, or is a bar at its side, or they
    stand close together and neither is as tall as a digit, like the two strokes of an open 4.
    """
    typical = estimate_digit_length(boxes)
    left, top, right, bottom = boxes.T
    width, height = widths_and_heights(boxes)
    wide = np.maximum.outer(right, right) - np.minimum.outer(left, left)
    tall = np.maximum.outer(bottom, bottom) - np.minimum.outer(top, top)
    across = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    down = np.minimum.outer(bottom, bottom) - np.maximum.outer(top, top)
    narrower, lower = np.minimum.outer(width, width), np.minimum.outer(height, height)
    over = (across >= 0.6 * narrower) & (down > -0.25 * typical)
    bar = (lower < 0.4 * typical) & (across > 0.1 * narrower) & (down > -0.2 * typical)
    large = (tall > 1.35 * typical) | (wide > 1.6 * typical)
    short = np.maximum.outer(height, height) < 0.88 * tall
    beside = short & (across > -0.2 * typical) & (down > 0.2 * typical) & (wide <= 0.8 * typical)
    return (over | bar | (beside & (tall <= 1.25 * typical))) & ~large


def _crop(ink: Gray, labels: NDArray[np.int32], box: Boxes, pieces: NDArray[np.intp]) -> Gray:
    x0, y0, x1, y1 = box
    near = labels[y0:y1, x0:x1]
    inside = np.logical_or.reduce([near == piece + 1 for piece in pieces])
    return np.where(inside, ink[y0:y1, x0:x1], 0).astype(np.uint8)
