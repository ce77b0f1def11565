"""Place the numbers of a reading in the cells of a table, and part numbers by the lines of a given grid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.result import Reading
from digitnet.reading.table_columns import find_columns
from digitnet.reading.table_grid import Cells, find_cells, find_given_cells, part_by_lines
from digitnet.segmentation.rows import find_numbers
from digitnet.types import Boxes


def find_table(reading: Reading) -> Cells:
    """Find the cell of each number in reading order: by the grid, or by what stands below each other without one."""
    boxes, row = find_numbers_in_rows(reading)
    cells = find_ruled_table(reading, boxes, row)
    if cells is not None:
        return cells
    column = find_columns(boxes, row)
    return Cells(row.astype(np.intp), column, (int(row.max(initial=-1)) + 1, int(column.max(initial=-1)) + 1))


def find_numbers_in_rows(reading: Reading) -> tuple[Boxes, NDArray[np.int32]]:
    """Return the boxes of all numbers in the straight picture, int32 (n, 4), and the row of each, int32 (n,)."""
    straight = replace(reading, boxes=reading.straight_boxes, signs=reading.straight_signs)
    numbers = [(row, number) for row, numbers in enumerate(reading.symbols) for number in numbers]
    boxes = np.array([straight.enclose(number) for _, number in numbers], np.int32).reshape(-1, 4)
    return boxes, np.array([row for row, _ in numbers], np.int32)


def find_ruled_table(reading: Reading, boxes: Boxes, row: NDArray[np.int32]) -> Cells | None:
    """Find the cell of each number by the lines of a table, given or found; None if there is no such table.

    Args:
        reading: the reading.
        boxes, row: its numbers, as `find_numbers_in_rows` returns them.
    """
    to_straight = reading.placement.lines_to_straight
    if reading.grid is not None:
        return find_given_cells(boxes, row, to_straight(reading.grid)) if len(reading.grid) else None
    return find_cells(boxes, row, to_straight(reading.lines))


def number_by_grid(reading: Reading) -> NDArray[np.int32]:
    """Find the number of each digit, int32 (n,), by gaps and by the lines of the reading's given grid."""
    boxes, signs = reading.straight_boxes, reading.straight_signs
    number = find_numbers(boxes, reading.row, signs.boxes, signs.place)
    lines = reading.placement.lines_to_straight(np.zeros((0, 4), np.int32) if reading.grid is None else reading.grid)
    return part_by_lines(number, boxes, lines)
