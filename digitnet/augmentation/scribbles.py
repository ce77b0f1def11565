"""Draw scribbles, cursive lines, made-up letters and marks, trimmed, uint8 (h, w)."""

from __future__ import annotations

import cv2
import numpy as np

from digitnet.augmentation.digit_shapes import is_curve, is_stick
from digitnet.augmentation.stroke_rendering import Points, draw_strokes
from digitnet.preprocessing.normalization import trim
from digitnet.types import Gray

_PEN_WIDTHS = (1.5, 3.2)  # Pixels of the 28 x 28 picture.
_CURSIVE_PEN_WIDTHS = (1.2, 2.6)  # Pixels of the 28 x 28 picture, too.


def draw_scribble(rng: np.random.Generator) -> Gray | None:
    """Draw a few random strokes, meeting or apart: lines, arcs, waves and loops.

    Returns:
        The scribble, or None if it is one curve, which may look like a digit.
    """
    width = rng.uniform(0.4, 1.6)
    strokes: list[Points] = []
    for _ in range(int(rng.choice([2, 3, 4, 5, 6], p=[0.1, 0.38, 0.27, 0.15, 0.1]))):
        start = rng.uniform(0, 1, 2)
        if strokes and rng.random() < 0.7:  # Most strokes of a letter start on another.
            earlier = strokes[int(rng.integers(len(strokes)))]
            start = earlier[int(rng.integers(len(earlier)))] / (width, 1)
        strokes.append(_STROKES[int(rng.integers(len(_STROKES)))](start, rng) * (width, 1))
    picture = trim(draw_strokes(strokes, rng, pen=_PEN_WIDTHS))
    return None if is_curve(picture) else picture


def draw_cursive(rng: np.random.Generator) -> Gray:
    """Draw a long stroke that goes up and down, as round scripts do: waves, arches, garlands."""
    turns = rng.uniform(1.8, 4.2)
    along = np.arange(0, turns, 1 / 6)
    step = rng.uniform(0.3, 0.75)
    back = rng.uniform(-1.3, 1.3) * step / (2 * np.pi)  # If it went back further, the stroke would make rings.
    height, low, ahead = (np.interp(along, np.arange(6), rng.normal(0, 0.14, 6)) for _ in range(3))
    height, lean = height + 0.5, rng.normal(0, 0.2)
    phase = rng.uniform(0, 2 * np.pi)
    swing = 2 * np.pi * along + phase
    across = step * along + back * np.sin(swing + rng.normal(0, 0.6)) + ahead
    stroke = np.stack([across + lean * height * np.cos(swing), height * np.cos(swing) + low], axis=1)
    strokes = [stroke + rng.normal(0, 0.03, stroke.shape)]
    if rng.random() < 0.3:  # Add a tail, a bar or a mark.
        strokes.append(_STROKES[int(rng.integers(len(_STROKES)))](strokes[0][-1 if rng.random() < 0.5 else 0], rng))
    return trim(draw_strokes(strokes, rng, pen=_CURSIVE_PEN_WIDTHS))


def draw_made_up_letter(rng: np.random.Generator) -> Gray | None:
    """Draw three to five strokes between points of a box, as most letters are made.

    The points are the corners, the middles of the sides and the center.

    Returns:
        The letter, or None if it looks like a digit.
    """
    width = rng.uniform(0.5, 1.2)
    corners = np.stack(np.meshgrid([0.0, 0.5, 1.0], [0.0, 0.5, 1.0]), axis=-1).reshape(-1, 2)
    corners += rng.normal(0, 0.06, corners.shape)
    visited = [int(rng.integers(9))]
    strokes = []
    for _ in range(int(rng.choice([3, 4, 5], p=[0.5, 0.35, 0.15]))):
        start = visited[int(rng.integers(len(visited)))] if rng.random() < 0.75 else int(rng.integers(9))
        end = (start + int(rng.integers(1, 9))) % 9
        visited.append(end)
        ends = corners[[start, end]]
        bulge = rng.uniform(-0.4, 0.4) if rng.random() < 0.4 else 0.0
        middle = ends.mean(axis=0) + (ends[1] - ends[0])[::-1] * (-1, 1) * bulge
        strokes.append(np.stack([ends[0], middle, ends[1]]) * (width, 1))
    picture = trim(draw_strokes(strokes, rng, pen=_PEN_WIDTHS))
    return None if is_stick(picture) or is_curve(picture) else picture


def draw_mark(rng: np.random.Generator) -> Gray:
    """Draw a dash, a slash that leans far, a cross, a tick, a corner, dots or a blob."""
    kind = int(rng.integers(5))
    if kind == 0:
        tilt = rng.uniform(-0.35, 0.35)
        return trim(draw_strokes([np.array([[0, 0], [0.5, rng.normal(0, 0.05)], [1, tilt]])], rng))
    if kind == 1:
        arm = rng.uniform(0.5, 1.0, 2)
        tilt = rng.uniform(-0.2, 0.2) + (np.pi / 4 if rng.random() < 0.5 else 0)
        rotation = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
        bars = np.array([[[-arm[0], 0], [arm[0], 0]], [[0, -arm[1]], [0, arm[1]]]])
        return trim(draw_strokes(list(bars @ rotation.T), rng))
    if kind == 2:
        return trim(draw_strokes([np.array([[0, 0.6], [0.3, 1.0], [rng.uniform(0.7, 1.2), rng.uniform(0, 0.2)]])], rng))
    if kind == 3:
        corner = np.array([[0, 0], [0, 1], [rng.uniform(0.5, 1), 1]])
        return trim(draw_strokes([corner[:2], corner[1:]], rng)[:, :: 1 if rng.random() < 0.5 else -1])
    field = np.zeros((64, 64), np.uint8)
    for _ in range(int(rng.integers(1, 4))):
        center = tuple(int(c) for c in rng.integers(16, 48, 2))
        axes = tuple(int(c) for c in rng.integers(5, 16, 2))
        cv2.ellipse(field, center, axes, float(rng.uniform(0, 180)), 0, 360, 255, cv2.FILLED, cv2.LINE_AA)
    return trim(field)


def _draw_line(start: Points, rng: np.random.Generator) -> Points:
    return np.stack([start, rng.uniform(0, 1, 2)])


def _draw_level_line(start: Points, rng: np.random.Generator) -> Points:
    return np.stack([start, (rng.uniform(0, 1), start[1] + rng.normal(0, 0.05))])


def _draw_upright_line(start: Points, rng: np.random.Generator) -> Points:
    return np.stack([start, (start[0] + rng.normal(0, 0.05), rng.uniform(0, 1))])


def _draw_arc(start: Points, rng: np.random.Generator) -> Points:
    end = rng.uniform(0, 1, 2)
    across = (end - start)[::-1] * (-1, 1)
    return np.stack([start, (start + end) / 2 + across * rng.uniform(-0.6, 0.6), end])


def _draw_wave(start: Points, rng: np.random.Generator) -> Points:
    return np.vstack([start, rng.uniform(0, 1, (int(rng.integers(3, 7)), 2))])


def _draw_ring(start: Points, rng: np.random.Generator) -> Points:
    radius = rng.uniform(0.08, 0.3, 2)
    turn = np.deg2rad(np.arange(0, rng.integers(200, 400), 45) + rng.uniform(0, 360))
    ring = np.stack([np.cos(turn), np.sin(turn)], axis=1) * radius
    return ring - ring[0] + start


_STROKES = (_draw_line, _draw_level_line, _draw_upright_line, _draw_arc, _draw_arc, _draw_wave, _draw_ring)
