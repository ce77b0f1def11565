"""Join the readings of several sheets to one of the sheets below each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from digitnet.models.number_levels import NumberEvidence
from digitnet.reading.result import Reading
from digitnet.reading.signs import Signs
from digitnet.reading.stages import Stages


def join_readings(readings: Sequence[Reading], tops: Sequence[int], stages: Stages) -> Reading:
    """Join readings of sheets, at least one, in reading order.

    Args:
        readings: each with boxes in pixels of its sheet.
        tops: y of the first row of pixels of each in the picture of all sheets.
        stages: the intermediate results of that picture.
    """
    moved: list[Reading] = []
    digits = rows = numbers = 0
    for reading, top in zip(readings, tops, strict=True):
        moved.append(_move(reading, top, digits, rows, numbers))
        digits, rows, numbers = digits + len(reading), rows + _count(reading.row), numbers + _count(reading.number)
    height, width = stages.image.shape[:2]
    return replace(
        moved[0],
        boxes=np.concatenate([reading.boxes for reading in moved]),
        probabilities=np.concatenate([reading.probabilities for reading in moved]),
        row=np.concatenate([reading.row for reading in moved]),
        crops=np.concatenate([reading.crops for reading in moved]),
        number=np.concatenate([reading.number for reading in moved]),
        refused=np.concatenate([reading.refused for reading in moved]),
        lines=np.concatenate([reading.lines for reading in moved]),
        size=(width, height),
        signs=Signs.join([reading.signs for reading in moved]),
        plain={place: text for reading in moved for place, text in reading.plain.items()},
        stages=stages,
        evidence=_join_evidence([reading.evidence for reading in moved if len(reading)]),
    )


def _join_evidence(parts: Sequence[NumberEvidence | None]) -> NumberEvidence | None:
    known = [part for part in parts if part is not None]
    if not known or len(known) < len(parts):
        return None
    return NumberEvidence(
        *(np.concatenate([getattr(part, each.name) for part in known]) for each in fields(NumberEvidence))
    )


def _move(reading: Reading, down: int, digits: int, rows: int, numbers: int) -> Reading:
    """Return a reading so many pixels farther down, after so many digits, rows and numbers of others."""
    offset = np.array([0, down, 0, down], np.int32)
    signs = reading.signs.shift(0, down)
    return replace(
        reading,
        boxes=reading.boxes + offset,
        row=reading.row + np.int32(rows),
        number=reading.number + np.int32(numbers),
        refused=reading.refused + offset,
        lines=reading.lines + offset,
        signs=replace(signs, place=signs.place + np.int32(digits), row=signs.row + np.int32(rows)),
        plain={place + numbers: text for place, text in reading.plain.items()},
    )


def _count(places: NDArray[np.int32]) -> int:
    """Count rows or numbers by those of digits, int32 (n,)."""
    return int(places.max(initial=-1)) + 1
