"""Set signs side by side as a hand spaces them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.strips import STRIP_HEIGHT

Floats = NDArray[np.float32]
INKED = 0.4  # Pixels with more ink are writing.


class Sheet:
    """Ink that grows to the right."""

    def __init__(self) -> None:
        self.ink = np.zeros((STRIP_HEIGHT, 64), np.float32)
        self._reach = np.full(STRIP_HEIGHT, -np.inf)  # The rightmost ink of each row.
        self._last: tuple[int, int] = (0, 0)  # Left and right side of the last sign.

    def place(self, ink: Floats, gap: float) -> int:
        """Place a sign to the right of the others and return its left side."""
        inked = ink > INKED
        rows = np.flatnonzero(inked.any(axis=1))
        width = ink.shape[1]
        left = 0
        if np.isfinite(self._reach).any() and len(rows):
            before = np.maximum.reduce([np.roll(self._reach, shift) for shift in (-2, 0, 2)])
            near = before[rows] - inked[rows].argmax(axis=1)
            apart = float(near.max())
            if not np.isfinite(apart):
                apart = self._last[1] - 1
            least = self._last[0] + 0.45 * (self._last[1] - self._last[0]) + 1
            left = max(round(apart + 1 + gap), round(least), 0)
        self._draw(ink, left)
        ends = np.where(inked.any(axis=1), left + width - 1 - inked[:, ::-1].argmax(axis=1), -np.inf)
        self._reach = np.maximum(self._reach, ends)
        self._last = (left, left + width)
        return left

    def put(self, ink: Floats, left: int) -> None:
        """Put a sign at a column, whatever lies there; what would stand left of the sheet is cut off."""
        self._draw(ink[:, max(0, -left) :], max(0, left))

    def _draw(self, ink: Floats, left: int) -> None:
        width = ink.shape[1]
        if left + width > self.ink.shape[1]:
            self.ink = np.pad(self.ink, ((0, 0), (0, max(64, left + width - self.ink.shape[1]))))
        window = self.ink[:, left : left + width]
        np.maximum(window, ink, out=window)

    @property
    def width(self) -> int:
        """Columns from the left side to the end of the ink."""
        columns = np.flatnonzero(self.ink.max(axis=0) > 0.05)
        return int(columns[-1]) + 1 if len(columns) else 0
