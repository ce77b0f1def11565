"""Weigh the numbers of a column together, where the last is the sum of those above.

The sums that the first numbers may have are followed from number to number, and from the total back (the
forward-backward algorithm; Rabiner 1989). So each text gets the probability of all ways to add up that it is part of.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitnet.expectations.expect import Expect
from digitnet.reading.field_choice import Options, weigh_evidence
from digitnet.reading.table_columns import find_columns
from digitnet.types import Boxes

_LEAST_SHARE = 1e-4  # Less likely texts of a number are not added.
_MAX_SUMS = 2000  # Sums that are followed from one number to the next.
_CHANCE = 0.1  # Share of the readings of a wrong column that add up by chance, near to what was written.
_Sums = dict[int, float]  # Probabilities of sums, in units of the last decimal.


def find_totals(boxes: Boxes, row: NDArray[np.int32]) -> list[NDArray[np.intp]]:
    """Return the numbers of each column that may have a total, from the top, as indices, intp (k,) with k of 2 or more.

    Args:
        boxes: int32 (n, 4) of numbers, row by row from left to right, in the straight picture.
        row: int32 (n,), the row of each.
    """
    column = find_columns(boxes, row)
    found = [np.flatnonzero(column == index) for index in np.unique(column)]
    return [members for members in found if len(members) > 1]


def adds_up(texts: Sequence[str], expect: Expect) -> bool:
    """Tell whether the last of some texts that fit is the sum of the others."""
    *parts, total = map(expect.compute_value, texts)
    return sum(parts) == total


def weigh_column(column: Sequence[Options], expect: Expect) -> list[Options]:
    """Weigh what the numbers of a column may say by whether it adds up; the last one is the total.

    If hardly any likely way adds up, the options stay as they are.

    Args:
        column: what each number may say.
        expect: what is expected of each.
    """
    if not all(options.is_expected for options in column):
        return list(column)
    likely = [_list_values(options, expect) for options in column]
    before: list[_Sums] = [{0: 1.0}]
    for values in likely[:-1]:
        before.append(_add(before[-1], values))
    after: _Sums = {}
    for value, share in likely[-1]:
        after[value] = after.get(value, 0.0) + share
    chances = [[share * before[-1].get(value, 0.0) for value, share in likely[-1]]]
    for sums, values in zip(reversed(before[:-1]), reversed(likely[:-1]), strict=True):
        chances.append([share * _match(sums, value, after) for value, share in values])
        after = {start: sum(share * after.get(start + value, 0.0) for value, share in values) for start in sums}
    evidence = weigh_evidence(min(sum(chances[0]), 1.0), _CHANCE)
    if evidence <= 0:
        return list(column)
    return [_reorder(options, chance, evidence) for options, chance in zip(column, reversed(chances), strict=True)]


def _list_values(options: Options, expect: Expect) -> list[tuple[int, float]]:
    """Return the values of the likely options, in units of the last decimal, and their shares."""
    unit = expect.decimals or 0
    likely = zip(options.texts, options.shares.tolist(), strict=True)
    return [(int(expect.compute_value(text).scaleb(unit)), share) for text, share in likely if share >= _LEAST_SHARE]


def _match(sums: _Sums, value: int, after: _Sums) -> float:
    """Return the probability that some sums and a value lead to those that the numbers below ask for."""
    return sum(mass * after.get(start + value, 0.0) for start, mass in sums.items())


def _add(sums: _Sums, values: Sequence[tuple[int, float]]) -> _Sums:
    """Return the likeliest sums with one more number, and their probabilities."""
    found: _Sums = {}
    for start, mass in sums.items():
        for value, share in values:
            found[start + value] = found.get(start + value, 0.0) + mass * share
    return dict(sorted(found.items(), key=lambda item: -item[1])[:_MAX_SUMS])


def _reorder(options: Options, chances: Sequence[float], evidence: float) -> Options:
    """Return options with other chances, the likeliest first, and no more evidence than there is for the column."""
    order = np.argsort(-np.array(chances), kind="stable")  # Texts that were not added are left out.
    shares = np.array(chances)[order] / math.fsum(chances)
    return replace(
        options,
        texts=[options.texts[index] for index in order],
        shares=shares,
        evidence=min(options.evidence, evidence),
    )
