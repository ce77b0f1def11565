"""Identify the signs of a reading for presses on their tiles, and change one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from digitnet import Reading
from digitnet.collection.row_texts import identify_rows
from digitnet.labels import LABELS, NOT_A_DIGIT
from digitnet.reading.signs import SIGNS
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


def to_label(sign: str) -> int:
    """Return the label of a sign on the strip, above those of digits."""
    return len(LABELS) + SIGNS.index(sign)


def to_sign(label: int) -> str:
    """Return the sign of a label."""
    return SIGNS[label - len(LABELS)]


def describe_sign(label: int) -> str:
    """Return "is a comma", or "is not a sign"."""
    return "is not a sign" if label == NOT_A_DIGIT else f"is {SIGN_NAMES[to_sign(label)]}"
