import numpy as np

from digitnet.segmentation.boxes import (
    crosses,
    enclose,
    find_overlapping_pairs,
    have_middle_in,
    intersect,
    widths_and_heights,
)


def test_enclosing_box_reaches_around_all_boxes():
    assert enclose(np.array([[3, 4, 10, 20], [1, 8, 5, 30]], np.int32)).tolist() == [1, 4, 10, 30]


def test_sides_are_in_pixels():
    width, height = widths_and_heights(np.array([[3, 4, 10, 20], [1, 8, 5, 30]], np.int32))
    assert (width.tolist(), height.tolist()) == ([7, 4], [16, 22])


def test_intersection_of_boxes_apart_is_empty():
    boxes = np.array([[3, 4, 10, 20], [12, 8, 15, 30]], np.int32)
    inside = intersect(boxes, np.array([0, 6, 8, 12], np.int32))
    assert inside[0].tolist() == [3, 6, 8, 12]
    assert inside[1, 2] <= inside[1, 0]


def test_only_boxes_partly_inside_cross():
    boxes = np.array([[3, 4, 10, 20], [4, 5, 6, 7], [0, 0, 30, 30], [10, 4, 12, 6], [9, 4, 12, 6]], np.int32)
    assert crosses(boxes, boxes[0]).tolist() == [False, False, True, False, True]


def test_middle_lies_in_another_box_or_not():
    boxes = np.array([[0, 0, 10, 10], [20, 0, 30, 10]], np.int32)
    assert have_middle_in(boxes, np.array([[4, 4, 6, 6], [0, 0, 3, 3]], np.int32)).tolist() == [True, False]
    assert have_middle_in(boxes, boxes[:0]).tolist() == [False, False]
    assert have_middle_in(boxes[:0], boxes).tolist() == []


def test_pairs_are_those_that_overlap_or_touch():
    boxes = np.array([[20, 0, 30, 10], [0, 0, 10, 10], [10, 10, 15, 15], [9, 0, 25, 4]], np.int32)
    first, second = find_overlapping_pairs(boxes)
    assert sorted(zip(first.tolist(), second.tolist(), strict=True)) == [(1, 2), (1, 3), (3, 0)]
    assert [len(indices) for indices in find_overlapping_pairs(boxes[:0])] == [0, 0]


def test_each_overlapping_pair_of_many_boxes_is_found_once():
    rng = np.random.default_rng(0)
    corners = rng.integers(0, 300, (200, 2))
    boxes = np.concatenate([corners, corners + rng.integers(1, 40, (200, 2))], axis=1).astype(np.int32)
    first, second = find_overlapping_pairs(boxes)
    left, top, right, bottom = boxes.T
    meets = (left[:, None] <= right) & (left <= right[:, None]) & (top[:, None] <= bottom) & (top <= bottom[:, None])
    expected = np.argwhere(np.triu(meets, 1)).tolist()
    assert sorted(sorted(pair) for pair in zip(first.tolist(), second.tolist(), strict=True)) == expected
