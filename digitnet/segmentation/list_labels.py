"""Find the labels of a list: ink at the left, one below the other, each apart from the number behind it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.boxes import widths_and_heights
from digitnet.types import Boxes

_MIN_LABELS, _MIN_SHARE = 3, 0.6  # A list has at least so many labels, in so large a share of its rows.
_MIN_GAP, _MAX_WIDTH = 0.6, 2.0  # Between a label and its number, and of a label, in heights of a digit.
_MAX_OFF = 1.0  # Labels begin this near to each other, in heights of a digit.
_MIN_OVERLAP = 0.5  # Ink belongs to a row if it shares at least this much of its own height.
_MIN_LETTER_RATIO = 0.4  # A letter is taller, in heights of a digit.


class Label(NamedTuple):
    """The ink before the first gap of a row.

    Attributes:
        row: the row.
        digits: intp (k,), its digits.
        number: intp (m,), the digits behind it.
        has_letter: whether ink stands there that is no digit and taller than a point.
        left, right: x of its sides.
        number_left: x of the left side of what is behind it.
    """

    row: int
    digits: NDArray[np.intp]
    number: NDArray[np.intp]
    has_letter: bool
    left: float
    right: float
    number_left: float


def find_labels(boxes: Boxes, row: NDArray[np.int32], others: Boxes) -> list[Label]:
    """Return the labels of a list from row to row; empty if there is none.

    Args:
        boxes: int32 (n, 4) of the digits.
        row: int32 (n,), the row of each, counted from the top.
        others: int32 (m, 4), boxes of ink that is no digit.
    """
    rows = np.unique(row)
    if len(rows) < _MIN_LABELS:
        return []
    height = float(np.median(widths_and_heights(boxes)[1]))
    found = [_find_label(int(index), np.flatnonzero(row == index), boxes, others, height) for index in rows]
    labels = [label for label in found if label]
    if len(labels) < max(_MIN_LABELS, _MIN_SHARE * len(rows)):
        return []
    lefts = [label.left for label in labels]
    is_column = max(label.right for label in labels) < min(label.number_left for label in labels)
    return labels if is_column and max(lefts) - min(lefts) <= _MAX_OFF * height else []


def _find_label(row: int, members: NDArray[np.intp], boxes: Boxes, others: Boxes, height: float) -> Label | None:
    """Return the label of a row of digits, or None if its ink begins with no short part before a gap."""
    top, bottom = np.median(boxes[members, 1]), np.median(boxes[members, 3])
    shared = np.minimum(others[:, 3], bottom) - np.maximum(others[:, 1], top)
    everything = np.concatenate([boxes[members], others[shared >= _MIN_OVERLAP * (others[:, 3] - others[:, 1])]])
    order = everything[:, 0].argsort(kind="stable")
    left, right = everything[order, 0], np.maximum.accumulate(everything[order, 2])
    gaps = np.flatnonzero(left[1:] - right[:-1] >= _MIN_GAP * height)
    if not len(gaps) or right[gaps[0]] - left[0] > _MAX_WIDTH * height:
        return None
    first, rest = np.split(order, [gaps[0] + 1])
    letters = everything[first[first >= len(members)]]
    has_letter = bool((letters[:, 3] - letters[:, 1] >= _MIN_LETTER_RATIO * height).any())
    digits, number = (members[part[part < len(members)]] for part in (first, rest))
    return Label(row, digits, number, has_letter, float(left[0]), float(right[gaps[0]]), float(left[gaps[0] + 1]))
