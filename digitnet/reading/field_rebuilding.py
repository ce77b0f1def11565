"""Put the chosen text of a field in place of what was read: its digits are cut out anew where their count differs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from digitnet.decoding.ctc import align, score_texts
from digitnet.decoding.decoded_digits import DecodedDigit, DecodedDigits
from digitnet.decoding.expected_texts import collapse
from digitnet.decoding.line_correction import read_line
from digitnet.decoding.lines import Line
from digitnet.decoding.string_recognizer import SYMBOLS
from digitnet.expectations.expect import Expect, keep_digits
from digitnet.labels import CLASSES
from digitnet.preprocessing.binarization import Ink
from digitnet.reading.expected_fields import ExpectedField
from digitnet.reading.sign_boxes import find_sign_box
from digitnet.types import Boxes


@dataclass(frozen=True)
class FieldSign:
    """A sign of a rebuilt field: its label, box (4,) in the ink map, and the index of the digit it stands before."""

    label: str
    box: Boxes
    place: int


@dataclass(frozen=True)
class RebuiltField:
    """The digits and signs of a field from left to right, in pixels of the ink map.

    Attributes:
        is_new: whether ink was cut out anew for the digits.
        signs: None if those that were found before stay.
    """

    digits: list[DecodedDigit]
    is_new: bool
    signs: list[FieldSign] | None


def rebuild(field: ExpectedField, text: str, digits: DecodedDigits, ink: Ink, expect: Expect) -> RebuiltField | None:
    """Return a field with another text than was read, None if its ink has no place for the text.

    Args:
        field: the field.
        text: its text, with signs if they matter.
        digits: the digits of the picture.
        ink: the ink of the picture.
        expect: what is expected of the field.
    """
    known = [digits.take(int(index)) for index in field.members]
    labels = keep_digits(text)
    is_new = len(labels) != len(known)
    spans = _align(field, text, expect) if is_new or expect.signs else []
    if spans is None:
        return None
    found = _cut_out(field, text, spans, known, digits, ink) if is_new else known
    if len(found) != len(labels):
        return None
    signs = _place_signs(field, text, spans, ink) if expect.signs else None
    return RebuiltField(found, is_new, signs)


def _align(field: ExpectedField, text: str, expect: Expect) -> list[tuple[int, int]] | None:
    """Return the first and last column of each character of a text, counted through all lines of its field.

    None if the text does not fit into them.
    """
    symbols = SYMBOLS[:CLASSES] + expect.signs
    columns, labels = collapse(field.seen.line, symbols), tuple(map(symbols.index, text))
    if not np.isfinite(score_texts(columns, [labels])[0]):
        return None
    return [(first, last) for first, last in align(columns, labels).tolist()]


def _cut_out(
    field: ExpectedField,
    text: str,
    spans: list[tuple[int, int]],
    known: list[DecodedDigit],
    digits: DecodedDigits,
    ink: Ink,
) -> list[DecodedDigit]:
    """Return the digits of a text, cut out of the lines that hold them."""
    found: list[DecodedDigit] = []
    start = 0
    for line, members in zip(field.lines, field.line_members, strict=True):
        end = start + len(line.columns)
        own = [
            int(character)
            for character, (first, _) in zip(text, spans, strict=True)
            if start <= first < end and character.isdigit()
        ]
        place, row = int(digits.line[members[0]]), int(digits.row[members[0]])
        here = [digit for index, digit in zip(field.members, known, strict=True) if index in members]
        found += read_line(line, place, row, ink, [(tuple(own), 0.0)], here) if own else []
        start = end
    return found


def _place_signs(field: ExpectedField, text: str, spans: list[tuple[int, int]], ink: Ink) -> list[FieldSign]:
    signs = []
    for index, (character, (first, last)) in enumerate(zip(text, spans, strict=True)):
        if not character.isdigit():
            line, offset = _find_line(field.lines, first)
            box = find_sign_box(line, first - offset, min(last - offset, len(line.columns) - 1), ink.map)
            signs.append(FieldSign(character, box, len(keep_digits(text[:index]))))
    return signs


def _find_line(lines: list[Line], column: int) -> tuple[Line, int]:
    """Return the line that holds a column, and how many columns lie before it."""
    start = 0
    for line in lines[:-1]:
        if column < start + len(line.columns):
            return line, start
        start += len(line.columns)
    return lines[-1], start
