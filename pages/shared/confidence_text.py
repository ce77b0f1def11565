"""Say how sure numbers are, and which ones a user has corrected: their confidence is not the network's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.result import Reading
from digitnet.reading.signs import Symbol
from pages.shared import formatting

_CORRECTED, _CHECKED = "corrected by you", "checked by you"


def describe_number(reading: Reading, number: Sequence[Symbol], changed: NDArray[np.bool_]) -> str:
    """Return "98.2% sure", "corrected by you", "checked by you", or "1 digit checked by you".

    Args:
        reading: the corrected reading.
        number: the digits and signs of the number.
        changed: bool (n,), which digits of the reading a user has changed, not only checked, or the signs beside them.
    """
    known = reading.is_corrected(number)
    if _is_changed(number, changed):
        return _CORRECTED
    if known.all():
        return _CHECKED
    if known.any():
        digits = sum(is_known and not symbol.is_sign for symbol, is_known in zip(number, known, strict=True))
        counts = (("digit", digits), ("sign", int(known.sum()) - digits))
        return f"{' and '.join(formatting.format_count(count, kind) for kind, count in counts if count)} {_CHECKED}"
    return f"{formatting.format_percent(reading.compute_confidence(number))} sure"


def describe_all(reading: Reading, changed: NDArray[np.bool_]) -> str:
    """Return how sure all numbers are: "54.5% sure of 2047", "98.2% sure of each, or more", or who corrected them."""
    numbers = [number for row in reading.symbols for number in row]
    read = [number for number in numbers if not _is_changed(number, changed) and not reading.is_corrected(number).any()]
    if len(numbers) == 1:
        text = describe_number(reading, numbers[0], changed)
        return f"{text} of {reading.number_texts[0]}" if read else text.capitalize()
    if not read:
        return (_CORRECTED if changed.any() else _CHECKED).capitalize()
    share = formatting.format_percent(min(map(reading.compute_confidence, read)))
    if len(read) == len(numbers):
        return f"{share} sure of each, or more"
    how = _CORRECTED if changed.any() else _CHECKED
    return f"{share} sure of each, or more; {len(numbers) - len(read)} {how}"


def _is_changed(number: Sequence[Symbol], changed: NDArray[np.bool_]) -> bool:
    return any(changed[symbol.at] for symbol in number if not symbol.is_sign)
