"""Identify the signs of a reading for presses on their tiles, change one, and place new ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from digitnet import Reading
from digitnet.collection.row_texts import identify_rows
from digitnet.labels import LABELS, NOT_A_DIGIT
from digitnet.reading.signs import SIGNS, Signs
from digitnet.types import Boxes
from pages.shared.sign_names import SIGN_NAMES


def identify_signs(reading: Reading) -> dict[str, int]:
    """Return the signs that are shown, as indices into `reading.signs` by an identity, in reading order.

    The identity tells the row, the place in it, and the order of signs in one place, so that it holds when another sign
    of the row is taken out.
    """
    found: dict[str, int] = {}
    for digest, row in zip(identify_rows(reading), reading.symbols, strict=True):
        place, order = 0, 0
        for symbol in (symbol for number in row for symbol in number):
            place, order = (place, order + 1) if symbol.is_sign else (place + 1, 0)
            if symbol.is_sign:
                found[f"{digest[:16]}-{place}-{order}"] = symbol.at
    return found


def change_sign(reading: Reading, index: int, label: int) -> Reading:
    """Return a reading with a sign changed to the one of a label, or taken out if that is NOT_A_DIGIT."""
    signs = reading.signs
    if label == NOT_A_DIGIT:
        return replace(reading, signs=signs.select(np.arange(len(signs)) != index))
    labels = signs.labels.copy()
    labels[index] = to_sign(label)
    return replace(reading, signs=replace(signs, labels=labels))


def place_sign(reading: Reading, box: Boxes, label: int, rows: Sequence[int]) -> Signs:
    """Return ink in a box, int32 (4,), as a sign that a user gave a label, in the nearest of some rows of a reading."""
    nowhere = np.zeros(1, np.int32)
    sign = Signs(np.array([to_sign(label)]), box[None], np.ones(1, np.float32), nowhere, nowhere, np.ones(1, np.bool_))
    members = np.flatnonzero(np.isin(reading.row, rows))
    placed = sign.place_among(reading.boxes[members], reading.row[members], np.zeros(len(members), np.bool_))
    first = np.flatnonzero(reading.row[members] == placed.row[0])[0]
    return replace(placed, place=(placed.place - first + members[first]).astype(np.int32))


def to_label(sign: str) -> int:
    """Return the label of a sign on the strip, above those of digits."""
    return len(LABELS) + SIGNS.index(sign)


def to_sign(label: int) -> str:
    """Return the sign of a label."""
    return SIGNS[label - len(LABELS)]


def describe_sign(label: int) -> str:
    """Return "is a comma", or "is not a sign"."""
    return "is not a sign" if label == NOT_A_DIGIT else f"is {SIGN_NAMES[to_sign(label)]}"
