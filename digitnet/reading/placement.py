"""Map boxes between a picture and the straight picture that was read: its sheets, stood straight, below each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.straightening import Matrix, make_translation
from digitnet.types import RGB, Boxes


class PlacedPart(NamedTuple):
    """A part of the straight picture.

    Attributes:
        box: float64 (4,), x0 y0 x1 y1 in pixels of the straight picture.
        matrix: float64 (3, 3), the homography from pixels of the straight picture to pixels of the picture.
    """

    box: NDArray[np.float64]
    matrix: Matrix


@dataclass(frozen=True, eq=False)
class Placement:
    """Where the parts of the straight picture lie in the picture; without parts both are the same.

    Attributes:
        size: width and height of the picture.
        parts: the parts.
    """

    size: tuple[int, int] = (0, 0)
    parts: tuple[PlacedPart, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.parts)

    def shift(self, right: int, down: int, size: tuple[int, int]) -> Placement:
        """Return the placement of the same picture as a part of another one of `size`, (width, height)."""
        move = make_translation(right, down)
        return Placement(size, tuple(part._replace(matrix=move @ part.matrix) for part in self.parts))

    def to_picture(self, boxes: Boxes) -> Boxes:
        """Map boxes, int32 (n, 4), of the straight picture to the picture; they are clipped to it."""
        if not self.parts or not len(boxes):
            return boxes
        parts = np.array([part.box for part in self.parts])
        nearest = _measure_distances(_find_middles(boxes)[:, None], parts[None]).argmin(axis=1)
        mapped = np.concatenate([_map(boxes, part.matrix) for part in self.parts]).reshape(len(parts), -1, 4)
        chosen = mapped[nearest, np.arange(len(boxes))]
        return np.round(np.clip(chosen, 0, [*self.size, *self.size])).astype(np.int32)

    def lines_to_picture(self, lines: NDArray[np.int32]) -> NDArray[np.int32]:
        """Map the ends of lines, x0 y0 x1 y1 in int32 (n, 4), of the straight picture to the picture."""
        if not self.parts or not len(lines):
            return lines
        parts = np.array([part.box for part in self.parts])
        nearest = _measure_distances(_find_middles(lines)[:, None], parts[None]).argmin(axis=1)
        ends = lines.reshape(-1, 1, 2).astype(np.float64)
        mapped = np.stack([cv2.perspectiveTransform(ends, part.matrix).reshape(-1, 4) for part in self.parts])
        return np.round(mapped[nearest, np.arange(len(lines))]).astype(np.int32)

    def to_straight(self, boxes: Boxes) -> Boxes:
        """Map boxes, int32 (n, 4), of the picture to the straight picture."""
        if not self.parts or not len(boxes):
            return boxes
        mapped = np.stack([_map(boxes, np.linalg.inv(part.matrix).astype(np.float64)) for part in self.parts])
        parts = np.array([part.box for part in self.parts])
        nearest = _measure_distances(_find_middles(mapped), parts[:, None]).argmin(axis=0)
        return np.round(mapped[nearest, np.arange(len(boxes))]).astype(np.int32)

    def lines_to_straight(self, lines: NDArray[np.int32]) -> NDArray[np.int32]:
        """Map the ends of lines, x0 y0 x1 y1 in int32 (n, 4), of the picture to the straight picture."""
        if not self.parts or not len(lines):
            return lines
        ends = lines.reshape(-1, 1, 2).astype(np.float64)
        back = [np.linalg.inv(part.matrix).astype(np.float64) for part in self.parts]
        mapped = np.stack([cv2.perspectiveTransform(ends, matrix).reshape(-1, 4) for matrix in back])
        parts = np.array([part.box for part in self.parts])
        nearest = _measure_distances(_find_middles(mapped), parts[:, None]).argmin(axis=0)
        return np.round(mapped[nearest, np.arange(len(lines))]).astype(np.int32)

    def straighten(self, image: RGB) -> RGB:
        """Return the straight picture, uint8 (h, w, 3), of a picture, uint8 (H, W, 3)."""
        if not self.parts:
            return image
        width, height = np.max([part.box[2:] for part in self.parts], axis=0).astype(int).tolist()
        straight = np.full((height, width, 3), 255, np.uint8)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        for part in self.parts:
            left, top, right, bottom = part.box.astype(int).tolist()
            matrix = part.matrix @ make_translation(left, top)
            size = (right - left, bottom - top)
            warped = cv2.warpPerspective(image, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
            straight[top:bottom, left:right] = warped
        return straight


def _map(boxes: Boxes, matrix: Matrix) -> NDArray[np.float64]:
    """Map boxes by a homography, float64 (n, 4).

    A box becomes the box around the ellipse in it. Turned by a quarter it keeps its size; at other angles it fits a
    digit better than the box around its corners.
    """
    middles = _find_middles(boxes)
    half = (boxes[:, 2:] - boxes[:, :2]) / 2
    weights = middles @ matrix[2, :2] + matrix[2, 2]
    moved = cv2.perspectiveTransform(middles[None], matrix)[0]
    slopes = matrix[None, :2, :2] - moved[:, :, None] * matrix[2, :2]
    reach = np.linalg.norm(slopes * half[:, None] / weights[:, None, None], axis=2)
    return np.hstack([moved - reach, moved + reach])


def _find_middles(boxes: NDArray[np.int32] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the middles of boxes, (..., 4), as x and y, float64 (..., 2)."""
    return np.asarray((boxes[..., :2] + boxes[..., 2:]) / 2, np.float64)


def _measure_distances(points: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Measure how far points, (..., 2), lie outside of boxes, (..., 4)."""
    apart = np.maximum(np.maximum(boxes[..., :2] - points, points - boxes[..., 2:]), 0)
    return np.asarray(apart.sum(axis=-1), np.float64)
