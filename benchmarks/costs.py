"""Measure the processor time of reading cluttered pictures, and pictures without a number.

Usage: python benchmarks/costs.py [PICTURE ...] [--runs N]

Printed are the processor seconds of one core, the least of some runs, for pages drawn here and for pictures given.
Compare two versions in turn on the same machine: other work on it makes each slower.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.page_composition import make_page
from benchmarks.page_ink import Layer, Picture
from benchmarks.speed import write_page
from benchmarks.words import choose_words, print_line
from digitnet.documents.opening import load_main_page
from digitnet.models.classifier import Classifier
from digitnet.reading.pipeline import read_rgb

_PAPER, _INK = 245, 40  # Gray levels.


def print_page(width: int, height: int, size: int) -> Picture:
    """Return a page of printed words, uint8 (height, width, 3), with letters of `size` pixels."""
    rng, page = np.random.default_rng(0), np.zeros((height, width), np.float32)
    for top in range(2 * size, height - 3 * size, round(1.5 * size)):
        line = print_line(choose_words(width // (5 * size), rng), size, "DejaVuSerif.ttf")
        part = page[top : top + len(line), 2 * size : -2 * size]
        part[:] = np.maximum(part, np.pad(line, ((0, 0), (0, part.shape[1])))[:, : part.shape[1]])
    return _photograph(page, rng)


def blot_page(width: int, height: int) -> Picture:
    """Return a page of round blots, uint8 (height, width, 3)."""
    rng, page = np.random.default_rng(0), np.zeros((height, width), np.float32)
    for _ in range(400):
        center, axes = rng.integers(0, (width, height)).tolist(), rng.integers(5, 60, 2).tolist()
        cv2.ellipse(page, center, axes, rng.uniform(0, 180), 0, 360, 1.0, cv2.FILLED)
    return _photograph(page, rng)


def scribble_page(width: int, height: int) -> Picture:
    """Return a page of tangled lines, uint8 (height, width, 3)."""
    rng, page = np.random.default_rng(0), np.zeros((height, width), np.float32)
    for _ in range(60):
        path = rng.integers(100, (width - 100, height - 100)) + np.cumsum(rng.normal(0, 25, (60, 2)), axis=0)
        cv2.polylines(page, [path.astype(np.int32)], False, 1.0, 5, cv2.LINE_AA)
    return _photograph(page, rng)


def _photograph(ink: Layer, rng: np.random.Generator) -> Picture:
    gray = _PAPER - (_PAPER - _INK) * ink + rng.normal(0, 3, ink.shape).astype(np.float32)
    return np.repeat(np.clip(gray, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


PAGES: dict[str, Callable[[], Picture]] = {
    "100 digits, 12 megapixels": lambda: np.repeat(write_page(4000, 3000, 10, 10, 140)[..., None], 3, axis=2),
    "table": lambda: make_page("table", 3).image,
    "table, tilted": lambda: make_page("table, tilted", 3).image,
    "squared paper": lambda: make_page("squared, photo", 3).image,
    "print, 8.7 megapixels": lambda: print_page(2480, 3508, 34),
    "small print, 2.2 megapixels": lambda: print_page(1240, 1750, 20),
    "print, 64 megapixels": lambda: print_page(8000, 8000, 90),
    "blots": lambda: blot_page(2000, 1500),
    "scribbles": lambda: scribble_page(2000, 1500),
}


def measure_seconds(picture: Picture, classifier: Classifier, runs: int) -> tuple[float, int]:
    """Return the least processor seconds of reading a picture, and how many digits were read."""
    times, count = [], 0
    for _ in range(runs):
        started = time.process_time()
        count = len(read_rgb(picture, classifier))
        times.append(time.process_time() - started)
    return min(times), count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", type=Path, nargs="*", metavar="PICTURE", help="more pictures to read")
    parser.add_argument("--runs", type=int, default=3, help="readings of each picture (default 3)")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    classifier = Classifier.load()
    for name, make in PAGES.items():
        seconds, count = measure_seconds(make(), classifier, args.runs)
        print(f"{name:<30} {seconds:>6.2f} s {count:>5} digits", flush=True)
    for path in args.pictures:
        seconds, count = measure_seconds(load_main_page(path)[0], classifier, args.runs)
        print(f"{path.name:<30} {seconds:>6.2f} s {count:>5} digits", flush=True)


if __name__ == "__main__":
    main()
