"""Define the result of reading a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from digitnet.documents.page import Page
from digitnet.errors import ImageError
from digitnet.expectations.expect import Expect
from digitnet.labels import CLASSES
from digitnet.models.calibration import DEFAULT_MIN_CONFIDENCE
from digitnet.models.number_levels import NumberEvidence
from digitnet.preprocessing.normalization import PICTURE_SIZE
from digitnet.reading.doubts import find_unsure_digits, find_unsure_signs
from digitnet.reading.misfits import find_unexpected
from digitnet.reading.placement import Placement
from digitnet.reading.signs import Signs, Symbol, arrange_row, part_symbols
from digitnet.reading.stages import Stages
from digitnet.segmentation.boxes import enclose


@dataclass(frozen=True, eq=False)
class Reading:
    """Digits in reading order, and the signs beside them; the arrays of the digits are parallel.

    What is computed from the arrays is kept, so no array may be changed.

    Attributes:
        boxes: int32 (n, 4), x0 y0 x1 y1 in pixels of the upright picture, x1 and y1 exclusive.
        probabilities: float32 (n, 10); a row sums to 1 less the probability of no digit.
        row: int32 (n,), counted from the top.
        crops: uint8 (n, 28, 28), the input of the network.
        size: width and height of the upright picture.
        number: int32 (n,), the number that each digit belongs to, counted in reading order; numbers of one
            row stand clearly apart.
        refused: int32 (m, 4), boxes of ink that is no digit.
        level: confidence below which a number is doubtful.
        corrected: bool (n,), whether a user has corrected or confirmed each digit; empty if none was.
        signs: points, commas and other signs beside the digits.
        page: which page of its file the picture is; its `error` says why it could not be read.
        stages: intermediate results, or None if they were not kept.
        sheets: the outlines of the sheets that were read, int32 (m, 2) each, x and y of the corners in pixels of the
            upright picture; empty if all of it was read.
        lines: int32 (k, 4), the ends x0 y0 x1 y1 of the drawn lines that were taken out, in pixels of the picture.
        grid: int32 (k, 4), the ends of the lines that a hint gave for a table, None to make one of `lines`.
        turn: degrees by which the picture was turned clockwise to be read: 0, 90, 180 or 270.
        slope: degrees by which its rows rose after that; it was turned clockwise by as many, too.
        mirrored: whether the writing seems to be mirrored; it was read as it is.
        expect: what is expected of each number, None if nothing is.
        plain: what was read without it, by the indices of `number`, where that differs.
        placement: where the picture that was read, its sheets stood straight, lies in the upright picture.
        evidence: what speaks for the number of each digit, n values each; None if no line was seen, and for digits that
            were changed since.
    """

    boxes: NDArray[np.int32]
    probabilities: NDArray[np.float32]
    row: NDArray[np.int32]
    crops: NDArray[np.uint8]
    size: tuple[int, int] = (0, 0)
    number: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    refused: NDArray[np.int32] = field(default_factory=lambda: np.empty((0, 4), np.int32))
    level: float = DEFAULT_MIN_CONFIDENCE
    corrected: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))
    stages: Stages | None = field(default=None, repr=False)
    signs: Signs = field(default_factory=Signs.empty)
    page: Page = field(default_factory=Page)
    sheets: tuple[NDArray[np.int32], ...] = ()
    lines: NDArray[np.int32] = field(default_factory=lambda: np.empty((0, 4), np.int32))
    grid: NDArray[np.int32] | None = None
    turn: int = 0
    slope: float = 0.0
    mirrored: bool = False
    expect: Expect | None = None
    plain: dict[int, str] = field(default_factory=dict)
    placement: Placement = field(default_factory=Placement, repr=False)
    evidence: NumberEvidence | None = field(default=None, repr=False)

    @classmethod
    def empty(cls, size: tuple[int, int] = (0, 0), stages: Stages | None = None) -> Reading:
        """Return the reading of a picture without digits."""
        return cls(
            np.empty((0, 4), np.int32),
            np.empty((0, CLASSES), np.float32),
            np.empty(0, np.int32),
            np.empty((0, PICTURE_SIZE, PICTURE_SIZE), np.uint8),
            size,
            stages=stages,
        )

    def __len__(self) -> int:
        return len(self.boxes)

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """The most probable digits, int64 (n,)."""
        return self.probabilities.argmax(axis=1)

    @cached_property
    def confidence(self) -> NDArray[np.float32]:
        """The probabilities of the most probable digits, float32 (n,)."""
        return self.probabilities.max(axis=1, initial=0.0)

    @cached_property
    def runner_up(self) -> NDArray[np.int64]:
        """The second most probable digits, int64 (n,)."""
        return self.probabilities.argsort(axis=1)[:, -2]

    @cached_property
    def doubtful(self) -> NDArray[np.bool_]:
        """Whether each digit makes its number doubtful, bool (n,), see `find_unsure_digits`.

        All digits of a number are marked that is not as expected, but for those that a user has corrected or confirmed.
        """
        number = self.number if len(self.number) == len(self) else self.row
        unexpected = self.unexpected & ~self.corrected if len(self.corrected) else self.unexpected
        return find_unsure_digits(self.confidence, number, self.level) | unexpected

    @cached_property
    def unexpected(self) -> NDArray[np.bool_]:
        """Whether the number of each digit is not as expected, bool (n,)."""
        return find_unexpected(self)

    @cached_property
    def doubtful_signs(self) -> NDArray[np.bool_]:
        """Whether each sign makes its number doubtful, bool (k,), see `find_unsure_signs`.

        A number is doubtful if its digits and signs together are less likely right than `level`.
        """
        numbers = (part_symbols(number) for row in self.symbols for number in row)
        return find_unsure_signs(self.signs.confidence, self.confidence, numbers, self.level)

    @property
    def has_doubts(self) -> bool:
        """Whether any digit or sign is doubtful."""
        return bool(self.doubtful.any() or self.doubtful_signs.any())

    @property
    def numbers(self) -> list[str]:
        """The digits of each number in reading order; digits that stand clearly apart belong to different ones."""
        return [self._join_digits(places) for row in self.places for places in row]

    @property
    def number_texts(self) -> list[str]:
        """The numbers with their signs, parallel to `numbers`: "12.50" for "1250"."""
        return [self.spell(number) for row in self.symbols for number in row]

    @property
    def number_confidence(self) -> NDArray[np.float32]:
        """The probability that all digits and signs of each number are right, float32, parallel to `numbers`."""
        return np.array([self.compute_confidence(number) for row in self.symbols for number in row], np.float32)

    @property
    def rows(self) -> list[str]:
        """The digits of each row, from the top, with a space between numbers."""
        return [" ".join(map(self._join_digits, row)) for row in self.places]

    @property
    def row_texts(self) -> list[str]:
        """The numbers of each row with their signs, parallel to `rows`, with a space between numbers."""
        return [" ".join(map(self.spell, row)) for row in self.symbols]

    @cached_property
    def places(self) -> list[list[NDArray[np.intp]]]:
        """The digits of each number of each row, as indices into the arrays, intp (k,)."""
        number = self.number if len(self.number) == len(self.boxes) else self.row
        rows = [np.flatnonzero(self.row == row) for row in np.unique(self.row)]
        return [[row[number[row] == value] for value in dict.fromkeys(number[row].tolist())] for row in rows]

    @cached_property
    def symbols(self) -> list[list[list[Symbol]]]:
        """The digits and signs of each number of each row in reading order, parallel to `places`."""
        rows = zip(np.unique(self.row).tolist(), self.places, strict=True)
        boxes, signs = self.straight_boxes, self.straight_signs
        return [arrange_row(numbers, boxes, row, signs) for row, numbers in rows]

    @property
    def ruling(self) -> NDArray[np.int32]:
        """The lines to show, int32 (k, 4) as in `lines`: those of a given grid, or those that were found."""
        return self.lines if self.grid is None else self.grid

    @property
    def straight_boxes(self) -> NDArray[np.int32]:
        """The boxes in pixels of the straight picture, int32 (n, 4), where rows run from left to right."""
        return self.placement.to_straight(self.boxes)

    @property
    def straight_signs(self) -> Signs:
        """The signs with their boxes in pixels of the straight picture."""
        return self.signs.move_to(self.placement.to_straight(self.signs.boxes))

    def find_doubtful(self, symbols: Sequence[Symbol]) -> list[Symbol]:
        """Return the doubtful ones of some digits and signs."""
        digits, signs = self.doubtful, self.doubtful_signs
        return [symbol for symbol in symbols if (signs if symbol.is_sign else digits)[symbol.at]]

    def spell(self, symbols: Sequence[Symbol]) -> str:
        """Return digits and signs as text."""
        labels = self.labels
        return "".join(str((self.signs.labels if is_sign else labels)[index]) for index, is_sign in symbols)

    def compute_confidence(self, symbols: Sequence[Symbol]) -> float:
        """Compute the probability that all of some digits and signs are right."""
        digits, signs = part_symbols(symbols)
        return float(
            self.confidence[digits].prod(dtype=np.float64) * self.signs.confidence[signs].prod(dtype=np.float64)
        )

    def is_corrected(self, symbols: Sequence[Symbol]) -> NDArray[np.bool_]:
        """Return whether a user has corrected or confirmed each of some digits and signs, bool (len(symbols),)."""
        digits = self.corrected if len(self.corrected) else np.zeros(len(self), np.bool_)
        return np.array([(self.signs.known if is_sign else digits)[index] for index, is_sign in symbols], np.bool_)

    def enclose(self, symbols: Sequence[Symbol]) -> NDArray[np.int32]:
        """Return the box around some digits and those signs that have ink, int32 (4,) as in `boxes`."""
        digits, signs = part_symbols(symbols)
        signs = [index for index in signs if self.signs.has_ink[index]]
        return enclose(np.concatenate([self.boxes[digits], self.signs.boxes[signs]]))

    def _join_digits(self, places: NDArray[np.intp]) -> str:
        return "".join(map(str, self.labels[places]))

    @property
    def row_boxes(self) -> list[NDArray[np.int32]]:
        """The box around the digits of each row, int32 (4,) as in `boxes`."""
        return [enclose(self.boxes[self.row == row]) for row in np.unique(self.row)]

    @property
    def text(self) -> str:
        """The rows with their signs, joined by newlines."""
        return "\n".join(self.row_texts)


def require_stages(reading: Reading) -> Stages:
    """Return the stages of a reading.

    Raises:
        ImageError: the reading has none.
    """
    if reading.stages is None:
        raise ImageError("Expected a reading with its stages. Received: one without; read the picture again.")
    return reading.stages
