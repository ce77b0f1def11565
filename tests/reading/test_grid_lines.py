"""Tests of finding the lines of a table among others."""

import numpy as np
import pytest

from digitnet.reading.grid_lines import divide_lines, find_grids


def make_lines(*lines):
    return np.array(lines, np.int32).reshape(-1, 4)


def make_table(left=0, top=0, rows=3, columns=4, slope=0.0, short=0):
    """Return the lines of a table with cells of 100 x 50 pixels whose rows fall by a slope."""
    right, bottom = left + 100 * columns, top + 50 * rows
    level = [(left, top + 50 * row, right, top + 50 * row) for row in range(rows + 1)]
    upright = [(left + 100 * column, top + short, left + 100 * column, bottom - short) for column in range(columns + 1)]
    lines = np.array([*level, *upright], np.float64)
    x, y = lines[:, ::2], lines[:, 1::2]
    return np.round(np.stack([x - slope * y, y + slope * x], axis=2)).reshape(-1, 4).astype(np.int32)


def test_lines_are_divided_by_direction_with_sorted_ends():
    grid = divide_lines(make_lines((90, 10, 0, 12), (5, 80, 8, 0)))
    assert grid.across.tolist() == [[0, 12, 90, 10]]
    assert grid.down.tolist() == [[0, 8, 80, 5]]


@pytest.mark.parametrize("slope", [-0.08, 0.0, 0.08])
@pytest.mark.parametrize("short", [-20, 0, 4])
def test_lines_of_a_table_are_a_grid(slope, short):
    (grid,) = find_grids(make_table(slope=slope, short=short))
    assert (len(grid.across), len(grid.down)) == (4, 5)


def test_larger_one_of_two_tables_is_taken():
    (grid,) = find_grids(np.concatenate([make_table(), make_table(top=300, rows=6, columns=7)]))
    assert (len(grid.across), len(grid.down)) == (7, 8)


@pytest.mark.parametrize("slope", [-0.06, 0.0, 0.06])
def test_tables_with_the_same_columns_below_each_other_are_one_grid(slope):
    tables = [make_table(top=top, rows=rows, slope=slope) for top, rows in ((0, 4), (280, 3), (520, 3))]
    grid, largest = find_grids(np.concatenate(tables))
    assert (len(grid.across), len(grid.down)) == (13, 5)
    assert (len(largest.across), len(largest.down)) == (5, 5)
    assert np.abs(grid.down[:, [0, 2]] - [0, 670]).max() <= 0.06 * 400 + 1


@pytest.mark.parametrize(("left", "columns"), [(40, 4), (0, 3), (500, 4)])
def test_table_with_other_columns_is_left_out(left, columns):
    (grid,) = find_grids(np.concatenate([make_table(), make_table(left, top=230, columns=columns)]))
    assert (len(grid.across), len(grid.down)) == (4, 5)


def test_line_that_meets_few_others_is_left_out():
    (grid,) = find_grids(np.concatenate([make_table(), make_lines((100, 75, 200, 75), (250, -90, 250, 10))]))
    assert (len(grid.across), len(grid.down)) == (4, 5)


@pytest.mark.parametrize(
    "lines",
    [make_lines(), make_table(rows=1), make_table()[:4], make_table(short=40)],
    ids=["none", "two", "level", "apart"],
)
def test_lines_that_do_not_meet_are_no_grid(lines):
    assert find_grids(lines) == []
