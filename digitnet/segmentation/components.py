"""Find the connected components of ink, and what encloses what, by their contours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.boxes import enclose, intersect
from digitnet.types import Boxes, Gray, Mask

Contour = NDArray[np.int32]  # (k, 1, 2): x and y of its corners, all of them pixels of ink.

# Of noise with more contours than this only the largest are kept, because the time grows with their number squared.
MAX_CONTOURS = 20_000
# Patterns of single pixels, 1 for ink and -1 for ground: ink without neighbors, and ground with ink at its four sides.
_DOT = np.array([[-1, -1, -1], [-1, 1, -1], [-1, -1, -1]], np.int8)
_PINHOLE = np.array([[0, 1, 0], [1, -1, 1], [0, 1, 0]], np.int8)


@dataclass(frozen=True, eq=False)
class Components:
    """The connected components of an ink map, in the order of their first pixels, row by row; n of them.

    A counter is ground that a component encloses, as in a 0. It may hold other components. There are m counters.

    Attributes:
        contours: n outer contours.
        boxes: int32 (n, 4), xyxy in pixels of the ink map.
        areas: int32 (n,), pixels of ink.
        surroundings: int32 (n,), the counter that each component lies in, -1 for none.
        counters: m contours, which run through the ink around the counters.
        counter_boxes: int32 (m, 4), xyxy around the ground of each counter.
        owners: int32 (m,), the component of each counter, in ascending order.
    """

    contours: list[Contour]
    boxes: Boxes
    areas: NDArray[np.int32]
    surroundings: NDArray[np.int32]
    counters: list[Contour]
    counter_boxes: Boxes
    owners: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.contours)

    @property
    def parents(self) -> NDArray[np.int32]:
        """The component in whose counter each component lies, int32 (n,), -1 for none."""
        return np.append(self.owners, np.int32(-1))[self.surroundings]

    def list_counters(self, index: int) -> list[Contour]:
        """Return the contours of a component's counters."""
        first, end = np.searchsorted(self.owners, (index, index + 1))
        return self.counters[first:end]

    def draw(self, members: NDArray[np.intp]) -> Mask:
        """Draw some components, intp (k,), on a mask of the box around them, uint8 (h, w), 255 on 0."""
        left, top, right, bottom = enclose(self.boxes[members]).tolist()
        mask = np.zeros((bottom - top, right - left), np.uint8)
        contours = [contour for index in members for contour in (self.contours[index], *self.list_counters(index))]
        # Filling many contours at once leaves out their counters, and draws the contours themselves, which are ink.
        cv2.drawContours(mask, contours, -1, 255, cv2.FILLED, offset=(-left, -top))
        return mask

    def number(self, members: NDArray[np.intp], shape: tuple[int, int]) -> NDArray[np.int32]:
        """Number some components, intp (k,), on a map of the ink's shape, int32 (h, w): 1 to k, or 0 beside them."""
        numbers = np.zeros(shape, np.int32)
        for number, index in enumerate(members.tolist(), 1):
            contours = [self.contours[index], *self.list_counters(index)]
            cv2.drawContours(numbers, contours, -1, number, cv2.FILLED)
        return numbers

    def draw_within(self, index: int, box: Boxes) -> Mask:
        """Draw the part of a component inside a box, int32 (4,), on a mask of the box, uint8 (h, w), 255 on 0."""
        mask = np.zeros((box[3] - box[1], box[2] - box[0]), np.uint8)
        x0, y0, x1, y1 = intersect(self.boxes[index], box)
        if x0 < x1 and y0 < y1:
            (left, top), (x, y) = box[:2], self.boxes[index, :2]
            mask[y0 - top : y1 - top, x0 - left : x1 - left] = self.draw(np.array([index]))[
                y0 - y : y1 - y, x0 - x : x1 - x
            ]
        return mask


class _Shapes(NamedTuple):
    """The shapes of k contours.

    Attributes:
        first: int32 (k, 2), the first corner: the leftmost pixel of the top row.
        boxes: int32 (k, 4), xyxy around the pixels of each contour.
        is_counter: bool (k,), whether it is the contour of a counter.
        areas: int64 (k,), pixels inside: those of a counter without its contour, those of ink with it, counters filled.
    """

    first: NDArray[np.int32]
    boxes: Boxes
    is_counter: NDArray[np.bool_]
    areas: NDArray[np.int64]


def find_components(ink: Gray) -> Components:
    """Find the connected components (8 neighbors) of an ink map, uint8 (h, w), ink above 0.

    Of noise with more than `MAX_CONTOURS` contours only the largest are kept: small components are left out, and
    small counters count as ink.
    """
    contours, hierarchy = cv2.findContours(_limit_contours(ink), cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        none, no_boxes = np.empty(0, np.int32), np.empty((0, 4), np.int32)
        return Components([], no_boxes, none, none, [], no_boxes, none)
    shapes, parents = _measure(contours), hierarchy[0, :, 3]
    outer, inner = np.flatnonzero(~shapes.is_counter), np.flatnonzero(shapes.is_counter)
    outer = outer[np.lexsort(shapes.first[outer].T)]
    numbers = np.full(len(contours) + 1, -1, np.int32)  # By contour; the last is for the parent -1.
    numbers[outer] = np.arange(len(outer))
    inner = inner[np.argsort(numbers[parents[inner]], kind="stable")]
    owners = numbers[parents[inner]]
    numbers[inner] = np.arange(len(inner))
    counter_areas = np.bincount(owners, shapes.areas[inner], len(outer))
    return Components(
        contours=[contours[index] for index in outer.tolist()],
        boxes=shapes.boxes[outer],
        areas=(shapes.areas[outer] - counter_areas).astype(np.int32),
        surroundings=numbers[parents[outer]],
        counters=[contours[index] for index in inner.tolist()],
        counter_boxes=shapes.boxes[inner] + np.array([1, 1, -1, -1], np.int32),
        owners=owners,
    )


def _measure(contours: Sequence[Contour]) -> _Shapes:
    """Measure at least one contour.

    The number of pixels inside follows from the polygon's area and the pixels along it (Pick 1899). OpenCV goes around
    counters the other way, so that their polygons have an area of the other sign.
    """
    corners = np.concatenate(contours)[:, 0]
    ends = np.cumsum([len(contour) for contour in contours])
    starts = np.append(0, ends[:-1])
    following = np.arange(1, len(corners) + 1)
    following[ends - 1] = starts
    (x, y), (next_x, next_y) = corners.T.astype(np.int64), corners[following].T.astype(np.int64)
    doubled = np.add.reduceat(x * next_y - next_x * y, starts)
    steps = np.add.reduceat(np.maximum(np.abs(next_x - x), np.abs(next_y - y)), starts)
    is_counter = doubled > 0
    low, high = np.minimum.reduceat(corners, starts), np.maximum.reduceat(corners, starts)
    areas = (np.abs(doubled) + np.where(is_counter, -steps, steps)) // 2 + 1
    return _Shapes(corners[starts], np.concatenate([low, high + 1], axis=1), is_counter, areas)


def _limit_contours(ink: Gray) -> Gray:
    """Return the ink of a map, uint8 (h, w), with at most `MAX_CONTOURS` contours; of more, only the largest stay."""
    if ink.size <= MAX_CONTOURS:
        return ink
    _, limited = cv2.threshold(ink, 0, 255, cv2.THRESH_BINARY)
    dots, pinholes = (cv2.morphologyEx(limited, cv2.MORPH_HITMISS, pattern) for pattern in (_DOT, _PINHOLE))
    if cv2.countNonZero(dots) + cv2.countNonZero(pinholes) > MAX_CONTOURS:
        limited = cv2.bitwise_or(cv2.subtract(limited, dots), pinholes)
    contours, _ = cv2.findContours(limited, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    if len(contours) > MAX_CONTOURS:
        _remove_small(limited, contours)
    return np.asarray(limited, np.uint8)


def _remove_small(ink: Mask, contours: Sequence[Contour]) -> None:
    """Erase the small components of a mask, uint8 (h, w), and fill its small counters; `MAX_CONTOURS` contours stay."""
    shapes = _measure(contours)
    lengths = (shapes.boxes[:, 2:] - shapes.boxes[:, :2]).max(axis=1)
    is_small = lengths <= np.partition(lengths, -MAX_CONTOURS - 1)[-MAX_CONTOURS - 1]
    for index in np.flatnonzero(is_small & ~shapes.is_counter).tolist():
        cv2.drawContours(ink, [contours[index]], -1, 0, cv2.FILLED)
    for index in np.flatnonzero(is_small & shapes.is_counter).tolist():
        x, y = shapes.first[index]
        if ink[y, x]:  # The component of the counter was not erased.
            cv2.drawContours(ink, [contours[index]], -1, 255, cv2.FILLED)
