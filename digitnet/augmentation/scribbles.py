"""Scribbles, cursive lines and letter-like strokes, drawn at random."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation.digit_shapes import is_curve, is_stick
from digitnet.augmentation.letters import draw_letter
from digitnet.augmentation.stroke_rendering import draw_strokes
from digitnet.preprocessing.normalization import trim
from digitnet.types import Picture, Pictures

Labels = NDArray[np.uint8]


def script(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Picture:
    """Return a letter of some script."""
    return draw_letter(rng)


def scribble(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Picture | None:
    """Return a few strokes at random, some like letters: lines, arcs, hooks, loops, dots, meeting or apart."""
    wide = rng.uniform(0.4, 1.6)
    strokes: list[NDArray[np.float64]] = []
    for _ in range(int(rng.choice([2, 3, 4, 5, 6], p=[0.1, 0.38, 0.27, 0.15, 0.1]))):
        start = rng.uniform(0, 1, 2)
        if strokes and rng.random() < 0.7:  # most strokes of a letter start on another
            before = strokes[int(rng.integers(len(strokes)))]
            start = before[int(rng.integers(len(before)))] / (wide, 1)
        strokes.append(_SHAPES[int(rng.integers(len(_SHAPES)))](start, rng) * (wide, 1))
    picture = trim(draw_strokes(strokes, rng, pen=(1.5, 3.2)))
    return None if is_curve(picture) else picture


def cursive(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Picture:
    """Return a long stroke that goes up and down on its way, as round scripts do: waves, arches, garlands."""
    turns = rng.uniform(1.8, 4.2)
    along = np.arange(0, turns, 1 / 6)
    step = rng.uniform(0.3, 0.75)
    back = rng.uniform(-1.3, 1.3) * step / (2 * np.pi)  # further, and the stroke would make rings
    height, low, ahead = (np.interp(along, np.arange(6), rng.normal(0, 0.14, 6)) for _ in range(3))
    height, lean = height + 0.5, rng.normal(0, 0.2)
    phase = rng.uniform(0, 2 * np.pi)
    swing = 2 * np.pi * along + phase
    across = step * along + back * np.sin(swing + rng.normal(0, 0.6)) + ahead
    stroke = np.stack([across + lean * height * np.cos(swing), height * np.cos(swing) + low], axis=1)
    strokes = [stroke + rng.normal(0, 0.03, stroke.shape)]
    if rng.random() < 0.3:  # a tail, a bar or a mark
        strokes.append(_SHAPES[int(rng.integers(len(_SHAPES)))](strokes[0][-1 if rng.random() < 0.5 else 0], rng))
    return trim(draw_strokes(strokes, rng, pen=(1.2, 2.6)))


def letter(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Picture | None:
    """Return three to five strokes between the corners, sides and middle of a box, as most letters are made."""
    wide = rng.uniform(0.5, 1.2)
    corners = np.stack(np.meshgrid([0.0, 0.5, 1.0], [0.0, 0.5, 1.0]), axis=-1).reshape(-1, 2)
    corners += rng.normal(0, 0.06, corners.shape)
    met = [int(rng.integers(9))]
    strokes = []
    for _ in range(int(rng.choice([3, 4, 5], p=[0.5, 0.35, 0.15]))):
        start = met[int(rng.integers(len(met)))] if rng.random() < 0.75 else int(rng.integers(9))
        end = (start + int(rng.integers(1, 9))) % 9
        met.append(end)
        ends = corners[[start, end]]
        bulge = rng.uniform(-0.4, 0.4) if rng.random() < 0.4 else 0.0
        middle = ends.mean(axis=0) + (ends[1] - ends[0])[::-1] * (-1, 1) * bulge
        strokes.append(np.stack([ends[0], middle, ends[1]]) * (wide, 1))
    picture = trim(draw_strokes(strokes, rng, pen=(1.5, 3.2)))
    return None if is_stick(picture) or is_curve(picture) else picture


def flat(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Picture:
    """Return a dash, a slash that leans far, a cross, a tick, a corner, dots or a blob."""
    way = int(rng.integers(5))
    if way == 0:
        tilt = rng.uniform(-0.35, 0.35)
        return trim(draw_strokes([np.array([[0, 0], [0.5, rng.normal(0, 0.05)], [1, tilt]])], rng))
    if way == 1:
        arm = rng.uniform(0.5, 1.0, 2)
        tilt = rng.uniform(-0.2, 0.2) + (np.pi / 4 if rng.random() < 0.5 else 0)
        turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
        bars = np.array([[[-arm[0], 0], [arm[0], 0]], [[0, -arm[1]], [0, arm[1]]]])
        return trim(draw_strokes(list(bars @ turn.T), rng))
    if way == 2:
        return trim(draw_strokes([np.array([[0, 0.6], [0.3, 1.0], [rng.uniform(0.7, 1.2), rng.uniform(0, 0.2)]])], rng))
    if way == 3:
        corner = np.array([[0, 0], [0, 1], [rng.uniform(0.5, 1), 1]])
        return trim(draw_strokes([corner[:2], corner[1:]], rng)[:, :: 1 if rng.random() < 0.5 else -1])
    field = np.zeros((64, 64), np.uint8)
    for _ in range(int(rng.integers(1, 4))):
        center = tuple(int(c) for c in rng.integers(16, 48, 2))
        axes = tuple(int(c) for c in rng.integers(5, 16, 2))
        cv2.ellipse(field, center, axes, float(rng.uniform(0, 180)), 0, 360, 255, cv2.FILLED, cv2.LINE_AA)
    return trim(field)


def _line(start: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    return np.stack([start, rng.uniform(0, 1, 2)])


def _level(start: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    return np.stack([start, (rng.uniform(0, 1), start[1] + rng.normal(0, 0.05))])


def _upright(start: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    return np.stack([start, (start[0] + rng.normal(0, 0.05), rng.uniform(0, 1))])


def _arc(start: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    end = rng.uniform(0, 1, 2)
    across = (end - start)[::-1] * (-1, 1)
    return np.stack([start, (start + end) / 2 + across * rng.uniform(-0.6, 0.6), end])


def _wave(start: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    return np.vstack([start, rng.uniform(0, 1, (int(rng.integers(3, 7)), 2))])


def _ring(start: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    radius = rng.uniform(0.08, 0.3, 2)
    turn = np.deg2rad(np.arange(0, rng.integers(200, 400), 45) + rng.uniform(0, 360))
    ring = np.stack([np.cos(turn), np.sin(turn)], axis=1) * radius
    return ring - ring[0] + start


_SHAPES = (_line, _level, _upright, _arc, _arc, _wave, _ring)
