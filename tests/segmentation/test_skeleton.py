import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from digitnet.segmentation.skeleton import find_forks, skeletonize, split_at_forks


def test_middle_line_is_thin_and_lies_within(ink):
    mask = (ink([(20, 20), (180, 60), (40, 100)], shape=(120, 200)) > 0).astype(np.uint8)
    line = skeletonize(mask)
    assert line.any()
    assert not (line & (1 - mask)).any()
    assert cv2.erode(line, np.ones((2, 2), np.uint8)).sum() == 0
    assert cv2.connectedComponents(line, connectivity=8)[0] == 2


def test_ring_keeps_its_hole():
    ring = np.zeros((80, 80), np.uint8)
    cv2.circle(ring, (40, 40), 25, 1, 7)
    line = skeletonize(ring)
    assert cv2.connectedComponents(1 - line, connectivity=4)[0] == 3
    assert not find_forks(line).any()


def test_cross_has_a_fork_and_a_bend_has_none(ink):
    cross = ink([(20, 60), (140, 60)], [(80, 10), (80, 90)])
    bend = ink([(20, 20), (80, 80), (140, 20)])
    assert find_forks(skeletonize((cross > 0).astype(np.uint8))).any()
    assert not find_forks(skeletonize((bend > 0).astype(np.uint8))).any()


def test_cross_falls_into_four_strokes_that_meet(ink):
    strokes = split_at_forks(ink([(20, 60), (180, 60)], [(100, 10), (100, 110)], shape=(120, 200)), 9)
    assert strokes.branch_count == 4
    assert strokes.forks == [(0, 1, 2, 3)]


def test_stroke_without_forks_stays_whole(ink):
    strokes = split_at_forks(ink([(20, 20), (80, 80), (140, 80), (180, 20)], shape=(120, 200)), 9)
    assert strokes.branch_count == 1
    assert not strokes.owner.any()


def test_ink_where_strokes_meet_is_the_forks(ink):
    strokes = split_at_forks(ink([(20, 60), (180, 60)], [(100, 10), (100, 110)], shape=(120, 200)), 9)
    assert strokes.owner[60, 100] == strokes.branch_count
    assert strokes.owner[60, 40] != strokes.owner[60, 160]


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 60)), elements=st.sampled_from([0, 0, 255])))
def test_any_ink_has_owners(picture):
    strokes = split_at_forks(picture, 2.0)
    assert strokes.owner.shape == picture.shape
    assert strokes.branch_count >= 1
    assert strokes.owner.min() >= 0
    assert strokes.owner.max() < strokes.branch_count + len(strokes.forks)
    assert all(0 <= stroke < strokes.branch_count for fork in strokes.forks for stroke in fork)
