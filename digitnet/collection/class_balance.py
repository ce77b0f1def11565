"""Describe the digits that a collection still lacks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.labels import CLASSES

MIN_DIGITS_PER_LABEL = 10
_MIN_SHARE_OF_MEDIAN = 0.4  # A label with fewer digits than this share of the median is underrepresented.


def describe_balance(counts: NDArray[np.int64]) -> str:
    """Return a sentence on the labels with too few digits.

    Args:
        counts: number of digits of each label, int64 (11,).
    """
    digits = counts[:CLASSES]
    absent = np.flatnonzero(digits == 0)
    is_few = (digits < MIN_DIGITS_PER_LABEL) | (digits < _MIN_SHARE_OF_MEDIAN * float(np.median(digits)))
    few = np.flatnonzero((digits > 0) & is_few)
    if len(absent) == CLASSES:
        return "There are no digits yet."
    if len(absent):
        return f"Still missing: {_join_labels(absent)}." + (f" Few so far: {_join_labels(few)}." if len(few) else "")
    if len(few) == CLASSES:
        return f"All ten digits are there, but few of each: {MIN_DIGITS_PER_LABEL} or more of each help most."
    if len(few):
        return f"Few so far: {_join_labels(few)}. Write more of these."
    return "All ten digits are well represented."


def _join_labels(labels: NDArray[np.intp]) -> str:
    names = [str(label) for label in labels]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
