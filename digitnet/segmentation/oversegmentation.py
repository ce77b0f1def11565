"""Ways to take ink apart, so that the digits can be found in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.cut_paths import find_cut_paths
from digitnet.segmentation.skeleton import split_at_forks
from digitnet.types import Boxes, Gray

SegmentSets = NDArray[np.bool_]
_NARROWEST, _LOWEST = 0.3, 0.4  # of a digit's height: what is smaller stays whole
_MOST_STROKES = 40  # of one group: what has more is no writing
_SLANTS = (0.0, 0.3, -0.3)  # columns to each row
_LEAST_SIDE = 0.07  # of a digit's ink that lies on either side of a division
_DISTINCT = 0.04  # of a digit's ink by which divisions differ
_UNEXPLAINED = 0.1  # of the ink may lie off the strokes that were drawn
_LEAST_OWN = 0.5  # mean ink that a drawn stroke has in a group, or it is another group's


@dataclass(frozen=True)
class Stroke:
    """A stroke of a pen: points float64 (n, 2), x and y, and its width, in pixels."""

    points: NDArray[np.float64]
    width: float


@dataclass(frozen=True)
class Segment:
    """Some ink: where it lies in the ink map (x0, y0, x1, y1) and what it is, uint8 (h, w)."""

    box: Boxes
    ink: Gray


@dataclass(frozen=True)
class Oversegmentation:
    """Ink in parts, and where the digits on the left may end and those on the right begin.

    Attributes:
        parts: n of them.
        lefts: bool (m, n), for each division the parts to its left; the first has none, the last has all.
    """

    parts: list[Segment]
    lefts: SegmentSets


def keep_whole(part: Segment) -> Oversegmentation:
    """Return ink that stays in one part."""
    return Oversegmentation([part], np.array([[False], [True]]))


def oversegment(part: Segment, height: float, pen_width: float) -> Oversegmentation:
    """Return ink with every division of it that may part two digits.

    It is cut from top to bottom along the least ink, and falls into strokes where its middle line forks.
    Divisions are those cuts, and straight lines of some slants between the middles of the pieces that all
    this leaves: digits that reach under or over each other come apart only so. Where strokes meet, the ink
    belongs to each of them.

    Args:
        part: the ink.
        height: of a digit, in pixels.
        pen_width: pixels.
    """
    tall, wide = part.ink.shape
    if wide < _NARROWEST * height or tall < _LOWEST * height:
        return keep_whole(part)
    strokes = split_at_forks(part.ink, pen_width)
    if strokes.total > _MOST_STROKES:
        return keep_whole(part)
    cuts = find_cut_paths(part.ink, pen_width)
    column = np.arange(wide)
    zone = np.sum([column >= cut[:, None] for cut in cuts], axis=0, dtype=np.int32) if cuts else 0
    zones = len(cuts) + 1
    labels = np.where((part.ink > 0) & (strokes.owner < strokes.total), strokes.owner * zones + zone, -1)
    kept = np.unique(labels[labels >= 0])
    masks = {label: labels == label for label in kept.tolist()}
    for number, fork in enumerate(strokes.forks):
        _share(strokes.owner == strokes.total + number, fork, zones, masks)
    parts = [trim_segment(np.where(mask, part.ink, 0).astype(np.uint8), part.box) for mask in masks.values()]
    by_cut = [kept % zones < cut for cut in range(1, zones)]
    return _parting(parts, [*by_cut, *_along(parts, _SLANTS)], height / wide)


def _share(fork: SegmentSets, meeting: tuple[int, ...], zones: int, masks: dict[int, SegmentSets]) -> None:
    """Give the ink of a fork to that part of each stroke meeting there which lies nearest to it."""
    around = cv2.dilate(fork.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    for stroke in meeting:
        own = [label for label in range(stroke * zones, (stroke + 1) * zones) if label in masks]
        if own:
            touching = max(own, key=lambda label: int(np.count_nonzero(masks[label] & around)))
            masks[touching] = masks[touching] | fork


def oversegment_by_strokes(part: Segment, height: float, drawn: Sequence[Stroke]) -> Oversegmentation:
    """Return ink in the strokes that it was drawn with; whole where they do not account for it.

    Ink that two strokes share belongs to both.
    """
    left = part.ink.copy()
    parts = []
    for stroke in drawn:
        field = np.zeros(part.ink.shape, np.uint8)
        points = np.round((stroke.points - part.box[:2]) * 16).astype(np.int32)
        cv2.polylines(field, [points], False, 255, max(1, round(stroke.width)) + 2, cv2.LINE_AA, shift=4)
        own = cv2.bitwise_and(part.ink, part.ink, mask=field)
        left[field > 0] = 0
        if own.sum() > _LEAST_OWN * own.size:
            parts.append(trim_segment(own, part.box))
    if not parts or left.sum() >= _UNEXPLAINED * part.ink.sum():
        return keep_whole(part)
    return _parting(parts, list(_along(parts, _SLANTS)), height / part.ink.shape[1])


def _parting(parts: list[Segment], lefts: list[SegmentSets], share: float) -> Oversegmentation:
    """Return the parting with those divisions that leave ink on both sides and differ from those before them.

    `share` is how much of the ink a digit has, 1 where it has all or more.
    """
    ink = np.array([float(part.ink.sum()) for part in parts])
    digit = ink.sum() * min(1.0, share)
    kept = np.array([np.zeros(len(parts)), np.ones(len(parts))], np.bool_)
    for left in lefts:
        sides = ink[left].sum(), ink[~left].sum()
        if min(sides) > _LEAST_SIDE * digit and ((kept ^ left) @ ink).min() > _DISTINCT * digit:
            kept = np.vstack([kept, left])
    return Oversegmentation(parts, kept[np.argsort(kept @ ink, kind="stable")])


def _along(parts: list[Segment], slants: Sequence[float]) -> Iterator[SegmentSets]:
    """Yield the divisions into parts whose middles lie left and right of a line, one slant after the other."""
    middles = np.array([part.box[:2] + _middle(part.ink) for part in parts])
    for slant in slants:
        order = np.argsort(middles @ (1.0, slant), kind="stable")
        for count in range(1, len(order)):
            left = np.zeros(len(order), np.bool_)
            left[order[:count]] = True
            yield left


def _middle(ink: Gray) -> tuple[float, float]:
    moments = cv2.moments(ink)
    mass = moments["m00"] or 1.0
    return moments["m10"] / mass, moments["m01"] / mass


def trim_segment(ink: Gray, box: Boxes) -> Segment:
    """Return the inked part of `ink`, a picture of what lies in `box`."""
    x, y, wide, tall = cv2.boundingRect(ink)
    left, top = int(box[0]) + x, int(box[1]) + y
    return Segment(np.array([left, top, left + wide, top + tall], np.int32), ink[y : y + tall, x : x + wide])


def merge_segments(parts: Sequence[Segment], box: Boxes) -> Segment:
    """Return parts as one; `box` (4,) is what encloses them."""
    if len(parts) == 1:
        return parts[0]
    field = np.zeros((box[3] - box[1], box[2] - box[0]), np.uint8)
    left, top = box[:2].tolist()
    for part in parts:
        x0, y0, x1, y1 = part.box.tolist()
        place = field[y0 - top : y1 - top, x0 - left : x1 - left]
        np.maximum(place, part.ink, out=place)
    return Segment(box, field)
