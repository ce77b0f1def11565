"""Tests of tables whose grid a hint gives."""

import numpy as np
import pytest

from digitnet import Hints, ImageError, read
from digitnet.reading.export import reading_to_dict, to_table
from digitnet.reading.manual_boxes import read_boxes
from digitnet.reading.pipeline import load_classifier, read_rgb
from digitnet.reading.table_grid import find_given_cells


def to_cells(reading):
    return to_table(reading_to_dict("", reading))


def find(boxes, row, lines):
    cells = find_given_cells(np.array(boxes, np.int32).reshape(-1, 4), np.array(row, np.int32), np.array(lines))
    return list(zip(cells.row.tolist(), cells.column.tolist(), strict=True)), cells.shape


@pytest.fixture
def page(paper):
    """A page on which six digits stand close, with one more below them."""
    return paper(width=800, height=460).number("204756", 30, 40, 100).number("3", 30, 280, 100).gray()


def test_given_line_parts_a_number(page):
    assert to_cells(read(page)) == [["204756"], ["3"]]
    middle = int(read(page).boxes[2:4, [2, 0]].diagonal().mean())
    reading = read(page, hints=Hints(grid=((middle, 0, middle, 460),)))
    assert to_cells(reading) == [["204", "756"], ["3", ""]]
    assert reading.rows == ["204 756", "3"]
    assert reading_to_dict("", reading)["grid"] == [[middle, 0, middle, 460]]


def test_given_lines_follow_a_turned_picture(page):
    middle = int(read(page).boxes[2:4, [2, 0]].diagonal().mean())
    reading = read(np.rot90(page, 2), hints=Hints(turn=180, grid=((800 - middle, 0, 800 - middle, 460),)))
    assert to_cells(reading) == [["204", "756"], ["3", ""]]


def test_empty_grid_leaves_found_lines_aside(paper):
    page = paper(width=1000, height=460).number("20", 130, 90, 100).number("47", 360, 90, 100)
    for x in (100, 345, 570, 870):
        page = page.stroke([(x, 70), (x, 380)], pen=4)
    for y in (70, 220, 380):
        page = page.stroke([(100, y), (870, y)], pen=4)
    found, none = read(page.gray()), read(page.gray(), hints=Hints(grid=()))
    assert [len(row) for row in to_cells(found)] == [3, 3]
    assert to_cells(found)[0] == ["20", "47", ""]
    assert to_cells(none) == [["2047"]]
    assert len(none.lines) == len(found.lines)


def test_grid_is_kept_when_boxes_are_read_again(page):
    classifier, middle = load_classifier(), int(read(page).boxes[2:4, [2, 0]].diagonal().mean())
    rgb = np.ascontiguousarray(np.repeat(page[..., None], 3, axis=2))
    reading = read_rgb(rgb, classifier, Hints(grid=((middle, 0, middle, 460),)))
    assert to_cells(read_boxes(reading, reading.boxes[1:], classifier)) == [["04", "756"], ["3", ""]]


@pytest.mark.parametrize(
    ("lines", "cells", "shape"),
    [
        ([(50, 0, 50, 9)], [(0, 0), (0, 1), (1, 0)], (2, 2)),
        ([(50, 9, 50, 0), (0, 20, 90, 20)], [(0, 0), (0, 1), (1, 0)], (2, 2)),
        ([(0, 0, 0, 99), (50, 0, 50, 99), (70, 0, 70, 99), (99, 0, 99, 99)], [(0, 0), (0, 2), (1, 0)], (2, 3)),
        ([(-9, -9, 99, -9), (0, 20, 90, 20), (0, 40, 90, 40), (0, 60, 90, 60)], [(0, 0), (0, 0), (1, 0)], (3, 1)),
        ([(40, 0, 140, 1000)], [(0, 0), (0, 1), (1, 0)], (2, 2)),
    ],
    ids=["inner line", "both directions", "outer lines", "rows alone", "slanting"],
)
def test_numbers_lie_in_the_cells_of_given_lines(lines, cells, shape):
    boxes, row = [(10, 0, 20, 10), (80, 0, 90, 10), (10, 30, 20, 38)], [0, 0, 1]
    assert find(boxes, row, lines) == (cells, shape)


def test_grid_without_numbers_has_no_cells():
    assert find([], [], [(50, 0, 50, 9)]) == ([], (0, 0))


@pytest.mark.parametrize("line", [(5, 5, 5, 5), (5, 5, 9)])
def test_line_without_length_is_said_in_one_sentence(line):
    with pytest.raises(ImageError, match="two ends of a line"):
        Hints(grid=(line,))
