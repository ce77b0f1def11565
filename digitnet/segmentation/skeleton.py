"""Thin ink to its skeleton, and split it into branches at the forks of the skeleton."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.components import find_components
from digitnet.types import Gray, Mask

_WORKING_PEN_PIXELS = 4.0  # Width that the pen is scaled to before thinning.
_MAX_WORKING_HEIGHT = 96  # Pixels of the scaled ink.
_MIN_BRANCH_PIXELS = 3  # A shorter branch belongs to a fork.
_INK_THRESHOLD = 100  # Level of 0 to 255 above which scaled ink is thinned.
_NEIGHBORS = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))  # Clockwise from above.


class Branches(NamedTuple):
    """Ink split into the branches of its skeleton.

    Attributes:
        owner: int32 (h, w), the nearest branch (counted from 0) or fork (counted from branch_count) of each pixel; a
            fork's ink belongs to all branches that meet there.
        branch_count: number of branches, at least 1.
        forks: for each fork the branches that it touches, at least one.
    """

    owner: NDArray[np.int32]
    branch_count: int
    forks: list[tuple[int, ...]]


def split_at_forks(ink: Gray, pen_width: float) -> Branches:
    """Split ink into branches at the forks of its skeleton.

    Args:
        ink: uint8 (h, w), ink 255 on 0.
        pen_width: typical width of a stroke in pixels.
    """
    scale = min(_WORKING_PEN_PIXELS / max(pen_width, 1.0), _MAX_WORKING_HEIGHT / ink.shape[0], 1.0)
    size = tuple(max(2, round(side * scale)) for side in reversed(ink.shape))
    small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    line = skeletonize((small > _INK_THRESHOLD).astype(np.uint8))
    around_forks = cv2.dilate(find_forks(line), np.ones((3, 3), np.uint8))
    numbers, count = _number_components(line & (1 - around_forks), _MIN_BRANCH_PIXELS)
    if count < 2:
        return Branches(np.zeros(ink.shape, np.int32), 1, [])
    fork_numbers, fork_count = _number_components(line & (numbers == 0), 1)
    forks = []
    for fork in range(1, fork_count + 1):
        around = cv2.dilate((fork_numbers == fork).astype(np.uint8), np.ones((3, 3), np.uint8))
        touched = np.unique(numbers[around > 0])
        touched = touched[touched > 0] - 1
        if len(touched):
            forks.append(tuple(touched.tolist()))
            numbers[fork_numbers == fork] = count + len(forks)
    nearest = _spread_to_nearest(numbers).astype(np.float32)
    owner = cv2.resize(nearest, ink.shape[::-1], interpolation=cv2.INTER_NEAREST).astype(np.int32)
    return Branches(owner - 1, count, forks)


def _number_components(line: Mask, min_pixels: int) -> tuple[NDArray[np.int32], int]:
    """Number the components of a line, uint8 (h, w), that are long enough.

    These have `min_pixels` or more; if none has, the longest are numbered.

    Returns:
        int32 (h, w), 0 or the number of a component, from 1 on; and how many there are.
    """
    components = find_components(line)
    kept = np.flatnonzero(components.areas >= min(min_pixels, components.areas.max(initial=0)))
    return components.number(kept, line.shape), len(kept)


def _spread_to_nearest(numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    """Give each pixel of int32 (h, w) the nearest number that is not 0."""
    empty = (numbers == 0).astype(np.uint8)
    _, labels = cv2.distanceTransformWithLabels(empty, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    number_of_label = np.zeros(int(labels.max()) + 1, np.int32)
    number_of_label[labels[numbers > 0]] = numbers[numbers > 0]
    return number_of_label[labels]


def skeletonize(mask: Mask) -> Mask:
    """Thin a mask, uint8 (h, w), 1 on 0, to a line one pixel wide (Zhang and Suen 1984)."""
    line = mask
    while True:
        before = line
        for removed in _REMOVED:
            line = line & (1 - cv2.LUT(_encode_neighbors(line), removed))
        if np.array_equal(line, before):
            return line


def find_forks(line: Mask) -> Mask:
    """Mark the pixels of a skeleton, uint8 (h, w), 1 on 0, that three or more branches leave."""
    return line & cv2.LUT(_encode_neighbors(line), _FORKS)


def _encode_neighbors(line: Mask) -> Mask:
    """Encode the eight neighbors of each pixel as bits, uint8 (h, w).

    The first of `_NEIGHBORS` is the lowest bit.
    """
    return cv2.filter2D(line, cv2.CV_8U, _BITS, borderType=cv2.BORDER_CONSTANT)


def _build_tables() -> tuple[list[Mask], Mask]:
    """Build tables, uint8 (256,), over all neighborhoods.

    Returns:
        The neighborhoods whose pixel is removed, one table for each of the two passes; and those of forks.
    """
    bits = (np.arange(256)[:, None] >> np.arange(8)) & 1
    filled = bits.sum(axis=1)
    rises = ((bits == 0) & (np.roll(bits, -1, axis=1) == 1)).sum(axis=1)
    thin = (filled >= 2) & (filled <= 6) & (rises == 1)
    above, right, below, left = (bits[:, place] for place in (0, 2, 4, 6))
    kept = [(above & right & below) | (right & below & left), (above & right & left) | (above & below & left)]
    return [(thin & (blocked == 0)).astype(np.uint8) for blocked in kept], (rises >= 3).astype(np.uint8)


_BITS = np.zeros((3, 3), np.float32)
for _place, (_dy, _dx) in enumerate(_NEIGHBORS):
    _BITS[1 + _dy, 1 + _dx] = 2**_place
_REMOVED, _FORKS = _build_tables()
