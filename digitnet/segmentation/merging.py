"""Two pieces of ink that are one digit: an 8 of two rings, a 5 whose bar floats, a 4 whose strokes do not meet.

One lies on the other, and without taller digits near them each looks like a digit of a row of its own; or they
interlock, one reaching less far down and the other less far up, and each looks like a digit of the same row; or one is
a flat stroke over the other, which by itself is taken for a dash. What they are together is asked of the network.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from digitnet.labels import CLASSES
from digitnet.preprocessing.normalization import normalize
from digitnet.segmentation.boxes import enclose, widths_and_heights
from digitnet.segmentation.components import MIN_LENGTH_RATIO, InkGroups, group_components
from digitnet.segmentation.oversegmentation import Segment, merge_segments
from digitnet.segmentation.rows import find_rows
from digitnet.types import Boxes, Probabilities

_SURE = 0.7  # probability from which on two pieces are one digit,
_READ = 0.9  # probability from which on a group is a digit without the dash over it
_LIKELY = 0.3  # and from which on they are where it is less likely that each is a digit
_OVER = 0.6  # of the narrower one's width lies over the other
_GAP = (-0.2, 0.1)  # of their height together, between them
_SHAPES = (1.0, 2.8)  # height to width of the two
_STEP = 0.18  # of that height, by which the right one of two that interlock begins and ends lower
_BESIDE = (0.25, 0.05)  # and that they reach beside each other at least, and lie apart at most
_TALLEST = 1.35  # times the tallest other group
_BAR = (-0.1, 0.3)  # of the height of a bar and what is under it together, between them
_BAR_SHAPES = (0.9, 2.8)  # height to width of the two
_BAR_OVER = 0.5  # of the narrower one's width lies over the other


def find_groups(
    ink: NDArray[np.uint8],
    pen_width: float,
    classify: Callable[[NDArray[np.uint8]], Probabilities],
    smallest: float = MIN_LENGTH_RATIO,
) -> InkGroups:
    """Return the groups of ink, uint8 (h, w), that may be digits, pairs that are one digit joined."""
    return join_pairs(join_bars(group_components(ink, pen_width, smallest), classify), classify)


def join_pairs(found: InkGroups, classify: Callable[[NDArray[np.uint8]], Probabilities]) -> InkGroups:
    """Return groups of ink, those pairs joined that the network reads as one digit, rather than as two.

    Args:
        found: groups in reading order.
        classify: gives the answers float32 (n, 11) of pictures uint8 (n, 28, 28); with ten answers, which never say
            that something is no digit, nothing is joined.
    """
    pairs = find_stroke_pairs(found.boxes)
    if not pairs:
        return found
    parts = [Segment(box, crop) for box, crop in zip(found.boxes, found.crops, strict=True)]
    both = [_joined([parts[one], parts[other]]) for one, other in pairs]
    answers = classify(normalize([part.ink for part in both + [parts[index] for pair in pairs for index in pair]]))
    if answers.shape[1] == CLASSES:
        return found
    digit = answers[:, :CLASSES].max(axis=1)
    together, apart = digit[: len(pairs)], digit[len(pairs) :].reshape(-1, 2).prod(axis=1)
    sure = np.flatnonzero((together >= _SURE) | (together >= np.maximum(apart, _LIKELY)))
    gone = {index for place in sure for index in pairs[place]}
    kept = [part for index, part in enumerate(parts) if index not in gone] + [both[place] for place in sure]
    row, order = find_rows(np.array([part.box for part in kept], np.int32))
    return InkGroups(np.array([kept[i].box for i in order], np.int32), row[order], [kept[i].ink for i in order])


def join_bars(found: InkGroups, classify: Callable[[NDArray[np.uint8]], Probabilities]) -> InkGroups:
    """Return groups of ink, each dash over a group joined to it if the network then is the surer of a digit.

    Takes the same as `join_pairs`. A group that is read surely stays as it is: the dash is a line drawn over it.
    """
    pairs = find_bar_pairs(found.dashes, found.boxes)
    if not pairs:
        return found
    under = [Segment(found.boxes[group], found.crops[group]) for _, group in pairs]
    both = [_joined([_dash(found, dash), part]) for (dash, _), part in zip(pairs, under, strict=True)]
    answers = classify(normalize([part.ink for part in under + both]))
    if answers.shape[1] == CLASSES:
        return found
    alone, together = answers[:, :CLASSES].max(axis=1).reshape(2, -1)
    boxes, crops, taken = found.boxes.copy(), list(found.crops), set()
    for place in np.flatnonzero((alone < _READ) & (together >= _SURE) & (together > alone)):
        dash, group = pairs[place]
        boxes[group], crops[group] = both[place].box, both[place].ink
        taken.add(dash)
    row, order = find_rows(boxes)
    left = [index for index in range(len(found.dashes)) if index not in taken]
    return InkGroups(
        boxes[order], row[order], [crops[i] for i in order], found.dashes[left], [found.dash_crops[i] for i in left]
    )


def find_bar_pairs(dashes: Boxes, boxes: Boxes) -> list[tuple[int, int]]:
    """Return the dashes, int32 (m, 4), that may be the bar of a group right under them, int32 (n, 4), and that group.

    No dash and no group is in two pairs; one that could be is in none.
    """
    if not len(dashes):
        return []
    left, top, right, bottom = boxes.T
    x0, y0, x1, y1 = dashes.T[..., None]
    width, height = widths_and_heights(boxes)
    tall = bottom - y0
    wide = np.maximum(right, x1) - np.minimum(left, x0)
    across, gap = np.minimum(right, x1) - np.maximum(left, x0), top - y1
    shape = (tall >= _BAR_SHAPES[0] * wide) & (tall <= _BAR_SHAPES[1] * wide)
    under = (gap >= _BAR[0] * tall) & (gap <= _BAR[1] * tall)
    near = shape & under & (across >= _BAR_OVER * np.minimum(width, x1 - x0))
    lone = (near.sum(axis=0) == 1) & (near.sum(axis=1) == 1)[:, None]
    pairs = [(int(dash), int(group)) for dash, group in np.argwhere(near & lone)]
    return _of_usual_height(pairs, tall, np.delete(height, [group for _, group in pairs]))


def merge_single_digit(found: InkGroups) -> Segment | None:
    """Return the ink of a picture of which it is known that it has one digit; None where it cannot be one."""
    parts = [Segment(box, crop) for box, crop in zip(found.boxes, found.crops, strict=True)]
    if len(parts) == 1:
        bars = [_dash(found, dash) for dash, _ in find_bar_pairs(found.dashes, found.boxes)]
        return _joined(bars + parts)
    return _joined(parts) if len(parts) == 2 and find_stroke_pairs(found.boxes) else None


def find_stroke_pairs(boxes: Boxes) -> list[tuple[int, int]]:
    """Return the pairs of boxes that may be one digit: stacked, or interlocking, with a digit's height and shape.

    The upper one comes first. No box is in two pairs; one that could be is in none.
    """
    left, top, right, bottom = boxes.T
    width, height = widths_and_heights(boxes)
    wide = np.maximum.outer(right, right) - np.minimum.outer(left, left)
    tall = bottom - top[:, None]  # of the upper and the lower one
    shape = (tall >= _SHAPES[0] * wide) & (tall <= _SHAPES[1] * wide)
    across = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    gap = top - bottom[:, None]
    stacked = (across >= _OVER * np.minimum.outer(width, width)) & (gap >= _GAP[0] * tall) & (gap <= _GAP[1] * tall)
    lower = np.minimum(top - top[:, None], bottom - bottom[:, None])
    beside = (-gap >= _BESIDE[0] * tall) & (across >= -_BESIDE[1] * tall)
    interlocking = (lower >= _STEP * tall) & (left > left[:, None]) & beside
    near = shape & (stacked | interlocking) & ~np.eye(len(boxes), dtype=np.bool_)
    lone = near.sum(axis=0) + near.sum(axis=1) == 1
    pairs = [(int(upper), int(other)) for upper, other in np.argwhere(near & lone[:, None] & lone)]
    return _of_usual_height(pairs, tall, np.delete(height, [index for pair in pairs for index in pair]))


def _of_usual_height(
    pairs: list[tuple[int, int]], tall: NDArray[np.int32], others: NDArray[np.int32]
) -> list[tuple[int, int]]:
    """Return the pairs that are not far taller, together, than the `others`, the heights of all other groups."""
    return [pair for pair in pairs if not len(others) or tall[pair] <= _TALLEST * others.max()]


def _dash(found: InkGroups, index: int) -> Segment:
    return Segment(found.dashes[index], found.dash_crops[index])


def _joined(parts: list[Segment]) -> Segment:
    return merge_segments(parts, enclose(np.array([part.box for part in parts])))
