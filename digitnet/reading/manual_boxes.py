"""Digits in boxes that somebody gave: read anew, and split."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.labels import CLASSES
from digitnet.models.calibration import DEFAULT_RISK
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.normalization import normalize
from digitnet.reading.result import Reading, Stages, require_stages
from digitnet.segmentation.rows import find_numbers, find_rows
from digitnet.types import Boxes, Gray

_LEAST = 3  # pixels of a side that can hold a digit
_SAME = 1  # pixels that a box may be off and be the same
_STRAY = 0.2  # of the ink in a box: what is less and lies mostly outside belongs to a neighbour


def read_boxes(reading: Reading, boxes: NDArray[np.int32], classifier: Classifier) -> Reading:
    """Read the ink in each of `boxes`, int32 (n, 4) xyxy in pixels of the upright picture, as one digit.

    Somebody who draws a box says that there is a digit: none is refused. A box that holds no ink gives no digit,
    and one that was there before is the digit that it was.

    Args:
        reading: of the same picture, with its stages.
        boxes: in any order; they are cut off at the rim of the picture.
        classifier: reads the digits.

    Raises:
        ImageError: the reading was kept without its stages.
    """
    stages = require_stages(reading)
    boxes = _clipped(boxes, reading.size)
    inks = ink_in(stages, boxes)
    inked = np.array([bool(ink.any()) for ink in inks], np.bool_)
    row, order = find_rows(boxes[inked])
    boxes, row = boxes[inked][order], row[order].astype(np.int32)
    crops = normalize([inks[index] for index in np.flatnonzero(inked)[order]])
    probabilities = classifier.predict_probabilities(crops)[:, :CLASSES]
    for place, before in _unchanged(boxes, reading.boxes):
        crops[place], probabilities[place] = reading.crops[before], reading.probabilities[before]
    return Reading(
        boxes,
        probabilities,
        row,
        crops,
        reading.size,
        number=find_numbers(boxes, row),
        level=classifier.find_min_confidence(DEFAULT_RISK),
        stages=stages,
    )


def _unchanged(boxes: Boxes, others: Boxes) -> list[tuple[int, int]]:
    """Return the places of boxes that are among `others` too, and their places there."""
    off = np.abs(boxes[:, None].astype(np.int64) - others[None]).max(axis=2, initial=0)
    return [(int(place), int(before)) for place, before in np.argwhere(off <= _SAME)]


def ink_in(stages: Stages, boxes: NDArray[np.int32]) -> list[Gray]:
    """Return the ink of each box, uint8 (h, w), without what reaches into it from its neighbours."""
    ink, (left, top) = stages.ink, stages.offset
    labels, _, areas = stages.components
    shifted = np.round((boxes - [left, top, left, top]) * ink.scale).astype(np.int32)
    return [_own(ink.map, labels, areas, np.maximum(box, 0)) for box in shifted]


def _own(ink: Gray, labels: NDArray[np.int32], areas: NDArray[np.int32], box: Boxes) -> Gray:
    x0, y0, x1, y1 = box
    near, part = labels[y0:y1, x0:x1], ink[y0:y1, x0:x1]
    inside = np.bincount(near.ravel(), minlength=len(areas) + 1)[1:]
    stray = (inside < _STRAY * inside.sum()) & (inside < 0.5 * areas)
    return np.where(np.append(True, stray)[near], 0, part).astype(np.uint8)


def split_box(reading: Reading, box: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return two boxes, int32 (2, 4), side by side in place of one (4,), parted where there is least ink.

    Raises:
        ImageError: the reading was kept without its stages.
    """
    stages = require_stages(reading)
    x0, y0, x1, y1 = (int(side) for side in box)
    columns = ink_in(stages, box[None])[0].sum(axis=0, dtype=np.float64)
    places = (np.arange(len(columns)) + 0.5) / max(1, len(columns))
    middle = np.abs(places - 0.5)
    cost = columns / max(1.0, columns.max(initial=0.0)) + 1.5 * middle
    cut = places[int(np.argmin(np.where(middle < 0.3, cost, np.inf)))] if len(columns) > 1 else 0.5
    at = min(max(round(x0 + cut * (x1 - x0)), x0 + 1), x1 - 1)
    return np.array([[x0, y0, at, y1], [at, y0, x1, y1]], np.int32)


def _clipped(boxes: NDArray[np.int32], size: tuple[int, int]) -> NDArray[np.int32]:
    """Return boxes cut off at the rim of the picture, without those of which next to nothing is left."""
    width, height = size
    boxes = np.asarray(boxes, np.int32).reshape(-1, 4)
    corners = np.sort(boxes.reshape(-1, 2, 2), axis=1).reshape(-1, 4)
    clipped = np.clip(corners, 0, [width, height, width, height]).astype(np.int32)
    return clipped[((clipped[:, 2:] - clipped[:, :2]) >= _LEAST).all(axis=1)]
