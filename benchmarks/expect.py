"""Measure what it is worth to know what a number has to be: composed numbers, read without and with it.

Usage: python benchmarks/expect.py --hands FOLDER [--count N] [--others N] [--seed S] [--fit]

Numbers of 8 digits with a Luhn digit, dates and amounts are written in the hands of writers that no network was trained
on, digits alone with a pen, of scans and on paper, those with signs on paper, most of it printed. Prints for each what
was expected of it: how many are exactly right, how many are accepted (not doubtful) and wrong among these; and at equal
coverage how many of the surest numbers are wrong. Without knowledge a date or an amount counts as right if its digits
are; with it, the separators or the decimal sign have to be at their places, too.

Then numbers whose check digit is wrong: how many are marked as doubtful. And columns of four numbers and their total.

With --fit the weights of texts in digitnet/decoding/expected_texts.py are fitted on other numbers, and printed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.composed_fields import FIELDS, FieldWriter, make_wrongly_checked
from digitnet.decoding.expected_texts import WEIGHTS, ExpectedTexts, find_texts
from digitnet.expectations.expect import Expect, keep_digits
from digitnet.models.classifier import Classifier
from digitnet.reading import expectation
from digitnet.reading.hints import Hints
from digitnet.reading.pipeline import read_rgb
from digitnet.types import RGB

_COVERAGES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
_FIT_SEED = 1000  # Is added to the seed: settings are chosen on other numbers than those that score.
_STEPS, _RATE, _RIDGE = 300, 0.03, 0.1

_Floats = NDArray[np.float64]


class Read(NamedTuple):
    """A number that was read: whether it is right and accepted, and how sure it is, -1 if it does not fit."""

    right: bool
    accepted: bool
    confidence: float


def read_plain(picture: RGB, truth: str, classifier: Classifier) -> Read:
    reading = read_rgb(picture, classifier)
    right = keep_digits("".join(reading.numbers)) == keep_digits(truth)
    return Read(right, len(reading) > 0 and not reading.doubtful.any(), float(np.prod(reading.confidence)))


def read_expecting(picture: RGB, truth: str, classifier: Classifier, expect: Expect) -> Read:
    reading = read_rgb(picture, classifier, Hints(expect=expect))
    texts = reading.number_texts
    right = len(texts) == 1 and expect.fits(texts[0]) and expect.to_meaning(texts[0]) == expect.to_meaning(truth)
    signs = reading.signs.confidence if expect.signs else np.ones(1)
    fits = len(reading) > 0 and not reading.unexpected.any()
    accepted = fits and not reading.doubtful.any() and not (expect.signs and reading.doubtful_signs.any())
    return Read(right, accepted, float(np.prod(reading.confidence) * np.prod(signs)) if fits else -1.0)


def count_wrong(reads: list[Read], coverage: float) -> int:
    """Count the wrong ones among the surest numbers, of which `coverage` is the share of all."""
    order = np.argsort([-read.confidence for read in reads], kind="stable")[: round(coverage * len(reads))]
    return sum(not reads[index].right for index in order)


def print_row(name: str, reads: list[Read]) -> None:
    accepted = [read for read in reads if read.accepted]
    wrong = sum(not read.right for read in accepted)
    surest = " | ".join(str(count_wrong(reads, coverage)) for coverage in _COVERAGES)
    exact = sum(read.right for read in reads) / len(reads)
    print(f"| {name} | {exact:.1%} | {len(accepted) / len(reads):.1%} | {wrong} | {surest} |", flush=True)


def measure(writer: FieldWriter, rng: np.random.Generator, classifier: Classifier, counts: list[int]) -> None:
    for (name, (make, phrases)), count in zip(FIELDS.items(), counts, strict=True):
        reads: dict[str, list[Read]] = {"nothing": [], phrases: []}
        for _ in range(count):
            truth = make(rng)
            picture = writer.write(truth)
            reads["nothing"].append(read_plain(picture, truth, classifier))
            reads[phrases].append(read_expecting(picture, truth, classifier, Expect.parse(phrases)))
        print(f"\n{name}, {count:,} pictures; wrong ones among the surest\n")
        print(f"| expected | exact | accepted | wrong of these | {' | '.join(f'{c:.0%}' for c in _COVERAGES)} |")
        print("| --- " * (4 + len(_COVERAGES)) + "|")
        for phrase, found in reads.items():
            print_row(phrase, found)


def measure_misfits(writer: FieldWriter, rng: np.random.Generator, classifier: Classifier, count: int) -> None:
    truths = [make_wrongly_checked(rng) for _ in range(count)]
    expect = Expect.parse("8 digits, luhn")
    reads = [read_expecting(writer.write(truth), truth, classifier, expect) for truth in truths]
    unmarked = sum(read.accepted for read in reads)
    print(f"\n{count:,} numbers with a wrong check digit: {count - unmarked:,} are marked, {unmarked} are not.")


def measure_totals(writer: FieldWriter, rng: np.random.Generator, classifier: Classifier, count: int) -> None:
    """Read columns of four numbers and their total, one picture each."""
    rows: dict[str, list[tuple[bool, bool]]] = {"nothing": [], "total": []}
    for _ in range(count):
        values = rng.integers(10, 1000, 4).tolist()
        texts = [str(value) for value in (*values, sum(values))]
        picture = writer.write_column(texts)
        for phrases, found in rows.items():
            hints = Hints() if phrases == "nothing" else Hints(expect=Expect.parse(phrases))
            reading = read_rgb(picture, classifier, hints)
            found.append((reading.numbers == texts, not reading.doubtful.any()))
    for phrases, found in rows.items():
        right, accepted = (sum(each) for each in zip(*found, strict=True))
        wrong = sum(accepts and not is_right for is_right, accepts in found)
        print(f"{count} columns, expecting {phrases}: {right} right, {accepted} accepted, {wrong} of these wrong")


def iterate_texts(
    writer: FieldWriter, rng: np.random.Generator, classifier: Classifier, count: int
) -> Iterator[tuple[_Floats, NDArray[np.bool_]]]:
    """Yield the features of the texts that fit each number, float64 (k, 4), and which are right, bool (k,)."""
    found: list[ExpectedTexts] = []

    def watch(*args: object) -> ExpectedTexts:
        found.append(find_texts(*args))  # type: ignore[arg-type]
        return found[-1]

    with patch.object(expectation, "find_texts", watch):
        for make, phrases in FIELDS.values():
            expect = Expect.parse(phrases)
            for _ in range(count):
                found.clear()
                truth = make(rng)
                read_rgb(writer.write(truth), classifier, Hints(expect=expect))
                for texts in found[-1:]:
                    fitting = [text for text, fits in zip(texts.texts, texts.fits, strict=True) if fits]
                    right = [expect.to_meaning(text) == expect.to_meaning(truth) for text in fitting]
                    if any(right):
                        yield texts.features[texts.fits], np.array(right, np.bool_)


def fit(numbers: list[tuple[_Floats, NDArray[np.bool_]]]) -> _Floats:
    """Fit the weights of texts, float64 (4,), so that right texts are likely (a conditional logit, by Adam)."""
    weights, mean, square = np.array(WEIGHTS), np.zeros(4), np.zeros(4)
    for step in range(1, _STEPS + 1):
        slope = _RIDGE * weights / len(numbers)
        for features, right in numbers:
            scores = features @ weights
            shares = np.exp(scores - scores.max())
            slope += (shares / shares.sum() - shares * right / (shares * right).sum()) @ features / len(numbers)
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        weights = weights - _RATE * mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hands", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--count", type=int, default=1000, help="numbers with a Luhn digit (default 1000)")
    parser.add_argument("--others", type=int, default=300, help="numbers of each other kind (default 300)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fit", action="store_true", help="fit the weights of texts")
    args = parser.parse_args()
    rng = np.random.default_rng(args.seed + _FIT_SEED * args.fit)
    writer, classifier = FieldWriter(args.hands, rng), Classifier.load()
    if args.fit:
        print("weights", np.round(fit(list(iterate_texts(writer, rng, classifier, args.others))), 3).tolist())
        return
    start = time.process_time()
    measure(writer, rng, classifier, [args.count, *[args.others] * (len(FIELDS) - 1)])
    measure_misfits(writer, rng, classifier, args.others)
    measure_totals(writer, rng, classifier, args.others // 3)
    print(f"seed {args.seed}, {time.process_time() - start:.0f} s of processor")


if __name__ == "__main__":
    main()
