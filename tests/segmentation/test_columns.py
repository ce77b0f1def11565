"""Tests of finding the cells of tables."""

import numpy as np
import pytest

from digitnet.segmentation.columns import estimate_slope, find_cell_starts

HEIGHT, WIDTH = 30, 20


def write(rows, tilt=0.0, step=55):
    """Return boxes and rows of digits whose cells begin every 110 pixels, tilted by a slope."""
    boxes, row = [], []
    for place, cells in enumerate(rows):
        for column, text in enumerate(cells):
            for index in range(len(text)):
                x, y = 20 + 110 * column + 26 * index, 20 + step * place
                x, y = x - tilt * y, y + tilt * x
                boxes.append([x, y, x + WIDTH, y + HEIGHT])
                row.append(place)
    return np.round(boxes).astype(np.int32), np.array(row, np.int32)


def list_cells(rows, starts, row):
    """Return the number of digits of each cell, as found and as written."""
    ends = starts | np.append(True, row[1:] != row[:-1])
    return np.diff(np.append(np.flatnonzero(ends), len(starts))).tolist(), [
        len(cell) for cells in rows for cell in cells if cell
    ]


TABLE = [["12", "3", "456"], ["1", "234", "5"], ["123", "45", ""], ["", "678", "90"], ["7", "8", "9"]]


@pytest.mark.parametrize("tilt", [-0.08, 0.0, 0.08])
def test_gaps_below_each_other_part_the_cells_of_a_table(tilt):
    boxes, row = write(TABLE, tilt)
    found, expected = list_cells(TABLE, find_cell_starts(boxes, row), row)
    assert found == expected


def test_rows_of_single_digits_are_no_cells():
    rows = [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"]]
    assert not find_cell_starts(*write(rows)).any()


def test_two_rows_are_no_table():
    assert not find_cell_starts(*write(TABLE[:2])).any()


def test_wall_parts_two_numbers_of_one_row():
    boxes, row = write([["123", "45"]])
    structure = np.zeros((80, 400), np.uint8)
    structure[10:60, 118:121] = 255
    assert np.flatnonzero(find_cell_starts(boxes, row, structure)).tolist() == [3]


def test_walls_between_single_digits_part_nothing():
    boxes, row = write([["1", "2", "3"]])
    structure = np.zeros((80, 400), np.uint8)
    structure[10:60, [80, 190]] = 255
    assert not find_cell_starts(boxes, row, structure).any()


def test_slope_of_rows_is_that_of_the_page():
    assert estimate_slope(*write(TABLE, 0.05)) == pytest.approx(0.05, abs=0.01)
