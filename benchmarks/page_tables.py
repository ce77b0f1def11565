"""Draw pages with a table of numbers: ruled or not, tilted, with empty cells, headers and columns of any number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from benchmarks.drawn_sheet import Sheet, choose_digits
from benchmarks.page_ink import Page
from benchmarks.page_paper import Random

_HEIGHT = 32  # A digit's height in pixels.
_MARGIN = 80


def _draw_table(rng: Random, ruling: str, degrees: float) -> Page:
    """Draw a table of numbers with some empty cells, ruled by a "grid", a "frame", "rows" or "none"."""
    shape = int(rng.integers(4, 11)), int(rng.integers(3, 9))
    cells = np.array([[choose_digits(rng, 1, 3) for _ in range(shape[1])] for _ in range(shape[0])], object)
    cells[rng.random(shape) < rng.choice([0, 0.12])] = ""
    for row in cells:
        if not any(row):
            row[0] = "7"
    room = (rng.uniform(1.5, 2.2) * 32, rng.uniform(3.6, 4.4) * 32)
    sheet = Sheet((round(room[0] * shape[0] + 160), round(room[1] * shape[1] + 160)), rng, 32)
    y0, x0 = 80, 80
    ys, xs = y0 + room[0] * np.arange(shape[0] + 1), x0 + room[1] * np.arange(shape[1] + 1)
    thickness, strength = rng.uniform(1, 2.4), rng.uniform(0.45, 1)
    kept_ys = {"grid": ys, "rows": ys, "frame": ys[[0, -1]], "none": ys[:0]}[ruling]
    kept_xs = {"grid": xs, "rows": xs[:0], "frame": xs[[0, -1]], "none": xs[:0]}[ruling]
    for y in kept_ys:
        sheet.draw([(xs[0], y), (xs[-1], y)], thickness, strength)
    for x in kept_xs:
        sheet.draw([(x, ys[0]), (x, ys[-1])], thickness, strength)
    for (row, column), text in np.ndenumerate(cells):
        slack = rng.uniform(0.08, 0.3)
        left, middle = float(xs[column]) + slack * 32, float(ys[row]) + room[0] / 2 + rng.uniform(-3, 3)
        sheet.write(text, left, middle, gap=0.18)
    return sheet.photograph(["".join(row) for row in cells], degrees, cells.tolist())


def _draw_free_table(
    rng: Random, ruling: str, columns: tuple[int, int], empty: float = 0.0, header: bool = False, lone: float = 0.0
) -> Page:
    """Draw a table whose columns differ in width and alignment, tilted by up to five degrees.

    Args:
        ruling: "grid", "rows" or "none".
        columns: least and greatest number of columns.
        empty: share of cells without a number.
        header: print a word over each column, and at times one before each row.
        lone: share of rows with a number in their first column alone.
    """
    shape = int(rng.integers(4, 11)), int(rng.integers(columns[0], columns[1] + 1))
    longest = rng.integers(1, 5, shape[1])
    cells = _choose_cells(rng, longest, shape[0], empty)
    if lone:
        _leave_lone_numbers(rng, cells, lone)
    sides = np.cumsum([0.0, *_HEIGHT * (0.8 * longest + rng.uniform(1.2, 2.4, shape[1]))])
    labels, top = (5.5 * _HEIGHT if header and rng.random() < 0.4 else 0.0), _HEIGHT * 1.6 * header
    step = rng.uniform(1.5, 2.2) * _HEIGHT
    margin = round(_MARGIN + 0.04 * sides[-1] * (lone > 0))  # The corners of a wide table stay on the tilted sheet.
    x0, y0 = margin + labels, margin + top
    size = round(y0 + step * shape[0] + margin), round(x0 + sides[-1] + margin)
    sheet = Sheet(size, rng, _HEIGHT)
    xs, ys = x0 + sides, y0 + step * np.arange(shape[0] + 1)
    outer = [*[margin] * (labels > 0), *xs], [*[margin] * header, *ys]
    _draw_ruling(sheet, ruling, *outer)
    aligned = rng.choice([0.0, 0.5, 1.0], shape[1])
    for (row, column), text in np.ndenumerate(cells):
        middle = float(ys[row]) + step / 2 + rng.uniform(-2, 2)
        room = (float(xs[column]) + 0.4 * _HEIGHT, float(xs[column + 1]) - 0.4 * _HEIGHT)
        _write_in(sheet, str(text), room, middle, float(aligned[column]))
    if header:
        for left, right in pairwise(xs):
            sheet.print_word(sheet.choose_word(int((right - left) / 14)), float(left) + 6, y0 - top / 2, 0.6 * _HEIGHT)
        for y in ys[:-1] if labels else ():
            sheet.print_word(sheet.choose_word(), margin + 6, float(y) + step / 2, 0.6 * _HEIGHT)
    rows = ["".join(row) for row in cells]
    table = cells.tolist()
    if ruling == "grid":
        table = [[""] * (labels > 0) + row for row in table]
        table = [[""] * len(table[0])] * header + table
    return sheet.photograph([row for row in rows if row], rng.uniform(-5, 5), table)


def _choose_cells(rng: Random, longest: NDArray[np.int64], rows: int, empty: float) -> NDArray[np.object_]:
    """Choose the numbers of a table, of up to so many digits in each column; each row and column has at least one."""
    shape = rows, len(longest)
    cells = np.array([[choose_digits(rng, 1, int(most)) for most in longest] for _ in range(rows)], object)
    is_empty = rng.random(shape) < empty
    is_empty[np.arange(rows), rng.integers(0, shape[1], rows)] = False
    is_empty[rng.integers(0, rows, shape[1]), np.arange(shape[1])] = False
    cells[is_empty] = ""
    return cells


def _leave_lone_numbers(rng: Random, cells: NDArray[np.object_], share: float) -> None:
    """Empty a share of the rows but for their first column; the row at the top, which none precedes, is filled."""
    cells[0] = [text or choose_digits(rng, 1, 1) for text in cells[0]]
    for row in cells[1:]:
        if rng.random() < share:
            row[:] = [choose_digits(rng, 1, 2), *[""] * (len(row) - 1)]


def _draw_ruling(sheet: Sheet, ruling: str, xs: Sequence[float], ys: Sequence[float]) -> None:
    """Draw the lines of a table, "grid", "rows" or "none", at these places."""
    thickness, strength = sheet.rng.uniform(1, 2.4), sheet.rng.uniform(0.45, 1)
    for y in ys if ruling != "none" else ():
        sheet.draw([(xs[0], y), (xs[-1], y)], thickness, strength)
    for x in xs if ruling == "grid" else ():
        sheet.draw([(x, ys[0]), (x, ys[-1])], thickness, strength)


def _write_in(sheet: Sheet, text: str, room: tuple[float, float], middle: float, aligned: float) -> None:
    """Write a number between two sides: at the left (0), in the middle (0.5) or at the right (1)."""
    digits = [sheet.make_digit(character, _HEIGHT * sheet.rng.uniform(0.92, 1.08)) for character in text]
    gaps = [sheet.rng.uniform(0.12, 0.22) * _HEIGHT for _ in digits]
    width = sum(digit.shape[1] for digit in digits) + sum(gaps[1:])
    x = room[0] + aligned * max(0.0, room[1] - room[0] - width) + sheet.rng.uniform(0, 3)
    for digit, gap in zip(digits, gaps, strict=True):
        sheet.paste(digit, x, middle)
        x += digit.shape[1] + gap


TABLES: dict[str, Callable[[Random], Page]] = {
    "table": lambda rng: _draw_table(rng, "grid", 0.0),
    "table, tilted": lambda rng: _draw_table(rng, "grid", rng.uniform(-5, 5)),
    "table, framed": lambda rng: _draw_table(rng, "frame", rng.uniform(-2, 2)),
    "table, ruled": lambda rng: _draw_table(rng, "rows", rng.uniform(-3, 3)),
    "table, no lines": lambda rng: _draw_table(rng, "none", rng.uniform(-5, 5)),
    "columns": lambda rng: _draw_free_table(rng, "none", (2, 10)),
    "columns, empty": lambda rng: _draw_free_table(rng, "none", (3, 8), rng.uniform(0.15, 0.4)),
    "table, empty": lambda rng: _draw_free_table(rng, "grid", (3, 8), rng.uniform(0.15, 0.5)),
    "columns, wide": lambda rng: _draw_free_table(rng, "none", (10, 16), 0.1, lone=0.3),
    "headers": lambda rng: _draw_free_table(rng, str(rng.choice(["rows", "none"])), (2, 6), 0.1, header=True),
    "table, headers": lambda rng: _draw_free_table(rng, "grid", (2, 7), 0.1, header=True),
}
