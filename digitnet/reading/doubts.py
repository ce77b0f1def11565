"""Tell which digits and signs make a number doubtful: one that is less likely right, as a whole, than a level."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.number_confidence import multiply_by_number


def find_unsure_digits(confidence: NDArray[np.float32], number: NDArray[np.int32], level: float) -> NDArray[np.bool_]:
    """Tell which digits make the digits of their number together less likely right than a level, bool (n,).

    Of such a number of k digits, those are less sure than the k-th root of the level: at least one.

    Args:
        confidence: float32 (n,), 0 to 1.
        number: int32 (n,), the number that each digit belongs to.
        level: 0 to 1.
    """
    _, own, counts = np.unique(number, return_inverse=True, return_counts=True)
    whole = multiply_by_number(confidence, number)
    return np.asarray((whole < level) & (confidence < level ** (1 / counts[own])), np.bool_)


def find_unsure_signs(
    confidence: NDArray[np.float32],
    digits: NDArray[np.float32],
    numbers: Iterable[tuple[list[int], list[int]]],
    level: float,
) -> NDArray[np.bool_]:
    """Tell which signs make their number less likely right than a level, bool (k,); a sign of no number may, too.

    Args:
        confidence: float32 (k,), of the signs, 0 to 1.
        digits: float32 (n,), the same of the digits.
        numbers: the indices of the digits and of the signs of each number.
        level: 0 to 1.
    """
    unsure: NDArray[np.bool_] = confidence < level
    for own, signs in numbers:
        if signs:
            unsure[signs] = _share_doubt(confidence[signs], float(digits[own].prod(dtype=np.float64)), level)
    return unsure


def _share_doubt(confidence: NDArray[np.float32], digits: float, level: float) -> NDArray[np.bool_]:
    """Tell which signs of one number make it less likely right than a level, bool (k,).

    They bear the doubt that sure digits leave; beside unsure digits, which are marked, they are measured by themselves.
    """
    least = level / digits if digits >= level else level
    if float(confidence.prod(dtype=np.float64)) >= least:
        return np.zeros(len(confidence), np.bool_)
    unsure: NDArray[np.bool_] = confidence < least ** (1 / len(confidence))
    unsure[int(confidence.argmin())] = True
    return unsure
