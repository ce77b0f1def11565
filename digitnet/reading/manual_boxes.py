"""Read and split boxes that a user drew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitnet.labels import CLASSES
from digitnet.models.calibration import DEFAULT_RISK
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.failures import explain_failures
from digitnet.preprocessing.normalization import normalize
from digitnet.reading.result import Reading, require_stages
from digitnet.reading.signs import Signs
from digitnet.reading.stages import Stages
from digitnet.reading.tables import number_by_grid
from digitnet.segmentation.boxes import crosses
from digitnet.segmentation.components import Components
from digitnet.segmentation.rows import find_numbers, find_rows
from digitnet.types import Boxes, Gray

_MIN_SIDE = 3  # Least side in pixels of a box that can hold a digit.
_MAX_SAME_OFFSET = 1  # Boxes whose sides differ by at most this many pixels are the same.
_MAX_STRAY_RATIO = 0.2  # A component with a smaller share of the ink in a box may belong to a neighbor.
_MAX_STRAY_INSIDE = 0.5  # It does if less than this share of it lies in the box.
_MAX_CUT_OFFSET = 0.3  # A box is cut at most this share of its width away from its middle.
_CUT_OFFSET_COST = 1.5  # Cost of the offset of a cut, where the most ink in a column costs 1.


@explain_failures()
def read_boxes(reading: Reading, boxes: Boxes, classifier: Classifier) -> Reading:
    """Read the ink in each box as one digit.

    A user who draws a box says that it holds a digit, so none is refused. A box without ink gives no digit, and a box
    of the reading keeps its digit. Signs stay where they are unless a new box covers them.

    Args:
        reading: a reading of the same picture, with its stages.
        boxes: int32 (n, 4) in pixels of the upright picture, in any order; they are clipped to the picture.
        classifier: the digit network.

    Raises:
        ImageError: the reading has no stages.
    """
    stages, placement = require_stages(reading), reading.placement
    boxes = _clip_boxes(boxes, reading.size)
    straight = placement.to_straight(boxes)
    inks = extract_ink(stages, straight)
    has_ink = np.array([bool(ink.any()) for ink in inks], np.bool_)
    row, order = find_rows(straight[has_ink], placement.lines_to_straight(reading.lines))
    boxes, straight, row = boxes[has_ink][order], straight[has_ink][order], row[order].astype(np.int32)
    crops = normalize([inks[index] for index in np.flatnonzero(has_ink)[order]])
    probabilities = classifier.predict_probabilities(crops)[:, :CLASSES]
    is_new = np.ones(len(boxes), np.bool_)
    for new, old in _match_boxes(boxes, reading.boxes):
        crops[new], probabilities[new], is_new[new] = reading.crops[old], reading.probabilities[old], False
    signs = reading.straight_signs.place_among(straight, row, is_new)
    read = replace(
        reading,
        boxes=boxes,
        probabilities=probabilities,
        row=row,
        crops=crops,
        refused=np.empty((0, 4), np.int32),
        level=classifier.find_min_confidence(DEFAULT_RISK),
        corrected=np.empty(0, np.bool_),
        signs=signs.move_to(placement.to_picture(signs.boxes)),
        evidence=None,
    )
    is_given = read.grid is not None
    return replace(read, number=number_by_grid(read) if is_given else _find_numbers(stages, straight, row, signs))


def _find_numbers(stages: Stages, boxes: Boxes, row: NDArray[np.int32], signs: Signs) -> NDArray[np.int32]:
    """Find the number of each digit, int32 (n,), with boxes, int32 (n, 4), and signs in the straight picture."""
    in_ink_map = stages.to_ink_map(boxes), row, stages.to_ink_map(signs.boxes), signs.place
    return find_numbers(*in_ink_map, stages.ink.structure)


def extract_ink(stages: Stages, boxes: Boxes) -> list[Gray]:
    """Return the ink of each box of the straight picture, uint8 (h, w), without neighbors that reach into it."""
    inside = np.maximum(stages.to_ink_map(boxes), 0)
    return [_extract_box(stages.ink.map, stages.components, box) for box in inside]


def split_box(reading: Reading, box: Boxes) -> Boxes:
    """Split a box, int32 (4,), near its middle where it has least ink; return int32 (2, 4).

    Raises:
        ImageError: the reading has no stages.
    """
    stages, straight = require_stages(reading), reading.placement.to_straight(box[None])
    x0, y0, x1, y1 = (int(side) for side in straight[0])
    ink = extract_ink(stages, straight)[0].sum(axis=0, dtype=np.float64)
    positions = (np.arange(len(ink)) + 0.5) / max(1, len(ink))
    offsets = np.abs(positions - 0.5)
    costs = ink / max(1.0, ink.max(initial=0.0)) + _CUT_OFFSET_COST * offsets
    best = positions[int(np.argmin(np.where(offsets < _MAX_CUT_OFFSET, costs, np.inf)))] if len(ink) > 1 else 0.5
    cut = min(max(round(x0 + best * (x1 - x0)), x0 + 1), x1 - 1)
    return reading.placement.to_picture(np.array([[x0, y0, cut, y1], [cut, y0, x1, y1]], np.int32))


def _clip_boxes(boxes: Boxes, size: tuple[int, int]) -> Boxes:
    """Clip boxes to a picture of `size`, (width, height), and drop those that become too small."""
    width, height = size
    boxes = np.asarray(boxes, np.int32).reshape(-1, 4)
    corners = np.sort(boxes.reshape(-1, 2, 2), axis=1).reshape(-1, 4)
    clipped = np.clip(corners, 0, [width, height, width, height]).astype(np.int32)
    return clipped[((clipped[:, 2:] - clipped[:, :2]) >= _MIN_SIDE).all(axis=1)]


def _match_boxes(boxes: Boxes, others: Boxes) -> list[tuple[int, int]]:
    """Return the index pairs of boxes and others that are the same."""
    offsets = np.abs(boxes[:, None].astype(np.int64) - others[None]).max(axis=2, initial=0)
    return [(int(index), int(other)) for index, other in np.argwhere(offsets <= _MAX_SAME_OFFSET)]


def _extract_box(ink: Gray, components: Components, box: Boxes) -> Gray:
    """Return the ink in a box, int32 (4,), without components that lie mostly outside of it."""
    height, width = ink.shape
    box = np.minimum(box, [width, height, width, height]).astype(np.int32)
    left, top, right, bottom = box
    crop = ink[top:bottom, left:right].copy()
    ink_in_box = np.count_nonzero(crop)
    for index in np.flatnonzero(crosses(components.boxes, box)):
        mask = components.draw_within(int(index), box)
        inside = np.count_nonzero(mask)
        if inside < min(_MAX_STRAY_RATIO * ink_in_box, _MAX_STRAY_INSIDE * components.areas[index]):
            crop[mask > 0] = 0
    return crop
