import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from digitnet.strokes import fork_points, middle_line, split_strokes


def ink(*strokes, shape=(120, 200), pen=9):
    picture = np.zeros(shape, np.uint8)
    for stroke in strokes:
        cv2.polylines(picture, [np.array(stroke, np.int32)], False, 255, pen)
    return picture


def test_middle_line_is_thin_and_lies_within():
    mask = (ink([(20, 20), (180, 60), (40, 100)]) > 0).astype(np.uint8)
    line = middle_line(mask)
    assert line.any()
    assert not (line & (1 - mask)).any()
    assert cv2.erode(line, np.ones((2, 2), np.uint8)).sum() == 0
    assert cv2.connectedComponents(line, connectivity=8)[0] == 2


def test_ring_keeps_its_hole():
    ring = np.zeros((80, 80), np.uint8)
    cv2.circle(ring, (40, 40), 25, 1, 7)
    line = middle_line(ring)
    assert cv2.connectedComponents(1 - line, connectivity=4)[0] == 3
    assert not fork_points(line).any()


def test_cross_has_a_fork_and_a_bend_has_none():
    assert fork_points(middle_line((ink([(20, 60), (180, 60)], [(100, 10), (100, 110)]) > 0).astype(np.uint8))).any()
    assert not fork_points(middle_line((ink([(20, 20), (100, 100), (180, 20)]) > 0).astype(np.uint8))).any()


def test_cross_falls_into_four_strokes():
    assert len(split_strokes(ink([(20, 60), (180, 60)], [(100, 10), (100, 110)]), 9)) == 4


def test_stroke_without_forks_stays_whole():
    assert len(split_strokes(ink([(20, 20), (80, 80), (140, 80), (180, 20)]), 9)) == 1


def test_every_pixel_of_ink_belongs_to_one_stroke():
    picture = ink([(20, 60), (180, 60)], [(100, 10), (100, 110)], [(30, 10), (60, 110)])
    strokes = split_strokes(picture, 9)
    assert np.array_equal(np.sum(strokes, axis=0, dtype=np.int64), picture)


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 60)), elements=st.sampled_from([0, 0, 255])))
def test_any_ink_is_shared_out_without_loss(picture):
    strokes = split_strokes(picture, 2.0)
    assert np.array_equal(np.sum(strokes, axis=0, dtype=np.int64), picture) or not picture.any()
