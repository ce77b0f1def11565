import numpy as np
import pytest

from benchmarks.composed_fields import FIELDS, make_wrongly_checked
from benchmarks.expect import Read, count_wrong, fit
from digitnet.expectations.expect import Expect


@pytest.mark.parametrize("kind", FIELDS)
def test_made_texts_fit_what_is_expected_of_them(kind):
    make, phrases = FIELDS[kind]
    rng = np.random.default_rng(3)
    texts = [make(rng) for _ in range(100)]
    assert all(map(Expect.parse(phrases).fits, texts))
    assert len(set(texts)) > 90


def test_wrongly_checked_numbers_do_not_fit():
    rng = np.random.default_rng(4)
    assert not any(Expect(check="luhn").fits(make_wrongly_checked(rng)) for _ in range(50))


def test_wrong_numbers_are_counted_among_the_surest():
    reads = [Read(True, True, 0.9), Read(False, False, 0.5), Read(False, False, -1.0), Read(True, True, 0.8)]
    assert [count_wrong(reads, coverage) for coverage in (0.5, 0.75, 1.0)] == [0, 1, 2]


def test_fitted_weights_favor_right_texts():
    rng = np.random.default_rng(5)
    numbers = []
    for _ in range(30):
        features = rng.normal(size=(6, 4))
        numbers.append((features, np.arange(6) == features[:, 1].argmax()))
    weights = fit(numbers)
    assert weights[1] > 2 * abs(weights[0])
