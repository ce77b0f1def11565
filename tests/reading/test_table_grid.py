"""Tests of placing numbers in the cells of ruled tables."""

import numpy as np
import pytest

from benchmarks.drawn_sheet import Sheet
from digitnet.reading.export import reading_to_dict, to_table
from digitnet.reading.pipeline import read
from digitnet.reading.table_grid import find_cells

ACROSS = [(0, y, 400, y) for y in (0, 50, 100, 150)]
DOWN = [(x, 0, x, 150) for x in (0, 100, 200, 300, 400)]


def find(boxes, lines, row=None):
    boxes = np.array(boxes, np.int32).reshape(-1, 4)
    row = boxes[:, 1] // 50 if row is None else np.array(row, np.int32)
    return find_cells(boxes, row, np.array(lines, np.int32).reshape(-1, 4))


def list_places(cells):
    return list(zip(cells.row.tolist(), cells.column.tolist(), strict=True))


def make_box(row, column, shift=10):
    left, top = 100 * column + shift, 50 * row + 10
    return left, top, left + 40, top + 30


def test_numbers_are_placed_in_cells_of_the_grid():
    cells = find([(110, 10, 150, 40), (320, 10, 390, 40), (10, 110, 90, 140)], [*ACROSS, *DOWN])
    assert cells.shape == (3, 4)
    assert list_places(cells) == [(0, 1), (0, 3), (2, 0)]


def test_numbers_above_and_below_the_lines_stand_in_rows_of_their_own():
    table = [make_box(row, column) for row in range(3) for column in (0, 1, 2)]
    above, below = [make_box(-3, 0), make_box(-3, 5), make_box(-1, 1)], [make_box(4, 3)]
    cells = find([*above, *table, *below], [*ACROSS, *DOWN])
    assert cells.shape == (6, 4)
    assert list_places(cells)[:4] == [(0, 0), (0, 3), (1, 1), (2, 0)]
    assert list_places(cells)[-2:] == [(4, 2), (5, 3)]


def test_equal_tables_below_each_other_are_one_with_an_empty_row_between():
    second = [[(x0, y0 + 200, x1, y1 + 200) for x0, y0, x1, y1 in lines] for lines in (ACROSS, DOWN)]
    boxes = [make_box(row, column) for row in (0, 1, 2, 4, 5) for column in (0, 1, 3)]
    cells = find(boxes, [*ACROSS, *DOWN, *second[0], *second[1]])
    assert cells.shape == (7, 4)
    assert list_places(cells) == [(row, column) for row in (0, 1, 2, 4, 5) for column in (0, 1, 3)]


@pytest.mark.parametrize("between", [(0, 1), (2, 3), (1,)], ids=["notes", "subtotals", "one column"])
def test_rows_of_numbers_between_tables_stand_in_rows_of_their_own(between):
    """The upper table has five rows, the lower one two, and three rows of numbers stand between them."""
    tables = [
        [(0, 50 * row, 400, 50 * row) for row in range(first, last + 1)]
        + [(100 * column, 50 * first, 100 * column, 50 * last) for column in range(5)]
        for first, last in ((0, 5), (8, 10))
    ]
    places = [(row, column) for row in range(10) for column in (between if 5 <= row < 8 else range(4))]
    cells = find([make_box(*place) for place in places], tables[0] + tables[1])
    assert cells.shape == (10, 4)
    assert list_places(cells) == places


def test_two_numbers_of_a_row_share_a_cell():
    cells = find([make_box(0, 1, 5), make_box(0, 1, 52), make_box(2, 0)], [*ACROSS, *DOWN])
    assert cells.shape == (3, 4)
    assert list_places(cells) == [(0, 1), (0, 1), (2, 0)]


def test_numbers_beside_the_lines_have_a_column_of_their_own():
    boxes = [make_box(row, column) for row in range(3) for column in (-1, 0, 1)]
    cells = find(boxes, [*ACROSS, *DOWN])
    assert cells.shape == (3, 5)
    assert cells.column.tolist() == [0, 1, 2] * 3


def test_table_without_a_frame_has_cells_beyond_its_outer_lines():
    boxes = [make_box(row, column) for row in range(4) for column in range(4)]
    across = [(0, y, 400, y) for y in (50, 100, 150)]
    down = [(x, 0, x, 200) for x in (100, 200, 300)]
    cells = find(boxes, [*across, *down])
    assert cells.shape == (4, 4)
    assert list_places(cells) == [(row, column) for row in range(4) for column in range(4)]


@pytest.mark.parametrize(
    "others",
    [
        [(0, -30, 250, -30)],
        [(450, 0, 480, 0), (450, 90, 480, 90), (450, 0, 450, 90), (480, 0, 480, 90)],
        [(100, 120, 200, 120)],
        [(x, 300, x, 400) for x in (0, 50, 100)] + [(0, y, 100, y) for y in (300, 350, 400)],
    ],
    ids=["underlined heading", "box beside", "divided cell", "second table"],
)
def test_lines_that_meet_few_others_are_left_out_of_the_grid(others):
    boxes = [make_box(row, column) for row in (0, 2) for column in range(3)]
    cells = find(boxes, [*ACROSS, *others, *DOWN])
    assert cells.shape == (3, 4)
    assert list_places(cells) == [(row, column) for row in (0, 2) for column in range(3)]


@pytest.mark.parametrize(
    ("boxes", "lines"),
    [
        ([(110, 10, 150, 40)], [*ACROSS[:2], *DOWN]),
        ([(110, 10, 150, 40)], [*ACROSS, *[(x, 160, x, 400) for x in (0, 100, 200, 300, 400)]]),
        ([(110, 2, 150, 20), (110, 30, 150, 48)], [*ACROSS, *DOWN]),
        ([(110, 10, 150, 40), (10, 160, 50, 190), (10, 210, 50, 240)], [*ACROSS, *DOWN]),
        ([(110, 10, 150, 40), (410, 10, 440, 40), (450, 10, 480, 40)], [*ACROSS, *DOWN]),
        ([(40, 10, 160, 40)], [*ACROSS, *DOWN]),
        ([(110, 60, 150, 90), (10, 10, 50, 40)], [*ACROSS, *DOWN]),
        ([], []),
    ],
    ids=["few lines", "lines apart", "stacked", "most outside", "beside", "across a wall", "turned", "nothing"],
)
def test_other_lines_are_no_grid(boxes, lines):
    assert find(boxes, lines, range(len(boxes))) is None


def test_empty_column_and_row_of_a_ruled_table_are_kept(cnn):
    cells = [["12", "", "345", "6"], ["78", "", "9", "10"], [""] * 4, ["5", "", "40", "23"]]
    sheet = Sheet((60 * 4 + 120, 130 * 4 + 120), np.random.default_rng(2), 32)
    for row in range(5):
        sheet.draw([(60, 60 + 60 * row), (580, 60 + 60 * row)], 2)
    for column in range(5):
        sheet.draw([(60 + 130 * column, 60), (60 + 130 * column, 300)], 2)
    for row, texts in enumerate(cells):
        for column, text in enumerate(texts):
            sheet.write(text, 75 + 130 * column, 90 + 60 * row, gap=0.18)
    table = to_table(reading_to_dict("", read(sheet.photograph([]).image, cnn)))
    assert [[bool(cell) for cell in row] for row in table] == [[bool(cell) for cell in row] for row in cells]
