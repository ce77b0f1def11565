"""Signs of a line, and how sure they are."""

from dataclasses import replace
from math import prod

import numpy as np
import pytest

from digitnet.decoding.line_signs import find_signs
from tests.helpers.lines import make_line


def blur(line, chance):
    """Return a line whose columns are less sure: the symbol of each has this probability."""
    chances = np.where(np.exp(line.columns) > 0.5, chance, (1 - chance) / (line.columns.shape[1] - 1))
    return replace(line, columns=np.log(chances).astype(np.float32))


def find(line):
    return [sign for sign in find_signs(line, (1, 2, 5)) if sign.place == 3]


def test_signs_side_by_side_are_together_as_sure_as_their_gap():
    together = find(blur(make_line("125.-"), 0.95))
    lone = find(blur(make_line("125-"), 0.95))
    assert [sign.label for sign in together] == [".", "-"]
    assert [sign.label for sign in lone] == ["-"]
    assert together[0].confidence == together[1].confidence
    # Two signs are less sure than one, but each of them is no less sure than it would be by itself.
    assert prod(sign.confidence for sign in together) < lone[0].confidence
    assert together[0].confidence == pytest.approx(lone[0].confidence, abs=0.05)


def test_signs_of_different_gaps_are_judged_apart():
    found = find_signs(make_line("1.2-5"), (1, 2, 5))
    assert [(sign.label, sign.place) for sign in found] == [(".", 1), ("-", 2)]
