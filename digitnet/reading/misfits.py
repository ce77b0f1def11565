"""Find the numbers that are not as expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitnet.expectations.expect import Expect
from digitnet.reading.totals import adds_up, find_totals
from digitnet.types import Boxes

if TYPE_CHECKING:
    from digitnet.reading.result import Reading


def find_unexpected(reading: Reading) -> NDArray[np.bool_]:
    """Tell whether the number of each digit of a reading is not as expected, bool (n,)."""
    found = np.zeros(len(reading), np.bool_)
    numbers = [symbols for row in reading.symbols for symbols in row] if reading.expect else []
    if reading.expect and numbers:
        straight = replace(reading, boxes=reading.straight_boxes, signs=reading.straight_signs)
        boxes = np.array([straight.enclose(symbols) for symbols in numbers])
        row = np.repeat(np.arange(len(reading.symbols), dtype=np.int32), [len(row) for row in reading.symbols])
        for symbols in compress(numbers, _find_misfits(reading.number_texts, boxes, row, reading.expect)):
            found[[symbol.at for symbol in symbols if not symbol.is_sign]] = True
    return found


def describe_misfits(reading: Reading) -> str:
    """Name the numbers of a reading that are not as expected in a sentence; "" if all are.

    Numbers that a user has corrected or confirmed are left out.
    """
    numbers = [symbols for row in reading.symbols for symbols in row] if reading.unexpected.any() else []
    misfits = [
        reading.spell(symbols)
        for symbols in numbers
        if any(reading.unexpected[symbol.at] for symbol in symbols if not symbol.is_sign)
        and not reading.is_corrected(symbols).any()
    ]
    return say_misfits(str(reading.expect), misfits)


def say_misfits(expect: str, misfits: Sequence[str]) -> str:
    """Say as `describe_misfits` which texts are not as expected."""
    return f"Not as expected ({expect}): {', '.join(misfits)}." if misfits else ""


def _find_misfits(texts: Sequence[str], boxes: Boxes, row: NDArray[np.int32], expect: Expect) -> NDArray[np.bool_]:
    """Tell which numbers are not as expected, bool (n,); of a column that does not add up, the total.

    Args:
        texts: the numbers, row by row from left to right.
        boxes: int32 (n, 4), their boxes in the straight picture.
        row: int32 (n,), the row of each.
        expect: what is expected of each.
    """
    misfits = np.array([not expect.fits(text) for text in texts], np.bool_)
    for members in find_totals(boxes, row) if expect.total else ():
        if not misfits[members].any() and not adds_up([texts[index] for index in members], expect):
            misfits[members[-1]] = True
    return misfits
