"""Convert a region of a photo between its pixels and what is shown of it: the photo turned upright."""

from __future__ import annotations

import numpy as np

from digitnet.preprocessing.quarter_turns import turn_boxes, turn_size

Box = tuple[int, int, int, int]
Size = tuple[int, int]
Span = tuple[int, int]  # Start and end in percent.
FULL_SPAN: Span = (0, 100)


def to_spans(region: Box | None, size: Size, turn: int) -> tuple[Span, Span]:
    """Return the horizontal and vertical span of a region, in percent of the photo as it is shown.

    Args:
        region: x0, y0, x1, y1 in pixels of the photo, None for all of it.
        size: width and height of the photo.
        turn: degrees by which it is shown turned clockwise.
    """
    if not region:
        return FULL_SPAN, FULL_SPAN
    left, top, right, bottom = turn_boxes(np.array([region]), size, turn)[0].tolist()
    width, height = turn_size(size, turn)
    return (100 * left // width, -(-100 * right // width)), (100 * top // height, -(-100 * bottom // height))


def from_spans(across: Span, down: Span, size: Size, turn: int) -> Box:
    """Return the region, x0, y0, x1, y1 in pixels of the photo, of spans as in `to_spans`."""
    (left, right), (top, bottom) = across, down
    width, height = turn_size(size, turn)
    shown = left * width // 100, top * height // 100, right * width // 100, bottom * height // 100
    return _turn_back(shown, size, turn)


def from_shares(sides: tuple[float, ...], size: Size, turn: int) -> Box:
    """Return the region, x0, y0, x1, y1 in pixels of the photo, of sides as shares of the photo as it is shown."""
    (left, top, right, bottom), (width, height) = sides, turn_size(size, turn)
    shown = int(left * width), int(top * height), round(right * width), round(bottom * height)
    return _turn_back(shown, size, turn)


def _turn_back(shown: Box, size: Size, turn: int) -> Box:
    left, top, right, bottom = turn_boxes(np.array([shown]), turn_size(size, turn), -turn)[0].tolist()
    return left, top, right, bottom
