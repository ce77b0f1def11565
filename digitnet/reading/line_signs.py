"""Place the signs of decoded lines among the digits of a picture."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.ctc import Text
from digitnet.decoding.decoded_digits import DecodedDigits
from digitnet.decoding.line_signs import LineSign, LineSigns, find_signs
from digitnet.decoding.lines import Line
from digitnet.reading.sign_boxes import covers_digit, find_column_box, find_own_box, lies_in_digit
from digitnet.reading.signs import Signs
from digitnet.types import Boxes, Gray

_MIN_TOUCHING, _MIN_INSIDE = 0.6, 0.9  # A sign that touches a digit, or lies in its box, is at least so likely.

FoundSigns = dict[tuple[int, Text], LineSigns]  # By the place of a line and its digits.


class PlacedSigns(NamedTuple):
    """The signs beside the n digits of a picture.

    Attributes:
        signs: those that were found.
        complete: float64 (n,), the probability, 0 to 1, that no sign is missing before each digit.
    """

    signs: Signs
    complete: NDArray[np.float64]


def place_signs(digits: DecodedDigits, labels: NDArray[np.int64], ink: Gray, known: FoundSigns) -> PlacedSigns:
    """Find the signs beside digits, with boxes in pixels of the ink map.

    Args:
        digits: the digits of a picture and its lines.
        labels: int64 (n,), the digits.
        ink: uint8 (h, w), the ink map.
        known: what was found before in lines of the same digits; what is found now is added.
    """
    parts = []
    complete = np.ones(len(labels))
    for place, line in enumerate(digits.lines):
        members = np.flatnonzero(digits.line == place)
        if not len(members):
            continue
        text = tuple(labels[members].tolist())
        if (place, text) not in known:
            known[place, text] = find_signs(line, text, digits.sign_boxes)
        boxes = [_find_box(sign, line, digits.boxes[members], ink) for sign in known[place, text].found]
        parts.append(_to_signs(known[place, text].found, boxes, members, int(digits.row[members[0]])))
        complete[members] = _measure_complete(known[place, text], boxes)[:-1]  # What ends a number seldom changes it.
    signs = Signs.join(parts)
    return PlacedSigns(signs.select(np.lexsort((signs.boxes[:, 0], signs.place, signs.row))), complete)


def _find_box(sign: LineSign, line: Line, digits: Boxes, ink: Gray) -> Boxes | None:
    """Return the box of a sign, int32 (4,), or None if its ink was read as a digit or cannot be told from one.

    Ink that touches a digit is believed to be a sign where the line takes it for one rather than for anything else.
    """
    box = find_own_box(line, sign.first, sign.last, ink, digits, sign.label)
    if box is not None:
        return box
    is_inside = lies_in_digit(line, sign.first, sign.last, digits)
    is_unlikely = sign.confidence < (_MIN_INSIDE if is_inside else _MIN_TOUCHING)
    if is_unlikely or covers_digit(line, sign.first, sign.last, digits):
        return None
    return find_column_box(line, sign.first, sign.last, ink)


def _to_signs(found: list[LineSign], boxes: list[Boxes | None], members: NDArray[np.intp], row: int) -> Signs:
    """Return those signs of a line that have a box, among the digits of the line, intp (n,)."""
    places = np.append(members, members[-1] + 1)
    kept = [(sign, box) for sign, box in zip(found, boxes, strict=True) if box is not None]
    return Signs(
        np.array([sign.label for sign, _ in kept], "<U1"),
        np.array([box for _, box in kept], np.int32).reshape(-1, 4),
        np.array([sign.confidence for sign, _ in kept], np.float32),
        np.array([places[sign.place] for sign, _ in kept], np.int32),
        np.full(len(kept), row, np.int32),
    )


def _measure_complete(signs: LineSigns, boxes: list[Boxes | None]) -> NDArray[np.float64]:
    """Return the probability that no sign is missing at each place of a line, float64 (n + 1,), as in `LineSigns`.

    Signs without a box are missing.
    """
    complete = signs.complete.copy()
    for sign, box in zip(signs.found, boxes, strict=True):
        if box is None:
            complete[sign.place] = min(float(complete[sign.place]), 1 - sign.confidence)
    return complete
