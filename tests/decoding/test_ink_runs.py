import numpy as np
import pytest

from digitnet.decoding.ink_runs import oversegment_groups
from digitnet.segmentation.oversegmentation import Segment, Stroke

LINES = [[(20, 20), (70, 20), (40, 90)], [(60, 60), (120, 60)]]


@pytest.fixture
def oversegment(ink):
    """Return a function that over-segments two joined lines, given how likely they are one digit."""
    picture = ink(*LINES)[10:100, 15:125]
    group = Segment(np.array([15, 10, 125, 100], np.int32), picture)

    def run(confidence, strokes=(), *, certain=False):
        found = np.array([certain]), np.array([confidence], np.float32), np.array([100.0])
        (segmentations,) = oversegment_groups([group], *found, 8.0, strokes)
        return [len(segmentation.segments) for segmentation in segmentations]

    return run


@pytest.fixture
def strokes():
    """Return the strokes of the lines."""
    return [Stroke(np.array(line, float), 8.0) for line in LINES]


def test_certain_group_is_not_over_segmented(oversegment):
    assert oversegment(0.99, certain=True) == []


def test_uncertain_ink_is_cut(oversegment):
    (count,) = oversegment(0.7)
    assert count > 1


def test_unlikely_strokes_are_segmented_by_cuts_and_by_strokes(oversegment, strokes):
    by_cuts, by_strokes = oversegment(0.2, strokes)
    assert by_cuts > 1
    assert by_strokes == 2


def test_strokes_that_are_likely_a_digit_stay_whole(oversegment, strokes):
    assert oversegment(0.7, strokes) == [1, 1]
