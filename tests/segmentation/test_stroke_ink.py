import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.segmentation.oversegmentation import Stroke, merge_segments
from digitnet.segmentation.stroke_ink import draw_stroke, draw_strokes_apart

LEVEL, UPRIGHT = [(10, 50), (150, 50)], [(80, 5), (80, 95)]


def make_stroke(points, width=8.0):
    return Stroke(np.array(points, float).reshape(-1, 2), width)


def test_crossing_strokes_are_drawn_without_each_other(ink):
    drawn = draw_strokes_apart(ink(LEVEL, UPRIGHT), [make_stroke(LEVEL), make_stroke(UPRIGHT)])
    level, upright = drawn.segments
    assert level.ink.shape[0] == pytest.approx(9, abs=2)
    assert upright.ink.shape[1] == pytest.approx(9, abs=2)
    assert drawn.widths.tolist() == [8.0, 8.0]


def test_strokes_together_are_the_ink(ink):
    picture = ink(LEVEL, UPRIGHT)
    drawn = draw_strokes_apart(picture, [make_stroke(LEVEL), make_stroke(UPRIGHT)])
    height, width = picture.shape
    together = merge_segments(drawn.segments, np.array([0, 0, width, height], np.int32)).ink
    assert ((together > 127) != (picture > 127)).mean() < 0.01


def test_stroke_that_was_taken_back_is_left_out(ink):
    drawn = draw_strokes_apart(ink(LEVEL), [make_stroke(LEVEL), make_stroke(UPRIGHT)])
    assert len(drawn.segments) == 1


def test_part_of_a_stroke_that_was_erased_is_not_drawn(ink):
    picture = ink(LEVEL)
    picture[:, 120:] = 0
    (segment,) = draw_strokes_apart(picture, [make_stroke(LEVEL)]).segments
    assert segment.box[2] <= 122


def test_strokes_that_do_not_explain_the_ink_are_not_used(ink):
    assert draw_strokes_apart(ink(LEVEL, UPRIGHT), [make_stroke(LEVEL)]).segments == []


def test_point_is_drawn_as_a_dot():
    dot = draw_stroke(make_stroke([(50, 40)], 12.0), (100, 160))
    assert dot.ink.shape == pytest.approx((13, 13), abs=2)


def test_stroke_outside_the_picture_has_no_ink():
    assert draw_stroke(make_stroke([(300, 300), (400, 300)]), (100, 160)).ink.size == 0


@given(
    st.lists(st.tuples(st.floats(), st.floats()), max_size=5),
    st.one_of(st.floats(0, 1e12), st.just(np.nan)),
)
def test_any_stroke_is_drawn_within_the_picture(points, width):
    segment = draw_stroke(make_stroke(points, width), (40, 60))
    left, top, right, bottom = segment.box.tolist()
    assert 0 <= left <= right <= 60
    assert 0 <= top <= bottom <= 40
    assert segment.ink.shape == (bottom - top, right - left)
