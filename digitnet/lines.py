"""Ruled and squared paper: find the printed lines and take them out without cutting the strokes."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Mask = NDArray[np.uint8]

_RUN = 0.03  # of the picture's longer side: longer than most straight strokes, short enough for bent lines
_SPAN = 0.25  # of the picture's longer side that a line has to cross
_COVER = 0.4  # of that span that has to be seen
_FEWEST = 3  # lines of one direction: a long stroke is no ruled paper
_BOLDER = 2.0  # times a line's contrast: a stroke over it
_RIM = 0.04  # of the picture's side: how near to its rim a printed line comes


def remove_lines(contrast: Gray, mask: Mask) -> Gray:
    """Return `contrast` with the printed lines of the paper erased; the same array where there are none.

    Args:
        contrast: uint8 (h, w), how much darker than the paper.
        mask: uint8 (h, w), 255 where that is ink or line, rather too much than too little.
    """
    across = find_lines(contrast, mask)
    down = _turned(find_lines(_turned(contrast), _turned(mask)))
    limit = np.maximum(across, down)
    if not limit.any():
        return contrast
    rest = np.where(contrast >= limit, mask, 0).astype(np.uint8)
    kept = rest | np.where(across > 0, _bridged(rest, across), 0)
    kept |= np.where(down > 0, _turned(_bridged(_turned(rest), _turned(down))), 0)
    return np.where((limit > 0) & (kept == 0), 0, contrast).astype(np.uint8)


def find_lines(contrast: Gray, mask: Mask) -> Gray:
    """Return the bands of nearly level printed lines; all 0 where the paper has none.

    Within a band stands the contrast that a stroke over the line exceeds, elsewhere 0.
    """
    bands = np.zeros_like(mask)
    lines = list(_traced(contrast, mask))
    if len(lines) < _FEWEST:
        return bands
    columns = np.arange(mask.shape[1])
    usual = float(np.median([level for *_, level in lines]))
    for curve, thickness, level in lines:
        points = np.stack([columns, np.round(np.polyval(curve, columns))], axis=1).astype(np.int32)
        limit = min(255.0, _BOLDER * max(level, usual))
        cv2.polylines(bands, [points], False, limit, thickness + 2)
    return bands


def _traced(contrast: Gray, mask: Mask) -> Iterator[tuple[NDArray[np.float64], int, float]]:
    """Yield each line: the coefficients of y(x), highest power first, its thickness and its contrast."""
    height, width = mask.shape
    longer = max(height, width)
    run = max(20, round(longer * _RUN))
    grown = cv2.dilate(mask, np.ones((3, 1), np.uint8))
    runs = cv2.morphologyEx(grown, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    linked = cv2.dilate(runs, np.ones((3, 2 * run + 1), np.uint8))
    _, labels = cv2.connectedComponents(linked, connectivity=8)
    rows, columns = np.nonzero(runs)
    owner = labels[rows, columns]
    order = np.argsort(owner, kind="stable")
    for member in np.split(order, np.flatnonzero(np.diff(owner[order])) + 1):
        x, y = columns[member], rows[member]
        seen = np.unique(x).size
        if not seen or np.ptp(x) < _SPAN * longer or seen < _COVER * np.ptp(x):
            continue
        if min(x.min(), width - 1 - x.max()) > _RIM * width:
            continue
        curve = np.polyfit(x, y, 2 if np.ptp(x) > 0.6 * width else 1)
        thickness = max(1, round(x.size / seen) - 2)
        if np.percentile(np.abs(np.polyval(curve, x) - y), 80) <= thickness + 2:
            yield curve, thickness, float(np.percentile(contrast[y, x], 60))


def _bridged(rest: Mask, lines: Mask) -> Mask:
    """Return `rest` closed up and down over the thickness of level lines, so that cut strokes meet."""
    depth = cv2.distanceTransform((lines > 0).astype(np.uint8), cv2.DIST_L2, 3)
    reach = 2 * round(float(depth.max())) + 3
    return cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones((reach, 1), np.uint8))


def _turned(picture: Gray) -> Gray:
    return np.ascontiguousarray(picture.T)
