"""Draw pages on which lines, boxes, circles and tables stand around the numbers."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from benchmarks.page_ink import Layer, Page, load_training_digits, redraw_digit
from benchmarks.page_paper import Random, apply_ink, make_paper
from benchmarks.page_photo import expose

Points = list[tuple[float, float]]  # x, y in pixels.
_HEIGHT = 60  # A digit's height in pixels.


class Sheet:
    """A sheet of paper on which ink and lines are drawn.

    Attributes:
        ink: the digits, (h, w) in 0..1.
        lines: all that is no digit, (h, w) in 0..1.
        pen: width of the pen in pixels.
    """

    def __init__(self, size: tuple[int, int], rng: Random, height: float = _HEIGHT) -> None:
        self.ink, self.lines = np.zeros(size, np.float32), np.zeros(size, np.float32)
        self.height, self.rng = height, rng
        self.pen = height * rng.uniform(0.06, 0.12)

    def write(self, text: str, x: float, y: float, gap: float = 0.35, height: float | None = None) -> float:
        """Write digits from `x` on, with their middle at `y` and gaps in digit heights; return their right side."""
        for character in text:
            digit = self.make_digit(character, (height or self.height) * self.rng.uniform(0.92, 1.08))
            self.paste(digit, x, y)
            x += digit.shape[1] + (gap + self.rng.uniform(-0.1, 0.1)) * self.height
        return x

    def make_digit(self, character: str, height: float) -> Layer:
        """Return the ink of a digit of this height in pixels, without an empty rim."""
        training = load_training_digits()
        index = self.rng.choice(np.flatnonzero(training.labels == int(character)))
        digit = redraw_digit(training.images[index], height, min(self.pen, 0.2 * height))
        x, y, w, h = cv2.boundingRect((digit > 0.3).astype(np.uint8))
        return digit[y : y + h, x : x + w]

    def paste(self, digit: Layer, left: float, middle: float) -> None:
        """Add a digit to the ink."""
        top, x = round(middle - digit.shape[0] / 2), round(left)
        part = self.ink[top : top + digit.shape[0], x : x + digit.shape[1]]
        np.maximum(part, digit[: part.shape[0], : part.shape[1]], out=part)

    def draw(self, points: Points, thickness: float, strength: float = 1.0) -> None:
        """Draw a line through points among the lines."""
        path = np.zeros(self.lines.shape, np.uint8)
        corners = np.round(np.array(points) * 16).astype(np.int32)
        cv2.polylines(path, [corners], False, 255, max(1, round(thickness)), cv2.LINE_AA, shift=4)
        np.maximum(self.lines, path.astype(np.float32) * np.float32(strength / 255), out=self.lines)

    def photograph(self, rows: list[str], degrees: float = 0.0, table: list[list[str]] | None = None) -> Page:
        """Return a photo of the sheet, turned by some degrees."""
        height, width = self.ink.shape
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        ink, lines = (
            cv2.warpAffine(layer, turn, (width, height), flags=cv2.INTER_CUBIC).clip(0, 1)
            for layer in (self.ink, self.lines)
        )
        color = str(self.rng.choice(["black", "blue"]))
        paper = make_paper(self.ink.shape, "white", self.rng)
        page = apply_ink(paper, np.maximum(ink, lines), color, self.rng.uniform(0.8, 0.95), self.rng)
        image = expose(page, (0.3, 0.9), (1.0, 4.0), (60, 92), self.rng)
        return Page(image, rows, np.round(255 - 255 * ink).astype(np.uint8), table or [])


def choose_digits(rng: Random, least: int, most: int) -> str:
    """Return a random number of digits."""
    return "".join(map(str, rng.integers(0, 10, rng.integers(least, most + 1))))


def draw_boxes(rng: Random) -> Page:
    """Draw digits in a row of boxes that they touch or nearly touch."""
    text = choose_digits(rng, 2, 8)
    room = _HEIGHT * rng.uniform(1.05, 1.3)
    sheet = Sheet((round(room) + 120, round(room * len(text)) + 120), rng)
    thickness, strength = rng.uniform(1, 3.4), rng.uniform(0.5, 1)
    top, bottom, left, right = 60, 60 + room, 60, 60 + room * len(text)
    sheet.draw([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], thickness, strength)
    for place, character in enumerate(text):
        x = left + room * place
        sheet.draw([(x, top), (x, bottom)], thickness, strength)
        digit = sheet.make_digit(character, _HEIGHT * rng.uniform(0.92, 1.0))
        slack = max(0.0, room - digit.shape[1]) / 2
        sheet.paste(digit, x + slack + rng.uniform(-1, 1) * slack * 0.9, (top + bottom) / 2 + rng.uniform(-4, 4))
    return sheet.photograph([text], rng.uniform(-1, 1))


def draw_underlined(rng: Random) -> Page:
    """Draw numbers that stand on a line of the pen, or whose feet cross it."""
    sheet = Sheet((220, 760), rng)
    texts = [choose_digits(rng, 2, 5) for _ in range(rng.integers(1, 3))]
    for place, text in enumerate(texts):
        left = 60 + 350 * place
        right = sheet.write(text, left, 100, gap=0.2)
        y = 100 + _HEIGHT * rng.uniform(0.35, 0.65)
        slope = rng.uniform(-0.04, 0.04) * (right - left)
        sheet.draw([(left - rng.uniform(5, 25), y), (right + rng.uniform(-10, 25), y + slope)], rng.uniform(1.5, 6))
    return sheet.photograph(["".join(texts)])


def draw_on_few_lines(rng: Random) -> Page:
    """Draw numbers on one or two printed lines right across the page."""
    count = int(rng.integers(1, 3))
    sheet = Sheet((130 + 120 * count, 800), rng)
    rows = [choose_digits(rng, 3, 7) for _ in range(count)]
    thickness, strength = rng.uniform(1, 3), rng.uniform(0.3, 1)
    for place, row in enumerate(rows):
        y = 100 + 120 * place
        sheet.write(row, 80 + rng.uniform(0, 60), y)
        line = y + _HEIGHT * rng.uniform(0.2, 0.6)
        ends = (0, 800) if rng.random() < 0.5 else (40, 760)
        sheet.draw([(ends[0], line), (ends[1], line + rng.uniform(-6, 6))], thickness, strength)
    return sheet.photograph(rows)


def draw_on_dark_grid(rng: Random) -> Page:
    """Draw a number on squared paper whose lines are a third to four fifths as dark as the pen."""
    sheet = Sheet((300, 760), rng, 80)
    text = choose_digits(rng, 3, 6)
    sheet.write(text, 60, 150)
    step, thickness, strength = rng.uniform(25, 45), rng.uniform(1, 2.4), rng.uniform(0.35, 0.8)
    for x in np.arange(step * rng.uniform(), 760, step):
        sheet.draw([(x, 0), (x, 300)], thickness, strength)
    for y in np.arange(step * rng.uniform(), 300, step):
        sheet.draw([(0, y), (760, y)], thickness, strength)
    return sheet.photograph([text])


def _draw_circled(rng: Random, reach_x: tuple[float, float], reach_y: tuple[float, float]) -> Page:
    """Draw a number in a circle, closed or open, beside another number.

    The circle reaches beyond the number's sides by pixels, and up and down by digit heights.
    """
    sheet = Sheet((240, 760), rng)
    inner, outer = choose_digits(rng, 1, 3), choose_digits(rng, 2, 4)
    right = sheet.write(inner, 110, 120, gap=0.2) - 0.2 * _HEIGHT
    sheet.write(outer, right + 160, 120)
    center, reach = (
        ((110 + right) / 2, 120),
        ((right - 110) / 2 + rng.uniform(*reach_x), _HEIGHT * rng.uniform(*reach_y)),
    )
    turns = rng.uniform(0.9, 1.08)
    angles = np.linspace(0, 2 * np.pi * turns, 60) + rng.uniform(0, 2 * np.pi)
    widening = 1 + rng.uniform(-0.06, 0.06) * np.linspace(0, 1, 60)
    x, y = center[0] + reach[0] * np.cos(angles) * widening, center[1] + reach[1] * np.sin(angles) * widening
    sheet.draw(list(zip(x.tolist(), y.tolist(), strict=True)), sheet.pen * rng.uniform(0.6, 1.2))
    return sheet.photograph([inner + outer])


def draw_small_zeros(rng: Random) -> Page:
    """Draw a number with small zeros, of which some touch the next digit."""
    sheet = Sheet((200, 900), rng, 90)
    text = choose_digits(rng, 1, 2) + "0" * int(rng.integers(1, 4)) + choose_digits(rng, 1, 2)
    small = rng.uniform(22, 45)
    x = 60.0
    for place, character in enumerate(text):
        is_small = character == "0" and place > 0
        digit = sheet.make_digit(character, small * rng.uniform(0.85, 1.15) if is_small else 90)
        if is_small:
            digit = _draw_ring(small * rng.uniform(0.85, 1.15), sheet.pen * 0.8, rng)
        sheet.paste(digit, x, 100 + (rng.uniform(0, 25) if is_small else 0))
        x += (
            digit.shape[1]
            + (rng.uniform(-0.02, 0.06) if is_small and rng.random() < 0.3 else rng.uniform(0.15, 0.4)) * 90
        )
    return sheet.photograph([text])


def _draw_ring(height: float, pen: float, rng: Random) -> Layer:
    """Draw a ring of this height in pixels, (h, w) in 0..1."""
    width = height * rng.uniform(0.6, 1.0)
    ring = np.zeros((round(height + 2 * pen) + 4, round(width + 2 * pen) + 4), np.uint8)
    center = (ring.shape[1] * 8, ring.shape[0] * 8)
    axes = (round(width * 8), round(height * 8))
    cv2.ellipse(ring, center, axes, rng.uniform(-20, 20), 0, 360, 255, max(2, round(pen)), cv2.LINE_AA, 4)
    return ring.astype(np.float32) / np.float32(255)


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


STRUCTURES: dict[str, Callable[[Random], Page]] = {
    "boxes touched": draw_boxes,
    "underlined": draw_underlined,
    "one or two lines": draw_on_few_lines,
    "dark grid": draw_on_dark_grid,
    "circled": lambda rng: _draw_circled(rng, (18, 45), (0.75, 1.1)),
    "circled, touching": lambda rng: _draw_circled(rng, (2, 16), (0.65, 0.9)),
    "small zeros": draw_small_zeros,
    "table": lambda rng: _draw_table(rng, "grid", 0.0),
    "table, tilted": lambda rng: _draw_table(rng, "grid", rng.uniform(-5, 5)),
    "table, framed": lambda rng: _draw_table(rng, "frame", rng.uniform(-2, 2)),
    "table, ruled": lambda rng: _draw_table(rng, "rows", rng.uniform(-3, 3)),
    "table, no lines": lambda rng: _draw_table(rng, "none", rng.uniform(-5, 5)),
}
