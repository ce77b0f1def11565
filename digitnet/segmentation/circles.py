"""Close circles around numbers, and part them from the digits that touch them, so that they are found as frames.

Seen from its middle a circle or ellipse drawn by hand has ink at a smooth distance all around. Ink of the same
component farther inside is a digit that touches it.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.boxes import widths_and_heights
from digitnet.segmentation.components import Components
from digitnet.segmentation.sizes import estimate_digit_length, is_speck
from digitnet.types import Gray, Mask

_DIRECTIONS = 180  # In which the distance from the middle is measured.
_HARMONICS = 4  # Of the smooth distance.
_FITS, _DAMPING = 4, 0.02
_MAX_OFF = 0.12  # The circle's ink lies this near to the smooth distance, in half sides of its box,
_MIN_CLOSED = 0.78  # in this share of the directions.
_MIN_DISTANCE = 0.8  # The waist of an 8 is nearer to the middle than this, in half sides of the box.
_MAX_CORNER, _CORNER_SHARE = 1.2, 0.1  # A tenth of a box's sides, at its corners, is farther from the middle.
_MIN_LENGTH_RATIO = 1.35  # A circle is longer than this many typical digits outside of it, and beside it.
_MIN_SIDE_PENS = 8.0  # Its shorter side is longer than this many pen widths.
_MIN_HELD_RATIO = 0.3  # It holds ink that is as tall as this share of it.
_MAX_DEEP = 0.6  # A digit that touches a circle reaches this near to its middle, as a share of the distance there.
_MIN_DISTANCE_PENS = 0.6  # A touching digit is parted at this distance from the circle's inner edge, in pen widths.


class _Circle(NamedTuple):
    """A circle, seen from the middle of its box.

    Attributes:
        mask: uint8 (h, w), the component.
        directions: intp (h, w), the direction of each pixel.
        distances: float64 (h, w), the distance of each pixel from the middle, in half sides of the box.
        outer: float64 (d,), the smooth distance of the circle's outer edge in each direction.
        is_closed: bool (d,), whether the circle has ink there.
        thickness: of its line, in half sides of the box.
    """

    mask: Mask
    directions: NDArray[np.intp]
    distances: NDArray[np.float64]
    outer: NDArray[np.float64]
    is_closed: NDArray[np.bool_]
    thickness: float

    def find_touching(self) -> Mask:
        """Find the ink within the circle's line that reaches far inside, uint8 (h, w), 255 on 0."""
        inside = self.distances < (self.outer - self.thickness)[self.directions]
        ink = np.where(inside, self.mask, 0).astype(np.uint8)
        count, pieces = cv2.connectedComponents(ink, connectivity=8)
        is_deep = np.zeros(count, np.uint8)
        is_deep[pieces[(ink > 0) & (self.distances < _MAX_DEEP * self.outer[self.directions])]] = 255
        return np.asarray(is_deep[pieces], np.uint8)


def part_circles(ink: Gray, components: Components, pen_width: float) -> Gray:
    """Return ink where circles around writing are closed, and parted from the digits inside that touch them.

    Args:
        ink: uint8 (h, w), ink 255 on 0; it is returned as it is without such circles.
        components: those of the ink.
        pen_width: typical width of a stroke in pixels.
    """
    parted = ink
    boxes = components.boxes
    writing = ~is_speck(boxes, components.areas, pen_width)
    for index in np.flatnonzero(writing & (np.minimum(*widths_and_heights(boxes)) >= _MIN_SIDE_PENS * pen_width)):
        box = boxes[index]
        held = (boxes[:, :2] >= box[:2]).all(axis=1) & (boxes[:, 2:] <= box[2:]).all(axis=1) & writing
        held[index] = False
        outside = writing & ~held
        outside[index] = False
        beside = outside & (boxes[:, 1] < box[3]) & (boxes[:, 3] > box[1])
        typical = max(estimate_digit_length(boxes[outside]), estimate_digit_length(boxes[beside]))
        if not (typical or held.any()) or max(box[2:] - box[:2]) <= _MIN_LENGTH_RATIO * typical:
            continue
        circle = _find_circle(components.draw(np.array([index])), pen_width)
        if circle is None:
            continue
        touching = circle.find_touching()
        least = _MIN_HELD_RATIO * (box[3] - box[1])
        holds = bool((widths_and_heights(boxes[held])[1] >= least).any())
        touches = bool(typical) and cv2.boundingRect(touching)[3] >= least
        if touches or (holds and not circle.is_closed.all()):
            parted = parted.copy() if parted is ink else parted
            area = parted[box[1] : box[3], box[0] : box[2]]
            _close(area, circle)
            if touches:
                _part(area, circle.mask, touching, pen_width)
    return parted


def _find_circle(mask: Mask, pen_width: float) -> _Circle | None:
    """Return a component, uint8 (h, w), as a circle, or None if it is none."""
    height, width = mask.shape
    y, x = np.indices(mask.shape)
    x, y = (2 * x + 1) / width - 1, (2 * y + 1) / height - 1
    distances = np.hypot(x, y)
    directions = ((np.arctan2(y, x) / (2 * np.pi) % 1) * _DIRECTIONS).astype(np.intp) % _DIRECTIONS
    inked = mask > 0
    farthest = np.zeros(_DIRECTIONS)
    np.maximum.at(farthest, directions[inked], distances[inked])
    outer = _smooth(farthest)
    is_closed = np.abs(farthest - outer) <= _MAX_OFF
    has_corners = float(np.quantile(farthest, 1 - _CORNER_SHARE)) > _MAX_CORNER
    if has_corners or is_closed.mean() < _MIN_CLOSED or outer.min() < _MIN_DISTANCE:
        return None
    thickness = 2 * 1.3 * pen_width / min(height, width)
    return _Circle(mask, directions, distances, outer, is_closed, thickness)


def _smooth(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fit a smooth closed curve to distances, float64 (d,), without those that are far off it."""
    angles = 2 * np.pi * np.arange(_DIRECTIONS)[:, None] / _DIRECTIONS * np.arange(1, _HARMONICS + 1)
    terms = np.hstack([np.ones((_DIRECTIONS, 1)), np.cos(angles), np.sin(angles)])
    damping = _DAMPING * _DIRECTIONS * np.diag([0.0, *np.tile(np.arange(1.0, _HARMONICS + 1) ** 2, 2) / 16])
    near = distances > 0.5
    curve = np.ones(_DIRECTIONS)
    for _ in range(_FITS):
        if near.sum() < _DIRECTIONS / 2:
            return curve
        seen = terms[near]
        curve = terms @ np.linalg.solve(seen.T @ seen + damping, seen.T @ distances[near])
        near = np.abs(distances - curve) <= _MAX_OFF
    return curve


def _close(area: Gray, circle: _Circle) -> None:
    """Draw the missing parts of a circle into the ink of its box, uint8 (h, w)."""
    height, width = area.shape
    middle = circle.outer - circle.thickness / 3
    angles = 2 * np.pi * (np.arange(_DIRECTIONS) + 0.5) / _DIRECTIONS
    x, y = (middle * np.cos(angles) + 1) * width / 2, (middle * np.sin(angles) + 1) * height / 2
    points = np.stack([x, y], axis=1).round().astype(np.int32)
    thickness = max(2, round(circle.thickness * min(height, width) / 4))
    for place in np.flatnonzero(~circle.is_closed).tolist():
        around = points[[place - 1, place, (place + 1) % _DIRECTIONS]]
        cv2.polylines(area, [around], False, 255, thickness)


def _part(area: Gray, mask: Mask, touching: Mask, pen_width: float) -> None:
    """Erase the ink between a circle and the digits that touch it, in the ink of its box, uint8 (h, w).

    Args:
        area: the ink.
        mask: uint8 (h, w), the circle and what touches it.
        touching: uint8 (h, w), what touches it.
        pen_width: typical width of a stroke in pixels.
    """
    reach = 2 * max(1, round(_MIN_DISTANCE_PENS * pen_width / 2)) + 1
    line = cv2.bitwise_and(mask, cv2.bitwise_not(touching))
    area[(cv2.dilate(line, np.ones((reach, reach), np.uint8)) > 0) & (touching > 0)] = 0
