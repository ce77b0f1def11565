"""Group uncertain ink into runs: neighbors that are over-segmented and decoded together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitnet.labels import CLASSES
from digitnet.segmentation.boxes import widths_and_heights
from digitnet.segmentation.candidates import InkRun
from digitnet.segmentation.components import InkGroups
from digitnet.segmentation.oversegmentation import (
    Oversegmentation,
    Segment,
    Stroke,
    keep_whole,
    oversegment,
    oversegment_by_strokes,
)
from digitnet.types import Boxes, Probabilities

SURE = 0.9  # least probability of a group that is not cut
SURE_IF_WIDE = 0.97  # the same, for one that has the width of two
_NEAR = 0.25  # of a digit's height between parts that may be one digit
_MOST_PARTED = 150  # groups of a picture: where more are no digit, it is no page of numbers


def oversegment_groups(
    parts: list[Segment],
    sure: NDArray[np.bool_],
    height: NDArray[np.float64],
    pen_width: float,
    drawn: Sequence[Stroke],
) -> list[list[Oversegmentation]]:
    """Return the ways to part each group, none for those that are sure; too many to part stay whole."""
    crowded = np.count_nonzero(~sure) > _MOST_PARTED
    ways: list[list[Oversegmentation]] = []
    for part, own, tall in zip(parts, sure, height.tolist(), strict=True):
        if own:
            ways.append([])
        elif crowded:
            ways.append([keep_whole(part)])
        else:
            ways.append(
                [oversegment(part, tall, pen_width), *([oversegment_by_strokes(part, tall, drawn)] if drawn else [])]
            )
    return ways


def is_sure(boxes: Boxes, answers: Probabilities, height: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which groups are digits beyond doubt: read with confidence, of a digit's shape and height."""
    wide, tall = widths_and_heights(boxes)
    confidence = answers[:, :CLASSES].max(axis=1, initial=0)
    widest = np.where(confidence >= SURE_IF_WIDE, 1.6, 1.15) * np.maximum(tall, height)
    return (confidence >= SURE) & (wide < widest) & (tall > 0.6 * height) & (tall < 1.8 * height)


def group_into_runs(
    found: InkGroups, ways: list[list[Oversegmentation]], height: NDArray[np.float64]
) -> list[list[InkRun]]:
    """Return the runs of groups that can be parted, neighbours that stand close taken together, in every way.

    Args:
        found: the groups.
        ways: for each group the ways to part it, none for a group that stays as it is.
        height: (n,) of the digits around each group.
    """
    runs: list[list[int]] = []
    for index, own in enumerate(ways):
        if not own:
            continue
        before = runs[-1][-1] if runs else -1
        near = (
            before == index - 1
            and before >= 0
            and found.row[before] == found.row[index]
            and found.boxes[index, 0] - found.boxes[before, 2] < _NEAR * height[index]
        )
        if near:
            runs[-1].append(index)
        else:
            runs.append([index])
    return [
        [
            InkRun.of(run[0], int(found.row[run[0]]), float(height[run[0]]), partings)
            for partings in zip(*(ways[index] for index in run), strict=True)
        ]
        for run in runs
    ]
