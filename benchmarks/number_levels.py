"""Measure how sure whole numbers are, on composed numbers of writers that no network was trained on.

Usage: python benchmarks/number_levels.py --hands FOLDER [--count N] [--write]

Of the numbers read as pictures, a third is drawn with pen strokes, a third set together from scanned digits, both
spaced, tight and touching, and a third are amounts of money written on paper, most of it printed against forgery. As
many again are drawn and read as on the page Draw, where the strokes are known. A number is wrong, too, if a digit
beside it was missed. Prints for each kind how many numbers are right, the levels by risk, and tables of reliability.
With --write, digitnet/resources/numbers.json is renewed.

Numbers read by their strokes have weights of their own, since the string recognizer counts less there; so have those
whose strokes stand apart, where it does not choose the text. All numbers fit the weights and measure the levels: so few
weights cannot learn thousands of numbers by heart.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.composed_numbers import list_kinds
from benchmarks.number_measuring import Measured, measure, report_progress
from digitnet.models.calibration import DEFAULT_RISK, find_acceptance_levels
from digitnet.models.classifier import Classifier
from digitnet.models.number_levels import FILE, PICTURE, WAYS
from digitnet.paths import RESOURCES

_RIDGE = 1e-2  # Keeps the weights small.
_STEPS = 50  # Of Newton's method.


def estimate(numbers: Measured, weights: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the probability that each number is right, float64 (n,), by the weights of each way, float64 (4,)."""
    own = np.array([weights[way] for way in numbers.way.tolist()]).reshape(numbers.features.shape)
    return np.asarray(1 / (1 + np.exp(-(numbers.features * own).sum(axis=1))), np.float64)


def fit(numbers: Measured, way: str) -> NDArray[np.float64]:
    """Fit a logistic regression to the numbers that were read in one way by Newton's method.

    A number that seems likelier must not count as less sure, so a feature of negative weight is left out.

    Returns:
        The weights, float64 (4,), of features none below 0.
    """
    chosen = numbers.way == way
    features, right = numbers.features[chosen], numbers.right[chosen]
    used = np.ones(features.shape[1], np.bool_)
    while True:
        weights = np.zeros(len(used))
        weights[used] = _fit_logistic(features[:, used], right)
        negative = weights < 0
        negative[0] = False  # The constant.
        if not negative.any():
            return weights
        used &= ~negative


def find_levels(confidence: NDArray[np.float64], numbers: Measured) -> dict[str, dict[str, float]]:
    """Find the least confidence by risk that pictures keep, and drawings, too; see `find_acceptance_levels`.

    Sure drawings do not make up for mistakes in pictures: of the levels of both the higher one counts. A risk that one
    of them cannot keep is left out.
    """
    is_picture = numbers.way == PICTURE
    parts = [
        find_acceptance_levels(confidence[chosen].astype(np.float32), numbers.right[chosen])
        for chosen in (is_picture, ~is_picture)
        if chosen.any()
    ]
    levels = {}
    for risk in parts[0]:
        if all(risk in part for part in parts):
            level = max(part[risk]["level"] for part in parts)
            accepted = float((confidence[numbers.right] >= level).mean())
            levels[risk] = {"level": level, "accepted": round(accepted, 4)}
    return levels


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


def print_reliability(title: str, confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> None:
    print(f"\n| confidence, {title} | numbers | right |\n| --- | --- | --- |")
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
    start, classifier = time.perf_counter(), Classifier.load()
    kinds = {
        name: measure(report_progress(name, kind.compose(), kind.size), classifier)
        for name, kind in list_kinds(args.hands, args.count).items()
    }
    print(f"{sum(kind.pictures for kind in kinds.values()):,} pictures read in {time.perf_counter() - start:.0f} s")
    everything = Measured.join(kinds.values())
    weights = {way: fit(everything, way) for way in WAYS}
    sure = np.concatenate([estimate(numbers, weights) for numbers in kinds.values()])
    levels = find_levels(sure, everything)
    for name, numbers in kinds.items():
        print_kind(name, numbers, estimate(numbers, weights), levels)
    for risk, level in levels.items():
        print(f"risk {risk}: level {level['level']:.4f} accepts {level['accepted']:.1%} of the right numbers")
    for title, chosen in (("pictures", everything.way == PICTURE), ("drawings", everything.way != PICTURE)):
        print_reliability(title, sure[chosen], everything.right[chosen])
    for way, own in weights.items():
        print(f"weights {way}: {np.round(own, 4).tolist()} of {(everything.way == way).sum():,} numbers")
    if args.write:
        content: dict[str, Any] = {
            "about": "how sure whole numbers are; see digitnet/models/number_levels.py",
            "numbers": len(everything.right),
            "weights": {way: np.round(own, 5).tolist() for way, own in weights.items()},
            "accept": levels,
        }
        (RESOURCES / FILE).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def print_kind(
    name: str, numbers: Measured, confidence: NDArray[np.float64], levels: dict[str, dict[str, float]]
) -> None:
    """Print how many numbers of a kind are right, and how many at the usual level, by digits and with signs."""
    print(f"{name}: {numbers.right_share:.1%} right, of {len(numbers.right):,} numbers and {numbers.blank} missed")
    level = levels.get(f"{DEFAULT_RISK:g}", {}).get("level", 1.0)
    for title, sure, right in (
        ("digits", confidence, numbers.right),
        ("digits and signs", confidence * numbers.signs, numbers.exact),
    ):
        accepted = sure >= level
        wrong = float((~right[accepted]).mean()) if accepted.any() else 0.0
        print(f"  {title}: {accepted.mean():.1%} accepted, {wrong:.1%} of them wrong")


if __name__ == "__main__":
    main()
