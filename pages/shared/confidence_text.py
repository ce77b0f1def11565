"""Say how sure numbers are, and which ones a user has corrected: their confidence is not the network's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.result import Reading
from pages.shared import formatting

_CORRECTED, _CHECKED = "corrected by you", "checked by you"


def describe_number(reading: Reading, number: NDArray[np.intp], changed: NDArray[np.bool_]) -> str:
    """Return "98.2% sure", "corrected by you", "checked by you", or "1 digit checked by you".

    Args:
        reading: the corrected reading.
        number: the digits of the number, as indices into the arrays of the reading.
        changed: bool (n,), which digits of the reading a user has changed, not only checked.
    """
    known = _get_corrected(reading)[number]
    if changed[number].any():
        return _CORRECTED
    if known.all():
        return _CHECKED
    if known.any():
        return f"{formatting.format_count(int(known.sum()), 'digit')} {_CHECKED}"
    return f"{formatting.format_percent(float(reading.confidence[number].prod()))} sure"


def describe_all(reading: Reading, changed: NDArray[np.bool_]) -> str:
    """Return how sure all numbers are: "54.5% sure of 2047", "98.2% sure of each, or more", or who corrected them."""
    numbers, yours = [number for row in reading.places for number in row], _get_corrected(reading) | changed
    read = [number for number in numbers if not yours[number].any()]
    if len(numbers) == 1:
        text = describe_number(reading, numbers[0], changed)
        return f"{text} of {reading.numbers[0]}" if read else text.capitalize()
    if not read:
        return (_CORRECTED if changed.any() else _CHECKED).capitalize()
    share = formatting.format_percent(min(float(reading.confidence[number].prod()) for number in read))
    if len(read) == len(numbers):
        return f"{share} sure of each, or more"
    how = _CORRECTED if changed.any() else _CHECKED
    return f"{share} sure of each, or more; {len(numbers) - len(read)} {how}"


def _get_corrected(reading: Reading) -> NDArray[np.bool_]:
    """Return whether a user has corrected or checked each digit, bool (n,)."""
    return reading.corrected if len(reading.corrected) else np.zeros(len(reading), np.bool_)
