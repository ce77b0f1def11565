"""Merge two groups of ink that are one digit.

An 8 may be two rings, the bar of a 5 may float, and the strokes of a 4 may not meet. If one group lies on the other,
without taller digits near them, each looks like a digit of a row of its own. If they interlock, one reaching less far
down and the other less far up, each looks like a digit of the same row. And a flat stroke over another looks like a
dash. The digit network decides whether they are one digit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitnet.labels import CLASSES
from digitnet.preprocessing.normalization import normalize
from digitnet.segmentation.boxes import find_overlapping_pairs, widths_and_heights
from digitnet.segmentation.groups import MIN_LENGTH_RATIO, InkGroups, group_components
from digitnet.segmentation.oversegmentation import Segment, Stroke, merge_segments
from digitnet.segmentation.rows import find_rows
from digitnet.segmentation.stroke_groups import group_strokes
from digitnet.types import Boxes, Gray, Pictures, Probabilities

Classify = Callable[[Pictures], Probabilities]

_NO_LINES = np.empty((0, 4), np.int32)
# Two groups are one digit from this probability on.
_MIN_PROBABILITY = 0.7
# From this probability on they are one digit if two digits are less likely.
_MIN_PROBABILITY_IF_LIKELIER = 0.3
# A group that is read with this probability is a digit without the dash over it.
_MIN_PROBABILITY_WITHOUT_BAR = 0.9
# A pair is at most this many times as tall as the tallest other group.
_MAX_HEIGHT_RATIO = 1.35
# Ranges of a stacked or interlocking pair: height to width, and the gap as a share of the pair's height.
_PAIR_ASPECT_RATIOS, _PAIR_GAP_RATIOS = (1.0, 2.8), (-0.2, 0.1)
# Share of the narrower group's width that lies over the other.
_MIN_PAIR_OVERLAP_RATIO = 0.6
# Of interlocking groups the right one begins and ends lower by this share of the pair's height.
_MIN_STEP_RATIO = 0.18
# Interlocking groups stand beside each other for this share of the height, and lie at most this share apart.
_MIN_BESIDE_RATIO, _MAX_APART_RATIO = 0.25, 0.05
# Both boxes of a pair meet if each grows by this share of its height. The gap is at most 0.1 of the height of the pair,
# and that at most the sum of both heights, divided by 0.9.
_MAX_PAIR_REACH = 0.112
# The same of a bar and the group under it.
_BAR_ASPECT_RATIOS, _BAR_GAP_RATIOS, _MIN_BAR_OVERLAP_RATIO = (0.9, 2.8), (-0.1, 0.3), 0.5


def find_groups(
    ink: Gray,
    pen_width: float,
    classify: Classify,
    min_length_ratio: float = MIN_LENGTH_RATIO,
    strokes: Sequence[Stroke] = (),
    lines: Boxes = _NO_LINES,
) -> InkGroups:
    """Find the groups of ink that may be digits, and merge pairs that are one.

    Args:
        ink: uint8 (h, w), ink 255 on 0.
        pen_width: typical width of a stroke in pixels.
        classify: returns the probabilities, float32 (n, 11), of pictures, uint8 (n, 28, 28).
        min_length_ratio: groups shorter than this share (0 to 1) of a typical digit are left out.
        strokes: the strokes of a drawing in pixels of the ink map, if they are known; they make the groups.
        lines: int32 (k, 4), the ends x0 y0 x1 y1 of lines that were taken out of the ink.
    """
    drawn = group_strokes(ink, pen_width, strokes, classify, min_length_ratio) if strokes else None
    groups = drawn or group_components(ink, pen_width, min_length_ratio, lines)
    return join_pairs(join_bars(groups, classify), classify)


def join_pairs(groups: InkGroups, classify: Classify) -> InkGroups:
    """Merge the pairs of groups that the network reads as one digit rather than two.

    Args:
        groups: in reading order.
        classify: as for `find_groups`.
    """
    enclosure = groups.enclosure
    pairs = [(upper, other) for upper, other in find_stroke_pairs(groups.boxes) if enclosure[upper] == enclosure[other]]
    if not pairs:
        return groups
    segments = _get_segments(groups)
    merged = [merge_segments([segments[upper], segments[other]]) for upper, other in pairs]
    singles = [segments[index] for pair in pairs for index in pair]
    probabilities = classify(normalize([segment.ink for segment in merged + singles]))
    digit = probabilities[:, :CLASSES].max(axis=1)
    together, apart = digit[: len(pairs)], digit[len(pairs) :].reshape(-1, 2).prod(axis=1)
    chosen = np.flatnonzero(
        (together >= _MIN_PROBABILITY) | (together >= np.maximum(apart, _MIN_PROBABILITY_IF_LIKELIER))
    )
    replaced = {index for place in chosen for index in pairs[place]}
    rest = [index for index in range(len(segments)) if index not in replaced]
    kept = [segments[index] for index in rest] + [merged[place] for place in chosen]
    enclosure = enclosure[rest + [pairs[place][0] for place in chosen]]
    boxes = np.array([segment.box for segment in kept], np.int32)
    row, order = find_rows(boxes, groups.lines)
    crops = [kept[index].ink for index in order]
    return replace(groups, boxes=boxes[order], row=row[order], crops=crops, enclosure=enclosure[order])


def join_bars(groups: InkGroups, classify: Classify) -> InkGroups:
    """Merge each dash with the group under it if that makes the network surer of a digit.

    A group that is read with certainty stays as it is, because then the dash is a line drawn over it.

    Args:
        groups: in reading order, with dashes.
        classify: as for `join_pairs`.
    """
    pairs = [
        (dash, index)
        for dash, index in find_bar_pairs(groups.dashes, groups.boxes)
        if groups.dash_enclosure[dash] == groups.enclosure[index]
    ]
    if not pairs:
        return groups
    segments = _get_segments(groups)
    under = [segments[index] for _, index in pairs]
    merged = [merge_segments([_get_dash(groups, dash), segments[index]]) for dash, index in pairs]
    probabilities = classify(normalize([segment.ink for segment in under + merged]))
    isolated, together = probabilities[:, :CLASSES].max(axis=1).reshape(2, -1)
    boxes, crops, used = groups.boxes.copy(), list(groups.crops), set()
    unsure = isolated < _MIN_PROBABILITY_WITHOUT_BAR
    for place in np.flatnonzero(unsure & (together >= _MIN_PROBABILITY) & (together > isolated)):
        dash, index = pairs[place]
        boxes[index], crops[index] = merged[place].box, merged[place].ink
        used.add(dash)
    row, order = find_rows(boxes, groups.lines)
    rest = [index for index in range(len(groups.dashes)) if index not in used]
    return replace(
        groups,
        boxes=boxes[order],
        row=row[order],
        crops=[crops[index] for index in order],
        enclosure=groups.enclosure[order],
        dashes=groups.dashes[rest],
        dash_crops=[groups.dash_crops[index] for index in rest],
        dash_enclosure=groups.dash_enclosure[rest],
    )


def find_bar_pairs(dashes: Boxes, boxes: Boxes) -> list[tuple[int, int]]:
    """Pair the dashes that may be a digit's bar with the group right under them.

    A dash or group that could be in two pairs is in none.

    Args:
        dashes: int32 (m, 4).
        boxes: int32 (n, 4), those of the groups.

    Returns:
        Indices of the dash and of the group.
    """
    if not len(dashes):
        return []
    left, top, right, bottom = boxes.T
    x0, y0, x1, y1 = dashes.T[..., None]
    width, height = widths_and_heights(boxes)
    tall = bottom - y0
    wide = np.maximum(right, x1) - np.minimum(left, x0)
    overlap, gap = np.minimum(right, x1) - np.maximum(left, x0), top - y1
    shape = (tall >= _BAR_ASPECT_RATIOS[0] * wide) & (tall <= _BAR_ASPECT_RATIOS[1] * wide)
    under = (gap >= _BAR_GAP_RATIOS[0] * tall) & (gap <= _BAR_GAP_RATIOS[1] * tall)
    near = shape & under & (overlap >= _MIN_BAR_OVERLAP_RATIO * np.minimum(width, x1 - x0))
    unique = (near.sum(axis=0) == 1) & (near.sum(axis=1) == 1)[:, None]
    pairs = [(int(dash), int(group)) for dash, group in np.argwhere(near & unique)]
    heights = tall[tuple(np.nonzero(near & unique))]
    return _drop_tall_pairs(pairs, heights, np.delete(height, [group for _, group in pairs]))


def merge_single_digit(groups: InkGroups) -> Segment | None:
    """Merge the groups of a picture of exactly one digit, or return None if they cannot be one."""
    segments = _get_segments(groups)
    if len(segments) == 1:
        bars = [_get_dash(groups, dash) for dash, _ in find_bar_pairs(groups.dashes, groups.boxes)]
        return merge_segments(bars + segments)
    return merge_segments(segments) if len(segments) == 2 and find_stroke_pairs(groups.boxes) else None


def find_stroke_pairs(boxes: Boxes) -> list[tuple[int, int]]:
    """Pair the boxes, int32 (n, 4), that may be one digit: stacked or interlocking.

    Together they have a digit's height and shape. A box that could be in two pairs is in none.

    Returns:
        Indices of both boxes, the upper one first.
    """
    width, height = widths_and_heights(boxes)
    reach = np.ceil(_MAX_PAIR_REACH * height)
    first, second = find_overlapping_pairs(boxes + np.stack([-reach, -reach, reach, reach], axis=1))
    upper, other = np.concatenate([first, second]), np.concatenate([second, first])
    (left, top, right, bottom), (x0, y0, x1, y1) = boxes[upper].T, boxes[other].T
    wide = np.maximum(right, x1) - np.minimum(left, x0)
    tall = y1 - top
    shape = (tall >= _PAIR_ASPECT_RATIOS[0] * wide) & (tall <= _PAIR_ASPECT_RATIOS[1] * wide)
    overlap = np.minimum(right, x1) - np.maximum(left, x0)
    gap = y0 - bottom
    above = overlap >= _MIN_PAIR_OVERLAP_RATIO * np.minimum(width[upper], width[other])
    stacked = above & (gap >= _PAIR_GAP_RATIOS[0] * tall) & (gap <= _PAIR_GAP_RATIOS[1] * tall)
    step = np.minimum(y0 - top, y1 - bottom)
    beside = (-gap >= _MIN_BESIDE_RATIO * tall) & (overlap >= -_MAX_APART_RATIO * tall)
    interlocking = (step >= _MIN_STEP_RATIO * tall) & (x0 > left) & beside
    near = np.flatnonzero(shape & (stacked | interlocking))
    counts = np.bincount(upper[near], minlength=len(boxes)) + np.bincount(other[near], minlength=len(boxes))
    alone = near[(counts[upper[near]] == 1) & (counts[other[near]] == 1)]
    alone = alone[np.argsort(upper[alone])]
    pairs = list(zip(upper[alone].tolist(), other[alone].tolist(), strict=True))
    return _drop_tall_pairs(pairs, tall[alone], np.delete(height, [index for pair in pairs for index in pair]))


def _drop_tall_pairs(
    pairs: list[tuple[int, int]], tall: NDArray[np.int32], other_heights: NDArray[np.int32]
) -> list[tuple[int, int]]:
    """Drop the pairs that are far taller than all other groups.

    Args:
        pairs: indices.
        tall: int32 (n,), the height of each pair.
        other_heights: int32 (k,), those of the groups in no pair.
    """
    limit = _MAX_HEIGHT_RATIO * other_heights.max(initial=0)
    return [
        pair for pair, height in zip(pairs, tall.tolist(), strict=True) if not len(other_heights) or height <= limit
    ]


def _get_segments(groups: InkGroups) -> list[Segment]:
    """Return the groups as segments."""
    return [Segment(box, crop) for box, crop in zip(groups.boxes, groups.crops, strict=True)]


def _get_dash(groups: InkGroups, index: int) -> Segment:
    """Return a dash as a segment."""
    return Segment(groups.dashes[index], groups.dash_crops[index])
