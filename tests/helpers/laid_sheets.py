"""Pictures of sheets of paper that lie on a ground."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.types import RGB, Gray

WOOD, CLOTH = (60, 45, 35), (40, 70, 130)


def make_ground(height: int, width: int, color: tuple[int, int, int] = WOOD) -> RGB:
    """Make a ground with a fine texture, uint8 (height, width, 3)."""
    texture = np.random.default_rng(0).normal(1, 0.1, (height, width, 1))
    return np.clip(np.array(color) * texture, 0, 255).astype(np.uint8)


def lay(ground: RGB, sheet: Gray, corners: list[tuple[int, int]]) -> NDArray[np.float64]:
    """Lay a sheet, uint8 (h, w), on a ground, its corners, from the top left one, clockwise, at these places.

    Returns:
        The homography from pixels of the sheet to those of the picture, float64 (3, 3).
    """
    height, width = sheet.shape
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, np.array(corners, np.float32))
    size = ground.shape[1], ground.shape[0]
    laid = cv2.warpPerspective(sheet, matrix, size)
    mask = cv2.warpPerspective(np.full_like(sheet, 255), matrix, size)
    cv2.copyTo(np.repeat(laid[..., None], 3, axis=2), mask, ground)
    return np.asarray(matrix, np.float64)


def map_boxes(boxes: NDArray[np.int32], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Map the middles of boxes, int32 (n, 4), by a homography, float64 (n, 2)."""
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    return np.asarray(cv2.perspectiveTransform(middles[None], matrix)[0], np.float64)
