"""Tests of placing numbers in the cells of ruled tables."""

import numpy as np
import pytest

from benchmarks.drawn_sheet import Sheet
from digitnet.reading.export import reading_to_dict, to_table
from digitnet.reading.pipeline import read
from digitnet.reading.table_grid import find_cells

ACROSS = [(0, y, 400, y) for y in (0, 50, 100, 150)]
DOWN = [(x, 0, x, 150) for x in (0, 100, 200, 300, 400)]


def find(boxes, lines):
    return find_cells(np.array(boxes, np.int32).reshape(-1, 4), np.array(lines, np.int32).reshape(-1, 4))


def test_numbers_are_placed_in_cells_of_the_grid():
    cells = find([(110, 10, 150, 40), (320, 10, 390, 40), (10, 110, 90, 140)], [*ACROSS, *DOWN])
    assert cells.shape == (3, 4)
    assert list(zip(cells.row.tolist(), cells.column.tolist(), strict=True)) == [(0, 1), (0, 3), (2, 0)]


@pytest.mark.parametrize(
    ("boxes", "lines"),
    [
        ([(110, 10, 150, 40)], [*ACROSS[:2], *DOWN]),
        ([(110, 10, 150, 40)], [*ACROSS, *DOWN[:-1], (400, 0, 400, 60)]),
        ([(110, 10, 150, 40), (160, 10, 190, 40)], [*ACROSS, *DOWN]),
        ([(110, 10, 150, 40), (10, 160, 50, 190)], [*ACROSS, *DOWN]),
        ([(40, 10, 160, 40)], [*ACROSS, *DOWN]),
        ([(110, 60, 150, 90), (10, 10, 50, 40)], [*ACROSS, *DOWN]),
        ([], []),
    ],
    ids=["few lines", "short line", "shared cell", "outside", "across a wall", "turned", "nothing"],
)
def test_other_lines_are_no_grid(boxes, lines):
    assert find(boxes, lines) is None


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
