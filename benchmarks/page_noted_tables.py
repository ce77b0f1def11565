"""Draw pages on which more is written than a ruled table, and rows of numbers that stand close."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.drawn_sheet import Sheet, choose_digits
from benchmarks.page_ink import Page
from benchmarks.page_paper import Random

_HEIGHT = 32  # A digit's height in pixels.
_MARGIN = 80
_PAIR_GAP = (1.3, 1.6)  # Digit heights between two numbers of a cell.


def draw_noted_table(rng: Random) -> Page:
    """Draw a ruled table with rows of numbers outside it, a box beside it or lines under words, tilted a little."""
    shape = int(rng.integers(4, 11)), int(rng.integers(3, 9))
    cells = _choose_cells(rng, shape)
    rows_above, rows_below = int(rng.integers(0, 3)), int(rng.integers(0, 2))
    step, room = rng.uniform(1.5, 2.2) * _HEIGHT, rng.uniform(5.4, 6.2) * _HEIGHT
    beside = 5 * _HEIGHT * int(rng.integers(0, 2))
    x0, y0 = _MARGIN, _MARGIN + rows_above * 2 * _HEIGHT + 2 * _HEIGHT
    bottom, right = y0 + step * shape[0], x0 + room * shape[1]
    size = round(bottom + rows_below * 2 * _HEIGHT + _MARGIN), round(right + beside + _MARGIN)
    sheet = Sheet(size, rng, _HEIGHT)
    thickness, strength = rng.uniform(1, 2.4), rng.uniform(0.45, 1)
    for y in y0 + step * np.arange(shape[0] + 1):
        sheet.draw([(x0, y), (right, y)], thickness, strength)
    for x in x0 + room * np.arange(shape[1] + 1):
        sheet.draw([(x, y0), (x, bottom)], thickness, strength)
    for (row, column), text in np.ndenumerate(cells):
        _write_in_cell(sheet, str(text), x0 + room * column, y0 + step * (row + 0.5) + rng.uniform(-3, 3))
    heights = [
        *(_MARGIN + 2 * _HEIGHT * (place + 0.5) for place in range(rows_above)),
        *(bottom + 2 * _HEIGHT * (place + 0.6) for place in range(rows_below)),
    ]
    notes = np.full((len(heights), shape[1]), "", object)
    for note, y in zip(notes, heights, strict=True):
        column = int(rng.integers(0, shape[1]))
        note[column] = choose_digits(rng, 1, 3)
        _write_in_cell(sheet, note[column], x0 + room * column, y)
    if rng.random() < 0.7:
        width = rng.uniform(0.3, 0.9) * (right - x0)
        sheet.print_word(sheet.choose_word(), x0, y0 - 1.3 * _HEIGHT, 0.6 * _HEIGHT)
        sheet.draw([(x0, y0 - 0.8 * _HEIGHT), (x0 + width, y0 - 0.8 * _HEIGHT)], thickness, strength)
    if beside:
        _draw_box(sheet, (right + 1.2 * _HEIGHT, y0 + rng.uniform(0, 0.5) * (bottom - y0)), thickness)
    table = np.concatenate([notes[:rows_above], cells, notes[rows_above:]]).tolist()
    rows = ["".join(row).replace(" ", "") for row in table]
    return sheet.photograph([row for row in rows if row], rng.uniform(-3, 3), table)


def _choose_cells(rng: Random, shape: tuple[int, int]) -> NDArray[np.object_]:
    """Choose the numbers of a table: at times a column is empty, and a few cells hold two numbers."""
    cells = np.array([[choose_digits(rng, 1, 2) for _ in range(shape[1])] for _ in range(shape[0])], object)
    cells[rng.random(shape) < rng.choice([0, 0.12])] = ""
    if rng.random() < 0.5:
        cells[:, int(rng.integers(0, shape[1]))] = ""
    filled = np.argwhere(cells != "")
    for row, column in filled[rng.random(len(filled)) < rng.choice([0, 0.04])]:
        cells[row, column] = f"{cells[row, column]} {choose_digits(rng, 1, 2)}"
    return cells


def _write_in_cell(sheet: Sheet, text: str, left: float, middle: float) -> None:
    """Write the numbers of a cell, with spaces between them, from its left side on."""
    x = left + sheet.rng.uniform(0.15, 0.4) * _HEIGHT
    for number in text.split():
        x = sheet.write(number, x, middle, gap=0.18) + (sheet.rng.uniform(*_PAIR_GAP) - 0.18) * _HEIGHT


def _draw_box(sheet: Sheet, corner: tuple[float, float], thickness: float) -> None:
    """Draw an empty box with this upper left corner."""
    (left, top), width, height = corner, 2.5 * _HEIGHT, sheet.rng.uniform(1.5, 4) * _HEIGHT
    right, bottom = left + width, min(top + height, len(sheet.lines) - 20)
    sheet.draw([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], thickness)


def draw_close_numbers(rng: Random) -> Page:
    """Draw a single row of numbers whose gaps are narrower than a digit is tall, and far wider than within them."""
    texts = [choose_digits(rng, 1, 3) for _ in range(rng.integers(3, 6))]
    texts[int(rng.integers(0, len(texts)))] = choose_digits(rng, 2, 3)
    height = 46
    sheet = Sheet((200, 300 + 4 * height * len(texts)), rng, height)
    x, between = 70.0, rng.uniform(0.78, 1.0)
    for text in texts:
        for character in text:
            digit = sheet.make_digit(character, height * rng.uniform(0.92, 1.08))
            sheet.paste(digit, x, 100 + rng.uniform(-2, 2))
            inner = rng.uniform(0.06, 0.2) * height
            x += digit.shape[1] + inner
        x += (between + rng.uniform(-0.04, 0.04)) * height - inner
    return sheet.photograph(["".join(texts)], rng.uniform(-1.5, 1.5), [texts])


NOTED_TABLES: dict[str, Callable[[Random], Page]] = {
    "table, notes": draw_noted_table,
    "close numbers": draw_close_numbers,
}
