"""Numbers in circles and boxes are read, and the frames are refused."""

import math

import pytest

from benchmarks.page_composition import make_page
from digitnet.reading.pipeline import read


def make_ellipse(x, y, half_width, half_height):
    angles = [2 * math.pi * step / 60 for step in range(61)]
    return [(round(x + half_width * math.cos(a)), round(y + half_height * math.sin(a))) for a in angles]


def make_box(left, top, right, bottom):
    return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]


def test_circled_number_is_read_and_its_circle_is_refused(paper, cnn):
    page = paper().number("2047").stroke(make_ellipse(280, 120, 275, 100))
    reading = read(page.gray(), cnn)
    assert reading.text.replace(" ", "") == "2047"
    assert len(reading.refused) == 1


def test_boxed_digit_beside_a_number_is_read(paper, cnn):
    page = paper().number("3").stroke(make_box(30, 45, 170, 195)).number("581", x=260)
    reading = read(page.gray(), cnn)
    assert reading.text.replace(" ", "") == "3581"
    assert len(reading.refused) == 1


def test_digits_in_cells_are_read(paper, cnn):
    page = paper().number("26", x=60, size=120).number("9", x=300, size=120)
    for x in (50, 175, 300):
        page.stroke(make_box(x, 50, x + 125, 190), pen=4)
    assert read(page.gray(), cnn).text.replace(" ", "") == "269"


def test_slashed_zero_is_a_zero(paper, cnn):
    page = paper().number("47", x=200).stroke(make_ellipse(120, 120, 32, 48)).stroke([(106, 143), (134, 97)])
    reading = read(page.gray(), cnn)
    assert reading.text.replace(" ", "") == "047"
    assert not len(reading.refused)


@pytest.mark.parametrize(("kind", "seed"), [("boxes touched", 11), ("boxes touched", 20), ("one or two lines", 0)])
def test_digits_that_run_into_lines_are_not_lost(cnn, kind, seed):
    image, rows, _, _ = make_page(kind, seed)
    found = read(image, cnn).rows
    assert [len(row.replace(" ", "")) for row in found] == [len(row) for row in rows]
