"""Tests of arranging numbers in columns."""

import numpy as np
import pytest

from benchmarks.page_composition import make_page
from digitnet.reading.export import reading_to_dict, to_table
from digitnet.reading.pipeline import read
from digitnet.reading.table_columns import find_columns


def make_boxes(*places, slope=0.0):
    """Return boxes of numbers, 40 pixels wide, at x and row."""
    corners = [(x - slope * 60 * row, 60 * row + slope * x) for x, row in places]
    return np.array([[x, y, x + 40, y + 30] for x, y in corners], np.int32), np.array(
        [row for _, row in places], np.int32
    )


def test_numbers_below_each_other_share_a_column():
    assert find_columns(*make_boxes((0, 0), (100, 0), (110, 1), (5, 2), (205, 2))).tolist() == [0, 1, 1, 0, 2]


@pytest.mark.parametrize("slope", [-0.08, 0.08])
def test_columns_of_a_tilted_table_are_found(slope):
    places = [(100 * column, row) for row in range(12) for column in range(4)]
    assert find_columns(*make_boxes(*places, slope=slope)).tolist() == [0, 1, 2, 3] * 12


@pytest.mark.parametrize("slope", [-0.08, 0.08])
@pytest.mark.parametrize("columns", [2, 16])
def test_row_that_is_empty_but_for_one_side_of_a_tilted_table_begins_no_block(slope, columns):
    last = columns - 1
    places = [
        (100 * column, row) for row in range(6) for column in range(columns) if row < 4 or column == last * (row % 2)
    ]
    found = find_columns(*make_boxes(*places, slope=slope))
    assert found.tolist() == [x // 100 for x, _ in places]


def test_overlapping_columns_keep_the_numbers_of_a_row_apart():
    column = find_columns(*make_boxes((0, 0), (60, 0), (30, 1), (90, 1)))
    assert column[0] < column[1]
    assert column[2] < column[3]


def test_columns_are_counted_anew_in_each_block():
    boxes, _ = make_boxes((0, 0), (100, 0), (0, 1), (300, 0), (400, 0), (400, 1))
    assert find_columns(boxes, np.array([0, 0, 1, 2, 2, 3], np.int32)).tolist() == [0, 1, 0, 0, 1, 1]


def test_no_numbers_have_no_columns():
    assert find_columns(np.empty((0, 4), np.int32), np.empty(0, np.int32)).tolist() == []


@pytest.mark.parametrize("kind", ["table", "table, tilted", "table, framed", "table, ruled", "table, no lines"])
def test_table_has_its_rows_columns_and_empty_cells(cnn, kind):
    page = make_page(kind, 4)
    table = to_table(reading_to_dict("", read(page.image, cnn)))
    assert [[bool(cell) for cell in row] for row in table] == [[bool(cell) for cell in row] for row in page.table]
