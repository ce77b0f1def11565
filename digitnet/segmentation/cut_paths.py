"""Where one digit may end and the next begin: cuts through ink, from top to bottom, along the least of it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.types import Gray

CutPath = NDArray[np.float64]
_HEIGHT = 40  # pixels that ink is scaled to while cuts are looked for
_SIDEWAYS = 0.12  # of a step's ink that a sidewise step costs even on white
_LEAST_SIDE = 0.07  # of a digit's ink that lies on either side of a cut
_APART = 0.03  # of a digit's ink between cuts: nearer ones are the same cut
_CROWD = 0.12  # of the height to either side, in which there are no more than two cuts
_THICKEST = 4.0  # pen widths of ink that a cut goes through at most


def find_cut_paths(ink: Gray, pen_width: float) -> list[CutPath]:
    """Return cuts of `ink`, uint8 (h, w), from left to right.

    A cut is float64 (h,): in each row the column at which the right part begins. Cuts go straight or
    aslant, up to 45 degrees, where they cross the least ink.

    Source: the least-ink path is the seam of Avidan and Shamir, "Seam carving for content-aware image
    resizing" (2007), used to propose cuts for over-segmentation.
    """
    scale = _HEIGHT / ink.shape[0]
    width = max(3, round(ink.shape[1] * scale))
    small = cv2.resize(ink, (width, _HEIGHT), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    weight = small.astype(np.float32) / 255
    total = float(weight.sum())
    if total <= 0:
        return []
    middle = _HEIGHT // 2
    down, from_above = _paths(weight[: middle + 1])
    up, from_below = _paths(weight[middle:][::-1])
    through = down + up - weight[middle]
    columns = _minima(through)
    paths = [_traced(from_above, x)[:-1] + _traced(from_below, x)[::-1] for x in columns]
    return _chosen(paths, through[columns], weight, pen_width * scale, ink.shape)


def _paths(weight: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """Return the least ink (w,) on a way from the first row to each column of the last, and the steps taken."""
    rows, width = weight.shape
    steps = np.zeros((rows, width), np.int8)
    cost = weight[0].copy()
    wall = np.float32(1e6)
    options = np.full((3, width), wall, np.float32)
    for row in range(1, rows):
        here = weight[row]
        options[0, 1:] = cost[:-1] + 0.41 * here[1:] + _SIDEWAYS
        options[1] = cost
        options[2, :-1] = cost[1:] + 0.41 * here[:-1] + _SIDEWAYS
        best = options.argmin(axis=0)
        steps[row] = best - 1
        cost = options.min(axis=0) + here
    return cost, steps


def _traced(steps: NDArray[np.int8], column: int) -> list[int]:
    """Return the columns of the way that ends in `column` of the last row."""
    way = [column]
    for row in range(len(steps) - 1, 0, -1):
        column += int(steps[row, column])
        way.append(column)
    return way[::-1]


def _minima(cost: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return where `cost` is no higher than on either side; of a level stretch the middle."""
    padded = np.concatenate([[np.inf], cost, [np.inf]])
    low = (cost <= padded[:-2] + 1e-4) & (cost <= padded[2:] + 1e-4)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], low.astype(np.int8), [0]])))
    return (edges[::2] + edges[1::2] - 1) // 2


def _chosen(
    paths: list[list[int]],
    costs: NDArray[np.float32],
    weight: NDArray[np.float32],
    pen_width: float,
    shape: tuple[int, ...],
) -> list[CutPath]:
    """Return the lightest paths everywhere that part the ink in different ways, at full size, left to right."""
    rows = np.arange(len(weight))
    reached = np.concatenate([np.zeros((len(weight), 1), np.float32), np.cumsum(weight, axis=1)], axis=1)
    total = float(weight.sum())
    unit = min(1.0, weight.shape[0] / weight.shape[1])  # the share of ink that a digit may have
    kept: list[tuple[float, float, list[int]]] = []
    for index in np.argsort(costs, kind="stable"):
        path = np.array(paths[index])
        left, place = float(reached[rows, path].sum()) / total, float(path.mean())
        near = [other for other in kept if abs(place - other[1]) < _CROWD * len(weight)]
        distinct = all(abs(left - other) > _APART * unit for other, *_ in kept)
        light = costs[index] <= _THICKEST * max(1.0, pen_width) + 3
        if light and distinct and len(near) < 2 and _LEAST_SIDE * unit < left < 1 - _LEAST_SIDE * unit:
            kept.append((left, place, paths[index]))
    return [_enlarged(path, weight.shape[1], shape) for _, _, path in sorted(kept)]


def _enlarged(path: list[int], width: int, shape: tuple[int, ...]) -> CutPath:
    rows = (np.arange(shape[0]) + 0.5) * len(path) / shape[0] - 0.5
    return np.interp(rows, np.arange(len(path)), (np.array(path) + 0.5) * shape[1] / width)
