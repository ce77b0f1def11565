"""Ways to take ink apart, so that the parts of a digit can be found among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.cuts import find_cuts
from digitnet.ink import Gray
from digitnet.segmentation import Boxes
from digitnet.strokes import split_strokes

_NARROWEST, _LOWEST = 0.3, 0.4  # of a digit's height: what is smaller stays whole
_MOST_STROKES = 40  # of one group: what has more is no writing
_UNEXPLAINED = 0.1  # of the ink may lie off the strokes that were drawn
_LEAST_OWN = 0.5  # mean ink that a drawn stroke has in a group, or it is another group's


@dataclass(frozen=True)
class Stroke:
    """A stroke of a pen: points float64 (n, 2), x and y, and its width, in pixels."""

    points: NDArray[np.float64]
    width: float


@dataclass(frozen=True)
class Part:
    """Some ink: where it lies in the ink map (x0, y0, x1, y1) and what it is, uint8 (h, w)."""

    box: Boxes
    ink: Gray


def partings(part: Part, height: float, pen_width: float, drawn: Sequence[Stroke] = ()) -> list[list[Part]]:
    """Return the ways to take some ink apart, each a list of parts from left to right.

    Either it is cut from top to bottom along the least ink, or it falls into its strokes: digits that reach
    under or over each other come apart only so. Where it is known how the ink was drawn, it also falls into
    the strokes as they were drawn; ink that two of them share belongs to both.

    Args:
        part: the ink.
        height: of a digit, in pixels.
        pen_width: pixels.
        drawn: strokes in pixels of the ink map, as far as they are known.
    """
    tall, wide = part.ink.shape
    if wide < _NARROWEST * height or tall < _LOWEST * height:
        return [[part]] * (3 if drawn else 2)
    ways = [_cut(part, pen_width), _unravelled(part, pen_width)]
    return [*ways, _as_drawn(part, drawn)] if drawn else ways


def _cut(part: Part, pen_width: float) -> list[Part]:
    column = np.arange(part.ink.shape[1])
    rest = np.ones(part.ink.shape, np.bool_)
    parts = []
    for way in find_cuts(part.ink, pen_width):
        left = rest & (column < way[:, None])
        rest &= ~left
        parts.append(np.where(left, part.ink, 0))
    parts.append(np.where(rest, part.ink, 0))
    return [_trimmed(ink.astype(np.uint8), part.box) for ink in parts if ink.any()]


def _unravelled(part: Part, pen_width: float) -> list[Part]:
    strokes = split_strokes(part.ink, pen_width)
    if len(strokes) > _MOST_STROKES:
        return [part]
    return _from_left([_trimmed(stroke, part.box) for stroke in strokes])


def _as_drawn(part: Part, drawn: Sequence[Stroke]) -> list[Part]:
    """Return the ink of each stroke that was drawn; the whole where the strokes do not account for it."""
    left = part.ink.copy()
    parts = []
    for stroke in drawn:
        field = np.zeros(part.ink.shape, np.uint8)
        points = np.round((stroke.points - part.box[:2]) * 16).astype(np.int32)
        cv2.polylines(field, [points], False, 255, max(1, round(stroke.width)) + 2, cv2.LINE_AA, shift=4)
        own = cv2.bitwise_and(part.ink, part.ink, mask=field)
        left[field > 0] = 0
        if own.sum() > _LEAST_OWN * own.size:
            parts.append(_trimmed(own, part.box))
    return _from_left(parts) if parts and left.sum() < _UNEXPLAINED * part.ink.sum() else [part]


def _from_left(parts: list[Part]) -> list[Part]:
    return sorted(parts, key=lambda part: part.box[0] + _mean_column(part.ink))


def _mean_column(ink: Gray) -> float:
    moments = cv2.moments(ink)
    return moments["m10"] / moments["m00"] if moments["m00"] else 0.0


def _trimmed(ink: Gray, box: Boxes) -> Part:
    """Return the inked part of `ink`, a picture of what lies in `box`."""
    x, y, wide, tall = cv2.boundingRect(ink)
    left, top = int(box[0]) + x, int(box[1]) + y
    return Part(np.array([left, top, left + wide, top + tall], np.int32), ink[y : y + tall, x : x + wide])


def union(parts: Sequence[Part], box: Boxes) -> Part:
    """Return parts as one; `box` (4,) is what encloses them."""
    if len(parts) == 1:
        return parts[0]
    field = np.zeros((box[3] - box[1], box[2] - box[0]), np.uint8)
    for part in parts:
        x0, y0, x1, y1 = part.box - np.tile(box[:2], 2)
        place = field[y0:y1, x0:x1]
        np.maximum(place, part.ink, out=place)
    return Part(box, field)
