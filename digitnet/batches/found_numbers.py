"""Describe the numbers that were found on a sheet, so that they can be kept and looked at later."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from digitnet.batches.crops import cut_surroundings, is_drawn
from digitnet.batches.records import Box, Number
from digitnet.forms.form_reading import FieldReading, FormReading
from digitnet.preprocessing.quarter_turns import turn_boxes
from digitnet.preprocessing.straightening import turn_picture
from digitnet.reading.alternatives import list_alternatives
from digitnet.reading.result import Reading
from digitnet.reading.signs import Symbol
from digitnet.types import RGB


def list_form_numbers(image: RGB, reading: FormReading) -> list[Number]:
    """Return the fields of a form that was read, row by row; a field that is no column comes once.

    Args:
        image: the picture of the sheet, uint8 (H, W, 3).
        reading: its reading.
    """
    return [
        _describe_field(image, field, row, column)
        for row, fields in enumerate(reading.rows)
        for column, field in enumerate(fields)
        if field.field.is_column or row == 0
    ]


def list_photo_numbers(image: RGB, reading: Reading) -> list[Number]:
    """Return the numbers of a reading, row by row; their pictures are upright.

    Args:
        image: the picture in any size, uint8 (H, W, 3), not turned.
        reading: its reading.
    """
    factor = max(image.shape[:2]) / max(*reading.size, 1)
    upright, _ = turn_picture(image, reading.turn)
    return [
        _describe_symbols(upright, reading, symbols, row, column, factor)
        for row, numbers in enumerate(reading.symbols)
        for column, symbols in enumerate(numbers)
    ]


def _describe_field(image: RGB, field: FieldReading, row: int, column: int) -> Number:
    left, top, right, bottom = field.box.tolist()
    number = Number(
        f"{row}:{column}",
        field.field.name,
        row,
        column,
        field.text,
        field.confidence,
        field.doubtful,
        field.alternatives,
        field.reason,
        field.field.expect,
        (left, top, right, bottom),
    )
    return _add_crop(number, image, number.box)


def _describe_symbols(
    image: RGB, reading: Reading, symbols: list[Symbol], row: int, column: int, factor: float
) -> Number:
    is_corrected = bool(reading.is_corrected(symbols).any())
    confidence = None if is_corrected else reading.compute_confidence(symbols)
    text, expect, reason = reading.spell(symbols), reading.expect, _explain_doubt(reading, symbols)
    others = list_alternatives(reading, symbols, expect.fits if expect else None) if reason else []
    left, top, right, bottom = reading.enclose(symbols).tolist()
    number = Number(
        f"{row}:{column}",
        "",
        row,
        column,
        text,
        confidence,
        bool(reason),
        tuple(others),
        reason,
        str(expect or ""),
        (left, top, right, bottom),
    )
    box = turn_boxes(np.array([[left, top, right, bottom]]), reading.size, reading.turn)[0]
    x0, y0, x1, y1 = (round(side * factor) for side in box.tolist())
    return _add_crop(number, image, (x0, y0, x1, y1))


def _explain_doubt(reading: Reading, symbols: list[Symbol]) -> str:
    """Say why a number is doubtful, "" if it is not."""
    if not reading.find_doubtful(symbols):
        return ""
    if any(reading.unexpected[symbol.at] for symbol in symbols if not symbol.is_sign):
        return f"It is not as expected: {reading.expect}."
    subject = "The rest of it" if reading.is_corrected(symbols).any() else "It"
    return f"{subject} is {reading.compute_confidence(symbols):.0%} sure."


def _add_crop(number: Number, image: RGB, box: Box | None) -> Number:
    """Add a picture with its surroundings to a doubtful number, and to a few sure ones."""
    if box is None or not (number.doubtful or (number.text and is_drawn(image, box))):
        return number
    crop = cut_surroundings(image, box)
    return replace(number, crop=crop.picture, crop_box=crop.box)
