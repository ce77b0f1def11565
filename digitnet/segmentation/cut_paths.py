"""Find cut paths, from top to bottom along the least ink, that may separate two digits."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.types import Gray

CutPath = NDArray[np.float64]  # (h,): in each row, the column at which the right side begins.

_WORKING_HEIGHT = 40  # Pixels that ink is scaled to for the search.
_SIDEWAYS_COST = 0.12  # Cost of a sideways step on white, in steps on full ink.
_DIAGONAL_EXTRA_LENGTH = 0.41  # A diagonal step is this much longer than a straight one.
_WALL_COST = np.float32(1e6)  # Keeps paths within the picture.
# Ink on either side of a path, and between two paths, as shares of a digit's ink.
_MIN_SIDE_INK_RATIO, _MIN_DISTANCE_RATIO = 0.07, 0.03
# At most this many paths lie within this share of the height to either side of a place.
_MAX_NEIGHBORS, _NEIGHBORHOOD_RATIO = 2, 0.12
# A path crosses at most this many pen widths of ink, plus this many pixels.
_MAX_INK_PEN_WIDTHS, _MAX_EXTRA_INK_PIXELS = 4.0, 3


def find_cut_paths(ink: Gray, pen_width: float) -> list[CutPath]:
    """Find the paths from top to bottom that cross the least ink, from left to right.

    Paths are straight or aslant, up to 45 degrees.

    Args:
        ink: uint8 (h, w), ink 255 on 0.
        pen_width: typical width of a stroke in pixels.

    Returns:
        float64 (h,) each: in each row, the column at which the right side begins.

    Source: the least-ink path is the seam of Avidan and Shamir, "Seam carving for content-aware image
    resizing" (2007), used to propose cuts for over-segmentation.
    """
    scale = _WORKING_HEIGHT / ink.shape[0]
    width = max(3, round(ink.shape[1] * scale))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    weight = cv2.resize(ink, (width, _WORKING_HEIGHT), interpolation=interpolation).astype(np.float32) / 255
    if float(weight.sum()) <= 0:
        return []
    middle = _WORKING_HEIGHT // 2
    cost_down, steps_down = _find_least_ink(weight[: middle + 1])
    cost_up, steps_up = _find_least_ink(weight[middle:][::-1])
    cost = cost_down + cost_up - weight[middle]
    columns = _find_minima(cost)
    paths = [_trace_back(steps_down, column)[:-1] + _trace_back(steps_up, column)[::-1] for column in columns]
    return _select_paths(paths, cost[columns], weight, pen_width * scale, ink.shape)


def _find_least_ink(weight: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """Find the least ink on paths from the first row to each column of the last.

    Args:
        weight: float32 (h, w), ink from 0 to 1.

    Returns:
        The ink, float32 (w,), and the step (-1, 0 or 1 column) by which a path reaches each pixel, int8 (h, w).
    """
    rows, width = weight.shape
    steps = np.zeros((rows, width), np.int8)
    cost = weight[0].copy()
    options = np.full((3, width), _WALL_COST, np.float32)
    for row in range(1, rows):
        ink = weight[row]
        options[0, 1:] = cost[:-1] + _DIAGONAL_EXTRA_LENGTH * ink[1:] + _SIDEWAYS_COST
        options[1] = cost
        options[2, :-1] = cost[1:] + _DIAGONAL_EXTRA_LENGTH * ink[:-1] + _SIDEWAYS_COST
        steps[row] = options.argmin(axis=0) - 1
        cost = options.min(axis=0) + ink
    return cost, steps


def _trace_back(steps: NDArray[np.int8], column: int) -> list[int]:
    """Return the path that ends in `column` of the last row: its column in each row."""
    path = [column]
    for row in range(len(steps) - 1, 0, -1):
        column += int(steps[row, column])
        path.append(column)
    return path[::-1]


def _find_minima(cost: NDArray[np.float32]) -> NDArray[np.intp]:
    """Find the local minima of `cost`, float32 (w,); of a level part, the middle."""
    padded = np.concatenate([[np.inf], cost, [np.inf]])
    low = (cost <= padded[:-2] + 1e-4) & (cost <= padded[2:] + 1e-4)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], low.astype(np.int8), [0]])))
    return (edges[::2] + edges[1::2] - 1) // 2


def _select_paths(
    paths: list[list[int]],
    costs: NDArray[np.float32],
    weight: NDArray[np.float32],
    pen_width: float,
    shape: tuple[int, ...],
) -> list[CutPath]:
    """Keep the paths of least ink that divide the ink differently.

    Args:
        paths: k of them, a column for each row of `weight`.
        costs: float32 (k,), the ink that each crosses.
        weight: float32 (h, w), scaled ink from 0 to 1.
        pen_width: pixels of `weight`.
        shape: of the ink at full size.

    Returns:
        The paths at full size, from left to right.
    """
    rows = np.arange(len(weight))
    ink_before = np.concatenate([np.zeros((len(weight), 1), np.float32), np.cumsum(weight, axis=1)], axis=1)
    total = float(weight.sum())
    digit_ratio = min(1.0, weight.shape[0] / weight.shape[1])  # Share of the ink that one digit may have.
    kept: list[tuple[float, float, list[int]]] = []
    for index in np.argsort(costs, kind="stable"):
        path = np.array(paths[index])
        left, mean_column = float(ink_before[rows, path].sum()) / total, float(path.mean())
        near = [other for other in kept if abs(mean_column - other[1]) < _NEIGHBORHOOD_RATIO * len(weight)]
        distinct = all(abs(left - other) > _MIN_DISTANCE_RATIO * digit_ratio for other, *_ in kept)
        light = costs[index] <= _MAX_INK_PEN_WIDTHS * max(1.0, pen_width) + _MAX_EXTRA_INK_PIXELS
        least_side = _MIN_SIDE_INK_RATIO * digit_ratio
        if light and distinct and len(near) < _MAX_NEIGHBORS and least_side < left < 1 - least_side:
            kept.append((left, mean_column, paths[index]))
    return [_enlarge(path, weight.shape[1], shape) for _, _, path in sorted(kept)]


def _enlarge(path: list[int], width: int, shape: tuple[int, ...]) -> CutPath:
    """Scale a path through a picture of `width` columns to one of `shape`."""
    rows = (np.arange(shape[0]) + 0.5) * len(path) / shape[0] - 0.5
    return np.interp(rows, np.arange(len(path)), (np.array(path) + 0.5) * shape[1] / width)
