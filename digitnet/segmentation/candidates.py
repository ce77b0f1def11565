"""Enumerate the candidates of an ink run: ink between two cuts that could be one digit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.boxes import enclose
from digitnet.segmentation.oversegmentation import Oversegmentation, Segment, SegmentSets, merge_segments
from digitnet.types import Boxes

# Size of a candidate in heights of a digit; a group of ink that is not cut may have any size.
_MAX_WIDTH_RATIO, _MIN_HEIGHT_RATIO = 1.45, 0.4
_FAR_PIXELS = 2**30  # Outside every picture.
_MAX_MARKS_AT_ONCE = 1_000_000  # Spans times segments; more are examined in blocks, to save memory.


@dataclass(frozen=True)
class Candidate:
    """Ink between two cuts of an ink run.

    Attributes:
        start, end: indices of the cuts; `start` has less ink to its left.
        segment: the ink.
        group_count: number of groups that the ink comes from.
        whole_group: index among all groups of the picture if this is exactly one of them, or None if it was cut out
            or joined.
    """

    start: int
    end: int
    segment: Segment
    group_count: int
    whole_group: int | None


@dataclass(frozen=True)
class InkRun:
    """Neighboring groups of ink that are decoded together; n segments and m cuts.

    Attributes:
        first_group: index of the run's first group among all groups of the picture.
        row: counted from the top.
        digit_height: height of a digit in pixels.
        segments: n of them, those of all groups from left to right.
        group: intp (n,), the group of each segment, counted from 0 within the run.
        left_of_cut: bool (m, n), whether each segment lies left of each cut: none for the first, all for the last.
        cut_group_width: float64 (m,), width in pixels of the group that a cut goes through, infinite for cuts between
            groups.
    """

    first_group: int
    row: int
    digit_height: float
    segments: list[Segment]
    group: NDArray[np.intp]
    left_of_cut: SegmentSets
    cut_group_width: NDArray[np.float64]

    @classmethod
    def from_groups(cls, first_group: int, row: int, digit_height: float, groups: Sequence[Oversegmentation]) -> InkRun:
        """Build the run of over-segmented groups, given from left to right."""
        sizes = [len(group.segments) for group in groups]
        owner = np.repeat(np.arange(len(sizes)), sizes)
        left_of_cut, cut_group_width = [np.zeros((1, len(owner)), np.bool_)], [np.full(1, np.inf)]
        for index, group in enumerate(groups):
            cuts = np.repeat((owner < index)[None], len(group.left_of_cut) - 1, axis=0)
            cuts[:, owner == index] = group.left_of_cut[1:]
            left_of_cut.append(cuts)
            left, _, right, _ = enclose(np.array([segment.box for segment in group.segments]))
            cut_group_width.append(np.append(np.full(len(cuts) - 1, float(right - left)), np.inf))
        segments = [segment for group in groups for segment in group.segments]
        cuts, widths = np.concatenate(left_of_cut), np.concatenate(cut_group_width)
        return cls(first_group, row, digit_height, segments, owner, cuts, widths)

    def merge(self, inside: SegmentSets, box: Boxes) -> Segment:
        """Merge some segments, by bool (n,), into one; `box`, int32 (4,), encloses them."""
        return merge_segments([self.segments[index] for index in np.flatnonzero(inside)], box)


class Spans(NamedTuple):
    """The places of candidates within an ink run of n segments; k candidates.

    Attributes:
        start, end: intp (k,), indices of the cuts between which each lies.
        inside: bool (k, n), the segments between these cuts.
        boxes: int32 (k, 4), xyxy around the segments, in pixels of the ink map.
        group_count: intp (k,), number of groups from which each has ink.
        whole_group: intp (k,), index within the run if it is exactly one group, -1 if it was cut out or joined.
    """

    start: NDArray[np.intp]
    end: NDArray[np.intp]
    inside: SegmentSets
    boxes: Boxes
    group_count: NDArray[np.intp]
    whole_group: NDArray[np.intp]

    def take(self, kept: NDArray[np.bool_]) -> Spans:
        """Return the candidates that bool (k,) marks."""
        return Spans(
            self.start[kept],
            self.end[kept],
            self.inside[kept],
            self.boxes[kept],
            self.group_count[kept],
            self.whole_group[kept],
        )


def extract_candidates(run: InkRun, spans: Spans) -> list[Candidate]:
    """Extract the ink of candidates from a run."""
    return [
        Candidate(start, end, run.merge(inside, box), group_count, run.first_group + group if group >= 0 else None)
        for start, end, inside, box, group_count, group in zip(
            spans.start.tolist(),
            spans.end.tolist(),
            spans.inside,
            spans.boxes,
            spans.group_count.tolist(),
            spans.whole_group.tolist(),
            strict=True,
        )
    ]


def find_spans(run: InkRun) -> Spans:
    """Find all candidates of a run: spans of a digit's size, and every whole group."""
    left = run.left_of_cut
    nested = (left.astype(np.float32) @ (~left.T).astype(np.float32)) == 0
    start, end = np.nonzero(np.triu(nested, 1))
    step = max(1, _MAX_MARKS_AT_ONCE // len(run.segments))
    blocks = [slice(first, first + step) for first in range(0, len(start), step)]
    spans = [_select_spans(run, start[block], end[block]) for block in blocks]
    return Spans(*map(np.concatenate, zip(*spans, strict=True)))


def _select_spans(run: InkRun, start: NDArray[np.intp], end: NDArray[np.intp]) -> Spans:
    """Return the spans between two cuts each, intp (k,), that are candidates."""
    inside = run.left_of_cut[end] & ~run.left_of_cut[start]
    boxes = np.array([segment.box for segment in run.segments], np.int32)
    low = np.where(inside[..., None], boxes[:, :2], _FAR_PIXELS).min(axis=1)
    high = np.where(inside[..., None], boxes[:, 2:], -_FAR_PIXELS).max(axis=1)
    width, height = (high - low).T
    counts = inside.astype(np.int32) @ (run.group[:, None] == np.arange(run.group[-1] + 1))
    group_count = np.count_nonzero(counts, axis=1)
    complete = (group_count == 1) & ((counts == 0) | (counts == np.bincount(run.group))).all(axis=1)
    whole_group = np.where(complete, counts.argmax(axis=1), -1)
    kept = complete | (
        (width <= _MAX_WIDTH_RATIO * run.digit_height) & (height >= _MIN_HEIGHT_RATIO * run.digit_height)
    )
    spans = Spans(start, end, inside, np.concatenate([low, high], axis=1, dtype=np.int32), group_count, whole_group)
    return spans.take(kept)
