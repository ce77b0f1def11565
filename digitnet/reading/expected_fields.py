"""Find the fields of a reading, of which something is expected, and what is seen of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.decoded_digits import DecodedDigits
from digitnet.decoding.expected_texts import FieldEvidence
from digitnet.decoding.line_parts import cut_lines
from digitnet.decoding.lines import Line
from digitnet.decoding.picture_views import PictureViews
from digitnet.expectations.expect import Expect
from digitnet.labels import CLASSES
from digitnet.reading.result import Reading
from digitnet.reading.signs import Symbol
from digitnet.reading.table_grid import count_lines_before
from digitnet.types import Boxes


@dataclass(frozen=True)
class ExpectedField:
    """A number, or all numbers of a row, of which something is expected.

    Attributes:
        symbols: its digits and signs from left to right.
        own: those without the signs that do not matter.
        members: its digits, as indices into those of the reading, intp (n,).
        lines: the parts of lines that hold it, from left to right.
        line_members: the digits in each of these parts.
        seen: what is seen of it.
    """

    symbols: list[Symbol]
    own: list[Symbol]
    members: NDArray[np.intp]
    lines: list[Line]
    line_members: list[NDArray[np.intp]]
    seen: FieldEvidence


def divide_row(numbers: list[list[Symbol]], reading: Reading, grid: Boxes | None) -> Iterator[list[list[Symbol]]]:
    """Yield the numbers of a row that stand in the same cell of a given table; without one, all of them.

    Args:
        numbers: the digits and signs of each number, from left to right.
        reading: the reading.
        grid: the ends of the table's lines, int32 (k, 4) in pixels of the reading's picture, None without a table.
    """
    if grid is None:
        yield numbers
        return
    column = count_lines_before(np.array([reading.enclose(number) for number in numbers]), grid)
    for index in np.unique(column):
        yield [numbers[place] for place in np.flatnonzero(column == index)]


def make_field(
    symbols: list[Symbol], reading: Reading, digits: DecodedDigits, views: PictureViews | None, expect: Expect
) -> ExpectedField:
    """Make a field of some digits and signs of a reading.

    Args:
        symbols: its digits and signs from left to right.
        reading: the reading.
        digits: its digits, in pixels of the ink map, with their lines.
        views: the picture as one line, if it may be one.
        expect: what is expected of the field.
    """
    own = [symbol for symbol in symbols if not symbol.is_sign or reading.signs.labels[symbol.at] in expect.signs]
    members = np.array([symbol.at for symbol in symbols if not symbol.is_sign], np.intp)
    parts = list(cut_lines(digits.lines, digits.line, digits.boxes, members))
    lines = [line for _, line in parts]
    is_only = len(members) == len(reading)
    if is_only and len(parts) == 1:
        lines = [digits.lines[int(digits.line[members[0]])]]  # Ink beside the digits may be one that was missed.
    seen = FieldEvidence(
        reading.spell(own),
        digits.probabilities[members, :CLASSES],
        np.concatenate([line.columns for line in lines]),
        tuple(view.columns for view in views.lines) if views and is_only else (),
    )
    return ExpectedField(symbols, own, members, lines, [each for each, _ in parts], seen)
