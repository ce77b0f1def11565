"""Signs are counted as read where they were written, and as invented elsewhere."""

import pytest

pytest.importorskip("benchmarks.signs")

import numpy as np

from benchmarks.signs import KINDS, KindScore, SignScore, match_characters
from digitnet.labels import SIGNS


@pytest.mark.parametrize(
    ("truth", "read", "matched"), [("12.50", "1250", "1250"), ("1250", "12.50", "1250"), ("3+4", "3-4", "34")]
)
def test_characters_match_in_their_places(truth, read, matched):
    assert match_characters(truth, read) == matched


def test_signs_are_read_or_invented():
    score = SignScore()
    score.add("12.50", "12.50")
    score.add("12/05/17", "12/0517.")
    assert (score.written.total(), score.found.total()) == (3, 2)
    assert dict(score.invented) == {".": 1}


def test_marked_texts_are_counted_by_whether_they_are_right():
    score = KindScore()
    score.add("12.50", "1250", is_marked=True)
    score.add("12.50", "12.50", is_marked=True)
    score.add("12.50", "12.50", is_marked=False)
    assert vars(score) == {"texts": 3, "exact": 2, "digits_exact": 3, "marked_wrong": 1, "marked_right": 1}


@pytest.mark.parametrize("kind", KINDS)
def test_made_texts_hold_digits_and_signs_alone(kind):
    rng = np.random.default_rng(0)
    for _ in range(50):
        assert set(KINDS[kind](rng)) <= {*"0123456789", *SIGNS}
