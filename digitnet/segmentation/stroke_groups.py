"""Group the strokes of a drawing into digits.

Where the strokes are known, digits that touch need no cutting. Each stroke is drawn by itself, without the ink of its
neighbors. How near strokes are to each other, and whether one was drawn right after the other, says how likely they
belong to one digit; the digit network says how much they look like a digit together. Of all ways to group the strokes,
the likeliest is taken. Strokes that run through several digits are left to the decoder.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.labels import CLASSES
from digitnet.preprocessing.normalization import normalize
from digitnet.segmentation.boxes import enclose
from digitnet.segmentation.components import find_components
from digitnet.segmentation.frames import find_frames
from digitnet.segmentation.groups import InkGroups
from digitnet.segmentation.oversegmentation import Segment, Stroke, merge_segments
from digitnet.segmentation.rows import find_rows
from digitnet.segmentation.set_partition import Members, find_cheapest_partition, list_members, unite_overlapping
from digitnet.segmentation.sizes import is_dash, is_small, is_speck
from digitnet.segmentation.stroke_ink import draw_strokes_apart
from digitnet.segmentation.stroke_links import (
    MAX_CANDIDATES,
    MAX_STROKES_OF_DIGIT,
    link_strokes,
    list_candidates,
)
from digitnet.types import Boxes, Gray, Pictures, Probabilities

Classify = Callable[[Pictures], Probabilities]

_MAX_STROKES = 200  # A drawing of more strokes is no number.
# A group costs this many nats for each nat of its likeliest digit.
_READING_WEIGHT = 9.8
_MIN_PROBABILITY = 1e-6  # Replaces probabilities that float32 rounds to 0.
# With a lower probability of the likeliest digit a group is unread. It costs the first number if it is one stroke, and
# the second if it is several: these may be a letter, which must not be read as digits.
_MIN_READ_PROBABILITY = 0.6
_UNREAD_STROKE_COST, _UNREAD_GROUP_COST = 4.9, 3.0
# A stroke may run through several digits. What lies over an unread group by this share of its own width belongs to it.
_MIN_JOINED_OVERLAP = 0.3
# Strokes near each other are kept together if more of their ink than this share is unread.
_MAX_UNREAD_RATIO = 0.5


def group_strokes(
    ink: Gray, pen_width: float, strokes: Sequence[Stroke], classify: Classify, min_length_ratio: float
) -> InkGroups | None:
    """Group the strokes of a drawing into digits, or return None if they do not tell what the digits are.

    That is so if ink lies off the strokes, if there are frames around writing, and if the drawing is a scribble.

    Args:
        ink: uint8 (h, w), ink 255 on 0.
        pen_width: typical width of a stroke in pixels.
        strokes: those of the drawing, in the order in which they were drawn, in pixels of the ink map.
        classify: returns the probabilities, float32 (n, 11), of pictures, uint8 (n, 28, 28).
        min_length_ratio: groups shorter than this share (0 to 1) of a typical digit are left out.
    """
    if len(strokes) > _MAX_STROKES or find_frames(find_components(ink), pen_width).any():
        return None
    drawn = draw_strokes_apart(ink, strokes)
    boxes, areas = _measure(drawn.segments)
    kept = np.flatnonzero(~is_speck(boxes, areas, drawn.widths))
    groups = divide_into_digits([drawn.segments[index] for index in kept.tolist()], classify)
    if not groups:
        return None
    boxes, areas = _measure(groups)
    dash = is_dash(boxes, areas, pen_width)
    digits, dashes = np.flatnonzero(~dash & ~is_small(boxes, min_length_ratio)), np.flatnonzero(dash)
    row, order = find_rows(boxes[digits])
    digits = digits[order]
    crops, dash_crops = ([groups[index].ink for index in indices.tolist()] for indices in (digits, dashes))
    outside = np.full(len(groups), -1, np.int32)
    return InkGroups(
        boxes[digits], row[order], crops, outside[digits], pen_width, boxes[dashes], dash_crops, outside[dashes]
    )


def divide_into_digits(strokes: Sequence[Segment], classify: Classify) -> list[Segment]:
    """Divide strokes into the likeliest groups of one digit each; return no groups of a scribble.

    Args:
        strokes: the ink of n strokes, in the order in which they were drawn.
        classify: as for `group_strokes`.
    """
    boxes, _ = _measure(strokes)
    times = np.argsort(boxes[:, 0] + boxes[:, 2], kind="stable")  # From left to right, the search is shortest.
    segments, boxes = [strokes[time] for time in times.tolist()], boxes[times]
    links = link_strokes(boxes, times)
    candidates = list_candidates(boxes, links)
    if len(candidates) > MAX_CANDIDATES:
        return []
    readings = _classify_candidates(candidates, segments, classify)
    costs = {1 << index: 0.0 for index in range(len(segments))}
    costs |= {members: _compute_cost(members, reading) - candidates[members] for members, reading in readings.items()}
    groups = [group for linked in unite_overlapping(costs) for group in find_cheapest_partition(linked, costs)]
    unread = [members for members in groups if readings.get(members, 1.0) < _MIN_READ_PROBABILITY]
    if unread:
        joined = _find_joined_writing(groups, unread, boxes)
        groups = unite_overlapping([*groups, *joined, *_find_illegible(unread, segments, links.near)])
    return [merge_segments([segments[index] for index in list_members(members)]) for members in groups]


def _classify_candidates(
    candidates: dict[Members, float], segments: Sequence[Segment], classify: Classify
) -> dict[Members, float]:
    """Return the probability of the likeliest digit of each candidate that is worth a look.

    Several strokes are not if they cost more than each by itself, whatever the network says.

    Args:
        candidates: sets of strokes, each with the log-odds of its links.
        segments: the ink of each stroke.
        classify: as for `group_strokes`.
    """
    readings: dict[Members, float] = {}
    for size in range(1, MAX_STROKES_OF_DIGIT + 1):
        tried = [
            members
            for members, odds in candidates.items()
            if members.bit_count() == size
            and (size == 1 or odds + sum(_compute_cost(one, readings[one]) for one in _split(members)) > 0)
        ]
        if tried:
            inks = [merge_segments([segments[index] for index in list_members(members)]).ink for members in tried]
            probabilities = classify(normalize(inks))
            readings |= zip(tried, probabilities[:, :CLASSES].max(axis=1).astype(float).tolist(), strict=True)
    return readings


def _split(members: Members) -> list[Members]:
    """Return each member as a set by itself."""
    return [1 << index for index in list_members(members)]


def _compute_cost(members: Members, probability: float) -> float:
    """Return the cost in nats of taking strokes for one digit, by the probability of the likeliest one."""
    highest = _UNREAD_STROKE_COST if members.bit_count() == 1 else _UNREAD_GROUP_COST
    return min(-_READING_WEIGHT * math.log(max(probability, _MIN_PROBABILITY)), highest)


def _find_joined_writing(groups: list[Members], unread: list[Members], boxes: Boxes) -> list[Members]:
    """Unite each unread group, which may run through several digits, with the groups that lie over it.

    Args:
        groups: all groups.
        unread: those that do not look like a digit.
        boxes: int32 (n, 4), those of the strokes.
    """
    enclosing = {members: enclose(boxes[list_members(members)]).tolist() for members in groups}

    def lies_over(members: Members, other: Members) -> bool:
        (left, top, right, bottom), (x0, y0, x1, y1) = enclosing[members], enclosing[other]
        overlap = min(right, x1) - max(left, x0)
        return bool(overlap >= _MIN_JOINED_OVERLAP * (x1 - x0) and min(bottom, y1) > max(top, y0))

    return [members | other for members in unread for other in groups if other != members and lies_over(members, other)]


def _find_illegible(unread: list[Members], segments: Sequence[Segment], near: NDArray[np.bool_]) -> list[Members]:
    """Return strokes near each other most of whose ink is unread: a letter or a scribble, not digits.

    Args:
        unread: groups that do not look like a digit.
        segments: the ink of n strokes.
        near: bool (n, n), whether two strokes are close to each other.
    """
    _, areas = _measure(segments)
    neighbors = [
        1 << index | sum(1 << other for other in np.flatnonzero(row).tolist()) for index, row in enumerate(near)
    ]
    is_unread = sum(unread)
    return [
        cluster
        for cluster in unite_overlapping(neighbors)
        if areas[list_members(cluster & is_unread)].sum() > _MAX_UNREAD_RATIO * areas[list_members(cluster)].sum()
    ]


def _measure(segments: Sequence[Segment]) -> tuple[Boxes, NDArray[np.int32]]:
    """Return the boxes, int32 (n, 4), and the pixels of ink, int32 (n,), of segments."""
    boxes = np.array([segment.box for segment in segments], np.int32).reshape(-1, 4)
    return boxes, np.array([cv2.countNonZero(segment.ink) for segment in segments], np.int32)
