from decimal import Decimal
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.expectations.expect import Expect
from digitnet.reading.field_choice import Options
from digitnet.reading.totals import adds_up, find_totals, weigh_column

EXPECT = Expect(total=True)


def make_options(**shares):
    """Make options from texts, led by an underscore, and their shares."""
    texts = sorted(shares, key=lambda name: -shares[name])
    return Options([name.strip("_") for name in texts], np.array([shares[name] for name in texts]), 9.0)


def test_column_is_read_so_that_it_adds_up():
    column = [make_options(_17=0.6, _11=0.4), make_options(_5=0.9, _6=0.1), make_options(_16=1.0)]
    weighed = weigh_column(column, EXPECT)
    assert [options.texts[0] for options in weighed] == ["11", "5", "16"]
    assert weighed[0].shares[0] == pytest.approx(1)


def test_total_is_changed_as_numbers_are():
    column = [make_options(_1=1.0), make_options(_2=1.0), make_options(_8=0.7, _3=0.3)]
    assert weigh_column(column, EXPECT)[2].texts[0] == "3"


def test_column_that_cannot_add_up_stays():
    column = [make_options(_1=1.0), make_options(_2=1.0), make_options(_8=1.0)]
    assert weigh_column(column, EXPECT) == column


def test_column_with_a_number_that_is_not_as_expected_stays():
    column = [make_options(_1=0.6, _2=0.4), Options([], np.empty(0), -9.0), make_options(_2=1.0)]
    assert weigh_column(column, EXPECT) == column


def test_evidence_of_a_column_limits_that_of_its_numbers():
    column = [make_options(_1=0.95, _2=0.05), make_options(_2=1.0)]
    weighed = weigh_column(column, EXPECT)
    assert weighed[0].texts[0] == "2"
    assert weighed[1].evidence < 9


SHARES = st.dictionaries(st.integers(0, 9), st.floats(0.05, 1), min_size=1, max_size=3)


@given(st.lists(SHARES, min_size=2, max_size=4))
def test_chances_are_those_of_all_ways_to_add_up(numbers):
    column = [
        make_options(**{f"_{value}": share / sum(shares.values()) for value, share in shares.items()})
        for shares in numbers
    ]
    weighed = weigh_column(column, EXPECT)
    chances = [dict.fromkeys(options.texts, 0.0) for options in column]
    for texts in product(*(options.texts for options in column)):
        if adds_up(texts, EXPECT):
            chance = np.prod([o.shares[o.texts.index(text)] for o, text in zip(column, texts, strict=True)])
            for each, text in zip(chances, texts, strict=True):
                each[text] += float(chance)
    whole = sum(chances[0].values())
    if whole < 0.01:  # That is hardly likely enough, or not.
        return
    for options, each in zip(weighed, chances, strict=True):
        expected = [each[text] / whole for text in options.texts]
        assert options.shares == pytest.approx(expected)
        assert expected == pytest.approx(sorted(expected, reverse=True))


def test_decimals_are_added_as_such():
    expect = Expect(decimals=2, total=True)
    assert adds_up(["0.10", "0,20", "0.30"], expect)
    assert not adds_up(["0.10", "0.20", "0.31"], expect)
    assert expect.compute_value("0.10") == Decimal("0.1")


def test_numbers_of_two_columns_have_two_totals():
    boxes = np.array([[x, y, x + 20, y + 10] for y in (0, 20, 40) for x in (0, 100)], np.int32)
    found = find_totals(boxes, np.repeat(np.arange(3, dtype=np.int32), 2))
    assert [members.tolist() for members in found] == [[0, 2, 4], [1, 3, 5]]


def test_lone_number_of_a_column_has_no_total():
    assert find_totals(np.array([[0, 0, 9, 9]], np.int32), np.zeros(1, np.int32)) == []
