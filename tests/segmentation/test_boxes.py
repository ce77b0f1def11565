import numpy as np

from digitnet.segmentation.boxes import enclose, widths_and_heights, xywh_to_xyxy


def test_xywh_boxes_become_xyxy():
    assert xywh_to_xyxy(np.array([[3, 4, 10, 20]], np.int32)).tolist() == [[3, 4, 13, 24]]


def test_enclosing_box_reaches_around_all_boxes():
    assert enclose(np.array([[3, 4, 10, 20], [1, 8, 5, 30]], np.int32)).tolist() == [1, 4, 10, 30]


def test_sides_are_in_pixels():
    width, height = widths_and_heights(np.array([[3, 4, 10, 20], [1, 8, 5, 30]], np.int32))
    assert (width.tolist(), height.tolist()) == ([7, 4], [16, 22])
