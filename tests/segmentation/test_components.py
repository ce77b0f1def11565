import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from digitnet.segmentation.boxes import xywh_to_xyxy
from digitnet.segmentation.components import group_components
from digitnet.segmentation.rows import find_rows

PEN = 8


def picture(*strokes, height=300, width=400):
    ink = np.zeros((height, width), np.uint8)
    for stroke in strokes:
        cv2.polylines(ink, [np.array(stroke, np.int32)], False, 255, PEN)
    return ink


def bar(x, y=100, height=80):
    return [(x, y), (x, y + height)]


def test_nothing_gives_nothing():
    found = group_components(picture(), PEN)
    assert found.boxes.shape == (0, 4)
    assert found.crops == []


def test_boxes_lie_around_the_ink():
    found = group_components(picture(bar(50), bar(150)), PEN)
    assert np.abs(found.boxes - [[46, 96, 55, 185], [146, 96, 155, 185]]).max() <= 1


def test_digits_are_read_from_left_to_right():
    assert (np.diff(group_components(picture(bar(250), bar(50), bar(150)), PEN).boxes[:, 0]) > 0).all()


def test_rows_are_read_from_top_to_bottom():
    found = group_components(picture(bar(50, 150), bar(300, 20), bar(150, 20), bar(200, 155)), PEN)
    assert found.row.tolist() == [0, 0, 1, 1]
    assert found.boxes[:, 0].tolist() == sorted(found.boxes[:2, 0]) + sorted(found.boxes[2:, 0])


@pytest.mark.parametrize("slope", [-0.25, -0.1, 0.1, 0.25])
def test_slanted_rows_stay_whole(slope):
    strokes = [bar(40 + 60 * i, round(150 + row * 130 + slope * 60 * i), 70) for row in range(2) for i in range(6)]
    found = group_components(picture(*strokes, height=500), PEN)
    assert found.row.tolist() == [0] * 6 + [1] * 6


def test_floating_bar_belongs_to_its_five():
    five = [(100, 120), (95, 160), (130, 165), (140, 200), (95, 210)]
    found = group_components(picture(five, [(115, 100), (175, 95)], bar(250), bar(320)), PEN)
    assert len(found.boxes) == 3


def test_two_strokes_of_a_four_belong_together():
    found = group_components(
        picture([(100, 100), (70, 160), (140, 160)], [(125, 172), (125, 210)], bar(250), bar(320)), PEN
    )
    assert len(found.boxes) == 3


def test_rows_close_to_each_other_are_not_joined():
    found = group_components(picture(*[bar(x, y, 80) for y in (40, 140) for x in (50, 120, 190)]), PEN)
    assert found.row.tolist() == [0, 0, 0, 1, 1, 1]


def test_specks_and_dots_are_no_digits():
    ink = picture(bar(50), bar(150))
    cv2.circle(ink, (250, 180), PEN // 2, 255, cv2.FILLED)
    ink[20, 20] = 255
    assert len(group_components(ink, PEN).boxes) == 2


def test_dashes_are_no_digits():
    assert len(group_components(picture(bar(50), [(100, 140), (160, 140)], bar(220)), PEN).boxes) == 2


def test_rim_of_the_picture_is_no_digit():
    ink = picture(bar(150), bar(250))
    ink[:, :20] = 255
    ink[-30:, -60:] = 255
    assert len(group_components(ink, PEN).boxes) == 2


def test_digit_that_runs_out_of_the_picture_is_kept():
    found = group_components(picture(bar(150), bar(250), [(340, 100), (400, 110), (370, 180)]), PEN)
    assert len(found.boxes) == 3


def test_single_one_as_tall_as_the_picture_is_kept():
    assert len(group_components(picture([(200, -5), (190, 305)]), PEN).boxes) == 1


def test_crop_holds_the_ink_of_its_digit_alone():
    hook = [(100, 100), (60, 180), (180, 180)]
    found = group_components(picture(hook, [(150, 90), (150, 150)], height=220), PEN)
    for box, crop in zip(found.boxes, found.crops, strict=True):
        assert crop.shape == (box[3] - box[1], box[2] - box[0])


def test_boxes_change_format():
    assert xywh_to_xyxy(np.array([[3, 4, 10, 20]], np.int32)).tolist() == [[3, 4, 13, 24]]


def test_rows_of_no_boxes():
    row, order = find_rows(np.empty((0, 4), np.int32))
    assert row.shape == (0,)
    assert order.shape == (0,)


@given(arrays(np.uint8, st.tuples(st.integers(1, 60), st.integers(1, 60)), elements=st.sampled_from([0, 0, 0, 255])))
def test_any_ink_gives_ordered_rows_within_the_picture(ink):
    found = group_components(ink, 2.0)
    assert (np.diff(found.row) >= 0).all()
    assert (found.boxes >= 0).all()
    assert (found.boxes[:, 2] <= ink.shape[1]).all()
    assert (found.boxes[:, 3] <= ink.shape[0]).all()
    assert len(found.crops) == len(found.boxes) == len(found.row)


def test_open_four_of_two_strokes_is_one_digit():
    left, right = [(100, 100), (75, 140), (110, 145)], [(124, 122), (124, 165)]
    found = group_components(picture(left, right, bar(30, 95, 70), bar(220, 95, 70)), PEN)
    assert len(found.boxes) == 3


def test_ones_beside_each_other_stay_apart():
    found = group_components(picture(bar(50), bar(75, 105), bar(100), bar(125, 110)), PEN)
    assert len(found.boxes) == 4
