"""Single signs by other people: their ink, labels and writers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.types import Gray

DIGITS = "0123456789"


class Glyphs(NamedTuple):
    """Signs that people wrote; n of them.

    Attributes:
        inks: n arrays, uint8 (h, w) of any size, ink 255 on 0, without empty margins.
        labels: str (n,), the sign; empty for ink that is no sign.
        writers: str (n,), unique within a data set.
    """

    inks: list[Gray]
    labels: NDArray[np.str_]
    writers: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.inks)

    def select(self, indices: NDArray[np.intp]) -> Glyphs:
        """Return the glyphs at indices, intp (k,)."""
        return Glyphs([self.inks[index] for index in indices], self.labels[indices], self.writers[indices])

    @property
    def is_digit(self) -> NDArray[np.bool_]:
        """Which glyphs are digits, bool (n,)."""
        return np.isin(self.labels, list(DIGITS))


def join(parts: Iterable[Glyphs]) -> Glyphs:
    """Join glyphs of several sets; their writers should differ."""
    parts = list(parts)
    inks = [ink for part in parts for ink in part.inks]
    empty = np.empty(0, np.str_)
    labels = np.concatenate([part.labels for part in parts]) if parts else empty
    writers = np.concatenate([part.writers for part in parts]) if parts else empty
    return Glyphs(inks, labels, writers)
