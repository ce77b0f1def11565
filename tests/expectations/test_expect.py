import pickle
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.errors import ExpectError
from digitnet.expectations.check_digits import list_checks
from digitnet.expectations.expect import Expect, to_shape

LIMITS = st.decimals(-1000, 1000, places=2)
LENGTHS = st.none() | st.integers(1, 30) | st.tuples(st.integers(1, 9), st.integers(10, 30))
VALUES = st.lists(st.from_regex(r"[0-9]{1,4}([.:][0-9]{2})?", fullmatch=True), min_size=1, max_size=4, unique=True)
FIELDS = st.one_of(
    st.fixed_dictionaries({"length": LENGTHS, "check": st.sampled_from(sorted(list_checks()))}),
    st.fixed_dictionaries({"decimals": st.none() | st.integers(1, 6), "most": LIMITS, "row": st.booleans()}),
    st.fixed_dictionaries({"least": LIMITS, "total": st.booleans()}),
    st.fixed_dictionaries({"date": st.sampled_from(["any", "dmy", "mdy ymd"])}),
    st.fixed_dictionaries({"values": VALUES.map(tuple)}),
    st.just({"time": True}),
)


@given(FIELDS)
def test_written_expectation_is_parsed_to_the_same(fields):
    expect = Expect(**fields)
    assert Expect.parse(str(expect)) == expect


@pytest.mark.parametrize("text", ["iban DE", "2 decimals", "date dmy"])
def test_expectation_that_was_used_can_be_sent_to_a_process(text):
    expect = Expect.parse(text)
    expect.fits("12")
    content = pickle.dumps(expect)
    assert pickle.loads(content) == expect
    assert len(content) < 200


@pytest.mark.parametrize(
    ("text", "fitting", "others"),
    [
        ("5 digits", ["12345", "12'345"], ["1234", "123456", ""]),
        ("2-3 digits", ["12", "123"], ["1", "1234"]),
        ("from 10 to 99", ["10", "99", "099"], ["9", "100"]),
        ("2 decimals, at most 500", ["12.50", "12,50", "€500.00", "0.05"], ["12", "500.01", "12.5", "1250"]),
        ("2 decimals", ["1,234.50", "1.234,50", "1'234.50", "12.50€"], ["1,234,50", "12,34.50", "-1.00"]),
        ("2 decimals, from -10 to 10", ["-9.99", "9.99"], ["-10.01"]),
        ("date dmy", ["31.12.2024", "1/2/24"], ["12.31.2024", "1.2"]),
        ("date", ["12.31.2024", "2024-12-31"], ["2024-31-31"]),
        ("time", ["9:05", "23.59"], ["24:00", "905"]),
        ("4 digits, Luhn", ["1230"], ["1231", "12302"]),
        ("iban de", ["89370400440532013000"], ["89370400440532013001"]),
        ("one of 10 20 50", ["10", "50", "5'0"], ["30", "5"]),
        ("one of 1:0 2:0", ["1:0"], ["10", "1.0"]),
    ],
)
def test_texts_fit_or_do_not(text, fitting, others):
    expect = Expect.parse(text)
    assert [value for value in fitting if not expect.fits(value)] == []
    assert [value for value in others if expect.fits(value)] == []


@given(st.sampled_from(["2 decimals", "date", "time", "5 digits", "one of 10 2.5 50", "ean"]), st.data())
def test_each_beginning_of_a_fitting_text_may_begin(text, data):
    expect = Expect.parse(text)
    shape = data.draw(st.sampled_from(sorted(expect.shapes) or ["d" * expect.lengths[0], "d" * 8]))
    full = "".join(data.draw(st.sampled_from("0123456789")) if sign == "d" else sign for sign in shape)
    full = data.draw(st.sampled_from(expect.values)) if expect.values else full
    if expect.fits(full):
        assert all(expect.may_begin(full[:end]) for end in range(len(full) + 1))


def test_text_that_grows_too_long_may_not_begin():
    assert not Expect(length=5).may_begin("123456")
    assert not Expect(check="ean 8").may_begin("123456789")
    assert not Expect(date="dmy").may_begin("1.2.3.")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"row": True},
        {"length": 0},
        {"length": 31},
        {"length": (5, 3)},
        {"decimals": 0},
        {"decimals": 7},
        {"date": "dym"},
        {"date": ""},
        {"check": "crc"},
        {"most": "much"},
        {"least": float("nan")},
        {"least": 5, "most": 2},
        {"values": ("a",)},
        {"date": "any", "time": True},
        {"time": True, "most": 3},
    ],
)
def test_expectations_that_say_nothing_or_clash_are_refused(fields):
    with pytest.raises(ExpectError, match=r"\.$"):
        Expect(**fields)


@pytest.mark.parametrize("text", ["", "5", "five digits", "date xyz", "luhn, luhn", "5 digits, 6 digits", "one of"])
def test_text_that_is_not_understood_is_refused(text):
    with pytest.raises(ExpectError, match=r"\.$"):
        Expect.parse(text)


PARTS = st.sampled_from(["5 digits", "9 to 3 digits", "from 9 to -3", "one of", "\u0663 digits", "luhn", "date", ""])


@given(st.text() | st.lists(PARTS | st.text(alphabet="0123456789 -.digtsomeonf", max_size=20)).map(",".join))
def test_any_text_is_parsed_or_refused(text):
    with suppress(ExpectError):
        expect = Expect.parse(text)
        assert Expect.parse(str(expect)) == expect


def test_value_of_an_amount_has_its_decimals():
    expect = Expect(decimals=2, least=-10)
    assert expect.compute_value("€1,234.50") == Decimal("1234.50")
    assert expect.compute_value("-9,99") == Decimal("-9.99")
    assert Expect(length=3).compute_value("012") == 12


def test_shape_has_a_letter_for_each_digit():
    assert to_shape("1.2-34") == "d.d-dd"
