import numpy as np
import pytest

from digitnet.decoding.ink_runs import find_hopeless, oversegment_groups
from digitnet.labels import CLASSES, NOT_A_DIGIT
from digitnet.segmentation.groups import InkGroups
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


@pytest.fixture
def find_in_pairs():
    """Return a function that finds hopeless groups among so many pairs of them, in each of which the first is sure."""

    def run(pairs, second):
        left = 40 * np.arange(pairs).repeat(2) + np.tile([0, 12], pairs)
        boxes = np.stack([left, np.zeros_like(left), left + 10, np.full_like(left, 30)], axis=1).astype(np.int32)
        count = len(boxes)
        groups = InkGroups(boxes, np.zeros(count, np.int32), [], np.full(count, -1, np.int32), 4.0)
        combined = np.zeros((count, CLASSES + 1), np.float32)
        combined[:, NOT_A_DIGIT] = np.tile([1.0, second], pairs)
        return find_hopeless(groups, np.ones(count, np.bool_), np.full(count, 30.0), combined)

    return run


def test_print_beside_other_print_is_not_decoded(find_in_pairs):
    assert find_in_pairs(250, 0.99).all()


def test_ink_beside_what_may_be_a_digit_is_decoded(find_in_pairs):
    assert not find_in_pairs(250, 0.5).any()


def test_all_ink_of_a_page_with_little_print_is_decoded(find_in_pairs):
    assert not find_in_pairs(50, 0.99).any()
