"""Teach a model one hand after the other: python benchmarks/personal.py STROKES [--writers N] [--model NAME].

STROKES is JSON: a list of {"label", "writer", "strokes"}, a stroke a list of [x, y], y down, in a box of 500 x 500.
Of each of 20 writers half of the digits, chosen at random, are drawn with a 10 px pen and read. 30 of them are
corrected, as on the Draw page: those that were read wrong, then as many others as it takes; then the model is
continued, by `python -m digitnet train --start`, with what of these 30 is not held out. The other half, which no
training sees, is read before and after. A digit is wrong where anything but it alone is read.

Seconds are those of the whole command: TensorFlow's start, training, calibration, the test digits, the export.
"""

from __future__ import annotations

import argparse
import json
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

from benchmarks.cases import USUAL_PEN
from benchmarks.strokes import RGBA, draw
from digitnet.collection.collection import Collection
from digitnet.collection.samples import Sample
from digitnet.models import active, store
from digitnet.models.card import require_card
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.normalization import normalize
from digitnet.reading.pipeline import read
from digitnet.reading.result import Reading

WRITERS, CORRECTED, SEED = 20, 30, 0
Item = dict[str, Any]


class Result(NamedTuple):
    """What teaching one hand brought: digits wrong of `tested`, shares of MNIST's test digits right, seconds."""

    writer: str
    tested: int
    before: int
    after: int
    mnist_before: float
    mnist_after: float
    seconds: float


def hands(items: list[Item], count: int) -> dict[str, list[Item]]:
    """Return the digits of `count` writers, chosen at random but always the same."""
    found = defaultdict(list)
    for item in items:
        found[item["writer"]].append(item)
    names = sorted(found)
    chosen = sorted(np.random.default_rng(SEED).permutation(len(names))[:count].tolist())
    return {str(names[place]): found[names[place]] for place in chosen}


def halves(hand: list[Item]) -> tuple[list[Item], list[Item]]:
    order = np.random.default_rng((SEED, len(hand))).permutation(len(hand)).tolist()
    mixed = [hand[place] for place in order]
    return mixed[: len(hand) // 2], mixed[len(hand) // 2 :]


def is_right(item: Item, reading: Reading) -> bool:
    return reading.rows == [str(item["label"])]


def count_wrong(hand: list[Item], model: Classifier) -> int:
    return sum(not is_right(item, read(drawn(item), model)) for item in hand)


def drawn(item: Item) -> RGBA:
    return draw(item["strokes"], USUAL_PEN)


def corrections(pool: list[Item], model: Classifier, writer: str) -> list[Sample]:
    """Return the first digits that are read wrong, and then as many others as it takes, as they would be stored."""
    read_all = [(item, read(drawn(item), model)) for item in pool]
    ordered = sorted(read_all, key=lambda pair: is_right(*pair))  # what is wrong comes first
    return [sample(item, reading, writer) for item, reading in ordered[:CORRECTED]]


def sample(item: Item, reading: Reading, writer: str) -> Sample:
    picture = drawn(item)
    seen = reading.crops[0] if len(reading) == 1 else normalize([picture[..., 3]])[0]
    crop = cv2.imencode(".png", 255 - picture[..., 3])[1].tobytes()
    return Sample(seen, crop, int(item["label"]), model=active.get_active_model(), writer=writer)


def teach(writer: str, hand: list[Item], start: str) -> Result:
    """Correct, train, and read what was kept apart before and after."""
    pool, kept = halves(hand)
    model = Classifier.load(start)
    with Collection.open() as collection:
        collection.add(corrections(pool, model, writer))
    name = f"writer-{writer}"
    began = time.perf_counter()
    command = [sys.executable, "-m", "digitnet", "train", "--start", start, "--writer", writer, "--name", name]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    seconds = time.perf_counter() - began
    before, after = (count_wrong(kept, each) for each in (model, Classifier.load(name)))
    mnist_before, mnist_after = (require_card(each).accuracy or 0.0 for each in (start, name))
    return Result(writer, len(kept), before, after, mnist_before, mnist_after, seconds)


def line(result: Result) -> str:
    writer, tested, before, after, *mnist, seconds = result
    errors = f"{before / tested:6.2%} | {after / tested:6.2%}"
    return f"| {writer:>6} | {tested:>6} | {errors} | {mnist[0]:.2%} | {mnist[1]:.2%} | {seconds:4.1f} |"


def summary(results: list[Result]) -> str:
    count = len(results)
    tested, before, after = (sum(getattr(result, name) for result in results) for name in ("tested", "before", "after"))
    mnist = [sum(getattr(result, name) for result in results) / count for name in ("mnist_before", "mnist_after")]
    worst = min(result.mnist_after - result.mnist_before for result in results)
    seconds = [result.seconds for result in results]
    return (
        f"{count} writers: {before / tested:.2%} wrong before, {after / tested:.2%} after "
        f"({before} and {after} of {tested:,} digits); MNIST {mnist[0]:.3%} before, {mnist[1]:.3%} after on average, "
        f"{100 * worst:+.2f} points at worst; {sum(seconds) / count:.1f} s a writer, {max(seconds):.1f} s at most"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("strokes", type=Path, metavar="STROKES", help="pen strokes of several writers")
    parser.add_argument("--writers", type=int, default=WRITERS, metavar="N", help=f"so many (default {WRITERS})")
    parser.add_argument("--model", help="the model to continue (default: the active one)")
    args = parser.parse_args()
    start = args.model or active.get_active_model()
    folder = store.model_dir(start)
    chosen = hands(json.loads(args.strokes.read_text(encoding="utf-8")), args.writers)
    print("| writer | digits | before | after  | MNIST  | after  |    s |")
    print("| -----: | -----: | -----: | -----: | -----: | -----: | ---: |", flush=True)
    with tempfile.TemporaryDirectory() as work:
        shutil.copytree(folder, Path(work) / "models" / start)
        os.environ.update(DIGITNET_MODELS=f"{work}/models", DIGITNET_DATA=f"{work}/data", TMPDIR=work)
        os.environ.pop("DIGITNET_DATABASE_URL", None)
        results = []
        for writer, hand in chosen.items():
            results.append(teach(writer, hand, start))
            print(line(results[-1]), flush=True)
    print(summary(results))


if __name__ == "__main__":
    main()
