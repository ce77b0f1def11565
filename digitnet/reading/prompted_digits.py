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
from digitnet.reading.signs import Signs
from digitnet.segmentation.oversegmentation import Stroke
from digitnet.types import Boxes

_MAX_REACH = 0.2  # Share of a column's width by which a stroke may reach out of it.
_MAX_MISREAD = 1  # The decoder, which finds digits by what they look like, is believed if it misreads no more.


def read_prompted_digits(
    reading: Reading, strokes: Sequence[Stroke], prompt: Sequence[int], classifier: Classifier
) -> Reading:
    """Read the digits that were asked for, or as many as there are if the ink cannot be divided so.

    Strokes that lie above each other make a digit. If that makes more or fewer digits than were asked for, each stroke
    belongs to the column of the paper that its middle lies in, if each column has one and none reaches far into
    another. If that fails, too, the decoder's segmentation counts where it finds the digits that were asked for.

    Args:
        reading: a reading of the drawing, with its stages; its signs are dropped, as none was asked for.
        strokes: the strokes of the drawing in its pixels.
        prompt: the digits that were asked for, from left to right, one in each column of the paper.
        classifier: the digit network.
    """
    if not strokes:
        return reading
    piles = _pile_strokes(strokes)
    if len(piles) != len(prompt):
        columns = _sort_into_columns(strokes, len(prompt), reading.size[0])
        if all(columns) and _stay_in_columns(columns, reading.size[0]):
            piles = columns
        elif len(reading) == len(prompt) and np.count_nonzero(reading.labels != prompt) <= _MAX_MISREAD:
            return replace(reading, signs=Signs.empty())
    boxes = np.array([_enclose(pile) for pile in piles], np.int32)
    return _sort_from_left(read_boxes(reading, boxes, classifier))


def _sort_from_left(reading: Reading) -> Reading:
    """Return the digits from left to right as one number without signs, however high or low each stands."""
    order = np.argsort(reading.boxes[:, 0] + reading.boxes[:, 2], kind="stable")
    one = np.zeros(len(order), np.int32)
    return replace(
        reading,
        boxes=reading.boxes[order],
        probabilities=reading.probabilities[order],
        crops=reading.crops[order],
        row=one,
        number=one,
        signs=Signs.empty(),
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


def _stay_in_columns(columns: list[list[Stroke]], width: int) -> bool:
    """Return whether no stroke reaches far out of its column, as the writer was asked."""
    edges = np.linspace(0, width, len(columns) + 1)
    reach = _MAX_REACH * width / len(columns)
    return all(
        left >= edges[place] - reach and right <= edges[place + 1] + reach
        for place, strokes in enumerate(columns)
        for left, _, right, _ in map(_find_sides, strokes)
    )


def _find_sides(stroke: Stroke) -> NDArray[np.float64]:
    """Return x0, y0, x1 and y1 of the ink of a stroke, float64 (4,)."""
    half = stroke.width / 2
    return np.concatenate([stroke.points.min(axis=0) - half, stroke.points.max(axis=0) + half])


def _enclose(strokes: Sequence[Stroke]) -> Boxes:
    sides = np.array([_find_sides(stroke) for stroke in strokes])
    corners = np.concatenate([np.floor(sides[:, :2].min(axis=0)), np.ceil(sides[:, 2:].max(axis=0))])
    return corners.astype(np.int32)
