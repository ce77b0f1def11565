"""Store files of different sizes in one array."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray


def join(files: Sequence[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the bytes of all files one after another, uint8 (m,), and the end of each, int64 (n,)."""
    return np.frombuffer(b"".join(files), np.uint8), np.cumsum([len(file) for file in files], dtype=np.int64)


def split(content: NDArray[Any], ends: NDArray[Any]) -> list[bytes]:
    """Return the files of `join`.

    Raises:
        ValueError: they overlap; together they might fill the memory.
    """
    places = [0, *(int(end) for end in ends)]
    if [*places, len(content)] != sorted([*places, len(content)]):
        raise ValueError("Expected files one after another. Received: files that overlap.")
    return [content[start:end].tobytes() for start, end in pairwise(places)]
