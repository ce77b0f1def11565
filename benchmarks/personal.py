"""Fine-tune a model for one writer after the other.

Usage: python benchmarks/personal.py STROKES [--writers N] [--count N] [--model NAME]

STROKES is JSON: a list of {"label", "writer", "strokes"}, a stroke a list of [x, y], y down, in a box of 500 x 500.
Half of the digits of each of the ten writers with the highest numbers are drawn with a 10 px pen and read. 30 of them
are corrected, as on the Draw page: those that were read wrong, then others. The model is then fine-tuned by
`python -m digitnet train --start` with those of the 30 that are not held out. The other half, which no training sees,
is read before and after. A digit counts as wrong unless it alone is read. Spaced and touching numbers of four digits
are composed of the other half, too, and read as pictures and as drawings with their strokes: no number was corrected,
so these show what single digits teach. A number counts only if it is read exactly.

Seconds count the whole command: TensorFlow's start, training, calibration, the test digits, the export.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.cases import SCORED_WRITERS, USUAL_PEN, Case, draw_numbers, load_scored_strokes
from benchmarks.strokes import RGBA, Spacing, draw_digit
from digitnet.collection.collection import Collection
from digitnet.collection.samples import Sample
from digitnet.models import active, store
from digitnet.models.card import require_card
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.normalization import normalize
from digitnet.reading.pipeline import read, read_drawing
from digitnet.reading.result import Reading

CORRECTIONS = 30  # Corrected digits of each writer.
NUMBER_COUNT = 30  # Numbers of each writer and spacing by default.
SPACINGS: tuple[Spacing, ...] = ("spaced", "touching")
SEED = 0
Item = dict[str, Any]


class ExactCounts(NamedTuple):
    """How many numbers are read exactly, as pictures and as drawings with their strokes."""

    pictures: int
    drawings: int


class BeforeAfter(NamedTuple):
    """Numbers that are read exactly before and after the training."""

    before: ExactCounts
    after: ExactCounts


class WriterResult(NamedTuple):
    """The result for one writer.

    Attributes:
        tested: number of digits read before and after.
        before, after: number of them read wrong.
        mnist_before, mnist_after: shares of MNIST's test digits read right.
        seconds: duration of the training command.
        numbers: number of numbers of each spacing read before and after.
        exact: how many of them were read exactly before and after, by their spacing.
    """

    writer: str
    tested: int
    before: int
    after: int
    mnist_before: float
    mnist_after: float
    seconds: float
    numbers: int
    exact: dict[Spacing, BeforeAfter]


def choose_writers(items: list[Item], count: int) -> dict[str, list[Item]]:
    """Return the digits of `count` writers, chosen at random but always the same."""
    writers = defaultdict(list)
    for item in items:
        writers[item["writer"]].append(item)
    names = sorted(writers)
    chosen = sorted(np.random.default_rng(SEED).permutation(len(names))[:count].tolist())
    return {str(names[place]): writers[names[place]] for place in chosen}


def split_in_half(digits: list[Item]) -> tuple[list[Item], list[Item]]:
    """Return two random halves of a writer's digits, always the same."""
    order = np.random.default_rng((SEED, len(digits))).permutation(len(digits)).tolist()
    mixed = [digits[place] for place in order]
    return mixed[: len(digits) // 2], mixed[len(digits) // 2 :]


def is_right(item: Item, reading: Reading) -> bool:
    """Return whether the digit alone was read."""
    return reading.rows == [str(item["label"])]


def count_wrong(digits: list[Item], model: Classifier) -> int:
    """Count the digits that the model reads wrong."""
    return sum(not is_right(item, read(draw_item(item), model)) for item in digits)


def count_exact(numbers: list[Case], model: Classifier) -> ExactCounts:
    """Count the numbers that the model reads exactly."""
    pictures = sum(read(case.load_rgb(), model).rows == case.truth for case in numbers)
    drawings = sum(read_drawing(case.load_rgb(), model, case.strokes).rows == case.truth for case in numbers)
    return ExactCounts(pictures, drawings)


def draw_item(item: Item) -> RGBA:
    """Draw a digit with the usual pen."""
    return draw_digit(item["strokes"], USUAL_PEN).picture


def make_corrections(pool: list[Item], model: Classifier, writer: str) -> list[Sample]:
    """Return 30 digits as corrections are stored: those that the model reads wrong, then others."""
    read_all = [(item, read(draw_item(item), model)) for item in pool]
    ordered = sorted(read_all, key=lambda pair: is_right(*pair))  # Wrong ones first.
    return [make_sample(item, reading, writer) for item, reading in ordered[:CORRECTIONS]]


def make_sample(item: Item, reading: Reading, writer: str) -> Sample:
    """Return a digit as the collection stores a correction of its reading."""
    picture = draw_item(item)
    seen = reading.crops[0] if len(reading) == 1 else normalize([picture[..., 3]])[0]
    crop = cv2.imencode(".png", 255 - picture[..., 3])[1].tobytes()
    return Sample(seen, crop, int(item["label"]), model=active.get_active_model(), writer=writer)


def fine_tune(writer: str, digits: list[Item], start: str, count: int) -> WriterResult:
    """Correct digits, train, and read the other half, and `count` numbers of it, before and after."""
    pool, kept = split_in_half(digits)
    model = Classifier.load(start)
    with Collection.open() as collection:
        collection.add(make_corrections(pool, model, writer))
    name = f"writer-{writer}"
    began = time.perf_counter()
    command = [sys.executable, "-m", "digitnet", "train", "--start", start, "--writer", writer, "--name", name]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    seconds = time.perf_counter() - began
    models = model, Classifier.load(name)
    before, after = (count_wrong(kept, tested) for tested in models)
    exact: dict[Spacing, BeforeAfter] = {}
    for spacing in SPACINGS:
        numbers = draw_numbers(kept, spacing, count)
        exact[spacing] = BeforeAfter(*(count_exact(numbers, tested) for tested in models))
    mnist_before, mnist_after = (require_card(model_name).accuracy or 0.0 for model_name in (start, name))
    return WriterResult(writer, len(kept), before, after, mnist_before, mnist_after, seconds, count, exact)


def format_row(result: WriterResult) -> str:
    """Return a row of the table."""
    tested, numbers = result.tested, result.numbers
    errors = f"{result.before / tested:6.2%} | {result.after / tested:6.2%}"
    mnist = f"{result.mnist_before:.2%} | {result.mnist_after:.2%}"
    exact = " | ".join(
        f"{before} / {after} of {numbers}"
        for counts in result.exact.values()
        for before, after in zip(counts.before, counts.after, strict=True)
    )
    return f"| {result.writer:>6} | {tested:>6} | {errors} | {mnist} | {result.seconds:4.1f} | {exact} |"


def summarize(results: list[WriterResult]) -> str:
    """Return a sentence on all writers."""
    count = len(results)
    tested, before, after = (sum(getattr(result, name) for result in results) for name in ("tested", "before", "after"))
    mnist = [sum(getattr(result, name) for result in results) / count for name in ("mnist_before", "mnist_after")]
    worst = min(result.mnist_after - result.mnist_before for result in results)
    seconds = [result.seconds for result in results]
    numbers = sum(result.numbers for result in results)
    exact = "; ".join(_summarize_numbers(results, spacing, numbers) for spacing in SPACINGS)
    return (
        f"{count} writers: {before / tested:.2%} wrong before, {after / tested:.2%} after "
        f"({before} and {after} of {tested:,} digits); MNIST {mnist[0]:.3%} before, {mnist[1]:.3%} after on average, "
        f"{100 * worst:+.2f} points at worst; {sum(seconds) / count:.1f} s a writer, {max(seconds):.1f} s at most; "
        f"{exact}"
    )


def _summarize_numbers(results: list[WriterResult], spacing: Spacing, numbers: int) -> str:
    pairs = zip(*(result.exact[spacing] for result in results), strict=True)
    before, after = (ExactCounts(*map(sum, zip(*counts, strict=True))) for counts in pairs)
    return (
        f"of {numbers:,} {spacing} numbers {before.pictures} read exactly before, {after.pictures} after as pictures, "
        f"{before.drawings} and {after.drawings} as drawings"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("strokes", type=Path, metavar="STROKES", help="pen strokes of several writers")
    parser.add_argument(
        "--writers", type=int, default=SCORED_WRITERS, metavar="N", help=f"number of writers (default {SCORED_WRITERS})"
    )
    parser.add_argument(
        "--count",
        type=int,
        default=NUMBER_COUNT,
        metavar="N",
        help=f"number of numbers of each writer and spacing (default {NUMBER_COUNT})",
    )
    parser.add_argument("--model", help="the model to continue (default: the active one)")
    args = parser.parse_args()
    start = args.model or active.get_active_model()
    folder = store.model_dir(start)
    chosen = choose_writers(load_scored_strokes(args.strokes), args.writers)
    print(
        "| writer | digits | before | after  | MNIST  | after  |    s "
        "| spaced, exact: pictures | drawings | touching, exact: pictures | drawings |"
    )
    print(
        "| -----: | -----: | -----: | -----: | -----: | -----: | ---: | ---: | ---: | ---: | ---: |",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as work:
        shutil.copytree(folder, Path(work) / "models" / start)
        os.environ.update(DIGITNET_MODELS=f"{work}/models", DIGITNET_DATA=f"{work}/data", TMPDIR=work)
        os.environ.pop("DIGITNET_DATABASE_URL", None)
        results = []
        for writer, digits in chosen.items():
            results.append(fine_tune(writer, digits, start, args.count))
            print(format_row(results[-1]), flush=True)
    print(summarize(results))


if __name__ == "__main__":
    main()
