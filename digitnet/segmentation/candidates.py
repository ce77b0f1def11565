"""What could be one digit in a stretch of ink: whatever lies between two of its divisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.boxes import enclose
from digitnet.segmentation.oversegmentation import Oversegmentation, Segment, SegmentSets, merge_segments
from digitnet.types import Boxes

_WIDEST = 1.45  # of a digit's height: a candidate, but for one that is a group as it was found
_LOWEST = 0.4  # of a digit's height, likewise


@dataclass(frozen=True)
class Candidate:
    """Ink between two divisions of a stretch, of which `start` has less to its left than `end`.

    Attributes:
        groups: how many groups it has ink of.
        whole: which of all groups it is, as that was found; None for what was cut out or joined.
    """

    start: int
    end: int
    part: Segment
    groups: int
    whole: int | None


@dataclass(frozen=True)
class InkRun:
    """Neighbouring groups of ink whose digits are looked for together.

    Attributes:
        first: which of all groups its first one is.
        row: counted from the top.
        height: of a digit, in pixels.
        parts: n of them, of all groups.
        group: (n,) which of its groups each part belongs to, counted from 0.
        lefts: bool (m, n), for each division of the ink the parts to its left, from none to all.
        cut: float64 (m,), the width in pixels of the group that a division cuts, infinite between groups.
    """

    first: int
    row: int
    height: float
    parts: list[Segment]
    group: NDArray[np.intp]
    lefts: SegmentSets
    cut: NDArray[np.float64]

    @classmethod
    def of(cls, first: int, row: int, height: float, partings: Sequence[Oversegmentation]) -> InkRun:
        """Return the stretch of some groups, from left to right; `first` and `row` as above."""
        sizes = [len(parting.parts) for parting in partings]
        group = np.repeat(np.arange(len(sizes)), sizes)
        lefts, cut = [np.zeros((1, len(group)), np.bool_)], [np.full(1, np.inf)]
        for index, parting in enumerate(partings):
            divided = np.repeat((group < index)[None], len(parting.lefts) - 1, axis=0)
            divided[:, group == index] = parting.lefts[1:]
            lefts.append(divided)
            left, _, right, _ = enclose(np.array([part.box for part in parting.parts]))
            cut.append(np.append(np.full(len(divided) - 1, float(right - left)), np.inf))
        parts = [part for parting in partings for part in parting.parts]
        return cls(first, row, height, parts, group, np.concatenate(lefts), np.concatenate(cut))

    def within(self, inside: SegmentSets, box: Boxes) -> Segment:
        """Return some of the parts as one; `box` (4,) is what encloses them."""
        return merge_segments([self.parts[place] for place in np.flatnonzero(inside)], box)


class Spans(NamedTuple):
    """Candidates, but for their ink; k of them.

    Attributes:
        start, end: (k,) the divisions between which each lies.
        inside: bool (k, n), the parts between these.
        box: int32 (k, 4), what encloses them.
        groups: (k,) how many groups they are of.
        whole: (k,) the stretch's group that each is, -1 for what is none.
    """

    start: NDArray[np.intp]
    end: NDArray[np.intp]
    inside: SegmentSets
    box: Boxes
    groups: NDArray[np.intp]
    whole: NDArray[np.intp]

    def take(self, kept: NDArray[np.bool_]) -> Spans:
        """Return some of them, by bool (k,)."""
        return Spans(
            self.start[kept], self.end[kept], self.inside[kept], self.box[kept], self.groups[kept], self.whole[kept]
        )


def extract_candidates(stretch: InkRun, found: Spans) -> list[Candidate]:
    """Return candidates of a stretch with their ink."""
    return [
        Candidate(start, end, stretch.within(inside, box), groups, stretch.first + whole if whole >= 0 else None)
        for start, end, inside, box, groups, whole in zip(
            found.start.tolist(), found.end.tolist(), found.inside, found.box, found.groups.tolist(),
            found.whole.tolist(), strict=True,
        )
    ]  # fmt: skip


def find_spans(stretch: InkRun) -> Spans:
    """Return where there is what could be a digit, and every group as it was found."""
    lefts = stretch.lefts
    nested = (lefts.astype(np.float32) @ (~lefts.T).astype(np.float32)) == 0
    start, end = np.nonzero(np.triu(nested, 1))
    inside = lefts[end] & ~lefts[start]
    boxes = np.array([part.box for part in stretch.parts], np.int32)
    far = 2**30
    low = np.where(inside[..., None], boxes[:, :2], far).min(axis=1)
    high = np.where(inside[..., None], boxes[:, 2:], -far).max(axis=1)
    wide, tall = (high - low).T
    own = inside.astype(np.int32) @ (stretch.group[:, None] == np.arange(stretch.group[-1] + 1))
    groups = np.count_nonzero(own, axis=1)
    complete = (groups == 1) & ((own == 0) | (own == np.bincount(stretch.group))).all(axis=1)
    whole = np.where(complete, own.argmax(axis=1), -1)
    kept = complete | ((wide <= _WIDEST * stretch.height) & (tall >= _LOWEST * stretch.height))
    box = np.concatenate([low, high], axis=1, dtype=np.int32)
    return Spans(start[kept], end[kept], inside[kept], box[kept], groups[kept], whole[kept])
