"""Tests of joining the readings of several sheets."""

import numpy as np
import pytest

from digitnet.models.number_levels import NumberEvidence
from digitnet.preprocessing.binarization import Ink
from digitnet.reading.joining import join_readings
from digitnet.reading.result import Reading
from digitnet.reading.signs import Signs
from digitnet.reading.stages import Stages


def make_reading(rows, point=None, plain=None, evidence=True):
    """Return the reading of rows of numbers, with a point before the digit of an index."""
    numbers = [(row, number) for row, texts in enumerate(rows) for number in texts]
    labels = [int(digit) for _, number in numbers for digit in number]
    row = np.repeat([row for row, _ in numbers], [len(number) for _, number in numbers]).astype(np.int32)
    boxes = np.array(
        [(20 * place, 30 * row[place], 20 * place + 10, 30 * row[place] + 20) for place in range(len(row))]
    )
    values = np.full(len(row), 0.9)
    where = [] if point is None else [point]
    return Reading(
        boxes.reshape(-1, 4).astype(np.int32),
        np.eye(10, dtype=np.float32)[labels],
        row,
        np.zeros((len(row), 28, 28), np.uint8),
        (400, 100),
        number=np.repeat(np.arange(len(numbers), dtype=np.int32), [len(number) for _, number in numbers]),
        refused=np.array([[1, 2, 3, 4]], np.int32),
        lines=np.array([[0, 50, 90, 50]], np.int32),
        signs=Signs(
            np.array(["."] * len(where), "<U1"),
            boxes[where].reshape(-1, 4).astype(np.int32),
            np.ones(len(where), np.float32),
            np.array(where, np.int32),
            row[where],
        ),
        plain=plain or {},
        evidence=NumberEvidence(values, values, values, np.full(len(row), "picture")) if evidence else None,
    )


@pytest.fixture
def stages():
    nothing = np.zeros((240, 400), np.uint8)
    return Stages(np.zeros((240, 400, 3), np.uint8), Ink(nothing, nothing, nothing, 4.0, True, 1.0))


def test_joined_sheets_are_read_one_after_the_other(stages):
    first, second = make_reading([["12", "3"], ["4"]], plain={2: "7"}), make_reading([["56"]], point=1, plain={0: "66"})
    joined = join_readings([first, second], [0, 140], stages)
    assert joined.row_texts == ["12 3", "4", "5.6"]
    assert joined.plain == {2: "7", 3: "66"}
    assert joined.size == (400, 240)
    assert joined.boxes[4].tolist() == [0, 140, 10, 160]
    assert joined.refused[:, 1].tolist() == [2, 142]
    assert joined.lines[:, 1].tolist() == [50, 190]
    assert joined.signs.boxes[0].tolist() == [20, 140, 30, 160]
    assert len(joined.evidence.digits) == len(joined)
    assert joined.stages is stages


def test_sheet_without_digits_keeps_the_places_of_the_next(stages):
    joined = join_readings([make_reading([]), make_reading([["12"]], evidence=False)], [0, 140], stages)
    assert joined.rows == ["12"]
    assert joined.row.tolist() == joined.number.tolist() == [0, 0]
    assert joined.evidence is None
