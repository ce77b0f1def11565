"""Load and draw the pictures on which readers are scored, each with its digits."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.strokes import NUMBER_HEIGHT_PIXELS, Spacing, draw_digit, draw_number, join_digits, measure_extent
from digitnet.documents.opening import choose_pages, open_document
from digitnet.errors import DatasetError
from digitnet.handwriting.folder import load_glyphs
from digitnet.handwriting.glyphs import Glyphs
from digitnet.handwriting.sets import SWISS
from digitnet.preprocessing.normalization import trim
from digitnet.segmentation.oversegmentation import Stroke
from digitnet.types import RGB

PictureKind = Literal["digit", "line", "page", "nondigit"]
Reader = Callable[[RGB], list[str]]
ReaderMaker = Callable[[PictureKind], Reader]  # Makes the reader for one kind of picture.

SAMPLES = ROOT / "digitnet" / "resources" / "samples"
DIGIT_PENS = (4, 10, 18, 26)  # Widths in pixels, for single digits 180 pixels large.
USUAL_PEN = 10
NUMBER_PENS = (4, 8, 14)  # Widths in pixels, for the digits of a number 120 pixels tall.
SEED = 0
# Strokes are scored on this many writers, those with the highest numbers; others may be trained on.
SCORED_WRITERS = 10
_SCANNED_PEN = 10  # Width in pixels of the strokes of scanned digits 120 pixels tall.
DIGIT_COUNT, NUMBER_COUNT = 1000, 300  # Pictures of a set by default.


class Case(NamedTuple):
    """A picture and its rows of digits; a non-digit has no rows.

    With printed digits beside the written ones, both together are right, too: `with_printed`. A drawing that is read
    with its strokes has `strokes`, in pixels. `text` is the whole with its signs, if that is known.
    """

    name: str
    picture: Path | NDArray[np.uint8]
    truth: list[str]
    kind: PictureKind = "page"
    with_printed: list[str] | None = None
    strokes: Sequence[Stroke] = ()
    text: str = ""

    def load_rgb(self) -> RGB:
        """Load the picture, or its first page, as uint8 (h, w, 3)."""
        return self.load_pages()[0]

    def load_pages(self) -> list[RGB]:
        """Load the pages of the picture, mostly one, as uint8 (h, w, 3) each."""
        document = open_document(self.picture)
        return [document.load(number).image for number in choose_pages(document.count)]


@dataclass(frozen=True)
class CaseSet:
    """The pictures of a row of the table.

    Attributes:
        typical: whether its digits count when the level of refusal is chosen.
    """

    name: str
    kind: PictureKind
    cases: list[Case]
    typical: bool = False


def load_folder(folder: Path, count: int | None = None) -> CaseSet:
    """Load the pictures of a folder with `labels.csv`: `file`, and `rows` joined by "|".

    A column `rows_with_printed` holds the rows with their printed digits, where there are any; a column `text`
    the whole with its signs.

    Args:
        count: maximum number of pictures, taken evenly from the list; all by default.
    """
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as lines:
        labels = list(csv.DictReader(lines))
    truths = [line["rows"].split("|") if line["rows"] else [] for line in labels]
    kind: PictureKind = "page"
    if all(len(rows) == 1 for rows in truths):
        kind = "digit" if all(len(rows[0]) == 1 for rows in truths) else "line"
    printed = [line.get("rows_with_printed") for line in labels]
    cases = [
        Case(
            line["file"],
            folder / line["file"],
            rows,
            kind,
            other.split("|") if other else None,
            text=line.get("text") or "",
        )
        for line, rows, other in zip(labels, truths, printed, strict=True)
    ]
    return CaseSet(f"photos, {folder.name}", kind, _thin_out(cases, count), typical=kind == "digit")


def divide_by_kind(cases: CaseSet) -> Iterator[CaseSet]:
    """Yield the pictures of a set by the names of their files, less the number at the end."""
    kinds: dict[str, list[Case]] = {}
    for case in cases.cases:
        kinds.setdefault(re.sub(r"[_-]?\d*$", "", Path(case.name).stem), []).append(case)
    for name, members in sorted(kinds.items()):
        yield replace(cases, name=name, cases=members)


def draw_stroke_sets(path: Path, count: int | None = None) -> Iterator[CaseSet]:
    """Yield digits drawn with each pen, then numbers at each spacing, by the scored writers of a file of strokes.

    The numbers and the digits of the usual pen follow again, as drawings that are read with their strokes.
    """
    items = load_scored_strokes(path)
    sets = [
        CaseSet(f"digits, {pen} px pen", "digit", draw_digits(items, pen, count or DIGIT_COUNT), pen == USUAL_PEN)
        for pen in DIGIT_PENS
    ]
    sets += [
        CaseSet(f"numbers, {spacing}", "line", draw_numbers(items, spacing, count or NUMBER_COUNT))
        for spacing in get_args(Spacing)
    ]
    for cases in sets:
        yield replace(cases, cases=[case._replace(strokes=()) for case in cases.cases])
    for cases in sets:
        name = cases.name.replace("digits", "strokes").replace("numbers", "strokes")
        if cases.kind == "line" or cases.typical:
            yield replace(cases, name=name, typical=False)


def load_scored_strokes(path: Path) -> list[dict[str, Any]]:
    """Load the digits of the writers with the highest numbers, or of all if there are not more."""
    items: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    writers = sorted({int(item["writer"]) for item in items})[-SCORED_WRITERS:]
    return [item for item in items if int(item["writer"]) in writers]


def draw_digits(items: list[dict[str, Any]], pen: int, count: int) -> list[Case]:
    """Return a random but repeatable choice of single digits, with their strokes.

    Args:
        items: digits with the keys "label", "writer" and "strokes".
        pen: width in pixels.
    """
    cases = []
    for index in sorted(np.random.default_rng(SEED).permutation(len(items))[:count]):
        drawn, truth = draw_digit(items[index]["strokes"], pen), [str(items[index]["label"])]
        cases.append(Case(f"stroke_{index}_pen{pen}", drawn.picture, truth, "digit", strokes=drawn.strokes))
    return cases


def draw_numbers(items: list[dict[str, Any]], spacing: Spacing, count: int, length: int = 4) -> list[Case]:
    """Return numbers of one writer each, with their strokes; the spacing changes no digits, pens or heights."""
    writers = defaultdict(list)
    for item in items:
        writers[item["writer"]].append(item)
    usual = {writer: np.median([_measure_height(item) for item in digits]) for writer, digits in writers.items()}
    cases = []
    for index in range(count):
        rng = np.random.default_rng((SEED, index))
        writer = sorted(writers)[rng.integers(len(writers))]
        chosen = [writers[writer][i] for i in rng.permutation(len(writers[writer]))[:length]]
        heights = [float(np.clip(_measure_height(item) / usual[writer], 0.9, 1.1)) for item in chosen]
        pen = NUMBER_PENS[index % len(NUMBER_PENS)]
        drawn = draw_number([item["strokes"] for item in chosen], spacing, pen, rng, heights)
        truth = "".join(str(item["label"]) for item in chosen)
        name = f"number_{index}_{spacing}_pen{pen}"
        cases.append(Case(name, drawn.picture, [truth], "line", strokes=drawn.strokes))
    return cases


def draw_scanned_sets(folder: Path, count: int | None = None) -> Iterator[CaseSet]:
    """Yield numbers at each spacing, each composed of scanned digits of one held-out writer.

    Args:
        folder: a folder of handwriting.
        count: numbers at each spacing.

    Raises:
        DatasetError: there are no scanned digits in the folder.
    """
    glyphs = load_glyphs(folder).get(SWISS)
    if glyphs is None:
        raise DatasetError(f"The folder {str(folder)!r} holds no {SWISS.file}.")
    writers = [writer for writer in SWISS.held_out if writer in glyphs.writers]
    by_writer = [glyphs.select(np.flatnonzero(glyphs.writers == writer)) for writer in writers]
    for spacing in get_args(Spacing):
        cases = [_compose_scan(by_writer, spacing, index) for index in range(count or NUMBER_COUNT)]
        yield CaseSet(f"scans, {spacing}", "line", cases)


def _compose_scan(by_writer: list[Glyphs], spacing: Spacing, index: int, length: int = 4) -> Case:
    """Compose a number; the spacing changes no digits."""
    rng = np.random.default_rng((SEED, index))
    digits = by_writer[rng.integers(len(by_writer))]
    chosen = digits.select(rng.permutation(len(digits))[:length])
    longest = max(max(ink.shape) for ink in chosen.inks)
    factor = NUMBER_HEIGHT_PIXELS / longest
    inks = [cv2.resize(ink, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC) for ink in chosen.inks]
    picture = join_digits([trim(ink) for ink in inks], spacing, _SCANNED_PEN, rng)
    return Case(f"scanned_{index}_{spacing}", picture, ["".join(chosen.labels)], "line")


def load_nondigits(path: Path, count: int | None = None) -> CaseSet:
    """Load pictures of non-digits: `images` of an .npz, uint8 (n, h, w), ink bright."""
    with np.load(path) as content:
        images = content["images"]
    cases = [Case(f"nondigit_{i}", _put_on_paper(image), [], "nondigit") for i, image in enumerate(images)]
    return CaseSet("no digits", "nondigit", _thin_out(cases, count))


def _put_on_paper(image: NDArray[np.uint8], margin: int = 40) -> NDArray[np.uint8]:
    """Return bright ink, uint8 (h, w), twice as large and black on white, with a margin."""
    large = cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    return 255 - np.pad(large, margin)


def _measure_height(item: dict[str, Any]) -> float:
    low, high = measure_extent(item["strokes"])
    return float(high[1] - low[1])


def _thin_out(cases: list[Case], count: int | None) -> list[Case]:
    """Return `count` cases, taken evenly from the list, or all."""
    if count is None or count >= len(cases):
        return cases
    return [cases[i] for i in np.linspace(0, len(cases) - 1, count).round().astype(int)]
