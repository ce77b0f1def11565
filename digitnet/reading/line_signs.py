"""Place the signs of decoded lines among the digits of a picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.ctc import Text
from digitnet.decoding.decoded_digits import DecodedDigits
from digitnet.decoding.line_signs import LineSign, find_signs
from digitnet.decoding.lines import Line
from digitnet.reading.signs import Signs
from digitnet.segmentation.boxes import enclose, have_middle_in
from digitnet.types import Boxes, Gray

_REACH_RATIO = 0.5  # Strokes are followed this far beyond a sign's columns, in heights of the strip.
_MAX_WIDTH_RATIO = 0.3  # Ink narrower than this may be a sign whatever its columns are, in heights of the strip.


FoundSigns = dict[tuple[int, Text], list[LineSign]]  # By the place of a line and its digits.


def place_signs(digits: DecodedDigits, labels: NDArray[np.int64], ink: Gray, known: FoundSigns) -> Signs:
    """Find the signs beside digits, with boxes in pixels of the ink map.

    Args:
        digits: the digits of a picture and its lines.
        labels: int64 (n,), the digits.
        ink: uint8 (h, w), the ink map.
        known: what was found before in lines of the same digits; what is found now is added.
    """
    parts = []
    for place, line in enumerate(digits.lines):
        members = np.flatnonzero(digits.line == place)
        if len(members):
            text = tuple(labels[members].tolist())
            if (place, text) not in known:
                known[place, text] = find_signs(line, text)
            parts.append(_to_signs(known[place, text], line, members, digits, ink))
    signs = Signs.join(parts)
    return signs.select(np.lexsort((signs.boxes[:, 0], signs.place, signs.row)))


def _to_signs(found: list[LineSign], line: Line, members: NDArray[np.intp], digits: DecodedDigits, ink: Gray) -> Signs:
    """Return the signs of a line with their boxes, without those whose ink was read as a digit."""
    places = np.append(members, members[-1] + 1)[[sign.place for sign in found]].astype(np.int32)
    boxes = [_find_box(line, sign.first, sign.last, ink) for sign in found]
    kept = [
        index
        for index, box in enumerate(boxes)
        if box is not None and not have_middle_in(box[None], digits.boxes[members])[0]
    ]
    found, places = [found[index] for index in kept], places[kept]
    return Signs(
        np.array([sign.label for sign in found], "<U1"),
        np.array([boxes[index] for index in kept], np.int32).reshape(-1, 4),
        np.array([sign.confidence for sign in found], np.float32),
        places,
        np.full(len(found), digits.row[members[0]], np.int32),
    )


def find_sign_box(line: Line, first: int, last: int, ink: Gray) -> Boxes:
    """Return the box around the ink of a sign, int32 (4,), or of its columns if no ink there is its own.

    Args:
        line: the line of the sign.
        first, last: its columns.
        ink: uint8 (h, w), the ink map.
    """
    box = _find_box(line, first, last, ink)
    height, width = ink.shape
    area = np.clip(line.find_area(first, last + 1), 0, [width, height, width, height]).astype(np.int32)
    return area if box is None else box


def _find_box(line: Line, first: int, last: int, ink: Gray) -> Boxes | None:
    """Return the box around the ink of a sign, int32 (4,), or None if only strokes of its neighbors are there.

    Where no ink was found at all, it is the box of the sign's columns.
    """
    height, width = ink.shape
    limits = [width, height, width, height]
    area = np.clip(line.find_area(first, last + 1), 0, limits).astype(np.int32)
    if (area[:2] >= area[2:]).any():
        return None
    if not ink[area[1] : area[3], area[0] : area[2]].any():
        return area
    reach = round(_REACH_RATIO * (line.bottom - line.top))
    x0, x1 = max(0, area[0] - reach), min(width, area[2] + reach)
    _, _, stats, _ = cv2.connectedComponentsWithStats((ink[area[1] : area[3], x0:x1] > 0).astype(np.uint8))
    left, top, wide, tall = stats[1:, :4].T
    middle = x0 + left + wide / 2
    own = (middle >= area[0] - line.step) & (middle <= area[2] + line.step)
    own &= wide <= max(area[2] - area[0] + 4 * line.step, _MAX_WIDTH_RATIO * (line.bottom - line.top))
    own &= (left > 0) & (left + wide < x1 - x0)
    if not own.any():
        return None
    boxes = np.column_stack([x0 + left, area[1] + top, x0 + left + wide, area[1] + top + tall])[own]
    return enclose(boxes.astype(np.int32))
