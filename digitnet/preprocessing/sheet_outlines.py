"""Trace the outline of a sheet: its straight sides, and the corners where they meet."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.types import Mask

_RIM = 2.5  # A side within this many pixels of the picture's rim is not one of the sheet.
_INSET = 1.2  # The sides are moved inwards by so many pixels: where the sheet ends, the picture is blurred.
_TOLERANCES = (0.012, 0.02, 0.03)  # How far a side may bend, as a share of the outline's length; tried in this order.
_MAX_SIDES = 8  # Four of the sheet, and the picture's rim between them.
_MIN_FIT = 0.94  # The sides enclose about the area of the component: at least this share, and no more than its inverse.
_MIN_SIDE_RATIO = 0.12  # A shorter side, as a share of the picture's shorter side, would be that of a stroke.
_CORNER_RATIO = 0.12  # This share of a side at each end is left out when its line is fitted: corners are round.
_MAX_OFF = 4.0  # Pixels of a contour that are farther from a side belong to another one.
_MIN_FITTED = 5  # A line is fitted to so many pixels at least.
_SAMPLES = 60  # Places at which a whole outline is measured.
_MIN_ANGLE = 50.0  # Degrees between neighboring sides of a sheet, photographed from any side.
_MIN_MEETING_ANGLE = 15.0  # Degrees between a side and the picture's rim from which on their meeting is well known.
_MAX_FOLD_RATIO = 0.15  # The side at a folded corner is shorter than this share of all sides.
_MAX_BEYOND = 0.5  # A corner may lie this far beyond the picture, as a share of its longer side.

Points = NDArray[np.float32]  # (m, 2), x and y.
Line = NDArray[np.float64]  # a, b and c of a x + b y = c, where (a, b) is a unit vector that points out of the sheet.


@dataclass(frozen=True, eq=False)
class Outline:
    """An outline with straight sides.

    Attributes:
        points: float32 (m, 2), its corners in pixels, clockwise.
        is_free: bool (m,), whether the side from each corner to the next lies in the picture, not on its rim.
        corners: float32 (4, 2), the corners of the sheet from the top left one, clockwise, or None.
    """

    points: Points
    is_free: NDArray[np.bool_]
    corners: Points | None

    @property
    def area(self) -> float:
        """The area in pixels."""
        return float(cv2.contourArea(self.points))

    def draw(self, shape: tuple[int, ...]) -> Mask:
        """Draw the outline and all within, uint8 (h, w), 255 on 0."""
        mask = np.zeros(shape[:2], np.uint8)
        cv2.fillPoly(mask, [np.round(self.points).astype(np.int32)], 255)
        return mask

    def measure_overlap(self, other: Outline) -> float:
        """Measure the share of the smaller of two outlines that lies in the other.

        They are drawn: OpenCV's intersection of polygons is empty for some that share a side.
        """
        width, height = np.ceil(np.maximum(self.points.max(axis=0), other.points.max(axis=0))).astype(int) + 1
        first, second = (outline.draw((height, width)) for outline in (self, other))
        smaller = min(cv2.countNonZero(first), cv2.countNonZero(second))
        return cv2.countNonZero(cv2.bitwise_and(first, second)) / max(1, smaller)

    def sample(self, picture: NDArray[np.float32], distance: float) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return pixels along the free sides, but not at their ends, where corners are round.

        Args:
            picture: float32 (h, w, channels).
            distance: how many pixels they lie within the sides; below 0, they lie beyond.

        Returns:
            The pixels, float32 (k, channels), and whether each lies in the picture, bool (k,).
        """
        ends = np.roll(self.points, -1, axis=0)
        lengths = np.linalg.norm(ends - self.points, axis=1)
        places = []
        for side in np.flatnonzero(self.is_free):
            start, end, length = self.points[side], ends[side], lengths[side]
            along = (end - start) / max(length, 1e-6)
            inward = np.array([-along[1], along[0]])
            count = max(3, round(_SAMPLES * length / lengths.sum()))
            shares = np.linspace(_CORNER_RATIO / 2, 1 - _CORNER_RATIO / 2, count)
            places.append(start + shares[:, None] * (end - start) + distance * inward)
        if not places:
            return np.empty((0, picture.shape[2]), np.float32), np.empty(0, np.bool_)
        x, y = np.concatenate(places).astype(np.float32).T
        inside = (x > 0) & (y > 0) & (x < picture.shape[1] - 1) & (y < picture.shape[0] - 1)
        return cv2.remap(picture, x, y, cv2.INTER_LINEAR).reshape(-1, picture.shape[2]), inside


def trace_outline(contour: NDArray[np.int32], shape: tuple[int, ...]) -> Outline | None:
    """Trace the outline of a component by its contour; return None if its sides are not straight.

    Args:
        contour: int32 (n, 1, 2), all its pixels.
        shape: height and width of the picture.
    """
    hull = cv2.convexHull(contour)
    hull_area = cv2.contourArea(hull)
    is_narrow = min(cv2.minAreaRect(hull)[1]) < _MIN_SIDE_RATIO * min(shape[:2])
    if is_narrow or cv2.contourArea(contour) < _MIN_FIT * hull_area:
        return None
    length = cv2.arcLength(hull, True)
    for tolerance in _TOLERANCES:
        points = cv2.approxPolyDP(hull, tolerance * length, True)[:, 0].astype(np.float32)
        fit = cv2.contourArea(points) / hull_area
        if 3 <= len(points) <= _MAX_SIDES and _MIN_FIT <= fit <= 1 / _MIN_FIT:
            outline = _fit_outline(points, contour[:, 0].astype(np.float32), shape)
            if outline:
                return outline
    return None


def make_outline(corners: Points, size: tuple[int, int]) -> Outline | None:
    """Make the outline of a sheet by its four corners, float32 (4, 2), in the order along its sides.

    Args:
        size: width and height of the picture.

    Returns:
        The outline, or None if nothing of the sheet lies in the picture.
    """
    clockwise = corners if cv2.contourArea(corners, True) > 0 else corners[::-1]
    return _clip_to_picture(_start_at_top_left(clockwise), (size[1] + 1, size[0] + 1))


def _fit_outline(points: Points, contour: Points, shape: tuple[int, ...]) -> Outline | None:
    """Fit an outline to its rough corners, or None if they cannot be those of a sheet."""
    points = points if cv2.contourArea(points, True) > 0 else points[::-1]
    ends = np.roll(points, -1, axis=0)
    is_free = ~_lie_on_rim(points, ends, shape)
    lines = [_fit_side(contour, start, end) for start, end in zip(points, ends, strict=True)]
    lines = [line - [0, 0, _INSET * free] for line, free in zip(lines, is_free, strict=True)]
    sides = _choose_sides(points, is_free)
    if sides is None:
        return None
    corners = _find_corners([lines[side] for side in sides], shape) if len(sides) == 4 else None
    if len(sides) == 4 and corners is None:
        return None
    if corners is not None:
        return _clip_to_picture(corners, shape)
    meeting = [_intersect(lines[side - 1], lines[side], _MIN_MEETING_ANGLE) for side in range(len(lines))]
    met = [rough if point is None else point for point, rough in zip(meeting, points, strict=True)]
    return Outline(np.array(met, np.float32), is_free, None)


def _choose_sides(points: Points, is_free: NDArray[np.bool_]) -> list[int] | None:
    """Return the sides of the sheet, at most four: a corner that is folded or bent makes a short one more.

    None if there is no side in the picture, or if more than one corner is missing.
    """
    lengths = np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1)
    sides = np.flatnonzero(is_free)
    if len(sides) == 5 and lengths[sides].min() < _MAX_FOLD_RATIO * lengths[sides].sum():
        sides = np.delete(sides, int(lengths[sides].argmin()))
    return sides.tolist() if 1 <= len(sides) <= 4 else None


def _clip_to_picture(corners: Points, shape: tuple[int, ...]) -> Outline | None:
    """Return the outline of a sheet by its four corners, some of which may lie beyond the picture."""
    height, width = shape[:2]
    frame = np.array([[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]], np.float32)
    area, clipped = cv2.intersectConvexConvex(corners, frame)
    if not area:
        return None
    points = np.asarray(clipped, np.float32).reshape(-1, 2)
    points = points if cv2.contourArea(points, True) > 0 else points[::-1]
    return Outline(points, ~_lie_on_rim(points, np.roll(points, -1, axis=0), shape), corners)


def _lie_on_rim(starts: Points, ends: Points, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Tell which sides run along the picture's rim, bool (m,)."""
    limits = np.array([shape[1] - 1, shape[0] - 1], np.float32)
    low = (starts < _RIM) & (ends < _RIM)
    high = (starts > limits - _RIM) & (ends > limits - _RIM)
    return np.asarray((low | high).any(axis=1), np.bool_)


def _fit_side(contour: Points, start: Points, end: Points) -> Line:
    """Fit a line to the pixels of a contour along a side, its normal pointing out of the sheet."""
    length = max(float(np.linalg.norm(end - start)), 1e-6)
    along = (end - start) / length
    outward = np.array([along[1], -along[0]])
    shares, off = (contour - start) @ along / length, np.abs((contour - start) @ outward)
    own = contour[(off < _MAX_OFF) & (shares > _CORNER_RATIO) & (shares < 1 - _CORNER_RATIO)]
    if len(own) < _MIN_FITTED:
        own = np.stack([start, end])
    dx, dy, x, y = cv2.fitLine(own, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel().tolist()
    sign = 1.0 if dy * outward[0] - dx * outward[1] > 0 else -1.0
    return np.array([dy, -dx, dy * x - dx * y]) * sign


def _intersect(first: Line, second: Line, min_angle: float) -> NDArray[np.float64] | None:
    """Return the point where lines meet, float64 (2,), or None if they meet at less than so many degrees."""
    normals = np.stack([first[:2], second[:2]])
    if abs(np.linalg.det(normals)) < np.sin(np.deg2rad(min_angle)):
        return None
    return np.asarray(np.linalg.solve(normals, [first[2], second[2]]))


def _find_corners(lines: list[Line], shape: tuple[int, ...]) -> Points | None:
    """Return the corners where four lines meet, from the top left one, clockwise, or None if they are no sheet's."""
    corners = [_intersect(lines[side - 1], lines[side], _MIN_ANGLE) for side in range(len(lines))]
    known = [corner for corner in corners if corner is not None]
    quad = np.array(known, np.float32).reshape(-1, 2)
    beyond = _MAX_BEYOND * max(shape[:2])
    limits = np.array([shape[1], shape[0]]) + beyond
    if len(quad) < 4 or (quad < -beyond).any() or (quad > limits).any() or not cv2.isContourConvex(quad):
        return None
    return _start_at_top_left(quad)


def _start_at_top_left(quad: Points) -> Points:
    """Return corners, float32 (4, 2), clockwise, so that the first side runs to the right rather than up or down."""
    sides = np.roll(quad, -1, axis=0) - quad
    opposite = sides - np.roll(sides, -2, axis=0)  # Of each side and the one across from it, which runs back.
    angles = np.arctan2(opposite[:, 1], opposite[:, 0])
    return np.roll(quad, -int(np.argmin(np.abs(angles))), axis=0)
