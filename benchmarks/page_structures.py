"""Draw pages on which lines, boxes and circles stand around the numbers."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from benchmarks.drawn_sheet import HEIGHT, Sheet, choose_digits
from benchmarks.page_ink import Layer, Page
from benchmarks.page_paper import Random


def draw_boxes(rng: Random) -> Page:
    """Draw digits in a row of boxes that they touch or nearly touch."""
    text = choose_digits(rng, 2, 8)
    room = HEIGHT * rng.uniform(1.05, 1.3)
    sheet = Sheet((round(room) + 120, round(room * len(text)) + 120), rng)
    thickness, strength = rng.uniform(1, 3.4), rng.uniform(0.5, 1)
    top, bottom, left, right = 60, 60 + room, 60, 60 + room * len(text)
    sheet.draw([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], thickness, strength)
    for place, character in enumerate(text):
        x = left + room * place
        sheet.draw([(x, top), (x, bottom)], thickness, strength)
        digit = sheet.make_digit(character, HEIGHT * rng.uniform(0.92, 1.0))
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
        y = 100 + HEIGHT * rng.uniform(0.35, 0.65)
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
        line = y + HEIGHT * rng.uniform(0.2, 0.6)
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
    right = sheet.write(inner, 110, 120, gap=0.2) - 0.2 * HEIGHT
    sheet.write(outer, right + 160, 120)
    center, reach = (
        ((110 + right) / 2, 120),
        ((right - 110) / 2 + rng.uniform(*reach_x), HEIGHT * rng.uniform(*reach_y)),
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


STRUCTURES: dict[str, Callable[[Random], Page]] = {
    "boxes touched": draw_boxes,
    "underlined": draw_underlined,
    "one or two lines": draw_on_few_lines,
    "dark grid": draw_on_dark_grid,
    "circled": lambda rng: _draw_circled(rng, (18, 45), (0.75, 1.1)),
    "circled, touching": lambda rng: _draw_circled(rng, (2, 16), (0.65, 0.9)),
    "small zeros": draw_small_zeros,
}
