"""Score digitnet on real handwriting: python benchmarks/accuracy.py [DIR ...] [--strokes FILE].

Without arguments it scores the sample pictures that ship with the app. A folder holds pictures and
`labels.csv` with the columns `file` and `rows` (rows joined by "|").
A strokes file is JSON: a list of {"label", "writer", "strokes"}, a stroke a list of [x, y], y down, in a
box of 500 x 500; each is drawn 180 pixels large on a canvas, with thin, middle and thick pens.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from digitnet.classifier import Classifier
from digitnet.drawing import annotate
from digitnet.images import load
from digitnet.reading import Reading, read

SAMPLES = Path(__file__).resolve().parent.parent / "digitnet" / "resources" / "samples"
PEN_WIDTHS = (4, 10, 18, 26)
CANVAS = 280
DIGIT = 180  # pixels of a drawn digit's longer side


class Case(NamedTuple):
    name: str
    image: Path | NDArray[np.uint8]
    rows: list[str]


def edit_distance(a: str, b: str) -> int:
    """Return how many digits must be added, dropped or changed to make `b` of `a` (Levenshtein 1966)."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (x != y))
    return row[-1]


def folder_cases(folder: Path) -> Iterator[Case]:
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            yield Case(line["file"], folder / line["file"], line["rows"].split("|"))


def stroke_cases(path: Path, pen: int, count: int, seed: int) -> Iterator[Case]:
    items = json.loads(path.read_text(encoding="utf-8"))
    for index in sorted(np.random.default_rng(seed).permutation(len(items))[:count]):
        yield Case(f"stroke_{index}_{pen}", draw(items[index]["strokes"], pen), [str(items[index]["label"])])


def draw(strokes: list[list[list[float]]], pen: int) -> NDArray[np.uint8]:
    """Return strokes drawn as on the canvas, RGBA uint8 (280, 280, 4), black on transparent."""
    points = np.concatenate([np.array(stroke, float) for stroke in strokes])
    low, high = points.min(axis=0), points.max(axis=0)
    scale = DIGIT / max(1.0, *(high - low))
    alpha = np.zeros((CANVAS, CANVAS), np.uint8)
    for stroke in strokes:
        path = (np.array(stroke, float) - (low + high) / 2) * scale + CANVAS / 2
        path = np.round(path * 16).astype(np.int32)
        cv2.polylines(alpha, [path], False, 255, pen, cv2.LINE_AA, shift=4)
    return np.dstack([np.zeros((CANVAS, CANVAS, 3), np.uint8), alpha])


def score(name: str, cases: Iterable[Case], classifier: Classifier, errors: Path | None) -> None:
    wrong = digits = exact = pictures = 0
    times = []
    for case in cases:
        started = time.perf_counter()
        reading = read(case.image, classifier)
        times.append(time.perf_counter() - started)
        truth = "".join(case.rows)
        distance = edit_distance(truth, "".join(reading.rows))
        wrong, digits = wrong + distance, digits + len(truth)
        right = reading.rows == case.rows
        exact, pictures = exact + right, pictures + 1
        if errors and not right:
            save_error(errors, case, reading)
    print(
        f"{name:<24} {wrong / digits:>7.2%} of {digits:>5} digits wrong   "
        f"{exact / pictures:>7.2%} of {pictures:>5} pictures exact   {statistics.median(times) * 1000:>6.1f} ms"
    )


def save_error(folder: Path, case: Case, reading: Reading) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    assert reading.stages
    ink = cv2.cvtColor(255 - reading.stages.ink.map, cv2.COLOR_GRAY2RGB)
    picture = annotate(load(case.image), reading)
    ink = cv2.resize(ink, picture.shape[1::-1], interpolation=cv2.INTER_AREA)
    sheet = np.hstack([picture, ink])[..., ::-1]
    factor = min(1.0, 1600 / sheet.shape[1])
    sheet = cv2.resize(sheet, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    crops = np.hstack([np.pad(crop, 2, constant_values=90) for crop in reading.crops] or [np.zeros((28, 28), np.uint8)])
    strip = np.full((crops.shape[0] * 2, sheet.shape[1], 3), 128, np.uint8)
    crops = cv2.cvtColor(cv2.resize(crops, None, fx=2, fy=2), cv2.COLOR_GRAY2BGR)[:, : sheet.shape[1]]
    strip[:, : crops.shape[1]] = crops
    name = f"{Path(case.name).stem}_is_{'-'.join(case.rows)}_read_{'-'.join(reading.rows)}"[:150]
    cv2.imwrite(str(folder / f"{name}.png"), np.vstack([sheet, strip]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="DIR")
    parser.add_argument("--strokes", type=Path, metavar="FILE", help="pen strokes to draw and read")
    parser.add_argument("--count", type=int, default=1000, help="strokes drawn with each pen (default 1000)")
    parser.add_argument("--model", help="name of the model (default: the active one)")
    parser.add_argument("--errors", type=Path, metavar="DIR", help="save each picture that was misread here")
    args = parser.parse_args()
    if not args.folders and not args.strokes:
        args.folders = [SAMPLES]
    classifier = Classifier.load(args.model)
    for folder in args.folders:
        score(folder.name, folder_cases(folder), classifier, args.errors)
    for pen in PEN_WIDTHS if args.strokes else ():
        name = f"strokes, {pen} px pen"
        score(name, stroke_cases(args.strokes, pen, args.count, seed=0), classifier, args.errors)


if __name__ == "__main__":
    main()
