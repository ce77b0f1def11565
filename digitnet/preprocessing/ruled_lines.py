"""Find the printed lines of ruled and squared paper, and erase them without cutting strokes."""

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
# Ratios to the side that a line runs along.
_RIM_RATIO = 0.04  # A printed line comes this near to the rim.
_RIMLESS_SPAN_RATIO = 0.6  # A line that is longer may also end where a table begins.
_SINGLE_LINE_RATIO = 0.75  # A single line crosses this much.
_BENT_LINE_RATIO = 0.6  # A line that spans more may be bent.
# At most this many runs are used, the longest.
_MAX_RUNS = 400
# Fewer lines of one direction may be long strokes.
_MIN_LINES = 3
# A stroke over a line has at least this many times the line's contrast.
_STROKE_CONTRAST_RATIO = 2.0


class RuledLines(NamedTuple):
    """Printed lines of a page.

    Attributes:
        across: uint8 (h, w), bands of the lines that run across: within a band, the contrast that a stroke over the
            line exceeds; elsewhere 0.
        down: uint8 (h, w), the same for the lines that run down.
    """

    across: Gray
    down: Gray

    def merge(self, others: RuledLines | None) -> RuledLines:
        """Return the lines of both; one look may find lines that the other missed."""
        if others is None:
            return self
        return RuledLines(np.maximum(self.across, others.across), np.maximum(self.down, others.down))


def find_ruled_lines(contrast: Gray, mask: Mask, sure: bool = False) -> RuledLines | None:
    """Find the printed lines of the paper, or return None if it has none.

    Args:
        contrast: uint8 (h, w), how much darker than the paper.
        mask: uint8 (h, w), 255 for ink and lines; too much is better than too little.
        sure: the user said that there are lines: a single one is enough, and none has to reach the rim.
    """
    upright, upright_mask = _transpose(contrast), _transpose(mask)
    across = find_level_lines(contrast, mask, sure)
    down = find_level_lines(upright, upright_mask, sure, beside_others=bool(across.any()))
    if down.any() and not across.any():
        across = find_level_lines(contrast, mask, sure, beside_others=True)
    return RuledLines(across, _transpose(down)) if across.any() or down.any() else None


def erase_lines(contrast: Gray, mask: Mask, lines: RuledLines) -> Gray:
    """Erase printed lines from a contrast, uint8 (h, w); strokes over them stay whole.

    Args:
        contrast: uint8 (h, w), how much darker than the paper.
        mask: uint8 (h, w), 255 for ink and lines.
        lines: the printed lines.
    """
    across, down = lines
    limit = np.maximum(across, down)
    strokes = np.where(contrast >= limit, mask, 0).astype(np.uint8)
    kept = strokes | np.where(across > 0, _bridge(strokes, across), 0)
    kept |= np.where(down > 0, _transpose(_bridge(_transpose(strokes), _transpose(down))), 0)
    return np.where((limit > 0) & (kept == 0), 0, contrast).astype(np.uint8)


def find_level_lines(contrast: Gray, mask: Mask, sure: bool = False, beside_others: bool = False) -> Gray:
    """Find nearly level printed lines.

    Args:
        contrast: uint8 (h, w), how much darker than the paper.
        mask: uint8 (h, w), 255 for ink and lines.
        sure: a single line is enough.
        beside_others: there are lines in the other direction; then a single one is enough if it runs right across,
            like the margin of ruled paper.

    Returns:
        uint8 (h, w), their bands as in `RuledLines`; all 0 without lines.
    """
    bands = np.zeros_like(mask)
    rim = int(_RIM_RATIO * mask.shape[1]) + 1
    if not (sure or mask[:, :rim].any() or mask[:, -rim:].any()):
        return bands
    lines = list(_trace_lines(contrast, mask, sure))
    if len(lines) < (1 if sure else _MIN_LINES):
        lines = [line for line in lines if beside_others and line.length > _SINGLE_LINE_RATIO * mask.shape[1]]
    if not lines:
        return bands
    columns = np.arange(mask.shape[1])
    usual = float(np.median([line.contrast for line in lines]))
    for line in lines:
        points = np.stack([columns, np.round(np.polyval(line.curve, columns))], axis=1).astype(np.int32)
        limit = min(255.0, _STROKE_CONTRAST_RATIO * max(line.contrast, usual))
        cv2.polylines(bands, [points], False, limit, line.thickness + 2)
    return bands


class RuledLine(NamedTuple):
    """A printed line that runs across.

    Attributes:
        curve: float64 (k,), coefficients of y(x), highest power first.
        thickness, length: pixels.
        contrast: typical contrast, 0 to 255.
    """

    curve: NDArray[np.float64]
    thickness: int
    length: int
    contrast: float


def _trace_lines(contrast: Gray, mask: Mask, sure: bool) -> Iterator[RuledLine]:
    """Yield the nearly level lines that are long enough and, unless `sure`, reach the rim."""
    width = mask.shape[1]
    longer = max(mask.shape)
    for x, y in _link_runs(_find_runs(mask), _MAX_OFFSET_RATIO * longer):
        seen, span = np.unique(x).size, np.ptp(x)
        if span < _MIN_SPAN_RATIO * longer or seen < _MIN_SEEN_RATIO * span:
            continue
        inside = min(x.min(), width - 1 - x.max()) > _RIM_RATIO * width and span < _RIMLESS_SPAN_RATIO * width
        if inside and not sure:
            continue
        thickness = max(1, round(float(np.median(np.bincount(x)[np.unique(x)]))) - 2)
        curve, near = _fit_curve(x, y, thickness, 2 if span > _BENT_LINE_RATIO * width else 1)
        if np.unique(x[near]).size > 0.6 * seen:
            yield RuledLine(curve, thickness, int(span), float(np.percentile(contrast[y[near], x[near]], 60)))


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
    columns, rows = np.nonzero(_transpose(inked))
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

    The fit is repeated with the pixels near the line, so that strokes on it do not count.

    Returns:
        The coefficients, highest power first, and whether each pixel is near.
    """
    near = np.bincount(x)[x] <= thickness + 3  # Columns without a stroke.
    curve = np.zeros(degree + 1)
    for reach in (8.0, 4.0, 2.0, 1.5):
        curve = fit_polynomial(x[near], y[near], degree)
        off = np.abs(y - np.polyval(curve, x))
        near = off <= max(reach * thickness, reach + 1)
        if near.sum() <= degree + 1:
            break
    return curve, near


def _bridge(strokes: Mask, lines: Mask) -> Mask:
    """Close gaps in strokes over the thickness of level lines, so that cut strokes meet."""
    depth = cv2.distanceTransform((lines > 0).astype(np.uint8), cv2.DIST_L2, 3)
    # In a picture that is all line the depth is infinite.
    reach = 2 * round(min(float(depth.max()), len(lines))) + 3
    return cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((reach, 1), np.uint8))


def _transpose(picture: Gray) -> Gray:
    """Swap rows and columns of a picture, uint8 (h, w)."""
    return np.ascontiguousarray(picture.T)
