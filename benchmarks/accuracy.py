"""Score digitnet, and others, on real handwriting: python benchmarks/accuracy.py [DIR ...] [--strokes FILE] ...

Without arguments it scores the sample pictures that ship with the app. A folder holds pictures and
`labels.csv` with the columns `file` and `rows` (rows joined by "|").
A strokes file is JSON: a list of {"label", "writer", "strokes"}, a stroke a list of [x, y], y down, in a
box of 500 x 500. Each is drawn 180 pixels large on a canvas, with thin, middle and thick pens; and four
of one writer at a time as a number, about 120 pixels tall, spaced, tight and touching.
A file of what is no digit is an .npz with `images`, uint8 (n, h, w), ink bright.

Every cell of the table says: digits wrong (by edit distance), pictures exactly right, median time of one.
What is no digit is read right if it is read as nothing; the first figure of its cell is then the share
of true digits that were read as nothing too: single digits of the 10 px pen and those of photos.
"At the level" counts as refused what has no digit read with a confidence of at least that at which 2% of
the true digits are refused.

A second table says how far digitnet knows what it knows: how many of the digits read right it marks as doubtful,
and how many of those read wrong it does not, in pictures of which it found all digits and no more.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.cases import SAMPLES, Case, CaseSet, Maker, Reader, folder_set, nondigit_set, stroke_sets
from benchmarks.peers import PEERS, PeerMissingError
from digitnet.models.classifier import Classifier
from digitnet.reading.annotation import annotate
from digitnet.reading.pipeline import read
from digitnet.reading.result import Reading
from digitnet.types import RGB

LOST = 0.02  # share of true digits that may be refused at the level


class Digitnet:
    """A reader that remembers its last reading."""

    def __init__(self, model: str | None) -> None:
        self._classifier = Classifier.load(model)
        self.last = Reading.empty()

    def __call__(self, picture: RGB) -> list[str]:
        self.last = read(picture, self._classifier)
        return self.last.rows


@dataclass
class Doubts:
    """How many digits were read right and wrong, and of these marked as doubtful, and not."""

    right: int = 0
    doubtful: int = 0
    wrong: int = 0
    sure: int = 0

    def add(self, case: Case, reading: Reading) -> None:
        """Count the digits of a picture, unless some were not found, or too many."""
        truth = "".join(case.truth)
        if len(truth) != len(reading):
            return
        for true, label, doubtful in zip(truth, reading.labels.tolist(), reading.doubtful.tolist(), strict=True):
            if label == int(true):
                self.right += 1
                self.doubtful += doubtful
            else:
                self.wrong += 1
                self.sure += not doubtful

    def cell(self) -> str:
        """Return the doubtful of the right ones and the sure of the wrong ones, "-" for who tells of no doubts."""
        if not self.right + self.wrong:
            return "-"
        return f"{self.doubtful / max(self.right, 1):.1%} of {self.right:,} / {self.sure} of {self.wrong}"


@dataclass
class Score:
    """How one reader did on one set; `scores` are its highest confidences, by picture."""

    digits: int = 0
    wrong: int = 0
    exact: int = 0
    blank: int = 0
    seconds: list[float] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    doubts: Doubts = field(default_factory=Doubts)

    @property
    def pictures(self) -> int:
        return len(self.seconds)

    def cell(self) -> str:
        return cell(self.wrong / self.digits if self.digits else 0, self.exact / self.pictures, self.seconds)


def cell(wrong: float, exact: float, seconds: list[float]) -> str:
    return f"{wrong:.1%} / {exact:.1%} / {statistics.median(seconds) * 1000:.0f} ms"


def edit_distance(a: str, b: str) -> int:
    """Return how many digits must be added, dropped or changed to make `b` of `a` (Levenshtein 1966)."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (x != y))
    return row[-1]


def without_spaces(rows: list[str]) -> list[str]:
    return [text for text in ("".join(row.split()) for row in rows) if text]


def score_set(cases: CaseSet, readers: Mapping[str, Reader], errors: Path | None) -> dict[str, Score]:
    """Return the score of each reader; pictures that digitnet misreads are saved in `errors`."""
    scores = {name: Score() for name in readers}
    for case in cases.cases:
        picture = case.rgb()
        for name, reader in readers.items():
            started = time.perf_counter()
            rows = without_spaces(reader(picture))
            scores[name].seconds.append(time.perf_counter() - started)
            count(scores[name], case, rows)
            if isinstance(reader, Digitnet):
                scores[name].scores.append(float(reader.last.confidence.max(initial=0.0)))
                scores[name].doubts.add(case, reader.last)
                if errors and rows != case.truth:
                    save_error(errors / cases.name.replace(", ", "_").replace(" ", "-"), case, reader.last)
    return scores


def count(score: Score, case: Case, rows: list[str]) -> None:
    truth = "".join(case.truth)
    score.digits += len(truth)
    score.wrong += edit_distance(truth, "".join(rows))
    score.exact += rows == case.truth
    score.blank += not rows


def table(sets: Iterator[CaseSet], makers: Mapping[str, Maker], errors: Path | None) -> Iterator[str]:
    """Yield the lines of the table, each as soon as it is known."""
    typical: dict[str, list[Score]] = {name: [] for name in makers}
    doubts = [["doubted / not, if wrong", *makers], ["---"] * (1 + len(makers))]
    yield line("set", "pictures", "digits", *makers)
    yield line(*["---"] * (3 + len(makers)))
    for cases in sets:
        scores = score_set(cases, {name: maker(cases.kind) for name, maker in makers.items()}, errors)
        for name in makers if cases.typical else ():
            typical[name].append(scores[name])
        if cases.kind == "nondigit":
            yield from refusals(cases.name, scores, typical)
            continue
        sizes = [f"{total:,}" for total in next((s.pictures, s.digits) for s in scores.values())]
        yield line(cases.name, *sizes, *(score.cell() for score in scores.values()))
        doubts.append([cases.name, *(score.doubts.cell() for score in scores.values())])
    yield ""
    for cells in doubts:
        yield line(*cells, widths=())


def refusals(name: str, scores: Mapping[str, Score], typical: Mapping[str, list[Score]]) -> Iterator[str]:
    """Yield two lines: what was refused as it came, and at the level where 2% of true digits are."""
    plain, level = [], []
    for reader, score in scores.items():
        true = typical[reader]
        total = sum(one.pictures for one in true)
        lost = sum(one.blank for one in true) / total if total else 0.0
        plain.append(cell(lost, score.blank / score.pictures, score.seconds))
        level.append(at_level(score, [value for one in true for value in one.scores]))
    sizes = [f"{next(iter(scores.values())).pictures:,}", "-"]
    yield line(f"{name}, as they come", *sizes, *plain)
    yield line(f"{name}, at the level", *sizes, *level)


def at_level(score: Score, true: list[float]) -> str:
    if not true or not score.scores:
        return "-"
    level = sorted(true)[int(LOST * len(true))]
    lost = float(np.mean(np.array(true) < level))
    return cell(lost, float(np.mean(np.array(score.scores) < level)), score.seconds)


def line(*cells: str, widths: Sequence[int] = (24, 8, 6)) -> str:
    """Return cells beside each other, those without a width 24 wide."""
    each = [*widths, *[24] * (len(cells) - len(widths))]
    return "| " + " | ".join(f"{text:<{width}}" for text, width in zip(cells, each, strict=True)) + " |"


def save_error(folder: Path, case: Case, reading: Reading) -> None:
    """Save one sheet: the picture with boxes, its evened contrast, its ink, and every 28 x 28."""
    folder.mkdir(parents=True, exist_ok=True)
    assert reading.stages
    picture, ink = reading.stages.image, reading.stages.ink
    panels = [annotate(picture, reading), *(cv2.cvtColor(255 - g, cv2.COLOR_GRAY2RGB) for g in (ink.contrast, ink.map))]
    height = min(picture.shape[0], 560)
    width = round(picture.shape[1] * height / picture.shape[0])
    sheet = np.hstack([cv2.resize(panel, (width, height), interpolation=cv2.INTER_AREA) for panel in panels])
    strip = crop_strip(reading, sheet.shape[1])
    name = f"{Path(case.name).stem}_is_{'-'.join(case.truth) or 'none'}_read_{'-'.join(reading.rows) or 'none'}"
    name = "".join(name.split())[:150]
    cv2.imwrite(str(folder / f"{name}.png"), np.vstack([sheet[..., ::-1], strip]))


def crop_strip(reading: Reading, width: int) -> NDArray[np.uint8]:
    """Return the 28 x 28 pictures, four times as large, what was read and how surely, BGR uint8 (h, width, 3)."""
    side, gap, caption = 112, 8, 24
    across = max(1, (width - gap) // (side + gap))
    down = -(-len(reading) // across)
    strip = np.full((gap + down * (side + caption + gap), width, 3), 128, np.uint8)
    for index, crop in enumerate(reading.crops):
        x = gap + index % across * (side + gap)
        y = gap + index // across * (side + caption + gap)
        large = cv2.resize(crop, (side, side), interpolation=cv2.INTER_NEAREST)[:, : width - x, None]
        strip[y : y + side, x : x + side] = large
        text = f"{reading.labels[index]}  {reading.confidence[index]:.0%}"
        cv2.putText(strip, text, (x + 4, y + side + 18), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (255, 255, 255), 2)
    return strip


def parse(description: str | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="DIR")
    parser.add_argument("--strokes", type=Path, metavar="FILE", help="pen strokes to draw and read")
    parser.add_argument("--nondigits", type=Path, metavar="FILE", help="pictures of what is no digit")
    parser.add_argument("--count", type=int, help="pictures of each set (default all; 1000 digits, 300 numbers)")
    parser.add_argument("--model", help="name of the model (default: the active one)")
    parser.add_argument("--errors", type=Path, metavar="DIR", help="save a sheet of each picture misread here")
    parser.add_argument("--peer", action="append", choices=[*PEERS, "all"], default=[], help="another reader, too")
    args = parser.parse_args()
    if not (args.folders or args.strokes or args.nondigits):
        args.folders = [SAMPLES]
    return args


def chosen_sets(args: argparse.Namespace) -> Iterator[CaseSet]:
    for folder in args.folders:
        yield folder_set(folder, args.count)
    if args.strokes:
        yield from stroke_sets(args.strokes, args.count)
    if args.nondigits:
        yield nondigit_set(args.nondigits, args.count)


def chosen_readers(args: argparse.Namespace) -> Iterator[tuple[str, Maker]]:
    digitnet = Digitnet(args.model)
    yield "digitnet", lambda kind: digitnet
    for name in PEERS if "all" in args.peer else args.peer:
        try:
            yield name, PEERS[name]()
        except PeerMissingError as error:
            print(f"{name} is left out: {error}", file=sys.stderr)


def main() -> None:
    args = parse(__doc__)
    for row in table(chosen_sets(args), dict(chosen_readers(args)), args.errors):
        print(row, flush=True)


if __name__ == "__main__":
    main()
