"""A number is marked if its digits and signs together are less sure than the level."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.helpers.signs import make_reading

CHANCES = st.floats(0.3125, 1, width=32)


def list_marks(reading):
    (number,) = reading.symbols[0]
    return [reading.spell([symbol]) for symbol in reading.find_doubtful(number)]


def test_sure_digits_and_signs_that_are_unsure_together_are_marked():
    reading = replace(make_reading("1,250.00", confidence=0.99, sign_confidence=0.96), level=0.9186)
    assert reading.number_confidence[0] < reading.level
    assert list_marks(reading) == [",", "."]


def test_sure_signs_beside_unsure_digits_are_not_marked():
    reading = replace(make_reading("1,250.00", confidence=0.9, sign_confidence=0.99), level=0.9186)
    assert set(list_marks(reading)) <= {*"1250"}


def test_sign_of_no_number_is_doubtful_by_itself():
    reading = make_reading("1.5", sign_confidence=0.5)
    lone = replace(reading, signs=replace(reading.signs, row=reading.signs.row + 1), level=0.8)
    assert lone.doubtful_signs.tolist() == [True]


@given(st.sampled_from(["7", "1.5", "(3)", "$1,250.00", "-12%"]), st.data(), st.floats(0.05, 0.999))
def test_number_is_marked_if_it_is_less_sure_than_the_level(text, data, level):
    reading = make_reading(text)
    confidence = np.array(data.draw(st.lists(CHANCES, min_size=len(reading), max_size=len(reading))), np.float32)
    chances = data.draw(st.lists(CHANCES, min_size=len(reading.signs), max_size=len(reading.signs)))
    probabilities = np.zeros_like(reading.probabilities)
    probabilities[np.arange(len(reading)), reading.labels] = confidence
    signs = replace(reading.signs, confidence=np.array(chances, np.float32))
    reading = replace(reading, probabilities=probabilities, signs=signs, level=level)
    whole = float(reading.number_confidence[0])
    assume(whole != pytest.approx(level, rel=1e-6))
    assert bool(list_marks(reading)) == (whole < level)
