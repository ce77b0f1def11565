"""Group the components of ink that are strokes of one digit."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.binarization import measure_stroke_width
from digitnet.segmentation.boxes import enclose, find_overlapping_pairs
from digitnet.segmentation.circles import part_circles
from digitnet.segmentation.components import Components, find_components
from digitnet.segmentation.frames import find_enclosures, find_frames
from digitnet.segmentation.rows import find_rows
from digitnet.segmentation.sizes import estimate_digit_length, is_dash, is_small, is_speck
from digitnet.types import Boxes, Gray, Mask

# A group shorter than this share of a typical digit's length is left out.
MIN_LENGTH_RATIO = 0.35
# Only the largest components are kept, so that a picture of gravel does not take a minute.
MAX_COMPONENTS = 2000
# Ink at the picture's rim is writing if it is shorter than this, in lengths of a typical digit.
_MAX_RIM_LENGTH_RATIO = 1.5
_MAX_STROKE_GAP = 0.25  # Strokes of one digit are at most so many lengths of a typical digit apart.
_NO_BOXES = np.empty((0, 4), np.int32)


@dataclass(frozen=True)
class InkGroups:
    """Groups of components that may be digits, in reading order; n of them.

    Attributes:
        boxes: int32 (n, 4), xyxy in pixels of the ink map.
        row: int32 (n,), the row of each group, counted from the top.
        crops: n arrays, uint8 (h, w): the ink of each group without that of its neighbors, 255 on 0.
        enclosure: int32 (n,), a number for the inside of each frame, -1 outside all frames.
        pen_width: typical width of a stroke outside frames' lines, in pixels.
        dashes: int32 (m, 4), boxes of flat strokes that are no digits by themselves, in no order.
        dash_crops: m arrays, uint8 (h, w): the ink of these strokes.
        dash_enclosure: int32 (m,), as `enclosure`.
        frames: int32 (k, 4), boxes of the frames around writing, in no order.
        frame_crops: k arrays, uint8 (h, w): the ink of these frames.
        lines: int32 (l, 4), the ends x0 y0 x1 y1 of lines around the writing, and of dashes, which tell what a row is.
    """

    boxes: Boxes
    row: NDArray[np.int32]
    crops: list[Gray]
    enclosure: NDArray[np.int32]
    pen_width: float
    dashes: Boxes = field(default_factory=_NO_BOXES.copy)
    dash_crops: list[Gray] = field(default_factory=list)
    dash_enclosure: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    frames: Boxes = field(default_factory=_NO_BOXES.copy)
    frame_crops: list[Gray] = field(default_factory=list)
    lines: Boxes = field(default_factory=_NO_BOXES.copy)


def group_components(
    ink: Gray, pen_width: float, min_length_ratio: float = MIN_LENGTH_RATIO, lines: Boxes = _NO_BOXES
) -> InkGroups:
    """Group the components of an ink map that are strokes of one digit.

    Args:
        ink: uint8 (h, w), ink 255 on 0.
        pen_width: typical width of a stroke in pixels.
        min_length_ratio: groups shorter than this share (0 to 1) of a typical digit are left out.
        lines: int32 (k, 4), the ends x0 y0 x1 y1 of lines that were taken out of the ink.
    """
    components = find_components(ink)
    parted = part_circles(ink, components, pen_width)
    if parted is not ink:
        ink, components = parted, find_components(parted)
    frames = find_frames(components, pen_width)
    if frames.any():
        drawn = components.number(np.flatnonzero(frames), ink.shape)
        pen_width = measure_stroke_width(np.where(drawn, 0, ink).astype(np.uint8)) or pen_width
    boxes, areas, enclosures = components.boxes, components.areas, find_enclosures(components, frames)
    is_left_out = frames | is_border(components, frames, ink.shape, pen_width) | is_speck(boxes, areas, pen_width)
    kept = np.flatnonzero(~is_left_out)
    kept = kept[~is_small(boxes[kept], min_length_ratio / 2)]
    kept = kept[np.argsort(-areas[kept], kind="stable")[:MAX_COMPONENTS]]
    groups = [kept[members] for members in join_strokes(boxes[kept], enclosures[kept])]
    group_boxes = np.array([enclose(boxes[members]) for members in groups], np.int32).reshape(-1, 4)
    group_areas = np.array([areas[members].sum() for members in groups])
    enclosure = np.array([enclosures[members[0]] for members in groups], np.int32)
    dash = is_dash(group_boxes, group_areas, pen_width)
    digits, dashes = np.flatnonzero(~dash & ~is_small(group_boxes, min_length_ratio)), np.flatnonzero(dash)
    lines = np.concatenate([lines, _find_middle_lines(group_boxes[dashes])])
    row, order = find_rows(group_boxes[digits], lines)
    digits = digits[order]
    crops, dash_crops = ([_crop(ink, components, groups[index]) for index in indices] for indices in (digits, dashes))
    return InkGroups(
        group_boxes[digits],
        row[order],
        crops,
        enclosure[digits],
        pen_width,
        group_boxes[dashes],
        dash_crops,
        enclosure[dashes],
        boxes[frames],
        [_crop(ink, components, np.array([index])) for index in np.flatnonzero(frames)],
        lines,
    )


def _find_middle_lines(boxes: Boxes) -> Boxes:
    """Return the ends of the level lines through the middle of boxes, int32 (n, 4)."""
    left, top, right, bottom = boxes.T
    middle = (top + bottom) // 2
    return np.stack([left, middle, right, middle], axis=1)


def is_border(
    components: Components, frames: NDArray[np.bool_], shape: tuple[int, int], pen_width: float
) -> NDArray[np.bool_]:
    """Tell which components are the picture's rim, and not writing that runs into it, bool (n,).

    Writing meets the rim with the end of a stroke. Shadows, fingers and table edges lie along the rim or are far
    thicker than the pen.

    Args:
        components: n of them.
        frames: bool (n,), which of them are frames around writing.
        shape: height and width of the ink map.
        pen_width: typical width of a stroke in pixels.
    """
    height, width = shape
    sides = components.boxes == [0, 0, width, height]
    borders = sides.any(axis=1)
    inner_length = estimate_digit_length(components.boxes[~borders & ~frames])
    for index in np.flatnonzero(borders & ~frames):
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


def join_strokes(boxes: Boxes, enclosures: NDArray[np.int32]) -> list[NDArray[np.intp]]:
    """Group components that make up one digit.

    Args:
        boxes: int32 (n, 4), those of the components.
        enclosures: int32 (n,), the inside of a frame that each lies in, by number; nothing is joined across frames.

    Returns:
        intp (k,) for each group, the indices of its components.
    """
    parent = np.arange(len(boxes))
    for a, b in find_same_digit_pairs(boxes):
        if enclosures[a] == enclosures[b] and parent[a] != parent[b]:
            parent[parent == parent[b]] = parent[a]
    order = np.argsort(parent, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(parent[order])) + 1) if len(boxes) else []


def find_same_digit_pairs(boxes: Boxes) -> list[tuple[int, int]]:
    """Find the pairs of components that are strokes of one digit, by their boxes, int32 (n, 4).

    Together they have a digit's usual size, and one lies over the other, or one is a bar at the other's side, or
    they stand close together and neither is as tall as a digit, like the two strokes of an open 4.

    Returns:
        Their indices, sorted; of each pair the lower one first.
    """
    typical = estimate_digit_length(boxes)
    reach = _MAX_STROKE_GAP * typical / 2
    first, second = find_overlapping_pairs(boxes + reach * np.array([-1, -1, 1, 1]))
    left, top, right, bottom = boxes[first].T
    x0, y0, x1, y1 = boxes[second].T
    tall, wide = np.maximum(bottom, y1) - np.minimum(top, y0), np.maximum(right, x1) - np.minimum(left, x0)
    overlap_x, overlap_y = np.minimum(right, x1) - np.maximum(left, x0), np.minimum(bottom, y1) - np.maximum(top, y0)
    narrower, shorter = np.minimum(right - left, x1 - x0), np.minimum(bottom - top, y1 - y0)
    over = (overlap_x >= 0.6 * narrower) & (overlap_y > -_MAX_STROKE_GAP * typical)
    bar = (shorter < 0.4 * typical) & (overlap_x > 0.1 * narrower) & (overlap_y > -0.2 * typical)
    large = (tall > 1.35 * typical) | (wide > 1.6 * typical)
    short = np.maximum(bottom - top, y1 - y0) < 0.88 * tall
    beside = short & (overlap_x > -0.2 * typical) & (overlap_y > 0.2 * typical) & (wide <= 0.8 * typical)
    same = (over | bar | (beside & (tall <= 1.25 * typical))) & ~large
    lower, higher = np.minimum(first, second)[same].tolist(), np.maximum(first, second)[same].tolist()
    return sorted(zip(lower, higher, strict=True))


def _crop(ink: Gray, components: Components, members: NDArray[np.intp]) -> Gray:
    """Cut some components, intp (k,), out of an ink map, uint8 (h, w) of the box around them."""
    left, top, right, bottom = enclose(components.boxes[members])
    return np.asarray(cv2.bitwise_and(ink[top:bottom, left:right], components.draw(members)), np.uint8)
