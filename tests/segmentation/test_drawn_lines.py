"""Tests of taking lines out that stand around writing and touch it."""

import cv2
import numpy as np
import pytest

from benchmarks.page_composition import make_page
from digitnet.preprocessing.binarization import find_ink
from digitnet.reading.pipeline import read
from digitnet.scoring.comparison import remove_spaces
from digitnet.segmentation.drawn_lines import find_drawn_lines, remove_drawn_lines
from tests.helpers.ink import rule, to_rgb

PEN_WIDTH = 6


def count_lines(*paths, shape=(300, 500)):
    """Count the lines of strokes, each given by its points."""
    mask = np.zeros(shape, np.uint8)
    for points in paths:
        cv2.polylines(mask, [np.array(points, np.int32)], False, 255, PEN_WIDTH)
    lines = find_drawn_lines(mask, PEN_WIDTH)
    return len(lines.across) + len(lines.down)


SEVEN = [(40, 60), (90, 60), (60, 150)]
SEVEN_BESIDE = [(x + 100, y) for x, y in SEVEN]
FOUR = [[(150, 60), (130, 110), (190, 110)], [(175, 70), (175, 150)]]
ONE = [(230, 60), (230, 150)]


@pytest.mark.parametrize(
    "paths",
    [
        [SEVEN],
        [ONE],
        FOUR,
        [ONE, [(245, 150), (243, 160)]],
        [SEVEN, *FOUR, ONE],
        [[(40, 100), (80, 100)], [(40, 120), (80, 120)], SEVEN],
        [[(40, 60), (240, 60), (210, 150)], [(100, 60), (80, 150)], [(170, 60), (150, 150)], ONE],
        [[(40, 60), (90, 60), (90, 150), (40, 150), (40, 60)], [(40, 105), (90, 105)], SEVEN_BESIDE],
    ],
    ids=["7", "1", "4", "1,", "741", "=7", "777", "square 8"],
)
def test_strokes_of_digits_and_signs_are_no_lines(paths):
    assert count_lines(*paths) == 0


def test_underline_is_a_line_though_digits_stand_on_it():
    assert count_lines(SEVEN, *FOUR, ONE, [(20, 150), (400, 155)]) == 1


def test_lines_under_most_digits_are_lines():
    first, second = [(20, 150), (270, 150)], [(300, 165), (580, 165)]
    beside = [(x + 260, y) for x, y in ONE]
    assert count_lines(SEVEN, ONE, first, beside, second, shape=(300, 600)) == 2


def test_two_boxes_have_five_sides_beside_the_digits():
    box = [(20, 45), (240, 45), (240, 165), (20, 165), (20, 45)]
    assert count_lines(SEVEN, *FOUR, box, [(120, 45), (120, 165)]) == 5


def test_single_dark_line_under_digits_is_taken_out(paper):
    page = paper(height=300).number("20475", y=60)
    ink = remove_drawn_lines(find_ink(to_rgb(rule(page, [165], level=50))))
    assert ink.lines_removed
    assert (ink.map[165:168] > 127).mean() < 0.1
    assert (ink.map[page.ink > 0.9] > 127).mean() > 0.93


def test_lines_are_painted_over_for_the_string_recognizer(paper):
    page = paper(height=300).number("20475", y=60)
    ink = remove_drawn_lines(find_ink(to_rgb(rule(page, [165], level=50))))
    assert ink.signal[165:168, 700:].min() > 190 > ink.gray[165:168, 700:].max()


@pytest.mark.parametrize(("kind", "seed"), [("one or two lines", 2), ("boxes touched", 3), ("underlined", 3)])
def test_numbers_in_and_on_lines_are_read(cnn, kind, seed):
    page = make_page(kind, seed)
    assert remove_spaces(read(page.image, cnn).rows) == page.rows


@pytest.mark.parametrize("kind", ["table", "table, tilted"])
def test_ends_of_the_lines_of_a_table_are_kept(kind):
    page = make_page(kind, 0)
    lines = remove_drawn_lines(find_ink(page.image)).lines
    widths, heights = lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]
    is_across = widths > heights
    assert (is_across.sum(), (~is_across).sum()) == (len(page.table) + 1, len(page.table[0]) + 1)
    assert np.ptp(widths[is_across]) <= 8
    assert np.ptp(heights[~is_across]) <= 8
