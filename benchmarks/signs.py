"""Measure how signs are read, on composed texts of writers that no network was trained on.

Usage: python benchmarks/signs.py --hands FOLDER [--count N] [--seed S] [--kind NAME ...]

Amounts, decimals, dates, times, phone numbers, currencies and sums, and numbers without signs, are written in the hands
of held-out writers: every other one on a strip of paper, most of it printed, the others on a plain page with much empty
paper. Prints for each kind how many texts are exactly right, how many are right but for their signs, and how many of
the wrong and of the right ones are marked as doubtful; and for each sign how many were written, how many of these were
read, and how many were read where none was written. Spaces do not count.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.composed_fields import FieldWriter, make_date, make_digits
from digitnet.expectations.expect import keep_digits
from digitnet.labels import SIGNS
from digitnet.models.classifier import Classifier
from digitnet.reading.pipeline import read_rgb

_MAX_WHOLE = 100_000
_ENDINGS = (".-", ",-", ".=", "-", ".--")

Rng = np.random.Generator


def _choose(rng: Rng, *choices: str) -> str:
    return choices[int(rng.integers(len(choices)))]


def _make_number(rng: Rng) -> str:
    return make_digits(rng, int(rng.integers(1, 9)))


def _make_amount(rng: Rng) -> str:
    """Make an amount: 1,234.50, 1'250.-, 85,20."""
    decimal = _choose(rng, ".", ",")
    grouping = _choose(rng, "'", "." if decimal == "," else ",")
    whole = f"{int(rng.integers(1, _MAX_WHOLE)):,}".replace(",", grouping if rng.random() < 0.7 else "")
    cents = decimal + make_digits(rng, 2) if rng.random() < 0.6 else _choose(rng, *_ENDINGS)
    return whole + cents


def _make_decimal(rng: Rng) -> str:
    """Make a number with decimals, now and then with a sign before it: 7.5, -12,25."""
    whole, decimals = (make_digits(rng, int(rng.integers(1, 4))) for _ in range(2))
    return _choose(rng, "", "", "-", "+") + whole + _choose(rng, ".", ",") + decimals


def _make_time(rng: Rng) -> str:
    return f"{int(rng.integers(24)):02}:{int(rng.integers(60)):02}"


def _make_phone(rng: Rng) -> str:
    pattern = _choose(rng, "({}){}-{}", "+{}{}{}", "0{}/{}{}", "{}-{}-{}")
    return pattern.format(make_digits(rng, int(rng.integers(2, 4))), make_digits(rng, 3), make_digits(rng, 4))


def _make_currency(rng: Rng) -> str:
    number = make_digits(rng, int(rng.integers(1, 4))) + _choose(rng, "", f".{make_digits(rng, 2)}")
    return _choose(rng, "${}", "€{}", "£{}", "{}€", "{}%").format(number)


def _make_sum(rng: Rng) -> str:
    """Make a sum with or without its result: 12+9, 3×4=12."""
    terms = [make_digits(rng, int(rng.integers(1, 4))) for _ in range(3)]
    result = "=" + terms[2] if rng.random() < 0.5 else ""
    return terms[0] + _choose(rng, "+", "-", "×", "÷") + terms[1] + result


KINDS: dict[str, Callable[[Rng], str]] = {
    "amount": _make_amount,
    "decimal": _make_decimal,
    "date": make_date,
    "time": _make_time,
    "phone": _make_phone,
    "currency": _make_currency,
    "sum": _make_sum,
    "digits": _make_number,
}


@dataclass
class KindScore:
    """How texts of one kind were read.

    Attributes:
        texts: how many there are.
        exact, digits_exact: how many are right, and how many are but for their signs.
        marked_wrong, marked_right: how many of the wrong and of the right ones are marked as doubtful.
    """

    texts: int = 0
    exact: int = 0
    digits_exact: int = 0
    marked_wrong: int = 0
    marked_right: int = 0

    def add(self, truth: str, read: str, *, is_marked: bool) -> None:
        is_exact = read == truth
        self.texts += 1
        self.exact += is_exact
        self.digits_exact += keep_digits(read) == keep_digits(truth)
        self.marked_wrong += is_marked and not is_exact
        self.marked_right += is_marked and is_exact


@dataclass
class SignScore:
    """How often each sign was written, read where it was written, and read where it was not."""

    written: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    invented: Counter[str] = field(default_factory=Counter)

    def add(self, truth: str, read: str) -> None:
        matched = match_characters(truth, read)
        self.written.update(keep_signs(truth))
        self.found.update(keep_signs(matched))
        self.invented.update(Counter(keep_signs(read)) - Counter(keep_signs(matched)))


def keep_signs(text: str) -> str:
    """Return the signs of a text."""
    return "".join(character for character in text if character in SIGNS)


def match_characters(truth: str, read: str) -> str:
    """Return the characters of a text that were read in their places."""
    blocks = SequenceMatcher(None, truth, read, autojunk=False).get_matching_blocks()
    return "".join(truth[block.a : block.a + block.size] for block in blocks)


def print_kinds(kinds: dict[str, KindScore]) -> None:
    print("| kind | texts | exact | but for signs | wrong ones marked | right ones marked |")
    print("| --- | --- | --- | --- | --- | --- |")
    total = KindScore(*(sum(values) for values in zip(*(vars(kind).values() for kind in kinds.values()), strict=True)))
    for name, score in {**kinds, "all": total}.items():
        wrong = score.texts - score.exact
        print(
            f"| {name} | {score.texts} | {score.exact} | {score.digits_exact} | {score.marked_wrong} of {wrong} "
            f"| {score.marked_right} of {score.exact} |"
        )


def print_signs(signs: SignScore) -> None:
    print("\n| sign | written | read | invented |\n| --- | --- | --- | --- |")
    for sign in SIGNS:
        print(f"| `{sign}` | {signs.written[sign]} | {signs.found[sign]} | {signs.invented[sign]} |")
    print(f"| all | {signs.written.total()} | {signs.found.total()} | {signs.invented.total()} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hands", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--count", type=int, default=100, help="texts of each kind (default 100)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", action="append", choices=list(KINDS), help="measure this kind alone")
    args = parser.parse_args()
    started = time.process_time()
    rng = np.random.default_rng(args.seed)
    writer, classifier = FieldWriter(args.hands, rng), Classifier.load()
    kinds = {name: KindScore() for name in args.kind or KINDS}
    signs = SignScore()
    for name, score in kinds.items():
        for place in range(args.count):
            truth = KINDS[name](rng)
            picture = writer.write_on_page(truth) if place % 2 else writer.write_on_strip(truth)
            reading = read_rgb(picture, classifier)
            text = "".join(reading.text.split())
            score.add(truth, text, is_marked=reading.has_doubts or not text)
            signs.add(truth, text)
    print_kinds(kinds)
    print_signs(signs)
    print(f"\nseed {args.seed}, {time.process_time() - started:.0f} s of processor")


if __name__ == "__main__":
    main()
