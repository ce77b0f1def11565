from functools import partial

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from digitnet.segmentation.groups import group_components
from tests.helpers.ink import make_bar

PEN_WIDTH = 8


@pytest.fixture
def page(ink):
    """Return a function that draws ink on a page of 300 x 400 pixels."""
    return partial(ink, shape=(300, 400), pen=PEN_WIDTH)


def test_empty_picture_has_no_groups(page):
    groups = group_components(page(), PEN_WIDTH)
    assert groups.boxes.shape == (0, 4)
    assert groups.crops == []


def test_boxes_lie_around_the_ink(page):
    groups = group_components(page(make_bar(50), make_bar(150)), PEN_WIDTH)
    assert np.abs(groups.boxes - [[46, 96, 55, 185], [146, 96, 155, 185]]).max() <= 1


def test_floating_bar_belongs_to_its_five(page):
    five = [(100, 120), (95, 160), (130, 165), (140, 200), (95, 210)]
    groups = group_components(page(five, [(115, 100), (175, 95)], make_bar(250), make_bar(320)), PEN_WIDTH)
    assert len(groups.boxes) == 3


def test_two_strokes_of_a_four_belong_together(page):
    groups = group_components(
        page([(100, 100), (70, 160), (140, 160)], [(125, 172), (125, 210)], make_bar(250), make_bar(320)), PEN_WIDTH
    )
    assert len(groups.boxes) == 3


def test_rows_close_to_each_other_are_not_joined(page):
    groups = group_components(page(*[make_bar(x, y, 80) for y in (40, 140) for x in (50, 120, 190)]), PEN_WIDTH)
    assert groups.row.tolist() == [0, 0, 0, 1, 1, 1]


def test_specks_and_dots_are_left_out(page):
    ink = page(make_bar(50), make_bar(150))
    cv2.circle(ink, (250, 180), PEN_WIDTH // 2, 255, cv2.FILLED)
    ink[20, 20] = 255
    assert len(group_components(ink, PEN_WIDTH).boxes) == 2


def test_dashes_are_left_out(page):
    assert len(group_components(page(make_bar(50), [(100, 140), (160, 140)], make_bar(220)), PEN_WIDTH).boxes) == 2


def test_rim_of_the_picture_is_left_out(page):
    ink = page(make_bar(150), make_bar(250))
    ink[:, :20] = 255
    ink[-30:, -60:] = 255
    assert len(group_components(ink, PEN_WIDTH).boxes) == 2


def test_digit_that_runs_out_of_the_picture_is_kept(page):
    groups = group_components(page(make_bar(150), make_bar(250), [(340, 100), (400, 110), (370, 180)]), PEN_WIDTH)
    assert len(groups.boxes) == 3


def test_single_one_as_tall_as_the_picture_is_kept(page):
    assert len(group_components(page([(200, -5), (190, 305)]), PEN_WIDTH).boxes) == 1


def test_crop_has_the_size_of_its_box(page):
    hook = [(100, 100), (60, 180), (180, 180)]
    groups = group_components(page(hook, [(150, 90), (150, 150)], shape=(220, 400)), PEN_WIDTH)
    for box, crop in zip(groups.boxes, groups.crops, strict=True):
        assert crop.shape == (box[3] - box[1], box[2] - box[0])


@given(arrays(np.uint8, st.tuples(st.integers(1, 60), st.integers(1, 60)), elements=st.sampled_from([0, 0, 0, 255])))
def test_any_ink_gives_ordered_rows_within_the_picture(ink):
    groups = group_components(ink, 2.0)
    assert (np.diff(groups.row) >= 0).all()
    assert (groups.boxes >= 0).all()
    assert (groups.boxes[:, 2] <= ink.shape[1]).all()
    assert (groups.boxes[:, 3] <= ink.shape[0]).all()
    assert len(groups.crops) == len(groups.boxes) == len(groups.row)


def test_open_four_of_two_strokes_is_one_digit(page):
    left, right = [(100, 100), (75, 140), (110, 145)], [(124, 122), (124, 165)]
    groups = group_components(page(left, right, make_bar(30, 95, 70), make_bar(220, 95, 70)), PEN_WIDTH)
    assert len(groups.boxes) == 3


def test_ones_beside_each_other_stay_apart(page):
    groups = group_components(page(make_bar(50), make_bar(75, 105), make_bar(100), make_bar(125, 110)), PEN_WIDTH)
    assert len(groups.boxes) == 4
