"""Ink taken apart into strokes: its middle line, cut where strokes meet."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.types import Gray, Mask

_PEN = 4.0  # pixels that the pen is scaled to while the middle line is looked for
_TALLEST = 96  # pixels of the scaled ink
_SHORTEST = 3  # pixels of a stroke at that scale: what is shorter belongs to a fork
_NEIGHBOURS = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))  # clockwise from above


class Branches(NamedTuple):
    """Ink that fell into its strokes.

    Attributes:
        owner: int32 (h, w), for each pixel what is nearest: a stroke, counted from 0, or `total` and the number
            of a fork, whose ink belongs to all strokes that meet there.
        total: how many strokes there are, at least 1.
        forks: for each fork the strokes that it touches, at least one.
    """

    owner: NDArray[np.int32]
    total: int
    forks: list[tuple[int, ...]]


def split_at_forks(ink: Gray, pen_width: float) -> Branches:
    """Return the strokes of `ink`, uint8 (h, w); they end where ink ends and where it forks."""
    scale = min(_PEN / max(pen_width, 1.0), _TALLEST / ink.shape[0], 1.0)
    size = tuple(max(2, round(side * scale)) for side in reversed(ink.shape))
    small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    line = skeletonize((small > 100).astype(np.uint8))
    forked = cv2.dilate(find_forks(line), np.ones((3, 3), np.uint8))
    pieces, count = _numbered(line & (1 - forked), _SHORTEST)
    if count < 2:
        return Branches(np.zeros(ink.shape, np.int32), 1, [])
    between, number = _numbered(line & (pieces == 0), 1)
    forks = []
    for fork in range(1, number + 1):
        around = cv2.dilate((between == fork).astype(np.uint8), np.ones((3, 3), np.uint8))
        touched = np.unique(pieces[around > 0])
        touched = touched[touched > 0] - 1
        if len(touched):
            forks.append(tuple(touched.tolist()))
            pieces[between == fork] = count + len(forks)
    nearest = _nearest(pieces).astype(np.float32)
    owner = cv2.resize(nearest, ink.shape[::-1], interpolation=cv2.INTER_NEAREST).astype(np.int32)
    return Branches(owner - 1, count, forks)


def _numbered(line: Mask, least: int) -> tuple[NDArray[np.int32], int]:
    """Return the pieces of a line of at least `least` pixels, numbered from 1 on 0, and how many these are."""
    count, pieces = cv2.connectedComponents(line, connectivity=8)
    lengths = np.bincount(pieces.ravel(), minlength=count)[1:]
    kept = np.flatnonzero(lengths >= min(least, lengths.max(initial=0))) + 1
    numbers = np.zeros(count, np.int32)
    numbers[kept] = np.arange(1, len(kept) + 1)
    return numbers[pieces], len(kept)


def _nearest(pieces: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return for each pixel the number of the nearest piece; the pieces are numbered from 1 on 0."""
    empty = (pieces == 0).astype(np.uint8)
    _, labels = cv2.distanceTransformWithLabels(empty, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    numbers = np.zeros(int(labels.max()) + 1, np.int32)
    numbers[labels[pieces > 0]] = pieces[pieces > 0]
    return numbers[labels]


def skeletonize(mask: Mask) -> Mask:
    """Return the middle line of `mask`, 1 on 0, one pixel wide (Zhang and Suen 1984)."""
    line = mask
    while True:
        before = line
        for removed in _REMOVED:
            line = line & (1 - cv2.LUT(_surroundings(line), removed))
        if np.array_equal(line, before):
            return line


def find_forks(line: Mask) -> Mask:
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
