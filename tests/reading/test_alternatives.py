from dataclasses import replace

import numpy as np

from digitnet.reading.alternatives import list_alternatives
from tests.helpers.signs import make_reading


def make_unsure(text, shares, **settings):
    """Make a reading in which digits may be others: by their index, the share of each other label."""
    reading = make_reading(text, **settings)
    probabilities = reading.probabilities.copy()
    for index, others in shares.items():
        probabilities[index] = 0
        probabilities[index, int(reading.labels[index])] = 1 - sum(others.values())
        for label, share in others.items():
            if label is not None:
                probabilities[index, label] = share
    return replace(reading, probabilities=probabilities.astype(np.float32))


def list_texts(reading, fits=None):
    return list_alternatives(reading, reading.symbols[0][0], fits)


def test_alternatives_are_the_likeliest_other_texts():
    reading = make_unsure("4711", {0: {9: 0.4}, 3: {7: 0.3}})
    assert list_texts(reading) == ["9711", "4717", "9717"]


def test_digit_that_may_be_none_is_left_out():
    assert list_texts(make_unsure("47", {1: {None: 0.4}})) == ["4"]


def test_doubtful_sign_is_left_out():
    assert "125" in list_texts(make_unsure("12.5", {}, sign_confidence=0.6))


def test_only_texts_that_fit_are_alternatives():
    reading = make_unsure("47", {0: {9: 0.3, 1: 0.1}, 1: {None: 0.2, 1: 0.1}})
    assert list_texts(reading, lambda text: len(text) == 2 and text[0] == "1") == ["17", "11"]


def test_sure_number_has_no_alternatives():
    assert list_texts(make_unsure("47", {0: {9: 0.0001}, 1: {1: 0.0002}})) == []
