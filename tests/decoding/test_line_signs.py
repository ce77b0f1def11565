"""Signs are read where none is unlikely, and what is left out says how likely it is."""

from dataclasses import replace
from math import prod

import numpy as np
import pytest

from digitnet.decoding.line_signs import find_signs
from digitnet.decoding.string_recognizer import BLANK, SYMBOLS
from tests.helpers.lines import make_line

LEAST = 1e-6


@pytest.fixture
def divide():
    """Return a function that makes a line unsure of one of its symbols: one column has other probabilities."""

    def divide_votes(text, symbol, votes):
        line = make_line(text)
        first, *others = np.flatnonzero(line.columns.argmax(axis=1) == SYMBOLS.index(symbol))
        chances = np.exp(line.columns)
        chances[[first, *others]] = LEAST
        chances[others, BLANK] = 1
        for label, share in votes.items():
            chances[first, SYMBOLS.index(label) if label else BLANK] = share
        return replace(line, columns=np.log(chances).astype(np.float32))

    return divide_votes


def test_sign_of_a_split_vote_is_read_with_its_own_probability(divide):
    signs = find_signs(divide("12.5", ".", {",": 0.4, ".": 0.35, "": 0.25}), (1, 2, 5))
    (sign,) = signs.found
    assert (sign.label, sign.place) == (",", 2)
    assert sign.confidence == pytest.approx(0.4, abs=0.01)
    assert signs.complete.min() > 0.99


def test_sign_that_is_left_out_makes_the_line_less_complete(divide):
    signs = find_signs(divide("12.5", ".", {"": 0.7, ".": 0.3}), (1, 2, 5))
    assert signs.found == []
    assert signs.complete == pytest.approx([1, 1, 0.7, 1], abs=0.02)


def test_text_between_digits_is_no_sign(divide):
    signs = find_signs(divide("12.5", ".", {"W": 0.6, ".": 0.3, "": 0.1}), (1, 2, 5))
    assert signs.found == []
    assert signs.complete[2] == pytest.approx(0.7, abs=0.02)


def test_ink_that_was_told_to_be_a_sign_is_one(divide):
    line = divide("12/05", "/", {"1": 0.5, "/": 0.4, "": 0.1})
    first = int(np.flatnonzero(line.columns[:, SYMBOLS.index("/")] > np.log(0.3))[0])
    box = [first * line.step, 5, (first + 2) * line.step, 35]
    assert find_signs(line, (1, 2, 0, 5)).found == []
    (sign,) = find_signs(line, (1, 2, 0, 5), np.array([box], np.int32)).found
    assert (sign.label, sign.place) == ("/", 2)
    assert sign.confidence == pytest.approx(0.4, abs=0.05)


def test_sign_ink_of_another_row_says_nothing(divide):
    line = divide("12/05", "/", {"1": 0.5, "/": 0.4, "": 0.1})
    below = np.array([[0, 60, 400, 90]], np.int32)
    assert find_signs(line, (1, 2, 0, 5), below).found == []


def blur(line, chance):
    """Return a line whose columns are less sure: the symbol of each has this probability."""
    chances = np.where(np.exp(line.columns) > 0.5, chance, (1 - chance) / (line.columns.shape[1] - 1))
    return replace(line, columns=np.log(chances).astype(np.float32))


def find(line):
    return [sign for sign in find_signs(line, (1, 2, 5)).found if sign.place == 3]


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
    found = find_signs(make_line("1.2-5"), (1, 2, 5)).found
    assert [(sign.label, sign.place) for sign in found] == [(".", 1), ("-", 2)]
