"""Ask a writer for the digits that are still missing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.labels import CLASSES

PROMPT_LENGTH = 5  # Digits that fit side by side on the paper, on a phone too.


def count_missing(counts: NDArray[np.int64], times: int) -> NDArray[np.int64]:
    """Return how many digits of each label are missing, int64 (10,).

    Args:
        counts: number of digits of each label that there are, int64 (10 or more,).
        times: number of digits of each label that are wanted.
    """
    return np.maximum(times - counts[:CLASSES], 0)


def choose_prompt(counts: NDArray[np.int64], times: int, length: int = PROMPT_LENGTH) -> tuple[int, ...]:
    """Choose the digits to ask for next, in ascending order, those that are missing most first.

    A label comes twice only if fewer labels than `length` are missing.

    Args:
        counts: number of digits of each label that there are, int64 (10 or more,).
        times: number of digits of each label that are wanted.
        length: number of digits to ask for at once, at most.
    """
    missing = count_missing(counts, times)
    prompt: list[int] = []
    while len(prompt) < length and missing.any():
        asked = np.array([prompt.count(label) for label in range(CLASSES)])
        open_labels = np.flatnonzero(missing)
        label = min(open_labels.tolist(), key=lambda label: (asked[label], -missing[label], label))
        prompt.append(label)
        missing[label] -= 1
    return tuple(sorted(prompt))
