"""Group the components of ink that are strokes of one digit."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.boxes import enclose, widths_and_heights
from digitnet.segmentation.components import Components, find_components
from digitnet.segmentation.rows import find_rows
from digitnet.types import Boxes, Gray, Mask

# A group shorter than this share of a typical digit's length is left out.
MIN_LENGTH_RATIO = 0.35
# Only the largest components are kept, so that a picture of gravel does not take a minute.
MAX_COMPONENTS = 2000
# Ink at the picture's rim is writing if it is shorter than this, in lengths of a typical digit.
_MAX_RIM_LENGTH_RATIO = 1.5


@dataclass(frozen=True)
class InkGroups:
    """Groups of components that may be digits, in reading order; n of them.

    Attributes:
        boxes: int32 (n, 4), xyxy in pixels of the ink map.
        row: int32 (n,), the row of each group, counted from the top.
        crops: n arrays, uint8 (h, w): the ink of each group without that of its neighbors, 255 on 0.
        dashes: int32 (m, 4), boxes of flat strokes that are no digits by themselves, in no order.
        dash_crops: m arrays, uint8 (h, w): the ink of these strokes.
    """

    boxes: Boxes
    row: NDArray[np.int32]
    crops: list[Gray]
    dashes: Boxes = field(default_factory=lambda: np.empty((0, 4), np.int32))
    dash_crops: list[Gray] = field(default_factory=list)


def group_components(ink: Gray, pen_width: float, min_length_ratio: float = MIN_LENGTH_RATIO) -> InkGroups:
    """Group the components of an ink map that are strokes of one digit.

    Args:
        ink: uint8 (h, w), ink 255 on 0.
        pen_width: typical width of a stroke in pixels.
        min_length_ratio: groups shorter than this share (0 to 1) of a typical digit are left out.
    """
    components = find_components(ink)
    boxes, areas = components.boxes, components.areas
    kept = np.flatnonzero(~is_border(components, ink.shape, pen_width) & ~is_speck(boxes, areas, pen_width))
    kept = kept[~is_small(boxes[kept], min_length_ratio / 2)]
    kept = kept[np.argsort(-areas[kept], kind="stable")[:MAX_COMPONENTS]]
    groups = [kept[members] for members in join_strokes(boxes[kept])]
    group_boxes = np.array([enclose(boxes[members]) for members in groups], np.int32).reshape(-1, 4)
    group_areas = np.array([areas[members].sum() for members in groups])
    dash = is_dash(group_boxes, group_areas, pen_width)
    digits, dashes = np.flatnonzero(~dash & ~is_small(group_boxes, min_length_ratio)), np.flatnonzero(dash)
    row, order = find_rows(group_boxes[digits])
    digits = digits[order]
    crops, dash_crops = ([_crop(ink, components, groups[index]) for index in indices] for indices in (digits, dashes))
    return InkGroups(group_boxes[digits], row[order], crops, group_boxes[dashes], dash_crops)


def is_speck(boxes: Boxes, areas: NDArray[np.int32], pen_width: float) -> NDArray[np.bool_]:
    """Tell which components are too small for any stroke (dust, noise, dots), bool (n,)."""
    width, height = widths_and_heights(boxes)
    return (np.maximum(width, height) < 1.6 * pen_width) | (areas < pen_width**2) | (areas < 6)


def is_small(boxes: Boxes, ratio: float) -> NDArray[np.bool_]:
    """Tell which boxes are shorter than a share, 0 to 1, of a typical digit, bool (n,)."""
    length = np.maximum(*widths_and_heights(boxes))
    return length < ratio * estimate_digit_length(boxes)


def is_dash(boxes: Boxes, areas: NDArray[np.int32], pen_width: float) -> NDArray[np.bool_]:
    """Tell which groups are one flat stroke, such as a minus sign, bool (n,).

    Digits that touch are as flat together, but have far more ink than one stroke along the box.
    """
    width, height = widths_and_heights(boxes)
    return (width > 3 * height) & ((areas < 1.8 * width * pen_width) | (height < 2.5 * pen_width))


def estimate_digit_length(boxes: Boxes) -> float:
    """Estimate the longer side of a typical digit in pixels, 0 without boxes.

    Large components count more. Only part of the width of a component counts if it is much wider than tall, for
    then it is several digits, or none.
    """
    width, height = widths_and_heights(boxes)
    length = np.sort(np.maximum(np.minimum(width, 1.3 * height), height))
    if not length.size:
        return 0.0
    weight = np.cumsum(length)
    return float(length[np.searchsorted(weight, 0.5 * weight[-1])])


def is_border(components: Components, shape: tuple[int, int], pen_width: float) -> NDArray[np.bool_]:
    """Tell which components are the picture's rim, and not writing that runs into it, bool (n,).

    Writing meets the rim with the end of a stroke. Shadows, fingers and table edges lie along the rim or are far
    thicker than the pen.

    Args:
        components: n of them.
        shape: height and width of the ink map.
        pen_width: typical width of a stroke in pixels.
    """
    height, width = shape
    sides = components.boxes == [0, 0, width, height]
    borders = sides.any(axis=1)
    inner_length = estimate_digit_length(components.boxes[~borders])
    for index in np.flatnonzero(borders):
        borders[index] = not _is_writing(components.draw(np.array([index])), sides[index], inner_length, pen_width)
    return borders


def _is_writing(mask: Mask, sides: NDArray[np.bool_], inner_length: float, pen_width: float) -> bool:
    """Tell whether a component that touches the picture's rim is writing that runs into it.

    Args:
        mask: uint8 (h, w), the component.
        sides: bool (4,), whether it touches the left, top, right and bottom side.
        inner_length: length of a typical digit away from the rim in pixels, 0 without any.
        pen_width: typical width of a stroke in pixels.
    """
    rims = mask[:, 0], mask[0], mask[:, -1], mask[-1]
    contact = sum(np.count_nonzero(rim) for rim, touches in zip(rims, sides, strict=True) if touches)
    length = max(mask.shape)
    # Ink of about the size of the writing inside may touch the rim with a thicker end.
    similar = contact < 0.8 * length and length < _MAX_RIM_LENGTH_RATIO * inner_length
    if contact > (6 if similar else 4) * pen_width:
        return False
    # A line right across the picture is writing only if there is no other writing.
    if inner_length and not similar and (sides[[0, 2]].all() or sides[[1, 3]].all()):
        return False
    return bool(cv2.distanceTransform(mask, cv2.DIST_L2, 3).max() <= 1.5 * pen_width)


def join_strokes(boxes: Boxes) -> list[NDArray[np.intp]]:
    """Group components that make up one digit.

    Args:
        boxes: int32 (n, 4), those of the components.

    Returns:
        intp (k,) for each group, the indices of its components.
    """
    parent = np.arange(len(boxes))
    for a, b in np.argwhere(np.triu(is_same_digit(boxes), 1)):
        parent[parent == parent[b]] = parent[a]
    return [np.flatnonzero(parent == root) for root in np.unique(parent)]


def is_same_digit(boxes: Boxes) -> NDArray[np.bool_]:
    """Tell which pairs of components are strokes of one digit, bool (n, n).

    Together they have a digit's usual size, and one lies over the other, or one is a bar at the other's side, or
    they stand close together and neither is as tall as a digit, like the two strokes of an open 4.
    """
    typical = estimate_digit_length(boxes)
    left, top, right, bottom = boxes.T
    width, height = widths_and_heights(boxes)
    wide = np.maximum.outer(right, right) - np.minimum.outer(left, left)
    tall = np.maximum.outer(bottom, bottom) - np.minimum.outer(top, top)
    overlap_x = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    overlap_y = np.minimum.outer(bottom, bottom) - np.maximum.outer(top, top)
    narrower, shorter = np.minimum.outer(width, width), np.minimum.outer(height, height)
    over = (overlap_x >= 0.6 * narrower) & (overlap_y > -0.25 * typical)
    bar = (shorter < 0.4 * typical) & (overlap_x > 0.1 * narrower) & (overlap_y > -0.2 * typical)
    large = (tall > 1.35 * typical) | (wide > 1.6 * typical)
    short = np.maximum.outer(height, height) < 0.88 * tall
    beside = short & (overlap_x > -0.2 * typical) & (overlap_y > 0.2 * typical) & (wide <= 0.8 * typical)
    return (over | bar | (beside & (tall <= 1.25 * typical))) & ~large


def _crop(ink: Gray, components: Components, members: NDArray[np.intp]) -> Gray:
    """Cut some components, intp (k,), out of an ink map, uint8 (h, w) of the box around them."""
    left, top, right, bottom = enclose(components.boxes[members])
    return np.asarray(cv2.bitwise_and(ink[top:bottom, left:right], components.draw(members)), np.uint8)
