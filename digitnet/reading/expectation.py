"""Read the fields of a picture by what is expected of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.decoded_digits import DecodedDigits
from digitnet.decoding.expected_texts import find_texts
from digitnet.decoding.picture_views import PictureViews
from digitnet.expectations.expect import Expect
from digitnet.labels import CLASSES
from digitnet.preprocessing.binarization import Ink
from digitnet.reading.expected_fields import ExpectedField, divide_row, make_field
from digitnet.reading.field_choice import Options, compute_probabilities, estimate_confidence, weigh
from digitnet.reading.field_rebuilding import RebuiltField, rebuild
from digitnet.reading.number_confidence import spread_confidence
from digitnet.reading.result import Reading, require_stages
from digitnet.reading.signs import Signs, Symbol
from digitnet.reading.totals import find_totals, weigh_column
from digitnet.segmentation.boxes import have_middle_in
from digitnet.types import Boxes, Pictures, Probabilities


@dataclass(frozen=True)
class _Field:
    """A field that has been read.

    Attributes:
        boxes: int32 (n, 4), the digits in pixels of the ink map.
        crops: uint8 (n, 28, 28).
        probabilities: float32 (n, 10).
        row: int32 (n,).
        is_new: whether the digits were cut out anew.
        signs: those that were placed anew, with the index of the digit of the field as place; None if others stay.
        plain: the text that was read without what is expected, "" if it is the same.
    """

    source: ExpectedField
    boxes: Boxes
    crops: Pictures
    probabilities: Probabilities
    row: NDArray[np.int32]
    is_new: bool = False
    signs: Signs | None = None
    plain: str = ""


def use_expectation(
    reading: Reading, digits: DecodedDigits, ink: Ink, views: PictureViews | None, expect: Expect, grid: Boxes | None
) -> Reading:
    """Return a reading with the likeliest numbers as expected; others stay as they were read.

    Args:
        reading: the reading, with the digits in the same order.
        digits: its digits, in pixels of the ink map.
        ink: the ink of the picture.
        views: the picture as one line, if it may be one.
        expect: what is expected of each number.
        grid: the ends of the lines of a given table, int32 (k, 4) in pixels of the picture, None without one.
    """
    if not len(reading) or not digits.lines:
        return replace(reading, expect=expect)
    cells = [(row, cell) for row, numbers in enumerate(reading.symbols) for cell in divide_row(numbers, reading, grid)]
    fields_of_cells = [_choose_fields(cell, reading, digits, views, expect) for _, cell in cells]
    chosen = [pair for own in fields_of_cells for pair in own]
    if expect.total:
        row = np.repeat([row for row, _ in cells], [len(own) for own in fields_of_cells]).astype(np.int32)
        chosen = _weigh_columns(chosen, row, reading, expect)
    fields = [_read(field, options, reading, digits, ink, expect) for field, options in chosen]
    return _assemble(reading, fields, digits, ink, expect)


def _choose_fields(
    row: list[list[Symbol]], reading: Reading, digits: DecodedDigits, views: PictureViews | None, expect: Expect
) -> list[tuple[ExpectedField, Options]]:
    """Return the fields of a row, or of a cell of it, and what each may say.

    They are its numbers, or all of these together if that alone is as expected: the parts of a date stand apart.
    """

    def choose(symbols: list[Symbol]) -> tuple[ExpectedField, Options]:
        field = make_field(symbols, reading, digits, views, expect)
        return field, weigh(find_texts(field.seen, expect), expect)

    fields = [] if expect.row else [choose(number) for number in row]
    if len(row) == 1 and fields:
        return fields
    if not all(options.is_expected for _, options in fields) or not fields:
        whole = choose([symbol for number in row for symbol in number])
        if expect.row or whole[1].is_expected:
            return [whole]
    return fields


def _weigh_columns(
    chosen: list[tuple[ExpectedField, Options]], row: NDArray[np.int32], reading: Reading, expect: Expect
) -> list[tuple[ExpectedField, Options]]:
    """Return the fields, each in its row, and what each may say by whether its column adds up."""
    straight = replace(reading, boxes=reading.straight_boxes, signs=reading.straight_signs)
    boxes = np.array([straight.enclose(field.symbols) for field, _ in chosen])
    options = [option for _, option in chosen]
    for members in find_totals(boxes, row):
        weighed = weigh_column([options[index] for index in members], expect)
        for index, option in zip(members.tolist(), weighed, strict=True):
            options[index] = option
    return [(field, option) for (field, _), option in zip(chosen, options, strict=True)]


def _read(
    field: ExpectedField, options: Options, reading: Reading, digits: DecodedDigits, ink: Ink, expect: Expect
) -> _Field:
    """Read a field by the likeliest of its options."""
    members = field.members
    plain = _Field(
        field, digits.boxes[members], reading.crops[members], reading.probabilities[members], reading.row[members]
    )
    if not options.is_expected:
        return plain
    text = options.texts[0]
    is_same = text == field.seen.text
    rebuilt = None if is_same else rebuild(field, text, digits, ink, expect)
    if rebuilt is None and not is_same:
        return plain
    read = _place_digits(plain, rebuilt) if rebuilt and rebuilt.is_new else plain
    signs = _place_signs(field, rebuilt, reading, ink.scale) if expect.signs else None
    # A text that was read without it, too, is no less likely now that others are left out.
    before = reading.compute_confidence(field.own) if is_same else 0.0
    confidence = estimate_confidence(max(before, float(options.shares[0])), options.evidence)
    each = confidence ** (1 / len(text))  # Signs that matter bear a share of the doubt, as large as a digit's.
    probabilities = compute_probabilities(read.probabilities, text, options)
    whole = np.full(len(probabilities), each ** len(probabilities))
    return replace(
        read,
        probabilities=spread_confidence(probabilities, np.zeros(len(probabilities), np.int32), whole),
        signs=signs and replace(signs, confidence=np.full(len(signs), each, np.float32)),
        plain="" if is_same else reading.spell(field.symbols),
    )


def _place_digits(field: _Field, rebuilt: RebuiltField) -> _Field:
    return replace(
        field,
        boxes=np.array([digit.box for digit in rebuilt.digits], np.int32),
        crops=np.array([digit.picture for digit in rebuilt.digits]),
        probabilities=np.array([digit.probabilities[:CLASSES] for digit in rebuilt.digits], np.float32),
        row=np.full(len(rebuilt.digits), field.row[0], np.int32),
        is_new=True,
    )


def _place_signs(field: ExpectedField, rebuilt: RebuiltField | None, reading: Reading, scale: float) -> Signs:
    """Return the signs of a field; their places are indices of its digits."""
    if rebuilt is None or rebuilt.signs is None:
        before = np.cumsum([not symbol.is_sign for symbol in field.own])
        is_sign = np.array([symbol.is_sign for symbol in field.own], np.bool_)
        indices = np.array([symbol.at for symbol in field.own], np.intp)[is_sign]
        return replace(reading.signs.select(indices), place=before[is_sign].astype(np.int32))
    found = rebuilt.signs
    return Signs(
        np.array([sign.label for sign in found], "<U1"),
        _to_picture_pixels(np.array([sign.box for sign in found]).reshape(-1, 4), scale),
        np.ones(len(found), np.float32),
        np.array([sign.place for sign in found], np.int32),
        np.full(len(found), reading.row[field.members[0]], np.int32),
    )


def _assemble(reading: Reading, fields: list[_Field], digits: DecodedDigits, ink: Ink, expect: Expect) -> Reading:
    """Put the fields in place of what was read."""
    read = _join(fields, digits)
    boxes, row, stages = _to_picture_pixels(read.boxes, ink.scale), read.row, require_stages(reading)
    counts = [len(field.boxes) for field in fields]
    is_new = np.repeat([field.is_new for field in fields], counts)
    starts = np.cumsum([0, *counts[:-1]])
    dropped = [field.source.members for field in fields if field.is_new]
    old = reading.boxes[np.concatenate(dropped)] if dropped else np.empty((0, 4), np.int32)
    refused = np.concatenate([reading.refused, old])
    return replace(
        reading,
        boxes=boxes,
        row=row,
        probabilities=read.probabilities[:, :CLASSES],
        crops=read.crops,
        stages=replace(stages, digits=read),
        number=np.repeat(np.arange(len(fields), dtype=np.int32), counts),
        refused=refused[~have_middle_in(refused, boxes[is_new])],
        signs=_arrange_signs(reading, fields, boxes, row, is_new, starts),
        expect=expect,
        evidence=None,
        plain={index: field.plain for index, field in enumerate(fields) if field.plain},
    )


def _join(fields: list[_Field], digits: DecodedDigits) -> DecodedDigits:
    """Return the digits of all fields, in pixels of the ink map."""
    probabilities = np.concatenate([field.probabilities for field in fields])
    return DecodedDigits(
        np.concatenate([field.boxes for field in fields]),
        np.concatenate([field.row for field in fields]),
        np.concatenate([field.crops for field in fields]),
        np.column_stack([probabilities, np.maximum(1 - probabilities.sum(axis=1), 0)]),
        digits.refused,
    )


def _arrange_signs(
    reading: Reading,
    fields: list[_Field],
    boxes: Boxes,
    row: NDArray[np.int32],
    is_new: NDArray[np.bool_],
    starts: NDArray[np.intp],
) -> Signs:
    """Return the signs that stay and those that were placed anew."""
    kept = np.ones(len(reading.signs), np.bool_)
    for field in fields:
        own = [symbol.at for symbol in field.source.symbols if symbol.is_sign]
        if field.signs is not None:
            kept[own] = False
    staying = reading.signs.select(kept)
    placed = staying.place_among(boxes, row, is_new) if is_new.any() else staying
    added = [
        replace(field.signs, place=(field.signs.place + start).astype(np.int32))
        for field, start in zip(fields, starts.tolist(), strict=True)
        if field.signs is not None
    ]
    signs = Signs.join([placed, *added])
    return signs.select(np.lexsort((signs.boxes[:, 0], signs.place, signs.row)))


def _to_picture_pixels(boxes: Boxes, scale: float) -> Boxes:
    return np.round(boxes / scale).astype(np.int32)
