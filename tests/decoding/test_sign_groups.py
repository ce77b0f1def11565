"""Slashes and brackets look like 1s: what else stands in their line says which they are."""

import numpy as np
import pytest

from digitnet.decoding import sign_groups
from digitnet.decoding.sign_groups import find_sign_groups
from digitnet.labels import SIGNS
from tests.helpers.lines import make_line


@pytest.fixture
def find(monkeypatch):
    """Return a function that finds the signs of a line of strokes by the likeliest sign of each."""

    def find_signs(count, likely, labels=1):
        scores = np.zeros((count, len(SIGNS)))
        for place, (sign, score) in likely.items():
            scores[place, SIGNS.index(sign)] = score
        monkeypatch.setattr(sign_groups, "score_signs", lambda *_: scores)
        line = make_line("1" * count)
        object.__setattr__(line, "members", np.arange(count))
        found = find_sign_groups([line], None, np.ones(count), np.full(count, labels))
        return np.flatnonzero(found).tolist()

    return find_signs


def test_second_slash_of_a_date_is_seen_with_the_first(find):
    assert find(10, {2: ("/", 0.87), 5: ("/", 0.43)}) == [2, 5]


def test_lone_slash_in_a_long_line_is_a_slanted_1(find):
    assert find(6, {1: ("/", 0.85)}) == []
    assert find(6, {1: ("/", 0.95)}) == [1]


def test_lone_slash_in_a_short_line_is_one(find):
    assert find(3, {1: ("/", 0.8)}) == [1]


def test_bracket_is_opened_where_one_is_closed(find):
    assert find(5, {0: ("(", 0.55), 4: (")", 1.0)}) == [0, 4]
    assert find(5, {0: ("(", 0.55)}) == []


def test_bracket_that_is_never_closed_is_a_slanted_1(find):
    assert find(5, {0: ("(", 0.85)}) == []
    assert find(5, {0: ("(", 0.97)}) == [0]
    assert find(5, {0: ("(", 0.85), 4: (")", 0.5)}) == [0]


def test_closed_bracket_alone_stands_behind_the_number_of_a_list(find):
    assert find(4, {1: (")", 0.75)}) == [1]


def test_ink_that_looks_like_another_digit_is_a_sign_only_for_sure(find):
    assert find(10, {2: ("/", 0.87), 5: ("/", 0.43)}, labels=7) == []
