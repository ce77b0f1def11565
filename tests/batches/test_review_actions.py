import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.batches.review_actions import NumberId, Pace, draw_sample, order_open

NUMBERS = [NumberId(sheet, f"0:{column}") for sheet in (1, 2) for column in range(3)]


@pytest.mark.parametrize(
    ("seconds", "pace"),
    [([], None), ([2, 2], None), ([2, 4, 3], 3), ([1, 1, 1, 500], 1), ([9] * 5 + [2] * 10, 2), ([1, None, 1], None)],
)
def test_pace_is_the_median_of_the_last_ten(seconds, pace):
    measured = Pace()
    for each in seconds:
        measured.add(each)
    assert measured.measure() == pace


def test_numbers_that_were_put_off_come_last():
    first, second, third, *others = NUMBERS
    assert order_open(NUMBERS, [], [third, first]) == [second, *others, third, first]


@given(st.sets(st.sampled_from(NUMBERS)), st.lists(st.sampled_from(NUMBERS), unique=True))
def test_each_open_number_comes_once(decided, put_off):
    order = order_open(NUMBERS, decided, put_off)
    assert sorted(order) == sorted(set(NUMBERS) - decided)
    others = [number for number in order if number not in put_off]
    assert others == [number for number in NUMBERS if number in others]


def test_larger_sample_holds_the_smaller_one():
    many = [NumberId(sheet, "0:0") for sheet in range(100)]
    small, large = draw_sample(many, 10, "batch"), draw_sample(many, 20, "batch")
    assert (len(small), len(large), set(small) <= set(large)) == (10, 20, True)
    assert small == sorted(small) != draw_sample(many, 10, "another")
    assert draw_sample(many, 1000, "batch") == many
