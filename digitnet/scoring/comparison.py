"""Compare numbers that were read with those that are right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from digitnet.expectations.expect import keep_digits


class Comparison(NamedTuple):
    """What is wrong with a reading.

    Attributes:
        digits: how many digits are right to read.
        wrong: how many are to add, drop or change.
        is_exact: whether nothing is wrong, signs and the order of the numbers included.
    """

    digits: int
    wrong: int
    is_exact: bool


def compare_rows(truths: Sequence[Sequence[str]], found: Sequence[str]) -> Comparison:
    """Compare rows of digits with the nearest of those that are right."""
    joined = "".join(found)
    truth = min(map("".join, truths), key=lambda text: measure_edit_distance(text, joined))
    return Comparison(len(truth), measure_edit_distance(truth, joined), list(found) in map(list, truths))


def compare_numbers(truth: Sequence[str], found: Sequence[str]) -> Comparison:
    """Compare numbers with those that are right.

    Signs count where a right number has some. Of one number the spaces between its digits do not count; of several
    each has to be found as one.
    """
    expected, read = [_part(truth, "".join(truth)), _part(found, "".join(truth))]
    if len(expected) < 2:
        expected, read = (["".join(numbers)] * bool(numbers) for numbers in (expected, read))
    right, digits = (keep_digits("".join(numbers)) for numbers in (truth, found))
    return Comparison(len(right), measure_edit_distance(right, digits), expected == read)


def _part(numbers: Sequence[str], truth: str) -> list[str]:
    """Return numbers as they are compared: without signs if the truth, as one text, has none; empty ones left out."""
    has_signs = keep_digits(truth) != truth
    texts = [number if has_signs else keep_digits(number) for number in numbers]
    return [text for text in texts if text]


def measure_edit_distance(a: str, b: str) -> int:
    """Return the number of characters to add, drop or change between texts (Levenshtein 1966)."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (x != y))
    return row[-1]


def remove_spaces(rows: Sequence[str]) -> list[str]:
    """Remove the spaces of rows, and then the empty rows."""
    return [text for text in ("".join(row.split()) for row in rows) if text]
