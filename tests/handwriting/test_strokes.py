import numpy as np
import pytest

from digitnet.handwriting.strokes import draw_ink


def test_ink_is_as_wide_as_the_pen():
    ink = draw_ink([[[0, 0], [0, 100]]], pen=0.1)
    assert ink.shape[0] > 6 * ink.shape[1]
    assert 6 <= ink.shape[1] <= 11  # A tenth of 72 pixels, and soft edges.


def test_ink_keeps_its_proportions_on_any_scale():
    square = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
    small, large = (draw_ink([(np.array(square) * side).tolist()], 0.1) for side in (1, 5000))
    assert small.shape == large.shape
    assert abs(small.shape[0] - small.shape[1]) <= 1


def test_lifted_pen_leaves_no_ink():
    ink = draw_ink([[[0, 0], [0, 100]], [[50, 0], [50, 100]]], pen=0.05)
    assert not ink[:, ink.shape[1] // 2].any()


@pytest.mark.parametrize("strokes", [[], [[]]])
def test_strokes_without_points_leave_no_ink(strokes):
    assert not draw_ink(strokes, 0.1).size


def test_single_point_is_a_dot():
    assert draw_ink([[[3, 3]]], 0.1).any()
