"""Find a known number of digits on a drawing whose writer was asked for them.

The network that is to learn a hand may misread it, so it does not decide where the digits are. The strokes do: those
that lie above each other make a digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitnet.models.classifier import Classifier
from digitnet.reading.manual_boxes import read_boxes
from digitnet.reading.result import Reading
from digitnet.segmentation.oversegmentation import Stroke
from digitnet.types import Boxes


def read_prompted_digits(reading: Reading, strokes: Sequence[Stroke], count: int, classifier: Classifier) -> Reading:
    """Read `count` digits that stand side by side, or as many as there are if the ink cannot be divided so.

    Strokes that lie above each other make a digit. If that makes more or fewer digits, each stroke belongs to the
    column of the paper that its middle lies in, if each column has one; and if not, the decoder's segmentation counts.

    Args:
        reading: a reading of the drawing, with its stages.
        strokes: the strokes of the drawing in its pixels.
        count: number of digits that were asked for.
        classifier: the digit network.
    """
    if not strokes:
        return reading
    piles = _pile_strokes(strokes)
    if len(piles) != count:
        columns = _sort_into_columns(strokes, count, reading.size[0])
        if all(columns):
            piles = columns
        elif len(reading) == count:
            return reading
    boxes = np.array([_enclose(pile) for pile in piles], np.int32)
    return _sort_from_left(read_boxes(reading, boxes, classifier))


def _sort_from_left(reading: Reading) -> Reading:
    """Return the digits from left to right as one number, however high or low each stands."""
    order = np.argsort(reading.boxes[:, 0] + reading.boxes[:, 2], kind="stable")
    one = np.zeros(len(order), np.int32)
    return replace(
        reading,
        boxes=reading.boxes[order],
        probabilities=reading.probabilities[order],
        crops=reading.crops[order],
        row=one,
        number=one,
    )


def _pile_strokes(strokes: Sequence[Stroke]) -> list[list[Stroke]]:
    """Return strokes by the digit they belong to, from left to right: those of one digit overlap in x."""
    piles: list[list[Stroke]] = []
    end = -np.inf
    for stroke in sorted(strokes, key=lambda stroke: _find_sides(stroke)[0]):
        left, _, right, _ = _find_sides(stroke)
        if left > end:
            piles.append([])
        piles[-1].append(stroke)
        end = max(end, right)
    return piles


def _sort_into_columns(strokes: Sequence[Stroke], count: int, width: int) -> list[list[Stroke]]:
    """Return strokes by the column of the paper that their middle lies in, from left to right."""
    columns: list[list[Stroke]] = [[] for _ in range(count)]
    for stroke in strokes:
        left, _, right, _ = _find_sides(stroke)
        columns[min(max(int((left + right) / 2 / width * count), 0), count - 1)].append(stroke)
    return columns


def _find_sides(stroke: Stroke) -> NDArray[np.float64]:
    """Return x0, y0, x1 and y1 of the ink of a stroke, float64 (4,)."""
    half = stroke.width / 2
    return np.concatenate([stroke.points.min(axis=0) - half, stroke.points.max(axis=0) + half])


def _enclose(strokes: Sequence[Stroke]) -> Boxes:
    sides = np.array([_find_sides(stroke) for stroke in strokes])
    corners = np.concatenate([np.floor(sides[:, :2].min(axis=0)), np.ceil(sides[:, 2:].max(axis=0))])
    return corners.astype(np.int32)
