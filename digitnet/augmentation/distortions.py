"""Change a digit's shape, pen and pixels: slant, stretch, bend, coarsen, damage."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation.digit_shapes import is_stick
from digitnet.preprocessing.normalization import (
    PICTURE_SIZE,
    adjust_pen_width,
    fit_to_box,
    measure_pen_width,
    scale_to_working_size,
    trim,
)
from digitnet.segmentation.skeleton import skeletonize
from digitnet.types import Picture

Point = NDArray[np.float64]
SCALE = 2  # digits are warped at twice their size, so that half a pixel of pen width counts
FIELD = PICTURE_SIZE * SCALE
_FEW_PIXELS = (9, 18)  # of the longer side of a digit in a small picture
_SHAPED = (0.4, 1.1)  # width to height of digits that were squeezed or stretched, at the most


def redraw(field: Picture, rng: np.random.Generator) -> Picture:
    """Return a digit with the same middle line, drawn with an even round pen.

    Much of what is no digit is drawn so; without digits drawn so, an even pen would be taken for its mark.
    """
    line = skeletonize((field > 127).astype(np.uint8))
    if not line.any():
        return field
    if rng.random() < _STRAIGHT:
        line = straighten(line, rng.uniform(1.0, 4.0))
    apart = cv2.distanceTransform(1 - line, cv2.DIST_L2, 5)
    return np.clip((rng.uniform(1.3, 3.6) + 0.5 - apart) * 255, 0, 255).astype(np.uint8)


def straighten(line: Picture, most: float) -> Picture:
    """Return a middle line, 1 on 0, as straight stretches that are at most about `most` pixels off it.

    So does a hurried hand write, and a finger on a screen that tells its places seldom (the stretches are those of
    Ramer 1972, and Douglas and Peucker 1973).
    """
    contours, _ = cv2.findContours(line, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    straight = [cv2.approxPolyDP(contour, most, True) for contour in contours]
    return cv2.polylines(np.zeros_like(line), straight, True, 1)


def reshape(ink: Picture, rng: np.random.Generator) -> Picture:
    """Return a trimmed digit narrower or wider, as other hands write it and other data squeeze it; a stick as it is."""
    height, width = ink.shape
    if is_stick(ink):
        return ink
    narrowest, widest = (ratio * height for ratio in _SHAPED)
    bound = narrowest if rng.random() < 0.4 else widest
    wide = max(1, round(width + rng.random() * (bound - width)))
    return cv2.resize(ink, (wide, height), interpolation=cv2.INTER_CUBIC)


def coarsen(ink: Picture, rng: np.random.Generator) -> Picture:
    """Return trimmed ink as reading sees it in a picture of few pixels, gray or black and white."""
    few = fit_to_box(ink, int(rng.integers(*_FEW_PIXELS)))
    if rng.random() < 0.5:
        _, few = cv2.threshold(few, rng.uniform(0.25, 0.5) * int(few.max()), 255, cv2.THRESH_BINARY)
    few = trim(few)
    return adjust_pen_width(scale_to_working_size(few)) if few.size else ink


def damage(field: Picture, rng: np.random.Generator) -> Picture:
    """Return a digit whose ink is broken or blotted, or that was cut a little off from a neighbour it touched."""
    inked = np.argwhere(field > 127)
    if not len(inked):
        return field
    harm = _HARMS[int(rng.choice(len(_HARMS), p=_HARM_SHARES))]
    return harm(field.copy(), inked, rng)


def _break(field: Picture, inked: NDArray[np.intp], rng: np.random.Generator) -> Picture:
    for row, column in inked[rng.integers(len(inked), size=int(rng.integers(1, 4)))].tolist():
        angle = rng.uniform(0, np.pi)
        center, half = np.array([column, row]), 5 * np.array([np.cos(angle), np.sin(angle)])
        field = _stroke(field, center - half, center + half, 0, int(rng.integers(1, 4)))
    return field


def _blot(field: Picture, inked: NDArray[np.intp], rng: np.random.Generator) -> Picture:
    for row, column in inked[rng.integers(len(inked), size=int(rng.integers(1, 3)))].tolist():
        cv2.circle(field, (column, row), int(rng.integers(2, 5)), 255, cv2.FILLED, cv2.LINE_AA)
    return field


def _spur(field: Picture, inked: NDArray[np.intp], rng: np.random.Generator) -> Picture:
    """Leave a bit of a neighbour's stroke at the left or right side."""
    right = rng.random() < 0.5
    row, column = inked[inked[:, 1].argmax() if right else inked[:, 1].argmin()].tolist()
    long = rng.uniform(3, 9) * (1 if right else -1)
    start = np.array([column, row], float)
    return _stroke(field, start, start + np.array([long, rng.normal(0, 4)]))


def _clip(field: Picture, inked: NDArray[np.intp], rng: np.random.Generator) -> Picture:
    """Take a little off the left or the right side."""
    rows = np.arange(FIELD)[:, None]
    lean = rng.normal(0, 0.15) * (rows - FIELD / 2)
    depth = rng.uniform(1, 5)
    if rng.random() < 0.5:
        gone = np.arange(FIELD) > inked[:, 1].max() - depth + lean
    else:
        gone = np.arange(FIELD) < inked[:, 1].min() + depth + lean
    field[gone] = 0
    return field


def add_flag(field: Picture, rng: np.random.Generator) -> Picture:
    """Return a 1 with an upstroke before its stem, and sometimes a foot under it."""
    ink = trim(field)
    if not ink.size or ink.shape[1] > 0.65 * ink.shape[0]:
        return field
    top, bottom = _ends(field)
    stem = bottom - top
    angle = np.deg2rad(rng.uniform(20.0, 58.0))
    flag = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ stem
    if flag[1] < 0.4 * np.linalg.norm(flag):  # too level: that would be a 7
        return field
    drawn = _stroke(field, top, top + flag * rng.uniform(0.2, 0.85))
    if rng.random() < 0.3:
        half = np.array([np.linalg.norm(stem) * rng.uniform(0.15, 0.35), rng.normal(0.0, 1.0)])
        drawn = _stroke(drawn, bottom - half, bottom + half)
    return drawn


def add_bar(field: Picture, rng: np.random.Generator) -> Picture:
    """Return a 7 with a bar across its stem."""
    top, bottom = _ends(field)
    height = bottom[1] - top[1]
    row = round(top[1] + height * rng.uniform(0.4, 0.65))
    inked = np.flatnonzero(field[row] > 127)
    if not inked.size:
        return field
    half = height * rng.uniform(0.15, 0.4) * np.array([1.0, rng.uniform(-0.4, 0.8)])
    center = np.array([inked.mean(), row])
    return _stroke(field, center - half, center + half)


_STRAIGHT = 0.5  # of the digits that are redrawn
_HARMS = (_break, _blot, _spur, _clip)
_HARM_SHARES = (0.35, 0.15, 0.3, 0.2)


def _ends(field: Picture) -> tuple[Point, Point]:
    """Return the middle of the topmost and of the lowest ink, as x and y."""
    rows = np.flatnonzero((field > 127).any(axis=1))
    if not rows.size:
        return np.zeros(2), np.zeros(2)
    inset = min(2, len(rows) // 2)
    ends = rows[inset], rows[-1 - inset]
    top, bottom = (np.array([np.flatnonzero(field[row] > 127).mean(), row]) for row in ends)
    return top, bottom


def _stroke(field: Picture, start: Point, end: Point, ink: int = 255, thickness: int = 0) -> Picture:
    """Return a copy with a straight stroke, as thick as the digit's own unless told."""
    thickness = thickness or max(1, round(measure_pen_width(field) - 1))
    points = np.round(np.stack([start, end]) * 16).astype(np.int32)
    return cv2.polylines(field.copy(), [points], False, ink, thickness, cv2.LINE_AA, shift=4)
