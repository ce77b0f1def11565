"""Tests of tracing straight lines, and of telling their ink from that of strokes over them."""

import cv2
import numpy as np
import pytest

from digitnet.segmentation.line_ink import draw_line_ink, draw_lines
from digitnet.segmentation.straight_lines import Lines, trace_level_lines

PEN_WIDTH = 6


def draw(*strokes, pen=PEN_WIDTH, shape=(200, 400)):
    """Draw straight strokes, given by their ends."""
    mask = np.zeros(shape, np.uint8)
    for start, end in strokes:
        cv2.line(mask, start, end, 255, pen)
    return mask


@pytest.mark.parametrize("rise", [-25, 0, 25])
def test_level_line_is_traced_from_end_to_end(rise):
    (line,) = trace_level_lines(draw(((20, 100), (380, 100 + rise)), pen=2), PEN_WIDTH)
    assert (line.first, line.last) == (pytest.approx(20, abs=3), pytest.approx(380, abs=3))
    assert line.find_middle(380) == pytest.approx(100 + rise, abs=1.5)


def test_line_is_followed_through_strokes_that_cross_it():
    mask = draw(((20, 100), (380, 100)), ((100, 60), (100, 140)), ((200, 60), (220, 140)))
    assert trace_level_lines(mask, PEN_WIDTH)[0].length == pytest.approx(361, abs=8)


def test_dashes_with_gaps_are_no_unbroken_line():
    mask = draw(*(((x, 100), (x + 40, 100)) for x in range(20, 380, 60)))
    assert max(line.length for line in trace_level_lines(mask, PEN_WIDTH)) < 60


def test_empty_mask_has_no_lines():
    assert trace_level_lines(np.zeros((50, 50), np.uint8), PEN_WIDTH) == []


def test_stroke_across_a_line_stays_whole():
    stroke = draw(((200, 40), (210, 160)))
    mask = stroke | draw(((20, 100), (380, 100)), pen=3)
    rest = mask & ~draw_line_ink(mask, trace_level_lines(mask, PEN_WIDTH)[:1], PEN_WIDTH)
    assert (rest[stroke > 0] > 0).all()
    assert cv2.countNonZero(rest & ~stroke) < 60


def test_curve_whose_bottom_lies_in_a_line_stays_closed():
    ring = np.zeros((200, 400), np.uint8)
    cv2.ellipse(ring, (200, 70), (24, 32), 0, 0, 360, 255, PEN_WIDTH)
    mask = ring | draw(((20, 103), (380, 103)), pen=4)
    rest = mask & ~draw_line_ink(mask, trace_level_lines(mask, PEN_WIDTH)[:1], PEN_WIDTH)
    assert rest[100:106, 20:150].max() == 0
    assert cv2.connectedComponents(255 - rest, connectivity=4)[0] == 3  # Around the ring, and within it.


def test_mask_of_two_rows_has_no_lines():
    assert trace_level_lines(np.array([[0, 0], [255, 255]], np.uint8), 0.2) == []


def test_line_is_found_between_strokes_that_stand_close_on_it():
    feet = [((x, 50), (x + 4, 100)) for x in range(40, 370, 24)]
    line = trace_level_lines(draw(((20, 100), (380, 100)), *feet), PEN_WIDTH)[0]
    assert line.length == pytest.approx(361, abs=8)


def draw_foot_in_a_line(line_level, foot_y):
    """Draw a 2's foot that lies in a line, and return the picture and the foot."""
    foot = draw(((180, foot_y), (220, foot_y)))
    picture = np.where(draw(((20, 100), (380, 100))), line_level, 0).astype(np.uint8)
    return np.maximum(picture, np.where(foot, 180, 0).astype(np.uint8)), foot


def test_stroke_hidden_by_a_paler_line_is_kept():
    picture, foot = draw_foot_in_a_line(line_level=90, foot_y=100)
    mask = np.where(picture, 255, 0).astype(np.uint8)
    erased = draw_lines(mask, Lines(trace_level_lines(mask, PEN_WIDTH)[:1], []), PEN_WIDTH, picture)
    assert (erased[foot > 0] == 0).mean() > 0.9
    assert erased[100, 30:170].all()


def test_stroke_that_a_line_hides_but_for_its_edge_is_kept():
    picture, foot = draw_foot_in_a_line(line_level=180, foot_y=97)
    mask = np.where(picture, 255, 0).astype(np.uint8)
    erased = draw_line_ink(mask, trace_level_lines(mask, PEN_WIDTH)[:1], PEN_WIDTH)
    assert (erased[foot > 0] == 0).mean() > 0.7
    assert erased[100, 30:170].all()


def test_crossing_of_two_lines_is_no_stroke_hidden_by_one():
    picture = np.where(draw(((20, 100), (380, 100)), ((200, 10), (200, 190))), 90, 0).astype(np.uint8)
    picture[97:104, 197:204] = 180
    mask = np.where(picture, 255, 0).astype(np.uint8)
    lines = Lines(
        trace_level_lines(mask, PEN_WIDTH)[:1], trace_level_lines(np.ascontiguousarray(mask.T), PEN_WIDTH)[:1]
    )
    assert draw_lines(mask, lines, PEN_WIDTH, picture)[100, 200] == 255


def test_letters_joined_at_their_feet_are_no_line():
    letters = [
        (((x, 60), (x, 100)), ((x, 100), (x + 14, 100)), ((x + 14, 60), (x + 14, 100))) for x in range(40, 360, 20)
    ]
    mask = draw(*(stroke for letter in letters for stroke in letter))
    assert all(line.length < 60 for line in trace_level_lines(mask, PEN_WIDTH))
