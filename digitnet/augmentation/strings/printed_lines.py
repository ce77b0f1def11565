"""Draw the lines that are printed on forms: base lines, ruled and dotted lines, boxes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_DOTTED_SHARE = 0.3  # This share of the lines is dotted or dashed.


def draw_lines(shape: tuple[int, int], base: float, rng: np.random.Generator) -> Floats:
    """Draw printed lines, float32 of `shape`, 0 to 1.

    Args:
        shape: height and width of the strip.
        base: row of the base line of the writing.
        rng: the source of randomness.
    """
    if rng.random() < _DOTTED_SHARE:
        return _draw_dotted_line(shape, base, rng)
    height, width = shape
    lines = np.zeros(shape, np.uint8)
    slope = rng.normal(0, 0.012) * width
    levels = [base + rng.normal(2, 2)]
    if rng.random() < 0.3:
        levels.append(rng.uniform(0, height * 0.25))
    if rng.random() < 0.08:
        levels = list(np.arange(rng.uniform(0, 8), height, rng.uniform(8, 20)))
    thickness = 1 if rng.random() < 0.8 else 2
    for level in levels:
        ends = ((0, round((level - slope) * 16)), (width * 16, round((level + slope) * 16)))
        cv2.line(lines, *ends, 255, thickness, cv2.LINE_AA, shift=4)
    if rng.random() < 0.2:
        for column in rng.uniform(0, width, int(rng.integers(1, 4))):
            ends = ((round(column * 16), 0), (round((column + rng.normal(0, 1)) * 16), height * 16))
            cv2.line(lines, *ends, 255, 1, cv2.LINE_AA, shift=4)
    return np.asarray(lines / 255, np.float32)


def draw_cells(
    shape: tuple[int, int], walls: Sequence[float], top: float, base: float, rng: np.random.Generator
) -> Floats:
    """Draw the cells that a form has for single digits: a comb, boxes, or boxes apart; float32 of `shape`, 0 to 1.

    Args:
        shape: height and width of the strip.
        walls: columns left of each cell and right of the last.
        top, base: rows of the top and the base line of the writing.
        rng: the source of randomness.
    """
    lines = np.zeros(shape, np.uint8)
    tall = base - top
    low, high = base + tall * rng.uniform(0.02, 0.2), top - tall * rng.uniform(0.02, 0.2)
    kind = rng.random()
    apart = rng.uniform(1, 2.5) if kind > 0.8 else 0.0  # Half the space between two boxes.
    if kind < 0.5:  # A comb has short teeth and no upper line.
        high = low - tall * rng.uniform(0.12, 0.6)
    thickness = 1 if rng.random() < 0.8 else 2
    for left, right in itertools.pairwise(walls):
        corners = np.array([(left + apart, high), (left + apart, low), (right - apart, low), (right - apart, high)])
        cv2.polylines(
            lines, [np.round(corners * 16).astype(np.int32)], kind >= 0.5, 255, thickness, cv2.LINE_AA, shift=4
        )
    return np.asarray(lines / 255, np.float32)


def _draw_dotted_line(shape: tuple[int, int], base: float, rng: np.random.Generator) -> Floats:
    """Draw a base line of dots or dashes: now and then broken, doubled, or a little above the base."""
    width = shape[1]
    lines = np.zeros(shape, np.uint8)
    level, slope = base + rng.normal(0.5, 2), rng.normal(0, 0.012)
    if rng.random() < 0.1:
        level -= rng.uniform(1, 4)
    period, radius = rng.uniform(3.5, 13), rng.uniform(0.4, 1.6)
    dash = rng.uniform(0.3, 0.6) * period * float(rng.random() < 0.3)
    rows = (0.0, rng.uniform(2.5, 5)) if rng.random() < 0.08 else (0.0,)
    missing = rng.uniform(0.1, 0.5) if rng.random() < 0.12 else 0.0  # A share of the dots that left no ink.
    for column in np.arange(rng.uniform(-period, 0), width, period):
        if missing and rng.random() < missing:
            continue
        for row in rows:
            start = (round(column * 16), round((level + row + slope * (column - width / 2)) * 16))
            if dash:
                cv2.line(lines, start, (start[0] + round(dash * 16), start[1]), 255, 1, cv2.LINE_AA, shift=4)
            else:
                cv2.circle(lines, start, round(radius * 16), 255, cv2.FILLED, cv2.LINE_AA, shift=4)
    return np.asarray(lines / 255, np.float32)
