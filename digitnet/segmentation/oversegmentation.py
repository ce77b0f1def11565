"""Over-segment ink: divide it at every cut that may separate two digits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.boxes import enclose
from digitnet.segmentation.cut_paths import find_cut_paths
from digitnet.segmentation.skeleton import split_at_forks
from digitnet.types import Boxes, Gray

SegmentSets = NDArray[np.bool_]  # (m, n): m sets of n segments.

# Ink narrower or shorter than these shares of a digit's height is not cut.
_MIN_WIDTH_RATIO, _MIN_HEIGHT_RATIO = 0.3, 0.4
# A group with more branches is not writing.
_MAX_BRANCHES = 40
# Slants of straight cuts, in columns to each row.
_CUT_SLANTS = (0.0, 0.3, -0.3)
# A cut leaves more than this share of a digit's ink on either side.
_MIN_SIDE_INK_RATIO = 0.07
# Two cuts differ by more than this share of a digit's ink.
_MIN_CUT_DISTANCE_RATIO = 0.07
# Less than this share of a group's ink may lie off the strokes that were drawn.
_MAX_UNEXPLAINED_INK_RATIO = 0.1
# A drawn stroke with less mean ink (0 to 255) in a group belongs to another group.
_MIN_STROKE_INK = 0.5
_FIXED_POINT_BITS = 4  # OpenCV takes coordinates in sixteenths of a pixel.


@dataclass(frozen=True)
class Stroke:
    """A stroke of the pen as it was drawn.

    Attributes:
        points: float64 (n, 2), x and y in pixels.
        width: pixels.
    """

    points: NDArray[np.float64]
    width: float


@dataclass(frozen=True)
class Segment:
    """Some ink and its place.

    Attributes:
        box: int32 (4,), xyxy in pixels of the ink map.
        ink: uint8 (h, w) of the box's size, ink 255 on 0.
    """

    box: Boxes
    ink: Gray


@dataclass(frozen=True)
class Oversegmentation:
    """The segments of some ink and the cuts between them.

    Attributes:
        segments: n of them.
        left_of_cut: bool (m, n), whether each segment lies left of each cut. The cuts are ordered by the ink to their
            left: the first has no segment there, the last all.
    """

    segments: list[Segment]
    left_of_cut: SegmentSets


def keep_whole(segment: Segment) -> Oversegmentation:
    """Return ink as one segment, without a cut through it."""
    return Oversegmentation([segment], np.array([[False], [True]]))


def oversegment(segment: Segment, digit_height: float, pen_width: float) -> Oversegmentation:
    """Divide ink at every cut that may separate two digits.

    The ink is cut from top to bottom along the least ink, and split where its skeleton forks. The cuts are these
    paths, and straight lines of a few slants between the centers of the segments: only these separate digits that
    reach under or over each other. Ink where branches meet belongs to each of them.

    Args:
        segment: the ink.
        digit_height: height of a digit in pixels.
        pen_width: typical width of a stroke in pixels.
    """
    height, width = segment.ink.shape
    if width < _MIN_WIDTH_RATIO * digit_height or height < _MIN_HEIGHT_RATIO * digit_height:
        return keep_whole(segment)
    branches = split_at_forks(segment.ink, pen_width)
    if branches.branch_count > _MAX_BRANCHES:
        return keep_whole(segment)
    paths = find_cut_paths(segment.ink, pen_width)
    column = np.arange(width)
    zone = np.sum([column >= path[:, None] for path in paths], axis=0, dtype=np.int32) if paths else 0
    zones = len(paths) + 1
    labels = np.where((segment.ink > 0) & (branches.owner < branches.branch_count), branches.owner * zones + zone, -1)
    kept = np.unique(labels[labels >= 0])
    masks = {label: labels == label for label in kept.tolist()}
    for index, fork in enumerate(branches.forks):
        _assign_fork(branches.owner == branches.branch_count + index, fork, zones, masks)
    segments = [trim_segment(np.where(mask, segment.ink, 0).astype(np.uint8), segment.box) for mask in masks.values()]
    path_cuts = [kept % zones < cut for cut in range(1, zones)]
    return _select_cuts(segments, [*path_cuts, *_generate_slanted_cuts(segments)], digit_height / width)


def _assign_fork(
    fork: NDArray[np.bool_], meeting: tuple[int, ...], zones: int, masks: dict[int, NDArray[np.bool_]]
) -> None:
    """Add a fork's ink to the nearest segment of each branch that meets there.

    Args:
        fork: bool (h, w).
        meeting: the branches that meet there.
        zones: number of zones between cut paths.
        masks: bool (h, w), the ink of each segment, by branch * zones + zone; changed in place.
    """
    around = cv2.dilate(fork.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    for branch in meeting:
        labels = [label for label in range(branch * zones, (branch + 1) * zones) if label in masks]
        if labels:
            touching = max(labels, key=lambda label: int(np.count_nonzero(masks[label] & around)))
            masks[touching] = masks[touching] | fork


def oversegment_by_strokes(segment: Segment, digit_height: float, strokes: Sequence[Stroke]) -> Oversegmentation:
    """Divide ink into the strokes that it was drawn with, or keep it whole if they do not match.

    Ink that two strokes share belongs to both.

    Args:
        segment: the ink.
        digit_height: height of a digit in pixels.
        strokes: those of the whole drawing, in pixels of the ink map.
    """
    unexplained = segment.ink.copy()
    segments = []
    for stroke in strokes:
        mask = np.zeros(segment.ink.shape, np.uint8)
        points = np.round((stroke.points - segment.box[:2]) * 2**_FIXED_POINT_BITS).astype(np.int32)
        thickness = max(1, round(stroke.width)) + 2
        cv2.polylines(mask, [points], False, 255, thickness, cv2.LINE_AA, shift=_FIXED_POINT_BITS)
        ink = cv2.bitwise_and(segment.ink, segment.ink, mask=mask)
        unexplained[mask > 0] = 0
        if ink.sum() > _MIN_STROKE_INK * ink.size:
            segments.append(trim_segment(ink, segment.box))
    if not segments or unexplained.sum() >= _MAX_UNEXPLAINED_INK_RATIO * segment.ink.sum():
        return keep_whole(segment)
    return _select_cuts(segments, list(_generate_slanted_cuts(segments)), digit_height / segment.ink.shape[1])


def _select_cuts(segments: list[Segment], cuts: list[SegmentSets], digit_ratio: float) -> Oversegmentation:
    """Keep the cuts that leave ink on both sides and differ from those before them.

    Args:
        segments: n of them.
        cuts: bool (n,) each, the segments to the left.
        digit_ratio: share of the ink that one digit has; 1 or more if it has all.
    """
    ink = np.array([float(segment.ink.sum()) for segment in segments])
    digit_ink = ink.sum() * min(1.0, digit_ratio)
    kept = np.array([np.zeros(len(segments)), np.ones(len(segments))], np.bool_)
    for left in cuts:
        least = min(ink[left].sum(), ink[~left].sum())
        if least > _MIN_SIDE_INK_RATIO * digit_ink and (
            ((kept ^ left) @ ink).min() > _MIN_CUT_DISTANCE_RATIO * digit_ink
        ):
            kept = np.vstack([kept, left])
    return Oversegmentation(segments, kept[np.argsort(kept @ ink, kind="stable")])


def _generate_slanted_cuts(segments: list[Segment]) -> Iterator[SegmentSets]:
    """Yield straight cuts, bool (n,): the segments with centers to the left, slant by slant."""
    centers = np.array([segment.box[:2] + _find_center(segment.ink) for segment in segments])
    for slant in _CUT_SLANTS:
        order = np.argsort(centers @ (1.0, slant), kind="stable")
        for count in range(1, len(order)):
            left = np.zeros(len(order), np.bool_)
            left[order[:count]] = True
            yield left


def _find_center(ink: Gray) -> tuple[float, float]:
    """Return x and y of the center of mass of ink, uint8 (h, w)."""
    moments = cv2.moments(ink)
    mass = moments["m00"] or 1.0
    return moments["m10"] / mass, moments["m01"] / mass


def trim_segment(ink: Gray, box: Boxes) -> Segment:
    """Cut the empty margins off ink.

    Args:
        ink: uint8 (h, w).
        box: int32 (2,) or (4,), it begins with x and y of the first pixel of `ink`.
    """
    x, y, width, height = cv2.boundingRect(ink)
    left, top = int(box[0]) + x, int(box[1]) + y
    return Segment(np.array([left, top, left + width, top + height], np.int32), ink[y : y + height, x : x + width])


def merge_segments(segments: Sequence[Segment], box: Boxes | None = None) -> Segment:
    """Merge segments into one; where they overlap, the darker ink counts.

    Args:
        segments: at least one.
        box: int32 (4,), the box around them; None computes it.
    """
    if len(segments) == 1:
        return segments[0]
    if box is None:
        box = enclose(np.array([segment.box for segment in segments]))
    ink = np.zeros((box[3] - box[1], box[2] - box[0]), np.uint8)
    left, top = box[:2].tolist()
    for segment in segments:
        x0, y0, x1, y1 = segment.box.tolist()
        window = ink[y0 - top : y1 - top, x0 - left : x1 - left]
        np.maximum(window, segment.ink, out=window)
    return Segment(box, ink)
