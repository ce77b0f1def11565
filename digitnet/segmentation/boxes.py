"""Enclose, measure and compare boxes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.types import Boxes


def enclose(boxes: Boxes) -> Boxes:
    """Return the smallest box, int32 (4,), around boxes, int32 (n, 4); n is at least 1."""
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])


def widths_and_heights(boxes: Boxes) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the widths and the heights, int32 (n,) each in pixels, of boxes, int32 (n, 4)."""
    return boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]


def intersect(boxes: Boxes, other: Boxes) -> Boxes:
    """Return the parts of boxes, int32 (n, 4) or (4,), inside another, int32 (4,).

    Where they do not overlap, the right side is not right of the left one, or the bottom not below the top.
    """
    return np.concatenate([np.maximum(boxes[..., :2], other[:2]), np.minimum(boxes[..., 2:], other[2:])], axis=-1)


def crosses(boxes: Boxes, other: Boxes) -> NDArray[np.bool_]:
    """Tell which boxes, int32 (n, 4), lie partly inside another, int32 (4,), and partly outside, bool (n,)."""
    inside = intersect(boxes, other)
    return (inside[:, :2] < inside[:, 2:]).all(axis=1) & (inside != boxes).any(axis=1)


def find_overlapping_pairs(boxes: NDArray[np.generic]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Find the pairs of boxes, (n, 4), that overlap or touch; return the indices of both, intp (k,) each.

    The boxes are swept from left to right, so that of thousands few pairs are looked at. A pair comes once, the box
    that begins farther left first.
    """
    order = np.argsort(boxes[:, 0], kind="stable")
    left, top, right, bottom = boxes[order].T
    places = np.arange(len(boxes))
    counts = np.searchsorted(left, right, side="right") - places - 1  # Boxes that begin within each, farther right.
    first = np.repeat(places, counts)
    second = first + 1 + np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts)
    meets = (top[first] <= bottom[second]) & (top[second] <= bottom[first])
    return order[first[meets]], order[second[meets]]


def have_middle_in(boxes: Boxes, others: Boxes) -> NDArray[np.bool_]:
    """Tell which boxes, int32 (n, 4), have their middle in one of the others, int32 (k, 4), bool (n,)."""
    x, y = boxes[:, None, 0::2].sum(axis=2) / 2, boxes[:, None, 1::2].sum(axis=2) / 2
    left, top, right, bottom = others.T
    return np.asarray(((left <= x) & (x < right) & (top <= y) & (y < bottom)).any(axis=1), np.bool_)
