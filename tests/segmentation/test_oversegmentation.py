import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from digitnet.segmentation.oversegmentation import (
    Segment,
    Stroke,
    keep_whole,
    merge_segments,
    oversegment,
    oversegment_by_strokes,
)


def make_segment(picture):
    height, width = picture.shape
    return Segment(np.array([0, 0, width, height], np.int32), picture)


def measure_best_cut(result, left, right):
    """Return the least share of either side's ink that the best cut leaves on its side."""
    shares = np.array(
        [
            [float(side[y0:y1, x0:x1][segment.ink > 0].sum()) / side.sum() for side in (left, right)]
            for segment in result.segments
            for x0, y0, x1, y1 in [segment.box.tolist()]
        ]
    )
    kept = result.left_of_cut @ shares
    return float(np.minimum(kept[:, 0], 1 - kept[:, 1]).max())


def check_oversegmentation(result, picture):
    """Check that the cuts go from none to all, and that the segments together are the ink."""
    assert not result.left_of_cut[0].any()
    assert result.left_of_cut[-1].all()
    assert result.left_of_cut.shape[1] == len(result.segments)
    height, width = picture.shape
    together = merge_segments(result.segments, np.array([0, 0, width, height])).ink
    assert np.array_equal(together, picture) or len(result.segments) == 1


def test_narrow_ink_is_not_cut(ink):
    segment = make_segment(ink([(10, 5), (10, 95)], shape=(100, 20)))
    assert oversegment(segment, 100.0, 8.0).segments == [segment]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([(20, 20), (70, 20), (40, 90)], [(60, 60), (120, 60), (90, 10), (90, 95)]),  # Reaches under the other.
        ([(20, 10), (20, 90), (80, 90)], [(80, 50), (80, 90), (140, 90), (140, 10)]),  # On one line.
        ([(20, 10), (60, 50), (20, 90)], [(120, 10), (60, 50), (120, 90)]),  # Back to back.
    ],
)
def test_touching_shapes_have_a_cut_between_them(ink, left, right):
    first, second = ink(left), ink(right)
    both = np.maximum(first, second)
    result = oversegment(make_segment(both), 90.0, 8.0)
    check_oversegmentation(result, both)
    assert measure_best_cut(result, first, second) > 0.8


def test_ink_at_a_crossing_belongs_to_all_strokes(ink):
    result = oversegment(make_segment(ink([(10, 50), (150, 50)], [(80, 5), (80, 95)])), 90.0, 8.0)
    holding = [
        segment
        for segment in result.segments
        if np.all(segment.box[:2] <= (79, 49)) and np.all(segment.box[2:] >= (81, 51))
    ]
    assert len(holding) >= 4


@given(
    arrays(np.uint8, st.tuples(st.integers(8, 40), st.integers(8, 80)), elements=st.sampled_from([0, 0, 255])),
    st.floats(4, 60),
)
def test_any_ink_is_over_segmented_without_loss(picture, height):
    if picture.any():
        check_oversegmentation(oversegment(make_segment(picture), height, 2.0), picture)


def test_drawing_is_segmented_into_its_strokes(ink):
    lines = [[(20, 10), (20, 90)], [(20, 50), (120, 50)], [(120, 10), (120, 90)]]
    strokes = [Stroke(np.array(line, float), 8.0) for line in lines]
    result = oversegment_by_strokes(make_segment(ink(*lines)), 90.0, strokes)
    centers = sorted(float(segment.box[0] + segment.box[2]) / 2 for segment in result.segments)
    assert centers == pytest.approx([20, 70, 120], abs=4)


def test_strokes_of_another_drawing_split_nothing(ink):
    segment = make_segment(ink([(20, 10), (140, 90)]))
    foreign = Stroke(np.array([[300.0, 300.0], [400.0, 300.0]]), 8.0)
    assert oversegment_by_strokes(segment, 90.0, [foreign]).segments == keep_whole(segment).segments
