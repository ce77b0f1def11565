"""Find the gaps that part the numbers of a single row by the two widths that its gaps have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.types import Boxes

_MAX_NARROW_GAP, _MIN_WIDE_GAP = 0.3, 0.7  # Digit heights: each gap is narrower or wider than these,
_MIN_GAP_RATIO, _MIN_STEP_RATIO = 3.0, 1.25  # and wide ones so many times, as gaps and from middle to middle.
_MIN_WIDE_GAPS, _MAX_WIDE_RATIO = 2, 1.4  # One such gap may be a loose digit; several are alike.
_MAX_OVERLAP = 0.25  # Digit heights by which neighbors overlap; more do those that are written into each other.
_THOUSAND_DIGITS = 3


def find_clear_gaps(gaps: NDArray[np.float64], boxes: Boxes) -> NDArray[np.bool_]:
    """Tell which gaps of a row are wide, if all are either narrow or clearly wider, bool (k,); all False if not.

    The middles of the digits have to lie as far apart, for a 1 has gaps beside it in any number. Digits in groups of
    three after the first are one number that is written with spaces.

    Args:
        gaps: float64 (k,), between neighbors, in digit heights.
        boxes: int32 (k + 1, 4), the digits from left to right.
    """
    nothing = np.zeros(len(gaps), np.bool_)
    narrow, wide = gaps < _MAX_NARROW_GAP, gaps >= _MIN_WIDE_GAP
    if not (narrow | wide).all() or not narrow.any() or wide.sum() < _MIN_WIDE_GAPS or gaps.min() < -_MAX_OVERLAP:
        return nothing
    steps = np.diff(boxes[:, ::2].sum(axis=1) / 2)
    is_clear = gaps[wide].min() >= _MIN_GAP_RATIO * gaps[narrow].max()
    is_clear &= gaps[wide].max() <= _MAX_WIDE_RATIO * gaps[wide].min()
    is_clear &= steps[wide].min() >= _MIN_STEP_RATIO * steps[narrow].max()
    lengths = np.diff([0, *(np.flatnonzero(wide) + 1), len(boxes)])
    is_one = lengths[0] <= _THOUSAND_DIGITS and (lengths[1:] == _THOUSAND_DIGITS).all()
    return wide if is_clear and not is_one else nothing
