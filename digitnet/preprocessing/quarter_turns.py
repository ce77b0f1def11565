"""Map places of a picture to the same picture turned by quarters, and back."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)


def turn_size(size: tuple[int, int], turn: int) -> tuple[int, int]:
    """Return the width and height of a picture once it is turned by a multiple of 90 degrees."""
    return size if turn % 180 == 0 else (size[1], size[0])


def turn_points(points: NDArray[Number], size: tuple[float, float], turn: int) -> NDArray[Number]:
    """Return points of a picture where they lie once it is turned; a negative turn leads back.

    Args:
        points: x and y, (..., 2), in pixels or any other unit.
        size: width and height of the picture in that unit.
        turn: degrees clockwise, a multiple of 90.
    """
    places: NDArray[Any] = points
    (width, height), x, y = size, places[..., 0], places[..., 1]
    turned = {0: (x, y), 90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}[turn % 360]
    return np.stack(turned, axis=-1).astype(points.dtype)


def turn_boxes(boxes: NDArray[Number], size: tuple[float, float], turn: int) -> NDArray[Number]:
    """Return boxes, x0 y0 x1 y1 in (n, 4), where they lie once their picture is turned, as `turn_points`."""
    corners: NDArray[Any] = turn_points(boxes.reshape(-1, 2, 2), size, turn)
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)


def turn_lines(lines: NDArray[Number], size: tuple[float, float], turn: int) -> NDArray[Number]:
    """Return lines by their ends, x0 y0 x1 y1 in (n, 4), where they lie once their picture is turned."""
    return turn_points(lines.reshape(-1, 2, 2), size, turn).reshape(-1, 4)


def make_turn(size: tuple[int, int], turn: int) -> NDArray[np.float64]:
    """Return the homography, float64 (3, 3), that turns a picture of `size`, (width, height), as `turn_points`."""
    origin, right, down = turn_points(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), size, turn)
    matrix = np.eye(3)
    matrix[:2] = np.stack([right - origin, down - origin, origin], axis=1)
    return matrix
