"""What a collection of digits still lacks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.labels import CLASSES

MIN_DIGITS_PER_LABEL = 10  # of one digit


def describe_balance(counts: NDArray[np.int64]) -> str:
    """Return a sentence on the digits that a collection has too few of; `counts` is int64 (11,)."""
    digits = counts[:CLASSES]
    absent, usual = np.flatnonzero(digits == 0), float(np.median(digits))
    few = np.flatnonzero((digits > 0) & ((digits < MIN_DIGITS_PER_LABEL) | (digits < 0.4 * usual)))
    if len(absent) == CLASSES:
        return "There are no digits yet."
    if len(absent):
        return f"Still missing: {_listed(absent)}." + (f" Few so far: {_listed(few)}." if len(few) else "")
    if len(few) == CLASSES:
        return f"All ten digits are there, but few of each: {MIN_DIGITS_PER_LABEL} or more of each help most."
    if len(few):
        return f"Few so far: {_listed(few)}. Write more of these."
    return "All ten digits are well represented."


def _listed(digits: NDArray[np.intp]) -> str:
    names = [str(digit) for digit in digits]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
