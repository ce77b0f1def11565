"""Join the traces of several sheets to that of the sheets below each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from digitnet.explain.trace_records import ReadingTrace, TracedGroup
from digitnet.segmentation.oversegmentation import Segment


def join_traces(traces: Sequence[ReadingTrace], tops: Sequence[int]) -> ReadingTrace:
    """Join the traces of sheets in reading order; `tops` are y of their first pixels in the ink map of all sheets."""
    groups: list[TracedGroup] = []
    positions: list[tuple[int, int]] = []
    found: list[Segment] = []
    rows = 0
    for trace, top in zip(traces, tops, strict=True):
        positions += [(group + len(groups), step) for group, step in trace.positions]
        groups += [_move_group(group, top, rows) for group in trace.groups]
        found += [_move_segment(segment, top) for segment in trace.found]
        rows = max((group.row + 1 for group in groups), default=0)
    return ReadingTrace(tuple(groups), tuple(positions), tuple(found))


def _move_group(group: TracedGroup, down: int, rows: int) -> TracedGroup:
    """Return a group so many pixels and rows farther down; its path keeps to its candidates."""
    offset = np.array([0, down, 0, down], np.int32)
    known = [*group.candidates, *(step.candidate for step in group.path)]
    moved = {id(candidate): replace(candidate, box=candidate.box + offset) for candidate in known}
    return replace(
        group,
        row=group.row + rows,
        segments=tuple(_move_segment(segment, down) for segment in group.segments),
        candidates=tuple(moved[id(candidate)] for candidate in group.candidates),
        path=tuple(
            replace(step, candidate=moved[id(step.candidate)], segment=_move_segment(step.segment, down))
            for step in group.path
        ),
    )


def _move_segment(segment: Segment, down: int) -> Segment:
    return Segment(segment.box + np.array([0, down, 0, down], np.int32), segment.ink)
