"""Trace straight, thin, unbroken lines of ink: ruled lines, sides of boxes, underlines, and straight strokes of digits.

A line is sought where ink is thin, because strokes hide it where they cross it, and then followed through the strokes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.types import Gray, Mask

# A line is seen alone over this many pixels, and over this many pen widths.
_MIN_SEED_PIXELS, _MIN_SEED_PENS = 16, 4.5
# A stroke over a line hides less than so many pen widths of it; a line that strokes cross is seen over so many.
_MAX_CROSSED_PENS, _MIN_CROSSED_PENS = 3.0, 12.0
_MIN_THIN_RATIO = 0.6  # So large a share of it is seen between the strokes; letters that touch show less.
MIN_PENS = 6.0  # A line is longer than this many pen widths.
_MAX_THICKNESS_PENS, _MAX_EXTRA_PIXELS = 1.5, 2  # A line is thinner than so many pen widths and these pixels.
_MAX_GAP_PIXELS = 3  # A line may be interrupted this far.
_MIN_ROWS = 3  # In fewer rows no line is followed: one beside it on either side is looked at.
_MAX_SEEDS = 400  # Only the longest are followed.
_MAX_SLOPE = 0.2
_FITS = 2  # A line is fitted anew as it grows.


class StraightLine(NamedTuple):
    """A line that runs across, or down if rows and columns are swapped.

    Attributes:
        first, last: columns of its ends, the last one included.
        slope, offset: its middle is at y = slope * x + offset.
        thickness: pixels.
    """

    first: int
    last: int
    slope: float
    offset: float
    thickness: int

    @property
    def length(self) -> int:
        """Pixels from end to end, along the columns."""
        return self.last - self.first + 1

    def find_middle(self, x: float | NDArray[np.intp]) -> NDArray[np.float64]:
        """Return y of the middle at columns x."""
        return np.asarray(self.slope * x + self.offset, np.float64)


class Lines(NamedTuple):
    """Straight lines in both directions; those that run down are those of the mask with rows and columns swapped."""

    across: list[StraightLine]
    down: list[StraightLine]


def trace_level_lines(mask: Mask, pen_width: float) -> list[StraightLine]:
    """Trace the nearly level lines of a mask, uint8 (h, w), 255 on 0, the longest first.

    Args:
        mask: the ink.
        pen_width: typical width of a stroke in pixels.
    """
    lines: list[StraightLine] = []
    covered = np.zeros_like(mask)
    thin = _remove_tall_ink(mask, round(_MAX_THICKNESS_PENS * pen_width) + _MAX_EXTRA_PIXELS)
    for x, y in _find_seeds(mask, thin, pen_width):
        if covered[y, x].mean() > 127:
            continue
        line = _follow(mask, thin, x, y, MIN_PENS * pen_width)
        if line is not None:
            lines.append(line)
            paint(covered, line, 255, line.thickness + 3)
    return sorted(lines, key=lambda line: -line.length)


def paint(picture: Gray, line: StraightLine, level: int, thickness: int, is_down: bool = False) -> None:
    """Paint a line in a gray level over a picture, uint8 (h, w); its columns are rows if it runs down."""
    ends = [(x, round(float(line.find_middle(x)))) for x in (line.first, line.last)]
    start, end = ((y, x) if is_down else (x, y) for x, y in ends)
    cv2.line(picture, start, end, level, thickness)


def ends_on(line: StraightLine, end: int, other: StraightLine, reach: float) -> bool:
    """Tell whether an end of a line, `first` or `last`, lies within some pixels of a line of the other direction."""
    y, room = float(line.find_middle(end)), max(line.thickness, other.thickness) + 2
    is_beside = other.first - room <= y <= other.last + room
    return is_beside and abs(float(other.find_middle(y)) - end) <= other.thickness / 2 + reach


def _find_seeds(mask: Mask, thin: Mask, pen_width: float) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield x and y of the pixels, intp (k,) each, of the longest level runs of thin ink, then of runs across strokes.

    Args:
        mask: uint8 (h, w), the ink.
        thin: uint8 (h, w), the ink that is not taller than a line.
        pen_width: typical width of a stroke in pixels.
    """
    grown = cv2.dilate(thin, np.ones((3, 1), np.uint8))
    yield from _find_runs(grown, thin, max(_MIN_SEED_PIXELS, round(_MIN_SEED_PENS * pen_width)))
    crossed = cv2.morphologyEx(grown, cv2.MORPH_CLOSE, np.ones((1, round(_MAX_CROSSED_PENS * pen_width)), np.uint8))
    yield from _find_runs(grown | (crossed & mask), thin, max(_MIN_SEED_PIXELS, round(_MIN_CROSSED_PENS * pen_width)))


def _find_runs(grown: Mask, thin: Mask, length: int) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield x and y of thin ink, intp (k,) each, in the long level runs of some ink, the longest first."""
    runs = cv2.morphologyEx(grown, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    if not runs.any():
        return
    _, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    for label in (np.argsort(-stats[1:, cv2.CC_STAT_WIDTH], kind="stable")[:_MAX_SEEDS] + 1).tolist():
        left, top, width, height = stats[label, :4].tolist()
        area = slice(top, top + height), slice(left, left + width)
        y, x = np.nonzero((labels[area] == label) & (thin[area] > 0))
        if len(np.unique(x)) > _MIN_THIN_RATIO * width:
            yield x + left, y + top


def _follow(mask: Mask, thin: Mask, x: NDArray[np.intp], y: NDArray[np.intp], min_length: float) -> StraightLine | None:
    """Follow a run of thin ink to both sides while there is ink; return None if it is not straight and long.

    Args:
        mask: uint8 (h, w), the ink.
        thin: uint8 (h, w), the ink that is not taller than a line.
        x, y: intp (k,), pixels of the run.
        min_length: pixels.
    """
    middle = int(np.median(x))
    slope, offset = _fit_robustly(x, y)
    thickness = max(1, round(float(np.median(np.bincount(x - x.min())[np.unique(x) - x.min()]))))
    first, last = int(x.min()), int(x.max())
    for fit in range(_FITS):
        if abs(slope) > _MAX_SLOPE:
            return None
        reached = _extend(mask, slope, offset, middle)
        if reached[1] - reached[0] <= last - first and fit > 0:
            break
        first, last = reached
        if last - first < min_length:
            return None
        columns = np.arange(first, last + 1)
        reach = thickness // 2 + 2
        rows = np.round(slope * columns + offset).astype(np.intp)[:, None] + np.arange(-reach, reach + 1)
        inside = (rows >= 0) & (rows < len(mask))
        window = (thin[rows.clip(0, len(mask) - 1), columns[:, None]] > 0) & inside
        seen = window.any(axis=1)
        if seen.sum() < _MIN_SEED_PIXELS // 2:
            return None
        counts = window[seen].sum(axis=1)
        slope, offset = _fit_robustly(columns[seen], (rows * window).sum(axis=1)[seen] / counts)
        thickness = max(1, round(float(np.median(counts))))
    return StraightLine(first, last, slope, offset, thickness) if last > first else None


def _fit_robustly(x: NDArray[np.intp], y: NDArray[np.float64] | NDArray[np.intp]) -> tuple[float, float]:
    """Fit a line to points, (n,) each, and again without those far off it; return slope and offset."""
    slope, offset = _fit(x, y)
    off = np.abs(y - slope * x - offset)
    near = off <= max(1.0, 2 * float(off.mean()))
    return _fit(x[near], y[near]) if not near.all() else (slope, offset)


def _fit(x: NDArray[np.intp], y: NDArray[np.float64] | NDArray[np.intp]) -> tuple[float, float]:
    """Fit a line to points, (n,) each, by least squares; return slope and offset, a level line for one column."""
    mean = float(x.mean())
    from_mean = x - mean
    spread = float(from_mean @ from_mean)
    slope = float(from_mean @ y) / spread if spread else 0.0
    return slope, float(y.mean()) - slope * mean


def _extend(mask: Mask, slope: float, offset: float, middle: int) -> tuple[int, int]:
    """Return the ends of the unbroken ink along a course through the column `middle`."""
    if len(mask) < _MIN_ROWS:
        return middle, middle
    x = np.arange(mask.shape[1])
    y = np.round(slope * x + offset).astype(np.intp)
    inside = (y >= 1) & (y < len(mask) - 1)
    y = y.clip(1, max(1, len(mask) - 2))
    inked = inside & ((mask[y, x] > 0) | (mask[y - 1, x] > 0) | (mask[y + 1, x] > 0))
    places = np.flatnonzero(inked)
    if not len(places):
        return middle, middle
    breaks = np.flatnonzero(np.diff(places) > _MAX_GAP_PIXELS)
    start = places[np.append(0, breaks + 1)]
    end = places[np.append(breaks, len(places) - 1)]
    part = max(0, int(np.searchsorted(start, middle, side="right")) - 1)
    return int(start[part]), int(end[part])


def _remove_tall_ink(mask: Mask, max_thickness: int) -> Mask:
    """Return the ink of a mask, uint8 (h, w), that is at most `max_thickness` pixels tall."""
    tall = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((max_thickness + 1, 1), np.uint8))
    return np.asarray(cv2.subtract(mask, tall), np.uint8)
