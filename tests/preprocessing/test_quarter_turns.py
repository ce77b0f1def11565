import numpy as np
import pytest

from digitnet.preprocessing.quarter_turns import make_turn, turn_boxes, turn_lines, turn_points, turn_size
from digitnet.preprocessing.straightening import turn_picture

SIZE = (40, 30)
TURNS = [0, 90, 180, 270]


@pytest.mark.parametrize("turn", TURNS)
def test_box_holds_the_same_pixels_after_a_turn(turn):
    picture = np.zeros((30, 40), np.uint8)
    picture[4:9, 20:37] = 255
    turned, _ = turn_picture(picture, turn)
    left, top, right, bottom = turn_boxes(np.array([[20, 4, 37, 9]], np.int32), SIZE, turn)[0]
    assert turned.shape[::-1] == turn_size(SIZE, turn)
    assert turned[top:bottom, left:right].all()
    assert turned.astype(bool).sum() == (bottom - top) * (right - left)


@pytest.mark.parametrize("turn", TURNS)
def test_negative_turn_leads_back(turn):
    boxes, lines = np.array([[20, 4, 37, 9], [0, 0, 40, 30]], np.int32), np.array([[0.9, 0.1, 0.2, 0.4]])
    assert (turn_boxes(turn_boxes(boxes, SIZE, turn), turn_size(SIZE, turn), -turn) == boxes).all()
    assert turn_lines(turn_lines(lines, (1, 1), turn), (1, 1), -turn) == pytest.approx(lines)


@pytest.mark.parametrize("turn", TURNS)
def test_homography_turns_points_alike(turn):
    points = np.array([[0.0, 0.0], [12.0, 5.0]])
    mapped = points @ make_turn(SIZE, turn)[:2, :2].T + make_turn(SIZE, turn)[:2, 2]
    assert mapped == pytest.approx(turn_points(points, SIZE, turn))


def test_no_boxes_stay_none():
    assert turn_boxes(np.empty((0, 4), np.int32), SIZE, 90).shape == (0, 4)
