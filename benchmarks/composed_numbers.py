"""Compose numbers of the digits of writers that no network was trained on, as pictures and as drawings."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args

import cv2
import numpy as np

from benchmarks.cases import NUMBER_PENS, draw_numbers, draw_scanned_sets
from benchmarks.strokes import Spacing, draw_number
from digitnet.augmentation.strings.amounts import make_amount
from digitnet.augmentation.strings.hands import collect_hands
from digitnet.augmentation.strings.papers import Papers
from digitnet.augmentation.strings.writing import write
from digitnet.handwriting.sets import PEN
from digitnet.labels import TEXT
from digitnet.preprocessing.images import load
from digitnet.segmentation.oversegmentation import Stroke
from digitnet.training.strings.examples import load_digits
from digitnet.types import RGB

DRAWN, WITH_STROKES, SCANNED, ON_PAPER = "drawn", "drawn, with their strokes", "scanned", "on paper"
_DRAWINGS_RATIO = 3  # Drawings are read fast, and few of them have digits that touch.
_MAX_LENGTH = 6  # Digits of a number that is read with its strokes.
_REPEATED_SHARE = 0.15  # This share of them is one digit several times, such as 1111.
_MAX_SCALE = 3.5  # Written strips are enlarged up to this many times.
_Items = list[dict[str, Any]]  # Digits with the keys "label", "writer" and "strokes".


class ComposedNumber(NamedTuple):
    """A picture of a number.

    Attributes:
        picture: uint8 (h, w, 3).
        text: the number with its signs.
        strokes: in pixels of the picture, if it is read as a drawing.
    """

    picture: RGB
    text: str
    strokes: Sequence[Stroke] = ()

    @property
    def digits(self) -> str:
        """The number without its signs."""
        return "".join(filter(str.isdigit, self.text))


class Kind(NamedTuple):
    """A kind of numbers: about how many there are, and a function that composes them, always the same."""

    size: int
    compose: Callable[[], Iterator[ComposedNumber]]


def list_kinds(folder: Path, count: int) -> dict[str, Kind]:
    """Return the kinds of numbers, with about `count` of each, and three times as many with their strokes.

    Args:
        folder: a folder of handwriting.
    """
    drawings = _DRAWINGS_RATIO * count
    each = max(1, count // len(get_args(Spacing)))
    return {
        DRAWN: Kind(count, lambda: _draw(_load_strokes(folder), each)),
        WITH_STROKES: Kind(drawings, lambda: _draw_with_strokes(_load_strokes(folder), drawings)),
        SCANNED: Kind(count, lambda: _join_scans(folder, each)),
        ON_PAPER: Kind(count, lambda: _write_on_paper(folder, count)),
    }


def _load_strokes(folder: Path) -> _Items:
    """Load the digits that the writers held out drew with a pen."""
    items = json.loads((folder / PEN.file).read_text(encoding="utf-8"))
    return [item for item in items if str(item["writer"]) in PEN.held_out]


def _draw(items: _Items, each: int) -> Iterator[ComposedNumber]:
    for spacing in get_args(Spacing):
        for case in draw_numbers(items, spacing, each):
            yield ComposedNumber(case.load_rgb(), case.truth[0])


def _draw_with_strokes(items: _Items, count: int) -> Iterator[ComposedNumber]:
    """Draw numbers of one to six digits; some are one digit several times, as no others hold."""
    rng = np.random.default_rng(12)
    writers: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        writers[str(item["writer"])][str(item["label"])].append(item["strokes"])
    names, spacings = sorted(writers), get_args(Spacing)
    for _ in range(count):
        length = int(rng.integers(1, _MAX_LENGTH + 1))
        digits = rng.integers(10, size=1 if rng.random() < _REPEATED_SHARE else length)
        text = "".join(map(str, np.resize(digits, length)))
        own = writers[names[int(rng.integers(len(names)))]]
        chosen = [own[digit][int(rng.integers(len(own[digit])))] for digit in text]
        spacing, pen = spacings[int(rng.integers(len(spacings)))], int(rng.choice(NUMBER_PENS))
        drawing = draw_number(chosen, spacing, pen, rng, rng.uniform(0.9, 1.1, length).tolist())
        yield ComposedNumber(load(drawing.picture), text, drawing.strokes)


def _join_scans(folder: Path, each: int) -> Iterator[ComposedNumber]:
    for cases in draw_scanned_sets(folder, each):
        for case in cases.cases:
            yield ComposedNumber(case.load_rgb(), case.truth[0])


def _write_on_paper(folder: Path, count: int) -> Iterator[ComposedNumber]:
    """Write amounts of money on paper."""
    hands = collect_hands(load_digits(held_out=True, seed=0), folder, held_out=True)
    rng = np.random.default_rng(11)
    papers = Papers(rng)
    made = 0
    while made < count:
        line = write(make_amount(rng), hands, rng)
        if line is None:
            continue
        margin = round(0.4 * (line.base - line.top))
        gray = papers.write_on(np.pad(line.ink, ((0, 0), (margin, margin))), line.base, rng)
        scale = rng.uniform(1, _MAX_SCALE)
        large = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        yield ComposedNumber(load(large), line.text.replace(TEXT, ""))
        made += 1
