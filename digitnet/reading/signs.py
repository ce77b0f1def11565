"""Hold the signs of a reading, such as points and slashes, which stand beside its digits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.boxes import intersect
from digitnet.types import Boxes

SIGNS = ".,-+/:()=%$€£×÷'"
LEADING_SIGNS = "-+($€£"  # Between two numbers, these belong to the one that follows.
_MIN_GAP_RATIO = 1.5  # A gap so many times as wide as another one parts two numbers instead of it.
_MAX_COVERED = 0.5  # A digit that covers a greater share of a sign's box replaces the sign.


@dataclass(frozen=True, eq=False)
class Signs:
    """Signs in reading order; the arrays are parallel.

    Attributes:
        labels: str (k,), each one character of `SIGNS`.
        boxes: int32 (k, 4), x0 y0 x1 y1 in pixels of the upright picture; a typed sign has no ink and its box no
            width, and an unknown box is all 0.
        confidence: float32 (k,), the probability of each label, 0 to 1.
        place: int32 (k,), index of the digit that each sign stands before, 0 to n; n is after the last digit.
        row: int32 (k,), the row of each, as in `Reading.row`; signs of a row without digits are not shown.
        corrected: bool (k,), whether a user has corrected or confirmed each sign; empty if none was.
    """

    labels: NDArray[np.str_]
    boxes: NDArray[np.int32]
    confidence: NDArray[np.float32]
    place: NDArray[np.int32]
    row: NDArray[np.int32]
    corrected: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))

    @classmethod
    def empty(cls) -> Signs:
        """Return no signs."""
        none = np.empty(0, np.int32)
        return cls(np.empty(0, "<U1"), np.empty((0, 4), np.int32), np.empty(0, np.float32), none, none)

    @classmethod
    def join(cls, parts: Sequence[Signs]) -> Signs:
        """Return the signs of several rows, given in reading order, as one."""
        columns = ("labels", "boxes", "confidence", "place", "row", "known")
        return cls(*(np.concatenate([getattr(part, name) for part in [cls.empty(), *parts]]) for name in columns))

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Whether a user has corrected or confirmed each sign, bool (k,)."""
        return self.corrected if len(self.corrected) else np.zeros(len(self), np.bool_)

    @property
    def has_ink(self) -> NDArray[np.bool_]:
        """Whether each sign stands for ink in its box, bool (k,)."""
        return (self.boxes[:, 0] < self.boxes[:, 2]) & (self.boxes[:, 1] < self.boxes[:, 3])

    def select(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> Signs:
        """Return some signs, chosen by bool (k,) or by indices, intp (j,)."""
        return Signs(
            self.labels[chosen],
            self.boxes[chosen],
            self.confidence[chosen],
            self.place[chosen],
            self.row[chosen],
            self.known[chosen],
        )

    def shift(self, right: int, down: int) -> Signs:
        """Return the signs of the same picture as a part of another."""
        return replace(self, boxes=self.boxes + np.array([right, down] * 2, np.int32))

    def scale(self, factor: float) -> Signs:
        """Return the signs of the same picture in another size."""
        return replace(self, boxes=np.round(self.boxes * factor).astype(np.int32))

    def clip(self, size: tuple[int, int]) -> Signs:
        """Return the signs with boxes inside a picture of `size`, (width, height)."""
        return replace(self, boxes=np.clip(self.boxes, 0, [*size, *size]).astype(np.int32))

    def move_to(self, boxes: Boxes) -> Signs:
        """Return the signs at other boxes, int32 (k, 4); those without ink stay where they are."""
        return replace(self, boxes=np.where(self.has_ink[:, None], boxes, self.boxes).astype(np.int32))

    def keep_digits(self, kept: NDArray[np.intp], row: NDArray[np.int32]) -> Signs:
        """Return the signs after some digits have been taken out, without those of rows that have none left.

        Args:
            kept: indices of the digits that are left, intp (m,), ascending.
            row: int32 (m,), the row of each.
        """
        moved = replace(self, place=np.searchsorted(kept, self.place).astype(np.int32))
        return moved.select(np.isin(self.row, row))

    def place_among(self, boxes: Boxes, row: NDArray[np.int32], new: NDArray[np.bool_]) -> Signs:
        """Return the signs in their places among other digits of the same picture.

        Each sign joins the row of the digit nearest to it. A sign that a new digit covers is left out.

        Args:
            boxes: int32 (n, 4), the digits in reading order.
            row: int32 (n,), the row of each.
            new: bool (n,), which digits were found in other ink than before.
        """
        if not len(boxes):
            return Signs.empty()
        places, rows = self.place.copy(), self.row.copy()
        for index, box in enumerate(self.boxes):
            rows[index] = row[int(np.argmin(_measure_distances(boxes, box)))]
            members = np.flatnonzero(row == rows[index])
            middles = boxes[members, 0] + boxes[members, 2]
            places[index] = members[0] + np.count_nonzero(middles < box[0] + box[2])
        covered = np.array([_measure_cover(boxes[new], box) > _MAX_COVERED for box in self.boxes], np.bool_)
        order = np.lexsort((self.boxes[:, 0], places, rows))
        return replace(self, place=places, row=rows).select(order[~covered[order]])


class Symbol(NamedTuple):
    """A digit or a sign of a number, with its index, `at`, into the arrays of digits or of signs."""

    at: int
    is_sign: bool


def part_symbols(symbols: Sequence[Symbol]) -> tuple[list[int], list[int]]:
    """Return the indices of the digits and of the signs among some symbols."""
    digits = [index for index, is_sign in symbols if not is_sign]
    return digits, [index for index, is_sign in symbols if is_sign]


def arrange_row(numbers: Sequence[NDArray[np.intp]], boxes: Boxes, row: int, signs: Signs) -> list[list[Symbol]]:
    """Return the digits and signs of each number of a row in reading order.

    A sign between two digits of a number belongs to it. Between two numbers, what stands before the widest gap belongs
    to the first one, the rest to the second; if no gap is clearly wider, signs of `LEADING_SIGNS` go to the second.

    Args:
        numbers: the digits of each number of the row, as indices into `boxes`.
        boxes: int32 (n, 4), of all digits.
        row: the row.
        signs: all signs.
    """
    members = np.flatnonzero(signs.row == row)
    members = members[np.argsort(signs.place[members], kind="stable")]
    arranged: list[list[Symbol]] = []
    for number in numbers:
        last = arranged[-1][-1].at if arranged else None
        arranged.append([])
        for digit in number.tolist():
            before, members = members[signs.place[members] <= digit], members[signs.place[members] > digit]
            if last is not None:
                split = _split_between(boxes[last], signs.select(before), boxes[digit])
                arranged[-2].extend(Symbol(int(index), True) for index in before[:split])
                before, last = before[split:], None
            arranged[-1].extend(Symbol(int(index), True) for index in before)
            arranged[-1].append(Symbol(digit, False))
    if arranged:
        arranged[-1].extend(Symbol(int(index), True) for index in members)
    return arranged


def count_first(labels: str) -> int:
    """Return how many of the signs between two numbers belong to the first one by their kind."""
    return len(labels.rstrip(LEADING_SIGNS))


def _split_between(before: Boxes, signs: Signs, after: Boxes) -> int:
    """Return how many of the signs between the boxes of two numbers belong to the first one."""
    usual = count_first("".join(signs.labels))
    if not (signs.boxes[:, 1] < signs.boxes[:, 3]).all():
        return usual
    gaps = np.append(signs.boxes[:, 0], after[0]) - np.maximum.accumulate(np.append(before[2], signs.boxes[:, 2]))
    widest = int(np.argmax(gaps))
    return widest if gaps[widest] > max(0, _MIN_GAP_RATIO * gaps[usual]) else usual


def _measure_distances(boxes: Boxes, box: Boxes) -> NDArray[np.int64]:
    """Measure the distances in pixels between boxes and another, (4,), int64 (n,); those in height count double.

    A point belongs to the row beside it rather than to the one below it.
    """
    apart = np.maximum(np.maximum(boxes[:, :2] - box[2:], box[:2] - boxes[:, 2:]), 0).astype(np.int64)
    return apart[:, 0] + 2 * apart[:, 1]


def _measure_cover(boxes: Boxes, box: Boxes) -> float:
    """Measure the greatest share of a box, (4,), that one of the boxes covers; 0 if it has no area."""
    inside = intersect(boxes, box)
    area = int((box[2] - box[0]) * (box[3] - box[1]))
    covered = np.maximum(inside[:, 2:] - inside[:, :2], 0).prod(axis=1)
    return float(covered.max(initial=0)) / area if area > 0 else 0.0
