from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.expectations.dates import ORDERS, is_date, is_time, list_date_shapes
from digitnet.expectations.expect import to_shape

FORMS = {"dmy": "{d}{s}{m}{s}{y}", "mdy": "{m}{s}{d}{s}{y}", "ymd": "{y}{s}{m}{s}{d}"}


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.sampled_from(ORDERS),
    st.sampled_from("./-"),
    st.booleans(),
    st.booleans(),
)
def test_every_day_is_a_date_in_its_order(day, order, separator, padded, short):
    year = f"{day.year % 100:02}" if short else str(day.year)
    parts = {"d": f"{day.day:02}" if padded else day.day, "m": f"{day.month:02}" if padded else day.month, "y": year}
    text = FORMS[order].format(**parts, s=separator)
    assert is_date(text, (order,))
    assert to_shape(text) in list_date_shapes((order,))


def test_days_that_do_not_exist_are_no_dates():
    for text in ("31.4.2024", "29.2.2023", "0.1.2024", "1.13.2024", "32/1/24", "1.1.1899", "1.1.2100"):
        assert not is_date(text, ("dmy",))
    assert is_date("29.2.2024", ("dmy",))


def test_digits_without_separators_are_a_date_of_two_each():
    assert is_date("03122024", ("dmy",))
    assert is_date("241203", ("ymd",))
    assert not is_date("32122024", ("dmy",))
    assert not is_date("3122024", ("dmy",))


@pytest.mark.parametrize("text", ["1.2-2024", "1.2", "1.2.3.2024", "1..2024", "001.2.2024", "1.2.202", "", "."])
def test_other_texts_are_no_dates(text):
    assert not is_date(text, ORDERS)


def test_minutes_of_a_day_are_times():
    minutes = (timedelta(minutes=count) for count in range(24 * 60))
    assert all(is_time(str(each)[:-3]) for each in minutes)
    assert not any(map(is_time, ("24:00", "12:60", "1:5", "123", "12:345", "12;30")))
