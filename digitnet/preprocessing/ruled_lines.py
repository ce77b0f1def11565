"""Ruled and squared paper: find the printed lines and take them out without cutting the strokes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.types import Gray, Mask

Places = NDArray[np.intp]

_RUN = 0.03  # of the picture's longer side: longer than most straight strokes, short enough for bent lines
_SPAN = 0.25  # of the picture's longer side that a line has to cross
_COVER = 0.4  # of that span that has to be seen
_MOST = 400  # segments looked at: more are no ruled paper
_FEWEST = 3  # lines of one direction: a long stroke is no ruled paper
_THICKEST = 0.008  # of the picture's longer side: a printed line is thinner
_BOLDER = 2.0  # times a line's contrast: a stroke over it
_RIM = 0.04  # of the picture's side: how near to its rim a printed line comes
_ACROSS = 0.75  # of the picture's side that a single line crosses
_RIMLESS = 0.6  # of the picture's side: a line as long as this may end where a table begins


class RuledLines(NamedTuple):
    """Printed lines that run `across` and `down` a page, both uint8 (h, w).

    Within the band of a line stands the contrast that a stroke over it exceeds, elsewhere 0.
    """

    across: Gray
    down: Gray

    def joined(self, others: RuledLines | None) -> RuledLines:
        """Return the lines of both; what one look missed another may have found."""
        if others is None:
            return self
        return RuledLines(np.maximum(self.across, others.across), np.maximum(self.down, others.down))


def find_ruled_lines(contrast: Gray, mask: Mask, sure: bool = False) -> RuledLines | None:
    """Return the printed lines of the paper, None where it has none.

    Args:
        contrast: uint8 (h, w), how much darker than the paper.
        mask: uint8 (h, w), 255 where that is ink or line, rather too much than too little.
        sure: somebody said that there are lines: a single one is enough, and none has to reach the rim.
    """
    upright, upright_mask = _turned(contrast), _turned(mask)
    across = find_level_lines(contrast, mask, sure)
    down = find_level_lines(upright, upright_mask, sure, beside_others=bool(across.any()))
    if down.any() and not across.any():
        across = find_level_lines(contrast, mask, sure, beside_others=True)
    return RuledLines(across, _turned(down)) if across.any() or down.any() else None


def erase_lines(contrast: Gray, mask: Mask, lines: RuledLines) -> Gray:
    """Return `contrast` without the printed lines; strokes over them stay whole.

    Args:
        contrast: uint8 (h, w), how much darker than the paper.
        mask: uint8 (h, w), 255 where that is ink or line.
        lines: what `find_ruled_lines` found.
    """
    across, down = lines
    limit = np.maximum(across, down)
    rest = np.where(contrast >= limit, mask, 0).astype(np.uint8)
    kept = rest | np.where(across > 0, _bridged(rest, across), 0)
    kept |= np.where(down > 0, _turned(_bridged(_turned(rest), _turned(down))), 0)
    return np.where((limit > 0) & (kept == 0), 0, contrast).astype(np.uint8)


def find_level_lines(contrast: Gray, mask: Mask, sure: bool = False, beside_others: bool = False) -> Gray:
    """Return the bands of nearly level printed lines; all 0 where the paper has none.

    Within a band stands the contrast that a stroke over the line exceeds, elsewhere 0.

    Args:
        contrast: uint8 (h, w), how much darker than the paper.
        mask: uint8 (h, w), 255 where that is ink or line.
        sure: a single line is enough.
        beside_others: there are lines the other way: a single one is enough if it runs right across, like
            the margin of ruled paper.
    """
    bands = np.zeros_like(mask)
    rim = int(_RIM * mask.shape[1]) + 1
    if not (sure or mask[:, :rim].any() or mask[:, -rim:].any()):
        return bands
    lines = list(_traced(contrast, mask, sure))
    if len(lines) < (1 if sure else _FEWEST):
        lines = [line for line in lines if beside_others and line.length > _ACROSS * mask.shape[1]]
    if not lines:
        return bands
    columns = np.arange(mask.shape[1])
    usual = float(np.median([line.level for line in lines]))
    for line in lines:
        points = np.stack([columns, np.round(np.polyval(line.curve, columns))], axis=1).astype(np.int32)
        limit = min(255.0, _BOLDER * max(line.level, usual))
        cv2.polylines(bands, [points], False, limit, line.thickness + 2)
    return bands


class RuledLine(NamedTuple):
    """A printed line: coefficients of y(x), highest power first, thickness and length in pixels, contrast."""

    curve: NDArray[np.float64]
    thickness: int
    length: int
    level: float


def _traced(contrast: Gray, mask: Mask, sure: bool) -> Iterator[RuledLine]:
    width = mask.shape[1]
    longer = max(mask.shape)
    for x, y in _linked(_segments(mask), 0.008 * longer):
        seen = np.unique(x).size
        if np.ptp(x) < _SPAN * longer or seen < _COVER * np.ptp(x):
            continue
        inside = min(x.min(), width - 1 - x.max()) > _RIM * width and np.ptp(x) < _RIMLESS * width
        if inside and not sure:
            continue
        thickness = max(1, round(float(np.median(np.bincount(x)[np.unique(x)]))) - 2)
        curve, near = _fitted(x, y, thickness, 2 if np.ptp(x) > 0.6 * width else 1)
        if np.unique(x[near]).size > 0.6 * seen:
            level = float(np.percentile(contrast[y[near], x[near]], 60))
            yield RuledLine(curve, thickness, int(np.ptp(x)), level)


def _segments(mask: Mask) -> list[tuple[Places, Places]]:
    """Return x (rising) and y of the pixels of each thin, nearly level run, the longest first."""
    longer = max(mask.shape)
    run = max(20, round(longer * _RUN))
    grown = cv2.dilate(_thin(mask, max(8, round(longer * _THICKEST))), np.ones((3, 1), np.uint8))
    runs = cv2.morphologyEx(grown, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    if not runs.any():
        return []
    _, labels = cv2.connectedComponents(cv2.dilate(runs, np.ones((3, 2 * run + 1), np.uint8)), connectivity=8)
    columns, rows = np.nonzero(_turned(runs))
    owner = labels[rows, columns]
    order = np.argsort(owner, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(owner[order])) + 1) if order.size else []
    longest = sorted(members, key=len, reverse=True)[:_MOST]
    segments = [(columns[member], rows[member]) for member in longest]
    return [(x, y) for x, y in segments if x[-1] - x[0] >= run // 2]


def _linked(segments: list[tuple[Places, Places]], reach: float) -> Iterator[tuple[Places, Places]]:
    """Yield segments put together where one lies on the other's way, `reach` pixels off at the most.

    A digit on a line hides more of it than small gaps.
    """
    lines: list[list[tuple[Places, Places]]] = []
    courses: list[tuple[float, float]] = []
    for x, y in segments:
        for line, (slope, offset) in zip(lines, courses, strict=True):
            apart = all(x[-1] < other[0] or x[0] > other[-1] for other, _ in line)
            if apart and abs(float(np.median(y - slope * x)) - offset) <= reach:
                line.append((x, y))
                break
        else:
            lines.append([(x, y)])
            slope, offset = np.polyfit(x, y, 1)
            courses.append((float(slope), float(offset)))
    for line in lines:
        yield np.concatenate([x for x, _ in line]), np.concatenate([y for _, y in line])


def _thin(mask: Mask, thickest: int) -> Mask:
    """Return the part of `mask` that is less than `thickest` pixels tall: level lines, not the strokes on them.

    Upright lines cut level ones where they cross; such small gaps are closed again.
    """
    tall = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((thickest, 1), np.uint8))
    return cv2.morphologyEx(mask & ~tall, cv2.MORPH_CLOSE, np.ones((1, thickest + 1), np.uint8))


def _fitted(x: Places, y: Places, thickness: int, degree: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Fit y(x) to the pixels of a line again and again to those that lie near it, not to the strokes on it.

    Returns:
        The coefficients, highest power first, and which pixels are near.
    """
    near = np.bincount(x)[x] <= thickness + 3  # columns without a stroke
    curve = np.zeros(degree + 1)
    for reach in (8.0, 4.0, 2.0, 1.5):
        curve = np.polyfit(x[near], y[near], degree)
        off = np.abs(y - np.polyval(curve, x))
        near = off <= max(reach * thickness, reach + 1)
        if near.sum() <= degree + 1:
            break
    return curve, near


def _bridged(rest: Mask, lines: Mask) -> Mask:
    """Return `rest` closed up and down over the thickness of level lines, so that cut strokes meet."""
    depth = cv2.distanceTransform((lines > 0).astype(np.uint8), cv2.DIST_L2, 3)
    reach = 2 * round(min(float(depth.max()), len(lines))) + 3  # a picture that is all line has no end
    return cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones((reach, 1), np.uint8))


def _turned(picture: Gray) -> Gray:
    return np.ascontiguousarray(picture.T)
