"""Group uncertain ink into runs: neighbors that are over-segmented and decoded together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitnet.labels import CLASSES, NOT_A_DIGIT
from digitnet.segmentation.boxes import widths_and_heights
from digitnet.segmentation.candidates import InkRun
from digitnet.segmentation.groups import InkGroups
from digitnet.segmentation.oversegmentation import (
    Oversegmentation,
    Segment,
    Stroke,
    keep_whole,
    oversegment,
    oversegment_by_strokes,
)
from digitnet.types import Boxes, Probabilities

MIN_CONFIDENCE = 0.9  # A group that is read with at least this probability is not cut.
MIN_CONFIDENCE_IF_WIDE = 0.97  # The same, for a group that is 1.15 to 1.6 times as wide as tall.
# A group of strokes that were drawn by themselves is not cut from this probability of a digit on, if it is at most so
# many times as wide as tall: only a stroke through several digits has to be cut.
_MIN_STROKES_CONFIDENCE, _MAX_STROKES_WIDTH = 0.5, 1.15
_MAX_GAP = 0.25  # Digit heights between groups that may be one digit.
_MAX_OVERSEGMENTED = 150  # A picture with more uncertain groups is no page of numbers.
# On a page of print, with more uncertain groups, runs of groups that are each no digit so surely are not decoded.
_MAX_DECODED, _MIN_NON_DIGIT = 400, 0.98


def oversegment_groups(
    groups: list[Segment],
    certain: NDArray[np.bool_],
    confidence: NDArray[np.float32],
    heights: NDArray[np.float64],
    pen_width: float,
    strokes: Sequence[Stroke],
) -> list[list[Oversegmentation]]:
    """Over-segment each group by cuts, and by the strokes of the pen if they are known.

    A certain group gets an empty list. If there are too many uncertain groups, they stay whole, and so do strokes that
    are likelier one digit than not.

    Args:
        groups: n of them.
        certain: bool (n,), which of them are digits that are read with certainty.
        confidence: float32 (n,), the probability of the likeliest digit.
        heights: float64 (n,), height of the digits around each in pixels.
        pen_width: typical width of a stroke in pixels.
        strokes: the strokes of the drawing, if they are known.
    """
    too_many = np.count_nonzero(~certain) > _MAX_OVERSEGMENTED
    segmentations: list[list[Oversegmentation]] = []
    for group, is_certain, likeliest, height in zip(groups, certain, confidence, heights.tolist(), strict=True):
        tall, wide = group.ink.shape
        is_likely = likeliest >= _MIN_STROKES_CONFIDENCE and wide <= _MAX_STROKES_WIDTH * max(tall, height)
        if is_certain:
            segmentations.append([])
        elif too_many:
            segmentations.append([keep_whole(group)])
        elif strokes and is_likely:
            segmentations.append([keep_whole(group)] * 2)
        else:
            by_strokes = [oversegment_by_strokes(group, height, strokes)] if strokes else []
            segmentations.append([oversegment(group, height, pen_width), *by_strokes])
    return segmentations


def find_certain_digits(boxes: Boxes, probabilities: Probabilities, heights: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which groups are read with confidence and have a digit's shape, bool (n,)."""
    widths, tall = widths_and_heights(boxes)
    confidence = probabilities[:, :CLASSES].max(axis=1, initial=0)
    max_widths = np.where(confidence >= MIN_CONFIDENCE_IF_WIDE, 1.6, 1.15) * np.maximum(tall, heights)
    usual_height = (tall > 0.6 * heights) & (tall < 1.8 * heights)
    return (confidence >= MIN_CONFIDENCE) & (widths < max_widths) & usual_height


def group_into_runs(
    groups: InkGroups, segmentations: list[list[Oversegmentation]], heights: NDArray[np.float64]
) -> list[list[InkRun]]:
    """Group close neighbors into runs; return one InkRun for each over-segmentation of a run.

    Args:
        groups: n groups of ink.
        segmentations: the over-segmentations of each group, empty for a certain one.
        heights: float64 (n,), height of the digits around each group.
    """
    uncertain = np.array([bool(variants) for variants in segmentations], np.bool_)
    return [
        [
            InkRun.from_groups(run[0], int(groups.row[run[0]]), float(heights[run[0]]), variant)
            for variant in zip(*(segmentations[index] for index in run), strict=True)
        ]
        for run in _find_runs(groups, uncertain, heights)
    ]


def find_hopeless(
    groups: InkGroups, uncertain: NDArray[np.bool_], heights: NDArray[np.float64], combined: Probabilities
) -> NDArray[np.bool_]:
    """Tell which groups of a page of print stand among ink that is no digit, bool (n,); none of other pictures.

    Args:
        groups: n groups of ink.
        uncertain: bool (n,), which of them are to be decoded.
        heights: float64 (n,), height of the digits around each group.
        combined: float32 (n, 11), the probabilities by both networks.
    """
    hopeless = np.zeros(len(uncertain), np.bool_)
    if np.count_nonzero(uncertain) <= _MAX_DECODED:
        return hopeless
    unlikely = combined[:, NOT_A_DIGIT] >= _MIN_NON_DIGIT
    for run in _find_runs(groups, uncertain, heights):
        hopeless[run] = unlikely[run].all()
    return hopeless


def _find_runs(groups: InkGroups, uncertain: NDArray[np.bool_], heights: NDArray[np.float64]) -> list[list[int]]:
    """Return the indices of neighboring groups, bool (n,) of all groups, that are close to each other."""
    runs: list[list[int]] = []
    for index in np.flatnonzero(uncertain).tolist():
        before = runs[-1][-1] if runs else -1
        is_near = (
            before == index - 1
            and before >= 0
            and groups.row[before] == groups.row[index]
            and groups.enclosure[before] == groups.enclosure[index]
            and groups.boxes[index, 0] - groups.boxes[before, 2] < _MAX_GAP * heights[index]
        )
        if is_near:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs
