"""Keep the digit network's own labels of ink that is one digit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from digitnet.decoding.decoded_digits import DecodedDigits
from digitnet.segmentation.boxes import have_middle_in
from digitnet.segmentation.groups import InkGroups
from digitnet.types import Boxes, Pictures, Probabilities

_MIN_WIDTH_RATIO = 0.7  # A digit that fills this share of its group's width is the whole group.


def keep_group_labels(
    digits: DecodedDigits, groups: InkGroups, crops: Pictures, probabilities: Probabilities
) -> DecodedDigits:
    """Return the digits with the digit network's own probabilities where a group of ink is one digit.

    Digits that were cut out or joined keep theirs: the digit network never learned how they look.

    Args:
        digits: the decoded digits.
        groups: the n groups of ink that they were found in.
        crops: uint8 (n, 28, 28), the normalized groups.
        probabilities: float32 (n, 11), the digit network's.
    """
    boxes, found, pictures = digits.boxes.copy(), digits.probabilities.copy(), digits.crops.copy()
    is_group = np.zeros(len(boxes), np.bool_)
    for index, box in enumerate(groups.boxes):
        inside = np.flatnonzero(have_middle_in(boxes, box[None]))
        if len(inside) == 1 and _fills(boxes[inside[0]], box):
            boxes[inside], found[inside], pictures[inside] = box, probabilities[index], crops[index]
            is_group[inside] = True
    return replace(digits, boxes=boxes, probabilities=found, crops=pictures, by_network=is_group)


def _fills(digit: Boxes, group: Boxes) -> bool:
    return bool(digit[2] - digit[0] >= _MIN_WIDTH_RATIO * (group[2] - group[0]))
