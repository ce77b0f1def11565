"""Tests of circles around numbers that are open, or that digits touch."""

from functools import partial

import numpy as np
import pytest

from digitnet.segmentation.circles import part_circles
from digitnet.segmentation.components import find_components
from digitnet.segmentation.groups import group_components

PEN_WIDTH = 6
SEVEN = [(150, 110), (190, 110), (165, 190)]
OUTSIDE = [[(310 + step, 110), (300 + step, 190)] for step in (0, 40)]


@pytest.fixture
def page(ink):
    """Return a function that draws lines, and two 1s beside them, on a page of 300 x 400 pixels."""
    draw = partial(ink, shape=(300, 400), pen=PEN_WIDTH)
    return lambda *lines: draw(*lines, *OUTSIDE)


def make_circle(half_width=80, half_height=80, turns=1.0):
    angles = np.linspace(0, 2 * np.pi * turns, 60) + 0.5
    points = np.stack([170 + half_width * np.cos(angles), 150 + half_height * np.sin(angles)], axis=1)
    return [(round(x), round(y)) for x, y in points.tolist()]


def part(ink):
    return part_circles(ink, find_components(ink), PEN_WIDTH)


@pytest.mark.parametrize("turns", [0.9, 0.95, 1.0, 1.05])
def test_circle_with_a_gap_is_a_frame(page, turns):
    groups = group_components(page(make_circle(turns=turns), SEVEN), PEN_WIDTH)
    assert (len(groups.boxes), len(groups.frames)) == (3, 1)


def test_digit_that_touches_its_circle_is_parted_from_it(page):
    groups = group_components(page(make_circle(), [(90, 150), (130, 150), (165, 110), (165, 190)]), PEN_WIDTH)
    assert (len(groups.boxes), len(groups.frames)) == (3, 1)


def test_half_a_circle_is_left_as_it_is(page):
    ink = page(make_circle(turns=0.6), SEVEN)
    assert part(ink) is ink


def test_zero_as_tall_as_its_neighbors_is_no_circle(page):
    ink = page(make_circle(32, 42, turns=0.9), [(140, 150), (165, 150)])
    assert part(ink) is ink


def test_closed_circle_is_left_as_it_is(page):
    ink = page(make_circle(turns=1.05), SEVEN)
    assert part(ink) is ink


def test_row_of_boxes_is_left_as_it_is(page):
    box = [(60, 70), (280, 70), (280, 220), (60, 220), (60, 70)]
    ink = page(box, [(170, 70), (170, 220)], SEVEN)
    assert part(ink) is ink
