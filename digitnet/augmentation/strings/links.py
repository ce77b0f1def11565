"""Join zeros, and digits before them, by a stroke, as quick hands do."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from digitnet.augmentation.strings.sheet import INKED, Floats
from digitnet.augmentation.strings.styles import Style

_ACROSS_SHARE = 0.3  # This share of the links goes on across a point, as in 10.000.
_FROM_DIGIT_SHARE = 0.3  # This share of the hands that join zeros also joins a 5 or a 6 to a zero.
# Where a stroke leaves each digit: columns from the left and rows from the top, as shares of its width and height.
_ENDS = {"0": ((0.3, 0.7), (0.0, 0.15)), "5": ((0.75, 1.0), (0.0, 0.12)), "6": ((0.5, 0.9), (0.45, 0.65))}
_POINTS = ".,'"


class Linked(NamedTuple):
    """A sign on the sheet that the next may be joined to.

    Attributes:
        label: its label.
        left: its left side, in columns of the sheet.
        ink: float32 (40, w), 0 to 1.
    """

    label: str
    left: int
    ink: Floats


def link_zeros(ink: Floats, last: Linked | None, sign: Linked, style: Style, rng: np.random.Generator) -> Linked | None:
    """Join a zero to the digit before it, if the hand does so, and return what the next may be joined to.

    Args:
        ink: the sheet, float32 (40, w), which is drawn on.
        last: the digit before, or None.
        sign: the sign that was placed.
        style: how the string is written.
        rng: the source of randomness.
    """
    if not style.linked_zeros:
        return None
    share = style.linked_zeros * (_FROM_DIGIT_SHARE if last and last.label != "0" else 1)
    if last and sign.label == "0" and rng.random() < share:
        _draw_link(ink, last, sign, style, rng)
    if last and last.label == "0" and sign.label and sign.label in _POINTS and rng.random() < _ACROSS_SHARE:
        return last
    return sign if sign.label in _ENDS else None


def _draw_link(ink: Floats, before: Linked, after: Linked, style: Style, rng: np.random.Generator) -> None:
    """Draw a stroke from the end of a digit to the top of a zero."""
    ends = []
    for sign, (columns, rows) in ((before, _ENDS[before.label]), (after, _ENDS["0"])):
        inked = np.flatnonzero((sign.ink > INKED).any(axis=1))
        if not len(inked):
            return
        x = sign.left + sign.ink.shape[1] * rng.uniform(*columns)
        ends.append((x, inked[0] + rng.uniform(*rows) * len(inked)))
    (x0, y0), (x1, y1) = ends
    sag = rng.uniform(-0.12, 0.3) * style.height
    t = np.linspace(0, 1, 9)[:, None]
    curve = (1 - t) ** 2 * [[x0, y0]] + 2 * t * (1 - t) * [[(x0 + x1) / 2, (y0 + y1) / 2 + sag]] + t**2 * [[x1, y1]]
    stroke = np.zeros(ink.shape, np.uint8)
    thickness = max(1, round(style.pen * rng.uniform(0.6, 1.0)))
    cv2.polylines(stroke, [np.round(curve * 16).astype(np.int32)], False, 255, thickness, cv2.LINE_AA, shift=4)
    np.maximum(ink, stroke.astype(np.float32) / 255, out=ink)
