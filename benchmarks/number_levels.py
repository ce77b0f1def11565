"""Measure how sure whole numbers are, on composed numbers of writers that no network was trained on.

Usage: python benchmarks/number_levels.py --hands FOLDER [--count N] [--write]

A third of the numbers is drawn with pen strokes, a third set together from scanned digits, both spaced, tight and
touching, and a third are amounts of money written on paper, most of it printed against forgery. Prints for each kind
how many numbers are right, the levels by risk, and a table of reliability. With --write,
digitnet/resources/numbers.json is renewed.

All numbers fit the four weights and measure the levels: so few weights cannot learn thousands of numbers by heart.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args
from unittest.mock import patch

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.cases import draw_numbers, draw_scanned_sets
from benchmarks.strokes import Spacing
from digitnet.augmentation.strings.amounts import make_amount
from digitnet.augmentation.strings.hands import collect_hands
from digitnet.augmentation.strings.papers import Papers
from digitnet.augmentation.strings.writing import write
from digitnet.handwriting.sets import PEN
from digitnet.models.calibration import find_acceptance_levels
from digitnet.models.classifier import Classifier
from digitnet.models.number_levels import FILE, compute_features
from digitnet.paths import RESOURCES
from digitnet.preprocessing.images import load
from digitnet.reading import number_confidence
from digitnet.reading.pipeline import read_rgb
from digitnet.training.strings.examples import load_digits
from digitnet.types import RGB

_RIDGE = 1e-2  # Keeps the weights small.
_STEPS = 50  # Of Newton's method.
_MAX_SCALE = 3.5  # Written strips are enlarged up to this many times.


class Measured(NamedTuple):
    """Numbers that were read: the features of each, float64 (n, 4), and whether it is right, bool (n,)."""

    features: NDArray[np.float64]
    right: NDArray[np.bool_]


def compose_numbers(folder: Path, count: int) -> Iterator[tuple[str, RGB, str]]:
    """Yield the kind, the picture and the digits of `count` numbers of each kind."""
    each = max(1, count // len(get_args(Spacing)))
    items = json.loads((folder / PEN.file).read_text(encoding="utf-8"))
    held_out = [item for item in items if str(item["writer"]) in PEN.held_out]
    for spacing in get_args(Spacing):
        for case in draw_numbers(held_out, spacing, each):
            yield "drawn", case.load_rgb(), case.truth[0]
    for cases in draw_scanned_sets(folder, each):
        for case in cases.cases:
            yield "scanned", case.load_rgb(), case.truth[0]
    hands = collect_hands(load_digits(held_out=True, seed=0), folder, held_out=True)
    rng = np.random.default_rng(11)
    papers = Papers(rng)
    made = 0
    while made < count:
        tokens = make_amount(rng)
        text = "".join(token.value for token in tokens if token.value.isdigit())
        line = write(tokens, hands, rng)
        if line is None:
            continue
        margin = round(0.4 * (line.base - line.top))
        gray = papers.write_on(np.pad(line.ink, ((0, 0), (margin, margin))), line.base, rng)
        scale = rng.uniform(1, _MAX_SCALE)
        large = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        yield "on paper", load(large), text
        made += 1


def measure(folder: Path, count: int) -> dict[str, Measured]:
    """Read composed numbers; return what was measured for each kind."""
    classifier = Classifier.load()
    seen: list[tuple[float, ...]] = []
    found: dict[str, list[tuple[tuple[float, ...], bool]]] = {}

    def watch(*probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        seen[:] = list(zip(*(each.tolist() for each in probabilities), strict=True))
        return probabilities[0]

    with patch.object(number_confidence, "estimate_confidence", watch):
        for kind, picture, truth in compose_numbers(folder, count):
            seen.clear()
            rows = read_rgb(picture, classifier).rows
            if len(rows) == 1 and seen:
                found.setdefault(kind, []).append((seen[0], rows[0].replace(" ", "") == truth))
    return {
        kind: Measured(
            compute_features(*np.array([value for value, _ in numbers]).T),
            np.array([right for _, right in numbers], np.bool_),
        )
        for kind, numbers in found.items()
    }


def fit(numbers: Measured) -> NDArray[np.float64]:
    """Fit a logistic regression by Newton's method; return the weights, float64 (4,), of features none below 0.

    A number that seems likelier must not count as less sure, so a feature of negative weight is left out.
    """
    used = np.ones(numbers.features.shape[1], np.bool_)
    while True:
        weights = np.zeros(len(used))
        weights[used] = _fit_logistic(numbers.features[:, used], numbers.right)
        negative = weights < 0
        negative[0] = False  # The constant.
        if not negative.any():
            return weights
        used &= ~negative


def _fit_logistic(features: NDArray[np.float64], right: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the weights, float64 (k,), of features, float64 (n, k)."""
    weights = np.zeros(features.shape[1])
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-features @ weights))
        gradient = features.T @ (right - chances) - _RIDGE * weights
        spread = chances * (1 - chances)
        hessian = (features * spread[:, None]).T @ features + _RIDGE * np.eye(len(weights))
        weights = weights + np.linalg.solve(hessian, gradient)
    return weights


def print_reliability(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> None:
    print("\n| confidence | numbers | right |\n| --- | --- | --- |")
    edges = [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1.0001]
    for low, high in itertools.pairwise(edges):
        inside = (confidence >= low) & (confidence < high)
        if inside.any():
            print(f"| {low:g} to {min(high, 1):g} | {inside.sum():,} | {right[inside].mean():.1%} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hands", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--count", type=int, default=1500, help="numbers of each kind (default 1500)")
    parser.add_argument("--write", action="store_true", help="renew digitnet/resources/numbers.json")
    args = parser.parse_args()
    kinds = measure(args.hands, args.count)
    for kind, numbers in kinds.items():
        print(f"{kind}: {numbers.right.mean():.1%} of {len(numbers.right):,} right")
    everything = Measured(*map(np.concatenate, zip(*kinds.values(), strict=True)))
    weights = fit(everything)
    confidence = 1 / (1 + np.exp(-everything.features @ weights))
    levels = find_acceptance_levels(confidence.astype(np.float32), everything.right)
    print("weights", np.round(weights, 4).tolist())
    for risk, level in levels.items():
        print(f"risk {risk}: level {level['level']:.4f} accepts {level['accepted']:.1%} of the right numbers")
    print_reliability(confidence, everything.right)
    if args.write:
        content: dict[str, Any] = {
            "about": "how sure whole numbers are; see digitnet/models/number_levels.py",
            "numbers": len(everything.right),
            "weights": np.round(weights, 5).tolist(),
            "accept": levels,
        }
        (RESOURCES / FILE).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
