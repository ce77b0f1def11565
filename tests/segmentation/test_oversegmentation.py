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


def part_of(picture):
    height, width = picture.shape
    return Segment(np.array([0, 0, width, height], np.int32), picture)


def best_division(parting, left, right):
    """The least share of both sides' ink that any division leaves on its side."""
    shares = np.array(
        [
            [float(side[y0:y1, x0:x1][part.ink > 0].sum()) / side.sum() for side in (left, right)]
            for part in parting.segments
            for x0, y0, x1, y1 in [part.box.tolist()]
        ]
    )
    kept = parting.left_of_cut @ shares
    return float(np.minimum(kept[:, 0], 1 - kept[:, 1]).max())


def check(parting, picture):
    """Divisions go from none to all, and the parts together are the ink."""
    assert not parting.left_of_cut[0].any()
    assert parting.left_of_cut[-1].all()
    assert parting.left_of_cut.shape[1] == len(parting.segments)
    height, width = picture.shape
    together = merge_segments(parting.segments, np.array([0, 0, width, height])).ink
    assert np.array_equal(together, picture) or len(parting.segments) == 1


def test_narrow_ink_stays_whole(ink):
    part = part_of(ink([(10, 5), (10, 95)], shape=(100, 20)))
    assert oversegment(part, 100.0, 8.0).segments == [part]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([(20, 20), (70, 20), (40, 90)], [(60, 60), (120, 60), (90, 10), (90, 95)]),  # reaches under the other
        ([(20, 10), (20, 90), (80, 90)], [(80, 50), (80, 90), (140, 90), (140, 10)]),  # on one line
        ([(20, 10), (60, 50), (20, 90)], [(120, 10), (60, 50), (120, 90)]),  # back to back
    ],
)
def test_touching_shapes_have_a_division_between_them(ink, left, right):
    first, second = ink(left), ink(right)
    both = np.maximum(first, second)
    parting = oversegment(part_of(both), 90.0, 8.0)
    check(parting, both)
    assert best_division(parting, first, second) > 0.8


def test_ink_where_strokes_meet_belongs_to_all_of_them(ink):
    parting = oversegment(part_of(ink([(10, 50), (150, 50)], [(80, 5), (80, 95)])), 90.0, 8.0)
    holding = [
        part for part in parting.segments if np.all(part.box[:2] <= (79, 49)) and np.all(part.box[2:] >= (81, 51))
    ]
    assert len(holding) >= 4


@given(
    arrays(np.uint8, st.tuples(st.integers(8, 40), st.integers(8, 80)), elements=st.sampled_from([0, 0, 255])),
    st.floats(4, 60),
)
def test_any_ink_is_taken_apart_without_loss(picture, height):
    if picture.any():
        check(oversegment(part_of(picture), height, 2.0), picture)


def test_drawing_falls_into_its_strokes(ink):
    lines = [[(20, 10), (20, 90)], [(20, 50), (120, 50)], [(120, 10), (120, 90)]]
    drawn = [Stroke(np.array(line, float), 8.0) for line in lines]
    parting = oversegment_by_strokes(part_of(ink(*lines)), 90.0, drawn)
    middles = sorted(float(part.box[0] + part.box[2]) / 2 for part in parting.segments)
    assert middles == pytest.approx([20, 70, 120], abs=4)


def test_strokes_of_another_drawing_part_nothing(ink):
    part = part_of(ink([(20, 10), (140, 90)]))
    foreign = Stroke(np.array([[300.0, 300.0], [400.0, 300.0]]), 8.0)
    assert oversegment_by_strokes(part, 90.0, [foreign]).segments == keep_whole(part).segments
