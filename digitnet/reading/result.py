"""The result of reading a picture, hints to it, and its intermediate pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from digitnet.errors import ImageError
from digitnet.labels import CLASSES
from digitnet.preprocessing.binarization import Ink
from digitnet.preprocessing.normalization import PICTURE_SIZE
from digitnet.segmentation.boxes import enclose
from digitnet.segmentation.components import MIN_LENGTH_RATIO, Components, find_components
from digitnet.segmentation.oversegmentation import Stroke
from digitnet.types import RGB


def require_stages(reading: Reading) -> Stages:
    """Return how a reading was found.

    Raises:
        ImageError: that was not kept.
    """
    if reading.stages is None:
        raise ImageError("Boxes can only be read on a reading that was kept with its stages.")
    return reading.stages


@dataclass(frozen=True)
class Stages:
    """What the pipeline saw on the way.

    Attributes:
        image: what was read: the upright picture, a part of it, or one with a margin around it.
        ink: of `image`.
        offset: x and y of the first pixel of `image` in the upright picture.
        min_length_ratio: of the typical digit (0 to 1); what is shorter was left out.
        strokes: the strokes of a drawing in pixels of the ink, where they are known.
    """

    image: RGB
    ink: Ink
    offset: tuple[int, int] = (0, 0)
    min_length_ratio: float = MIN_LENGTH_RATIO
    strokes: Sequence[Stroke] = ()

    @cached_property
    def components(self) -> Components:
        """The connected components of the ink, found when they are first asked for."""
        return find_components(self.ink.map)

    def shift(self, right: int, down: int) -> Stages:
        """Return the same of a picture of which this one is a part, or which is a part of this one."""
        return replace(self, offset=(self.offset[0] + right, self.offset[1] + down))


@dataclass(frozen=True)
class Hints:
    """What a user knows of a picture; None is found out.

    Attributes:
        dark_on_light: whether the ink is darker than its ground.
        lines: whether lines are printed on the paper; True looks for them with less caution.
        region: x0, y0, x1, y1 in pixels of the upright picture: read only that part.
    """

    dark_on_light: bool | None = None
    lines: bool | None = None
    region: tuple[int, int, int, int] | None = None


@dataclass(frozen=True, eq=False)
class Reading:
    """Digits in reading order; the arrays are parallel.

    Attributes:
        boxes: int32 (n, 4), x0 y0 x1 y1 in pixels of the upright picture, x1 and y1 exclusive.
        probabilities: float32 (n, 10); what a row lacks to 1 is the probability that it is no digit.
        row: int32 (n,), counted from the top.
        crops: uint8 (n, 28, 28), what the network saw.
        size: width and height of the upright picture.
        stages: how it was found, None where that was not kept.
        number: int32 (n,), which number each digit belongs to, counted in reading order; numbers of one
            row stand clearly apart.
        refused: int32 (m, 4), boxes of what is written but is no digit.
        level: confidence under which a digit is doubtful.
    """

    boxes: NDArray[np.int32]
    probabilities: NDArray[np.float32]
    row: NDArray[np.int32]
    crops: NDArray[np.uint8]
    size: tuple[int, int] = (0, 0)
    number: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    refused: NDArray[np.int32] = field(default_factory=lambda: np.empty((0, 4), np.int32))
    level: float = 0.8
    stages: Stages | None = field(default=None, repr=False)

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

    @property
    def labels(self) -> NDArray[np.int64]:
        """The most probable digit of each, int64 (n,)."""
        return self.probabilities.argmax(axis=1)

    @property
    def confidence(self) -> NDArray[np.float32]:
        """The probability of that digit, float32 (n,)."""
        return self.probabilities.max(axis=1, initial=0.0)

    @property
    def runner_up(self) -> NDArray[np.int64]:
        """The second most probable digit of each, int64 (n,)."""
        return self.probabilities.argsort(axis=1)[:, -2]

    @property
    def doubtful(self) -> NDArray[np.bool_]:
        """Which digits are read with less confidence than `level`, bool (n,)."""
        return self.confidence < self.level

    @property
    def numbers(self) -> list[str]:
        """The numbers in reading order; digits that stand clearly apart belong to different ones."""
        return [self._said(places) for row in self.places for places in row]

    @property
    def number_confidence(self) -> NDArray[np.float32]:
        """The probability that all digits of a number are right, float32, one for each of `numbers`."""
        return np.array([self.confidence[places].prod() for row in self.places for places in row], np.float32)

    @property
    def rows(self) -> list[str]:
        """The text of each row, from the top; a space stands between numbers."""
        return [" ".join(map(self._said, row)) for row in self.places]

    @property
    def places(self) -> list[list[NDArray[np.intp]]]:
        """For each row its numbers, each as the places of its digits in the arrays."""
        number = self.number if len(self.number) == len(self.boxes) else self.row
        rows = [np.flatnonzero(self.row == row) for row in np.unique(self.row)]
        return [[row[number[row] == own] for own in dict.fromkeys(number[row].tolist())] for row in rows]

    def _said(self, places: NDArray[np.intp]) -> str:
        return "".join(map(str, self.labels[places]))

    @property
    def row_boxes(self) -> list[NDArray[np.int32]]:
        """The box around each row, (4,) as in `boxes`."""
        return [enclose(self.boxes[self.row == row]) for row in np.unique(self.row)]

    @property
    def text(self) -> str:
        """The rows joined by newlines."""
        return "\n".join(self.rows)
