import numpy as np

from benchmarks.peers import sort_into_rows


def test_boxes_are_sorted_into_rows():
    boxes = np.array([[50, 0, 60, 20], [0, 4, 10, 24], [0, 40, 10, 60]], float)
    assert sort_into_rows(boxes, ["2", "1", "3"]) == ["12", "3"]
