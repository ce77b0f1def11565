"""Tests of the frames: circles and boxes around writing, and digits with something in a counter."""

from functools import partial

import cv2
import numpy as np
import pytest

from digitnet.segmentation.components import find_components
from digitnet.segmentation.frames import find_enclosures, find_frames
from digitnet.segmentation.groups import group_components

PEN_WIDTH = 6
ANGLE = [(150, 110), (190, 110), (165, 190)]  # A 7.


@pytest.fixture
def page(ink):
    """Return a function that draws ink on a page of 300 x 400 pixels."""
    return partial(ink, shape=(300, 400), pen=PEN_WIDTH)


def make_ellipse(x, y, half_width, half_height):
    angles = np.linspace(0, 2 * np.pi, 60)
    points = np.stack([x + half_width * np.cos(angles), y + half_height * np.sin(angles)], axis=1)
    return [(round(a), round(b)) for a, b in points.tolist()]


def make_box(left, top, right, bottom):
    return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]


def count_frames(ink):
    return int(find_frames(find_components(ink), PEN_WIDTH).sum())


@pytest.mark.parametrize("frame", [make_ellipse(170, 150, 80, 80), make_box(120, 90, 220, 210)])
def test_ring_around_a_digit_is_a_frame(page, frame):
    assert count_frames(page(frame, ANGLE)) == 1


def test_ring_around_nothing_is_no_frame(page):
    assert count_frames(page(make_ellipse(170, 150, 40, 60))) == 0


def test_dot_or_speck_in_a_counter_makes_no_frame(page):
    ink = page(make_ellipse(170, 150, 40, 60))
    cv2.circle(ink, (170, 150), PEN_WIDTH, 255, cv2.FILLED)
    assert count_frames(ink) == 0


def test_slash_in_a_zero_makes_no_frame(page):
    assert count_frames(page(make_ellipse(170, 150, 40, 60), [(150, 180), (190, 120)])) == 0


def test_upright_stroke_in_a_circle_makes_a_frame(page):
    assert count_frames(page(make_ellipse(170, 150, 70, 70), [(172, 115), (168, 185)])) == 1


def test_upright_stroke_in_something_as_tall_as_the_digits_makes_no_frame(page):
    seven = [(250, 90), (310, 90), (275, 210)]
    assert count_frames(page(make_ellipse(170, 150, 35, 60), [(172, 125), (168, 175)], seven)) == 0


def test_two_strokes_in_a_box_make_a_frame(page):
    assert count_frames(page(make_box(120, 90, 220, 210), [(150, 115), (150, 185)], [(190, 115), (190, 185)])) == 1


def test_each_cell_of_a_frame_is_an_enclosure(page):
    cells = page(make_box(60, 90, 260, 210), [(135, 90), (135, 210)], [(80, 120), (115, 120), (90, 180)], ANGLE)
    components = find_components(cells)
    frames = find_frames(components, PEN_WIDTH)
    enclosures = find_enclosures(components, frames)
    assert frames.sum() == 1
    assert enclosures[frames].tolist() == [-1]
    assert len(set(enclosures.tolist())) == 3


def test_digit_in_a_frame_in_a_frame_lies_in_the_inner_one(page):
    components = find_components(page(make_box(60, 60, 300, 250), make_box(120, 90, 220, 210), ANGLE))
    enclosures = find_enclosures(components, find_frames(components, PEN_WIDTH))
    assert sorted(enclosures.tolist())[0] == -1
    assert len(set(enclosures.tolist())) == 3


def test_ring_in_a_counter_of_a_digit_lies_in_no_enclosure(page):
    components = find_components(page(make_ellipse(170, 150, 40, 60)))
    assert find_enclosures(components, np.zeros(1, np.bool_)).tolist() == [-1]


def test_digit_in_a_frame_is_a_group_of_its_own(page):
    groups = group_components(page(make_box(120, 90, 220, 210), ANGLE), PEN_WIDTH)
    assert len(groups.boxes) == len(groups.frames) == 1
    assert np.abs(groups.boxes[0] - [147, 107, 193, 193]).max() <= 2
    assert np.abs(groups.frames[0] - [117, 87, 223, 213]).max() <= 2


def test_strokes_are_not_joined_across_a_frame(page):
    bar = [(150, 88), (190, 88)]
    for strokes, top in (([ANGLE, bar], 85), ([ANGLE, bar, make_box(130, 98, 210, 205)], 107)):
        groups = group_components(page(*strokes), PEN_WIDTH)
        assert len(groups.boxes) == 1
        assert abs(groups.boxes[0, 1] - top) <= 1


def test_pen_width_is_measured_beside_a_thick_frame(page):
    ink = page(ANGLE)
    cv2.rectangle(ink, (110, 80), (230, 220), 255, 18)
    assert group_components(ink, 18).pen_width == pytest.approx(PEN_WIDTH, abs=1.5)
