"""Ink taken apart into strokes: its middle line, cut where strokes meet."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.ink import Gray

Mask = NDArray[np.uint8]
_PEN = 4.0  # pixels that the pen is scaled to while the middle line is looked for
_TALLEST = 96  # pixels of the scaled ink
_NEIGHBOURS = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))  # clockwise from above


def split_strokes(ink: Gray, pen_width: float) -> list[Gray]:
    """Return the strokes of `ink`, uint8 (h, w), each alone in a picture of that size.

    They end where ink ends and where it forks. Every pixel of ink belongs to the nearest stroke.
    """
    scale = min(_PEN / max(pen_width, 1.0), _TALLEST / ink.shape[0], 1.0)
    size = tuple(max(2, round(side * scale)) for side in reversed(ink.shape))
    small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    line = middle_line((small > 100).astype(np.uint8))
    forks = cv2.dilate(fork_points(line), np.ones((3, 3), np.uint8))
    count, pieces = cv2.connectedComponents(line & (1 - forks), connectivity=8)
    lengths = np.bincount(pieces.ravel(), minlength=count)
    lengths[0] = 0
    kept = np.flatnonzero(lengths >= min(3, lengths.max()))
    if len(kept) < 2 or not lengths.any():
        return [ink]
    seeds = np.where(np.isin(pieces, kept), 0, 1).astype(np.uint8)
    _, nearest = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_CCOMP)
    owner = cv2.resize(nearest.astype(np.float32), ink.shape[::-1], interpolation=cv2.INTER_NEAREST).astype(np.int32)
    strokes = [np.where(owner == label, ink, 0).astype(np.uint8) for label in range(1, int(nearest.max()) + 1)]
    return [stroke for stroke in strokes if stroke.any()]


def middle_line(mask: Mask) -> Mask:
    """Return the middle line of `mask`, 1 on 0, one pixel wide (Zhang and Suen 1984)."""
    line = mask
    while True:
        before = line
        for removed in _REMOVED:
            line = line & (1 - cv2.LUT(_surroundings(line), removed))
        if np.array_equal(line, before):
            return line


def fork_points(line: Mask) -> Mask:
    """Return where three or more ways leave a pixel of a middle line."""
    return line & cv2.LUT(_surroundings(line), _FORKS)


def _surroundings(line: Mask) -> Mask:
    """Return for each pixel its eight neighbours as bits, the first of `_NEIGHBOURS` the lowest."""
    return cv2.filter2D(line, cv2.CV_8U, _BITS, borderType=cv2.BORDER_CONSTANT)


def _tables() -> tuple[list[Mask], Mask]:
    """Return which surroundings remove a pixel, in each of the two turns, and which make a fork."""
    bits = (np.arange(256)[:, None] >> np.arange(8)) & 1
    filled = bits.sum(axis=1)
    rises = ((bits == 0) & (np.roll(bits, -1, axis=1) == 1)).sum(axis=1)
    thin = (filled >= 2) & (filled <= 6) & (rises == 1)
    above, right, below, left = (bits[:, place] for place in (0, 2, 4, 6))
    turns = [(above & right & below) | (right & below & left), (above & right & left) | (above & below & left)]
    return [(thin & (kept == 0)).astype(np.uint8) for kept in turns], (rises >= 3).astype(np.uint8)


_BITS = np.zeros((3, 3), np.float32)
for _place, (_dy, _dx) in enumerate(_NEIGHBOURS):
    _BITS[1 + _dy, 1 + _dx] = 2**_place
_REMOVED, _FORKS = _tables()
