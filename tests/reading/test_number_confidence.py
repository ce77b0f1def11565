import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.models.number_levels import estimate_confidence, load_levels
from digitnet.reading.number_confidence import match_numbers
from digitnet.reading.result import Reading

CHANCES = st.floats(1e-5, 1)


def make_probabilities(confidences, labels):
    probabilities = np.zeros((len(labels), 10), np.float32)
    for row, confidence, label in zip(probabilities, confidences, labels, strict=True):
        row[:] = (1 - confidence) / 10
        row[label] = confidence
    return probabilities


@given(
    st.lists(st.tuples(st.floats(0.15, 1), st.integers(0, 9), st.integers(0, 2)), min_size=1, max_size=8),
    CHANCES,
    CHANCES,
)
def test_product_of_the_digits_is_the_confidence_of_the_number(digits, in_line, in_picture):
    confidences, labels, numbers = zip(*digits, strict=True)
    number = np.unique(numbers, return_inverse=True)[1].astype(np.int32)
    probabilities = make_probabilities(confidences, labels)
    matched = match_numbers(probabilities, number, np.full(len(number), in_line), np.full(len(number), in_picture))
    assert matched.argmax(axis=1).tolist() == probabilities.argmax(axis=1).tolist()
    assert (matched >= 0).all()
    assert (matched.sum(axis=1) <= 1 + 1e-4).all()
    for index in np.unique(number):
        own = number == index
        product = probabilities[own].max(axis=1).astype(np.float64).prod()
        expected = estimate_confidence(np.array([product]), np.array([in_line]), np.array([in_picture]))[0]
        assert matched[own].max(axis=1).prod() == pytest.approx(expected, rel=0.02, abs=1e-4)


def test_least_certain_digit_bears_most_of_the_doubt():
    unsure = np.full(2, 0.01)
    matched = match_numbers(make_probabilities([0.99, 0.6], [4, 7]), np.zeros(2, np.int32), unsure, unsure)
    assert matched[1].max() < matched[0].max()


@given(CHANCES, CHANCES, CHANCES, CHANCES, st.integers(0, 2))
def test_confidence_rises_with_each_probability(first, second, low, high, place):
    low, high = sorted((low, high))
    others = [np.array([first, first]), np.array([second, second])]
    lower, higher = estimate_confidence(*others[:place], np.array([low, high]), *others[place:])
    assert lower <= higher


def test_smaller_risks_have_higher_levels():
    levels = load_levels().levels
    assert [levels[risk] for risk in sorted(levels)] == sorted(levels.values(), reverse=True)
    assert 0.02 in levels


@given(st.lists(st.tuples(st.floats(0.3, 1), st.integers(0, 2)), min_size=1, max_size=8), st.floats(0.05, 0.999))
def test_doubtful_number_has_a_doubtful_digit_and_others_have_none(digits, level):
    confidences, numbers = zip(*digits, strict=True)
    number = np.unique(numbers, return_inverse=True)[1].astype(np.int32)
    reading = Reading(
        np.zeros((len(number), 4), np.int32),
        make_probabilities(confidences, [3] * len(number)),
        np.zeros(len(number), np.int32),
        np.zeros((len(number), 28, 28), np.uint8),
        number=number,
        level=level,
    )
    for index in np.unique(number):
        own = number == index
        assert reading.doubtful[own].any() == (reading.confidence[own].astype(float).prod() < level)
