import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from digitnet.segmentation.skeleton import find_forks, skeletonize, split_at_forks


def test_skeleton_is_thin_and_lies_within_the_ink(ink):
    mask = (ink([(20, 20), (180, 60), (40, 100)], shape=(120, 200)) > 0).astype(np.uint8)
    line = skeletonize(mask)
    assert line.any()
    assert not (line & (1 - mask)).any()
    assert cv2.erode(line, np.ones((2, 2), np.uint8)).sum() == 0
    assert cv2.connectedComponents(line, connectivity=8)[0] == 2


def test_skeleton_of_a_ring_keeps_its_hole():
    ring = np.zeros((80, 80), np.uint8)
    cv2.circle(ring, (40, 40), 25, 1, 7)
    line = skeletonize(ring)
    assert cv2.connectedComponents(1 - line, connectivity=4)[0] == 3
    assert not find_forks(line).any()


def test_cross_has_a_fork_and_bend_has_none(ink):
    cross = ink([(20, 60), (140, 60)], [(80, 10), (80, 90)])
    bend = ink([(20, 20), (80, 80), (140, 20)])
    assert find_forks(skeletonize((cross > 0).astype(np.uint8))).any()
    assert not find_forks(skeletonize((bend > 0).astype(np.uint8))).any()


def test_cross_splits_into_four_branches_that_meet(ink):
    branches = split_at_forks(ink([(20, 60), (180, 60)], [(100, 10), (100, 110)], shape=(120, 200)), 9)
    assert branches.branch_count == 4
    assert branches.forks == [(0, 1, 2, 3)]


def test_stroke_without_forks_is_one_branch(ink):
    branches = split_at_forks(ink([(20, 20), (80, 80), (140, 80), (180, 20)], shape=(120, 200)), 9)
    assert branches.branch_count == 1
    assert not branches.owner.any()


def test_ink_at_a_crossing_belongs_to_the_fork(ink):
    branches = split_at_forks(ink([(20, 60), (180, 60)], [(100, 10), (100, 110)], shape=(120, 200)), 9)
    assert branches.owner[60, 100] == branches.branch_count
    assert branches.owner[60, 40] != branches.owner[60, 160]


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 60)), elements=st.sampled_from([0, 0, 255])))
def test_all_ink_belongs_to_a_branch_or_fork(picture):
    branches = split_at_forks(picture, 2.0)
    assert branches.owner.shape == picture.shape
    assert branches.branch_count >= 1
    assert branches.owner.min() >= 0
    assert branches.owner.max() < branches.branch_count + len(branches.forks)
    assert all(0 <= branch < branches.branch_count for fork in branches.forks for branch in fork)
