"""Digits as the decoder hands them on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.lines import Line
from digitnet.labels import CLASSES
from digitnet.types import Boxes, Picture, Pictures, Probabilities


@dataclass(frozen=True)
class DecodedDigits:
    """Digits in reading order, and the ink that was refused.

    Attributes:
        boxes: int32 (n, 4), xyxy in the ink map.
        row: int32 (n,), counted from the top.
        crops: uint8 (n, 28, 28), normalized.
        probabilities: float32 (n, 11), one for each label.
        refused: int32 (m, 4), boxes of ink that is no digit.
        lines: the lines that the string recognizer saw.
        line: int32 (n,), the index of the line of each digit.
        line_weight: how much the string recognizer counted, above 0 to 1.
        by_network: bool (n,), whether a digit was read by the digit network alone; empty if none was.
        apart: bool (n,), whether the strokes of all digits of its line stand apart, so that the digit network is
            believed whatever the line shows; empty if the strokes are not known.
        sign_boxes: int32 (k, 4), those of the refused boxes whose ink was told to be a sign.
    """

    boxes: Boxes
    row: NDArray[np.int32]
    crops: Pictures
    probabilities: Probabilities
    refused: Boxes
    lines: tuple[Line, ...] = ()
    line: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    line_weight: float = 1.0
    by_network: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))
    apart: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))
    sign_boxes: Boxes = field(default_factory=lambda: np.empty((0, 4), np.int32))

    @property
    def labels(self) -> NDArray[np.int64]:
        """The likeliest digits, int64 (n,)."""
        return np.asarray(self.probabilities[:, :CLASSES].argmax(axis=1), np.int64)

    def take(self, index: int) -> DecodedDigit:
        """Return one of the digits."""
        row, line = int(self.row[index]), int(self.line[index])
        return DecodedDigit(row, line, self.boxes[index], self.crops[index], self.probabilities[index])

    def refuse(self, chosen: NDArray[np.bool_]) -> DecodedDigits:
        """Return the digits without those chosen, bool (n,), which are refused."""
        kept = ~chosen
        return replace(
            self,
            boxes=self.boxes[kept],
            row=np.unique(self.row[kept], return_inverse=True)[1].astype(np.int32),
            crops=self.crops[kept],
            probabilities=self.probabilities[kept],
            refused=np.concatenate([self.refused, self.boxes[chosen]]),
            line=self.line[kept] if len(self.line) else self.line,
            by_network=self.by_network[kept] if len(self.by_network) else self.by_network,
            apart=self.apart[kept] if len(self.apart) else self.apart,
        )


@dataclass(frozen=True)
class DecodedDigit:
    """A decoded digit: its row and line, box (4,), picture (28, 28) and probabilities (11,)."""

    row: int
    line: int
    box: Boxes
    picture: Picture
    probabilities: Probabilities

    @property
    def label(self) -> int:
        """The likeliest digit, 0 to 9."""
        return int(self.probabilities[:CLASSES].argmax())


def sort_digits(digits: Sequence[DecodedDigit], refused: Sequence[Boxes], lines: Sequence[Line]) -> DecodedDigits:
    """Sort digits by row and from left to right; number the rows without gaps."""
    digits = sorted(digits, key=lambda digit: (digit.row, int(digit.box[0] + digit.box[2])))
    rows = np.array([digit.row for digit in digits], np.int32)
    return DecodedDigits(
        np.array([digit.box for digit in digits], np.int32).reshape(-1, 4),
        np.unique(rows, return_inverse=True)[1].astype(np.int32),
        np.array([digit.picture for digit in digits], np.uint8).reshape(-1, 28, 28),
        np.array([digit.probabilities for digit in digits], np.float32).reshape(-1, CLASSES + 1),
        np.array(refused, np.int32).reshape(-1, 4),
        tuple(lines),
        np.array([digit.line for digit in digits], np.int32),
    )
