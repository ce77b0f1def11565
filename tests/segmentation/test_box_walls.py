"""Walls that a digit runs along are found where the other walls of a row of boxes tell."""

import cv2
import numpy as np
import pytest

from digitnet.segmentation.box_walls import add_missing_walls
from digitnet.segmentation.straight_lines import Lines, StraightLine

TOP, BOTTOM, WALLS = 20, 90, (40, 110, 180, 250, 320)
ACROSS = [StraightLine(40, 320, 0.0, float(y), 4) for y in (TOP, BOTTOM)]


def make_wall(x):
    return StraightLine(TOP, BOTTOM, 0.0, float(x), 4)


def draw_boxes(walls=WALLS):
    mask = np.zeros((110, 360), np.uint8)
    for y in (TOP, BOTTOM):
        cv2.line(mask, (40, y), (320, y), 255, 4)
    for x in walls:
        cv2.line(mask, (x, TOP), (x, BOTTOM), 255, 4)
    return mask


@pytest.mark.parametrize("missing", [{110}, {180}, {40}, {320}, {110, 180}])
def test_missing_walls_are_added(missing):
    found = [make_wall(x) for x in WALLS if x not in missing]
    lines = add_missing_walls(draw_boxes(), Lines(ACROSS, found))
    added = sorted(round(float(wall.find_middle(55))) for wall in lines.down[len(found) :])
    assert len(added) == len(missing)
    assert np.abs(np.array(added) - sorted(missing)).max() <= 2


def test_digit_beside_a_wall_does_not_hide_it():
    mask = draw_boxes()
    cv2.ellipse(mask, (190, 55), (12, 25), 0, 0, 360, 255, 4)
    found = [make_wall(x) for x in WALLS if x != 180]
    assert len(add_missing_walls(mask, Lines(ACROSS, found)).down) == len(WALLS)


def test_wall_without_ink_is_not_made_up():
    walls = [x for x in WALLS if x != 180]
    lines = Lines(ACROSS, [make_wall(x) for x in walls])
    assert add_missing_walls(draw_boxes(walls), lines) == lines


def test_digit_where_a_wall_would_be_stays_a_digit():
    walls = [x for x in WALLS if x != 180]
    mask = draw_boxes(walls)
    cv2.line(mask, (180, TOP + 12), (180, BOTTOM - 12), 255, 5)
    lines = Lines(ACROSS, [make_wall(x) for x in walls])
    assert add_missing_walls(mask, lines) == lines


@pytest.mark.parametrize("places", [(40, 320), (40, 95, 250, 320)])
def test_boxes_of_unequal_width_or_too_few_walls_tell_nothing(places):
    lines = Lines(ACROSS, [make_wall(x) for x in places])
    assert add_missing_walls(draw_boxes(), lines) == lines
