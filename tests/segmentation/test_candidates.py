import tracemalloc

import numpy as np
import pytest

from digitnet.segmentation.candidates import InkRun, extract_candidates, find_spans
from digitnet.segmentation.oversegmentation import Oversegmentation, Segment, keep_whole


def make_segment(left, width):
    return Segment(np.array([left, 0, left + width, 100], np.int32), np.full((100, width), 255, np.uint8))


@pytest.fixture
def run():
    """Return a run of two groups: two segments 60 pixels wide, and one 160 pixels wide."""
    cut = Oversegmentation([make_segment(0, 60), make_segment(60, 60)], np.tri(3, 2, -1, dtype=np.bool_))
    return InkRun.from_groups(4, 1, 100.0, [cut, keep_whole(make_segment(130, 160))])


def test_run_knows_the_group_of_each_segment_and_cut(run):
    assert run.group.tolist() == [0, 0, 1]
    assert run.left_of_cut.tolist() == [[False] * 3, [True, False, False], [True, True, False], [True] * 3]
    assert run.cut_group_width.tolist() == [np.inf, 120.0, np.inf, np.inf]


def test_spans_have_the_size_of_a_digit_or_are_whole_groups(run):
    spans = find_spans(run)
    assert list(zip(spans.start, spans.end, strict=True)) == [(0, 1), (0, 2), (1, 2), (2, 3)]
    assert spans.whole_group.tolist() == [-1, 0, -1, 1]
    assert spans.group_count.tolist() == [1, 1, 1, 1]


def test_spans_of_a_long_run_take_little_memory():
    count = 300
    cut = Oversegmentation([make_segment(20 * place, 20) for place in range(count)], np.tri(count + 1, count, -1) > 0)
    long = InkRun.from_groups(0, 0, 100.0, [cut])
    tracemalloc.start()
    spans = find_spans(long)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * 2**20
    assert len(spans.start) == sum(min(7, count - place) for place in range(count)) + 1
    assert (np.diff(spans.start) >= 0).all()


def test_candidate_has_the_ink_between_its_cuts(run):
    candidates = extract_candidates(run, find_spans(run))
    assert [candidate.segment.box.tolist() for candidate in candidates] == [
        [0, 0, 60, 100],
        [0, 0, 120, 100],
        [60, 0, 120, 100],
        [130, 0, 290, 100],
    ]
    assert [candidate.whole_group for candidate in candidates] == [None, 4, None, 5]
    assert all(candidate.segment.ink.all() for candidate in candidates)


def test_marked_spans_are_taken(run):
    spans = find_spans(run)
    taken = spans.take(spans.whole_group >= 0)
    assert list(zip(taken.start, taken.end, strict=True)) == [(0, 2), (2, 3)]
    assert taken.boxes.tolist() == [[0, 0, 120, 100], [130, 0, 290, 100]]
