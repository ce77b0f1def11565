"""Change a digit's shape, pen and pixels."""

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
from digitnet.types import Gray, Mask

Point = NDArray[np.float64]  # (2,): x and y in pixels.
FIELD_SCALE = 2  # Digits are warped at twice their size, so that half a pixel of pen width counts.
FIELD_SIZE = PICTURE_SIZE * FIELD_SCALE  # Pixels of a side of the field that digits are warped in.
_MIN_INK_LEVEL = 127  # Pixels above this gray level are ink.
_COARSE_LENGTHS = (9, 18)  # Pixels of the longer side of a digit in a low-resolution picture.
_ASPECT_LIMITS = (0.4, 1.1)  # Reshaped digits have at least and at most this ratio of width to height.
_MAX_FLAG_ASPECT = 0.65  # A 1 that is wider than this share of its height gets no flag.
_MIN_FLAG_DROP = 0.4  # A flag that drops less than this share of its length would make the 1 a 7.
_STRAIGHT_SHARE = 0.5  # This share of the redrawn digits is made of straight lines.


def redraw(field: Gray, rng: np.random.Generator) -> Gray:
    """Return a digit with the same skeleton, drawn with an even round pen.

    Many non-digits are drawn with such a pen. If no digits were, a network would learn to refuse the pen.
    """
    line = skeletonize((field > _MIN_INK_LEVEL).astype(np.uint8))
    if not line.any():
        return field
    if rng.random() < _STRAIGHT_SHARE:
        line = straighten(line, rng.uniform(1.0, 4.0))
    distance = cv2.distanceTransform(1 - line, cv2.DIST_L2, 5)
    return np.clip((rng.uniform(1.3, 3.6) + 0.5 - distance) * 255, 0, 255).astype(np.uint8)


def straighten(line: Mask, tolerance: float) -> Mask:
    """Return a skeleton, 1 on 0, as straight lines within about `tolerance` pixels of it.

    A hurried hand writes so, and so does a finger on a screen that rarely reports its position.

    Source: Ramer (1972), and Douglas and Peucker (1973).
    """
    contours, _ = cv2.findContours(line, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    polygons = [cv2.approxPolyDP(contour, tolerance, True) for contour in contours]
    return cv2.polylines(np.zeros_like(line), polygons, True, 1)


def reshape(ink: Gray, rng: np.random.Generator) -> Gray:
    """Make a trimmed digit narrower or wider, as other hands do; leave a stick as it is."""
    height, width = ink.shape
    if is_stick(ink):
        return ink
    narrowest, widest = (ratio * height for ratio in _ASPECT_LIMITS)
    limit = narrowest if rng.random() < 0.4 else widest
    new_width = max(1, round(width + rng.random() * (limit - width)))
    return cv2.resize(ink, (new_width, height), interpolation=cv2.INTER_CUBIC)


def coarsen(ink: Gray, rng: np.random.Generator) -> Gray:
    """Return trimmed ink as in a low-resolution picture, gray or black and white."""
    small = fit_to_box(ink, int(rng.integers(*_COARSE_LENGTHS)))
    if rng.random() < 0.5:
        _, small = cv2.threshold(small, rng.uniform(0.25, 0.5) * int(small.max()), 255, cv2.THRESH_BINARY)
    small = trim(small)
    return adjust_pen_width(scale_to_working_size(small)) if small.size else ink


def damage(field: Gray, rng: np.random.Generator) -> Gray:
    """Return a digit with broken or blotted ink, or cut badly from a neighbor it touched."""
    inked = np.argwhere(field > _MIN_INK_LEVEL)
    if not len(inked):
        return field
    apply_damage = _DAMAGES[int(rng.choice(len(_DAMAGES), p=_DAMAGE_SHARES))]
    return apply_damage(field.copy(), inked, rng)


def _break_strokes(field: Gray, inked: NDArray[np.intp], rng: np.random.Generator) -> Gray:
    for row, column in inked[rng.integers(len(inked), size=int(rng.integers(1, 4)))].tolist():
        angle = rng.uniform(0, np.pi)
        center, half = np.array([column, row]), 5 * np.array([np.cos(angle), np.sin(angle)])
        field = _draw_stroke(field, center - half, center + half, 0, int(rng.integers(1, 4)))
    return field


def _add_blots(field: Gray, inked: NDArray[np.intp], rng: np.random.Generator) -> Gray:
    for row, column in inked[rng.integers(len(inked), size=int(rng.integers(1, 3)))].tolist():
        cv2.circle(field, (column, row), int(rng.integers(2, 5)), 255, cv2.FILLED, cv2.LINE_AA)
    return field


def _add_spur(field: Gray, inked: NDArray[np.intp], rng: np.random.Generator) -> Gray:
    """Leave a bit of a neighbor's stroke at the left or right side."""
    right = rng.random() < 0.5
    row, column = inked[inked[:, 1].argmax() if right else inked[:, 1].argmin()].tolist()
    reach = rng.uniform(3, 9) * (1 if right else -1)
    start = np.array([column, row], float)
    return _draw_stroke(field, start, start + np.array([reach, rng.normal(0, 4)]))


def _clip_side(field: Gray, inked: NDArray[np.intp], rng: np.random.Generator) -> Gray:
    """Cut a little off the left or the right side."""
    rows = np.arange(FIELD_SIZE)[:, None]
    lean = rng.normal(0, 0.15) * (rows - FIELD_SIZE / 2)
    depth = rng.uniform(1, 5)
    if rng.random() < 0.5:
        removed = np.arange(FIELD_SIZE) > inked[:, 1].max() - depth + lean
    else:
        removed = np.arange(FIELD_SIZE) < inked[:, 1].min() + depth + lean
    field[removed] = 0
    return field


_DAMAGES = (_break_strokes, _add_blots, _add_spur, _clip_side)
_DAMAGE_SHARES = (0.35, 0.15, 0.3, 0.2)


def add_flag(field: Gray, rng: np.random.Generator) -> Gray:
    """Add an upstroke before the stem of a 1, and sometimes a foot under it.

    A wide 1, or one whose flag would be level, stays as it is.
    """
    ink = trim(field)
    if not ink.size or ink.shape[1] > _MAX_FLAG_ASPECT * ink.shape[0]:
        return field
    top, bottom = _find_ends(field)
    stem = bottom - top
    angle = np.deg2rad(rng.uniform(20.0, 58.0))
    flag = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ stem
    if flag[1] < _MIN_FLAG_DROP * np.linalg.norm(flag):
        return field
    drawn = _draw_stroke(field, top, top + flag * rng.uniform(0.2, 0.85))
    if rng.random() < 0.3:
        half = np.array([np.linalg.norm(stem) * rng.uniform(0.15, 0.35), rng.normal(0.0, 1.0)])
        drawn = _draw_stroke(drawn, bottom - half, bottom + half)
    return drawn


def add_bar(field: Gray, rng: np.random.Generator) -> Gray:
    """Add a bar across the stem of a 7."""
    top, bottom = _find_ends(field)
    height = bottom[1] - top[1]
    row = round(top[1] + height * rng.uniform(0.4, 0.65))
    inked = np.flatnonzero(field[row] > _MIN_INK_LEVEL)
    if not inked.size:
        return field
    half = height * rng.uniform(0.15, 0.4) * np.array([1.0, rng.uniform(-0.4, 0.8)])
    center = np.array([inked.mean(), row])
    return _draw_stroke(field, center - half, center + half)


def _find_ends(field: Gray) -> tuple[Point, Point]:
    """Return the middle of the topmost and of the lowest ink; both are 0 if there is no ink."""
    rows = np.flatnonzero((field > _MIN_INK_LEVEL).any(axis=1))
    if not rows.size:
        return np.zeros(2), np.zeros(2)
    inset = min(2, len(rows) // 2)
    ends = rows[inset], rows[-1 - inset]
    top, bottom = (np.array([np.flatnonzero(field[row] > _MIN_INK_LEVEL).mean(), row]) for row in ends)
    return top, bottom


def _draw_stroke(field: Gray, start: Point, end: Point, ink: int = 255, thickness: int = 0) -> Gray:
    """Return a copy with a straight stroke, as thick as the others if `thickness` is 0."""
    thickness = thickness or max(1, round(measure_pen_width(field) - 1))
    points = np.round(np.stack([start, end]) * 16).astype(np.int32)
    return cv2.polylines(field.copy(), [points], False, ink, thickness, cv2.LINE_AA, shift=4)
