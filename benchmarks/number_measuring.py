"""Read composed numbers, and measure what speaks for each and whether it is right."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.composed_numbers import ComposedNumber
from benchmarks.number_matching import find_right_numbers
from digitnet.models.classifier import Classifier
from digitnet.reading.pipeline import read_drawing, read_rgb
from digitnet.reading.result import Reading
from digitnet.reading.signs import part_symbols

_PROGRESS_SECONDS = 10.0  # From one line of progress to the next.


class MeasuredNumber(NamedTuple):
    """A number that was read.

    Attributes:
        features: float64 (4,), see `NumberEvidence`.
        way: the way that it was read.
        is_right: whether its digits are right and none beside it was missed.
        signs: the probability that its signs are right, 0 to 1.
        is_exact: whether it is right, and all signs of its picture are.
    """

    features: NDArray[np.float64]
    way: str
    is_right: bool
    signs: float
    is_exact: bool


class Measured(NamedTuple):
    """Numbers that were read, as `MeasuredNumber` in parallel arrays.

    Attributes:
        features: float64 (n, 4).
        way: str (n,).
        right: bool (n,).
        signs: float64 (n,).
        exact: bool (n,).
        pictures: how many pictures were read.
        blank: in how many of them no number was found.
    """

    features: NDArray[np.float64]
    way: NDArray[np.str_]
    right: NDArray[np.bool_]
    signs: NDArray[np.float64]
    exact: NDArray[np.bool_]
    pictures: int
    blank: int

    @property
    def right_share(self) -> float:
        """The share of right numbers, 0 to 1, where a picture without any number counts as a wrong one."""
        return float(self.right.sum()) / max(1, len(self.right) + self.blank)

    @classmethod
    def join(cls, parts: Iterable[Measured]) -> Measured:
        """Return the numbers of several kinds as one."""
        features, way, right, signs, exact, pictures, blank = zip(*parts, strict=True)
        return cls(
            np.concatenate(features),
            np.concatenate(way),
            np.concatenate(right),
            np.concatenate(signs),
            np.concatenate(exact),
            sum(pictures),
            sum(blank),
        )


def measure(numbers: Iterable[ComposedNumber], classifier: Classifier) -> Measured:
    """Read numbers; one with strokes is read as a drawing."""
    found: list[MeasuredNumber] = []
    pictures = blank = 0
    for number in numbers:
        if number.strokes:
            reading = read_drawing(number.picture, classifier, number.strokes)
        else:
            reading = read_rgb(number.picture, classifier)
        pictures += 1
        blank += not len(reading)
        found += _list_numbers(reading, number)
    return Measured(
        np.array([one.features for one in found]).reshape(-1, 4),
        np.array([one.way for one in found], np.str_),
        np.array([one.is_right for one in found], np.bool_),
        np.array([one.signs for one in found], np.float64),
        np.array([one.is_exact for one in found], np.bool_),
        pictures,
        blank,
    )


def _list_numbers(reading: Reading, truth: ComposedNumber) -> Iterator[MeasuredNumber]:
    if reading.evidence is None:
        return
    features, way = reading.evidence.compute_features(), reading.evidence.way.tolist()
    are_signs_right = "".join(reading.number_texts) == truth.text
    right = find_right_numbers(truth.digits, reading.numbers)
    numbers = [number for row in reading.symbols for number in row]
    for symbols, is_right in zip(numbers, right, strict=True):
        digits, signs = part_symbols(symbols)
        sure = float(reading.signs.confidence[signs].prod(dtype=np.float64))
        yield MeasuredNumber(features[digits[0]], way[digits[0]], is_right, sure, is_right and are_signs_right)


def report_progress(kind: str, numbers: Iterable[ComposedNumber], count: int) -> Iterator[ComposedNumber]:
    """Yield numbers, and say on stderr how many were read and how long the rest takes."""
    start = told = time.perf_counter()
    for done, number in enumerate(numbers):
        now = time.perf_counter()
        if done and now - told >= _PROGRESS_SECONDS:
            rest = max(0, count - done) * (now - start) / done
            print(
                f"{kind}: {done} of {count} read in {now - start:.0f} s, {rest:.0f} s left", file=sys.stderr, flush=True
            )
            told = now
        yield number
