"""The pictures that readers are scored on, each with what is written on it."""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.strokes import Spacing, compose, draw, extent
from digitnet.preprocessing.images import load
from digitnet.types import RGB

Kind = Literal["digit", "line", "page", "nondigit"]
Reader = Callable[[RGB], list[str]]
Maker = Callable[[Kind], Reader]  # the reader for one kind of picture

SAMPLES = ROOT / "digitnet" / "resources" / "samples"
PENS = (4, 10, 18, 26)  # pixels, for single digits 180 pixels large
USUAL_PEN = 10
NUMBER_PENS = (4, 8, 14)  # pixels, for digits of a number 120 pixels tall
SEED = 0
STROKES, NUMBERS = 1000, 300  # pictures of a set, unless told


class Case(NamedTuple):
    """A picture and its rows of digits, none for what is no digit."""

    name: str
    picture: Path | NDArray[np.uint8]
    truth: list[str]
    kind: Kind = "page"

    def rgb(self) -> RGB:
        return load(self.picture)


@dataclass(frozen=True)
class CaseSet:
    """A row of the table. `typical`: its digits count where a level of refusal is chosen."""

    name: str
    kind: Kind
    cases: list[Case]
    typical: bool = False


def folder_set(folder: Path, count: int | None = None) -> CaseSet:
    """Return the pictures of a folder with `labels.csv`: `file`, and `rows` joined by "|"."""
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as lines:
        truths = {line["file"]: line["rows"].split("|") for line in csv.DictReader(lines)}
    kind: Kind = "page"
    if all(len(rows) == 1 for rows in truths.values()):
        kind = "digit" if all(len(rows[0]) == 1 for rows in truths.values()) else "line"
    cases = [Case(name, folder / name, rows, kind) for name, rows in truths.items()]
    return CaseSet(f"photos, {folder.name}", kind, _thinned(cases, count), typical=kind == "digit")


def stroke_sets(path: Path, count: int | None = None) -> Iterator[CaseSet]:
    """Yield single digits drawn with each pen, then numbers at each spacing, from a file of strokes."""
    items = json.loads(path.read_text(encoding="utf-8"))
    for pen in PENS:
        cases = single_digits(items, pen, count or STROKES)
        yield CaseSet(f"digits, {pen} px pen", "digit", cases, typical=pen == USUAL_PEN)
    for spacing in get_args(Spacing):
        yield CaseSet(f"numbers, {spacing}", "line", numbers(items, spacing, count or NUMBERS))


def single_digits(items: list[dict[str, Any]], pen: int, count: int) -> list[Case]:
    chosen = sorted(np.random.default_rng(SEED).permutation(len(items))[:count])
    return [
        Case(f"stroke_{index}_pen{pen}", draw(items[index]["strokes"], pen), [str(items[index]["label"])], "digit")
        for index in chosen
    ]


def numbers(items: list[dict[str, Any]], spacing: Spacing, count: int, length: int = 4) -> list[Case]:
    """Return numbers of one writer each; those of another spacing are the same digits, pens and heights."""
    hands = defaultdict(list)
    for item in items:
        hands[item["writer"]].append(item)
    usual = {writer: np.median([_height(item) for item in hand]) for writer, hand in hands.items()}
    cases = []
    for index in range(count):
        rng = np.random.default_rng((SEED, index))
        writer = sorted(hands)[rng.integers(len(hands))]
        chosen = [hands[writer][i] for i in rng.permutation(len(hands[writer]))[:length]]
        heights = [float(np.clip(_height(item) / usual[writer], 0.9, 1.1)) for item in chosen]
        pen = NUMBER_PENS[index % len(NUMBER_PENS)]
        picture = compose([item["strokes"] for item in chosen], spacing, pen, rng, heights)
        truth = "".join(str(item["label"]) for item in chosen)
        cases.append(Case(f"number_{index}_{spacing}_pen{pen}", picture, [truth], "line"))
    return cases


def nondigit_set(path: Path, count: int | None = None) -> CaseSet:
    """Return characters that are no digits: `images` of an .npz, uint8 (n, h, w), ink bright."""
    with np.load(path) as content:
        images = content["images"]
    cases = [Case(f"nondigit_{i}", _on_paper(image), [], "nondigit") for i, image in enumerate(images)]
    return CaseSet("no digits", "nondigit", _thinned(cases, count))


def _on_paper(image: NDArray[np.uint8], margin: int = 40) -> NDArray[np.uint8]:
    """Return bright ink, uint8 (h, w), twice as large and black on white, with a margin."""
    large = cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    return 255 - np.pad(large, margin)


def _height(item: dict[str, Any]) -> float:
    low, high = extent(item["strokes"])
    return float(high[1] - low[1])


def _thinned(cases: list[Case], count: int | None) -> list[Case]:
    """Return `count` cases from all over the list, or all."""
    if count is None or count >= len(cases):
        return cases
    return [cases[i] for i in np.linspace(0, len(cases) - 1, count).round().astype(int)]
