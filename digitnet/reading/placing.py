"""Place the reading of a part of a picture, or of its sheets, in the picture, and turn it with the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.quarter_turns import make_turn, turn_boxes, turn_lines, turn_points, turn_size
from digitnet.reading.placement import Placement
from digitnet.reading.result import Reading


def shift(reading: Reading, right: int, down: int, size: tuple[int, int]) -> Reading:
    """Return the reading of the same picture as a part of another one of `size`, (width, height)."""
    offset = np.array([right, down] * 2, np.int32)
    return replace(
        reading,
        boxes=reading.boxes + offset,
        refused=reading.refused + offset,
        size=size,
        stages=reading.stages.shift(right, down) if reading.stages and not reading.placement else reading.stages,
        signs=reading.signs.shift(right, down),
        sheets=tuple(sheet + offset[:2] for sheet in reading.sheets),
        lines=reading.lines + offset,
        placement=reading.placement.shift(right, down, size),
    )


def place(reading: Reading, placement: Placement, sheets: Sequence[NDArray[np.int32]]) -> Reading:
    """Return the reading of a straight picture as that of the picture that it was made of.

    Args:
        reading: with boxes in pixels of the straight picture.
        placement: where the straight picture lies.
        sheets: as `Reading.sheets`.
    """
    return replace(
        reading,
        boxes=placement.to_picture(reading.boxes),
        refused=placement.to_picture(reading.refused),
        size=placement.size,
        signs=reading.signs.move_to(placement.to_picture(reading.signs.boxes)),
        sheets=tuple(sheets),
        lines=placement.lines_to_picture(reading.lines),
        placement=placement,
    )


def turn_upright(reading: Reading) -> Reading:
    """Return a reading as that of its picture turned clockwise by the quarters by which it was turned to be read."""
    size, turn = reading.size, reading.turn
    if not turn:
        return reading
    matrix, placement = make_turn(size, turn), reading.placement
    parts = tuple(part._replace(matrix=matrix @ part.matrix) for part in placement.parts)
    return replace(
        reading,
        boxes=turn_boxes(reading.boxes, size, turn),
        refused=turn_boxes(reading.refused, size, turn),
        size=turn_size(size, turn),
        signs=reading.signs.move_to(turn_boxes(reading.signs.boxes, size, turn)),
        sheets=tuple(turn_points(outline, size, turn) for outline in reading.sheets),
        lines=turn_lines(reading.lines, size, turn),
        grid=None if reading.grid is None else turn_lines(reading.grid, size, turn),
        turn=0,
        placement=replace(placement, size=turn_size(placement.size, turn), parts=parts),
    )


def remove_margin(reading: Reading, margin: int, size: tuple[int, int]) -> Reading:
    """Return a reading without the margin around its picture of `size`, (width, height)."""
    moved = shift(reading, -margin, -margin, size)
    boxes, refused = (np.clip(boxes, 0, [*size, *size]).astype(np.int32) for boxes in (moved.boxes, moved.refused))
    return replace(moved, boxes=boxes, refused=refused, signs=moved.signs.clip(size))
