"""Trace the printed lines of ruled paper: thin, nearly level runs of pixels that lie on one course."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.geometry import fit_polynomial
from digitnet.types import Gray, Mask

Places = NDArray[np.intp]  # (k,): columns or rows of pixels.

# Ratios to the picture's longer side.
_MIN_RUN_RATIO = 0.03  # A run is longer than most straight strokes, and short enough for bent lines.
_MIN_SPAN_RATIO = 0.25  # A line crosses this much of the picture.
_MIN_SEEN_RATIO = 0.4  # This share of a line's span is seen.
_MAX_THICKNESS_RATIO = 0.008  # A printed line is thinner.
_MAX_OFFSET_RATIO = 0.008  # Runs of one line are at most this far off each other's course.
# Of a line of so many pixels this share is ink. Less is of a line of small print, whose letters were closed to one run.
_MIN_THICK_PIXELS, _MIN_INKED_RATIO = 4, 0.8
_MAX_WANDER = 2  # Pixels by which a line may leave its curve.
# Ratios to the side that a line runs along.
RIM_RATIO = 0.04  # A printed line comes this near to the rim.
_RIMLESS_SPAN_RATIO = 0.6  # A line that is longer may also end where a table begins.
_BENT_LINE_RATIO = 0.6  # A line that spans more may be bent.
# At most this many runs are used, the longest.
_MAX_RUNS = 400
_MAX_FITTED = 3000  # A curve is fitted to at least so many pixels of a line, if it has them.


class RuledLine(NamedTuple):
    """A printed line that runs across.

    Attributes:
        curve: float64 (k,), coefficients of y(x), highest power first.
        first, last: columns of its ends.
        thickness: pixels.
        contrast: typical contrast, 0 to 255.
        inked: share (0 to 1) of its columns with ink on its course: its own, or that of strokes over it.
    """

    curve: NDArray[np.float64]
    first: int
    last: int
    thickness: int
    contrast: float
    inked: float

    @property
    def length(self) -> int:
        """Pixels from end to end, along the columns."""
        return self.last - self.first


def trace_ruled_lines(contrast: Gray, mask: Mask, sure: bool) -> Iterator[RuledLine]:
    """Yield the nearly level lines that are long enough and, unless `sure`, reach the rim."""
    width = mask.shape[1]
    longer = max(mask.shape)
    for x, y in _link_runs(_find_runs(mask), _MAX_OFFSET_RATIO * longer):
        counts = np.bincount(x)
        seen, span = np.count_nonzero(counts), np.ptp(x)
        if span < _MIN_SPAN_RATIO * longer or seen < _MIN_SEEN_RATIO * span:
            continue
        inside = min(x.min(), width - 1 - x.max()) > RIM_RATIO * width and span < _RIMLESS_SPAN_RATIO * width
        if inside and not sure:
            continue
        thickness = max(1, round(float(np.median(counts[counts > 0]))) - 2)
        is_broken = (mask[y, x] > 0).sum() < _MIN_INKED_RATIO * (len(x) - 2 * seen)  # Runs were grown by two rows.
        if thickness >= _MIN_THICK_PIXELS and is_broken:
            continue
        curve, near = _fit_curve(x, y, thickness, 2 if span > _BENT_LINE_RATIO * width else 1)
        if np.count_nonzero(np.bincount(x[near])) > 0.6 * seen:
            usual = float(np.percentile(contrast[y[near], x[near]], 60))
            first, last = int(x.min()), int(x.max())
            yield RuledLine(curve, first, last, thickness, usual, _measure_inked(mask, curve, first, last, thickness))


def _measure_inked(mask: Mask, curve: NDArray[np.float64], first: int, last: int, thickness: int) -> float:
    """Return the share of the columns from `first` to `last` with ink on the course of a line, 0 to 1."""
    columns = np.arange(first, last + 1)
    rows = np.round(np.polyval(curve, columns)).astype(np.intp)
    reach = thickness // 2 + _MAX_WANDER
    beside = np.clip(rows + np.arange(-reach, reach + 1)[:, None], 0, len(mask) - 1)
    return float((mask[beside, columns] > 0).any(axis=0).mean())


def _find_runs(mask: Mask) -> list[tuple[Places, Places]]:
    """Find thin, nearly level runs of pixels, the longest first.

    Returns:
        x, rising, and y of each run's pixels.
    """
    longer = max(mask.shape)
    length = max(20, round(longer * _MIN_RUN_RATIO))
    thin = _remove_tall_ink(mask, max(8, round(longer * _MAX_THICKNESS_RATIO)))
    grown = cv2.dilate(thin, np.ones((3, 1), np.uint8))
    inked = cv2.morphologyEx(grown, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    if not inked.any():
        return []
    linked = cv2.dilate(inked, np.ones((3, 2 * length + 1), np.uint8))
    _, labels = cv2.connectedComponents(linked, connectivity=8)
    columns, rows = np.nonzero(np.ascontiguousarray(inked.T))
    owner = labels[rows, columns]
    order = np.argsort(owner, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(owner[order])) + 1) if order.size else []
    longest = sorted(members, key=len, reverse=True)[:_MAX_RUNS]
    runs = [(columns[member], rows[member]) for member in longest]
    return [(x, y) for x, y in runs if x[-1] - x[0] >= length // 2]


def _link_runs(runs: list[tuple[Places, Places]], max_offset: float) -> Iterator[tuple[Places, Places]]:
    """Link runs that lie at most `max_offset` pixels off one course; yield x and y of each line.

    Gaps may be wide, because a digit on a line hides much of it.
    """
    lines: list[list[tuple[Places, Places]]] = []
    courses = np.empty((0, 2))
    for x, y in runs:
        for index in np.flatnonzero(_may_lie_on(courses, x, y, max_offset)).tolist():
            line, (slope, offset) = lines[index], courses[index]
            apart = all(x[-1] < other[0] or x[0] > other[-1] for other, _ in line)
            if apart and abs(float(np.median(y - slope * x)) - offset) <= max_offset:
                line.append((x, y))
                break
        else:
            lines.append([(x, y)])
            courses = np.vstack([courses, fit_polynomial(x, y, 1)])
    for line in lines:
        yield np.concatenate([x for x, _ in line]), np.concatenate([y for _, y in line])


def _may_lie_on(courses: NDArray[np.float64], x: Places, y: Places, max_offset: float) -> NDArray[np.bool_]:
    """Tell near which courses, slope and offset in float64 (n, 2), the box of a run lies, bool (n,)."""
    slopes, offsets = courses.T
    ends = slopes * x[0], slopes * x[-1]
    highest, lowest = y.min() - np.maximum(*ends), y.max() - np.minimum(*ends)
    return np.asarray((highest <= offsets + max_offset) & (lowest >= offsets - max_offset), np.bool_)


def _remove_tall_ink(mask: Mask, max_thickness: int) -> Mask:
    """Remove ink that is `max_thickness` pixels or more tall.

    It removes strokes, but not the level lines under them.

    Upright lines cut level ones where they cross; such small gaps are closed again.
    """
    tall = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((max_thickness, 1), np.uint8))
    return cv2.morphologyEx(mask & ~tall, cv2.MORPH_CLOSE, np.ones((1, max_thickness + 1), np.uint8))


def _fit_curve(x: Places, y: Places, thickness: int, degree: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Fit y(x) to the pixels of a line.

    The fit is repeated with the pixels near the line, so that strokes on it do not count. Of very many pixels some,
    evenly spread, say enough.

    Returns:
        The coefficients, highest power first, and whether each pixel is near.
    """
    step = max(1, len(x) // _MAX_FITTED)
    some_x, some_y = x[::step], y[::step]
    near = np.bincount(x)[some_x] <= thickness + 3  # Columns without a stroke.
    curve, room = np.zeros(degree + 1), 0.0
    for reach in (8.0, 4.0, 2.0, 1.5):
        curve, room = fit_polynomial(some_x[near], some_y[near], degree), max(reach * thickness, reach + 1)
        near = np.abs(some_y - np.polyval(curve, some_x)) <= room
        if near.sum() <= degree + 1:
            break
    return curve, np.abs(y - np.polyval(curve, x)) <= room
