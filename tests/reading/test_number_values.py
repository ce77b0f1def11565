from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.reading.number_values import (
    AUTOMATIC,
    COMMA,
    DECIMALS,
    POINT,
    guard_number,
    is_kept_by_spreadsheets,
    parse_value,
)
from digitnet.reading.signs import SIGNS


@pytest.mark.parametrize(
    ("text", "point", "comma", "automatic"),
    [
        ("1250", "1250", "1250", "1250"),
        ("007", "7", "7", "7"),
        ("12.5", "12.5", None, "12.5"),
        ("12,50", None, "12.50", "12.50"),
        ("1,234.50", "1234.50", None, "1234.50"),
        ("1.234,50", None, "1234.50", "1234.50"),
        ("1'234.50", "1234.50", None, "1234.50"),
        ("1,234", "1234", "1.234", None),
        ("0,234", None, "0.234", "0.234"),
        ("1.234.567", None, "1234567", "1234567"),
        ("1'234'567", "1234567", "1234567", "1234567"),
        ("1'234,567", None, "1234.567", "1234.567"),
        (".5", "0.5", None, "0.5"),
        ("12.", "12", None, "12"),
        ("12.-", "12", "12", "12"),
        ("12,--", "12", "12", "12"),
        ("12.--", "12", "12", "12"),
        ("12.=", "12", "12", "12"),
        ("$12,-", "12", "12", "12"),
        ("1.250.-", None, "1250", "1250"),
        ("1,250.-", "1250", None, "1250"),
        ("1'250.=", "1250", "1250", "1250"),
        ("(12.50)", "-12.50", None, "-12.50"),
        ("(1.234,50)", None, "-1234.50", "-1234.50"),
        ("($1,234.50)", "-1234.50", None, "-1234.50"),
        ("-7", "-7", "-7", "-7"),
        ("+7", "7", "7", "7"),
        ("-$1,250.00", "-1250.00", None, "-1250.00"),
        ("€-5", "-5", "-5", "-5"),
        ("12,50€", None, "12.50", "12.50"),
        ("50%", "0.5", "0.5", "0.5"),
        ("-2.5%", "-0.025", None, "-0.025"),
    ],
)
def test_numbers_have_a_value(text, point, comma, automatic):
    expected = [None if value is None else Decimal(value) for value in (point, comma, automatic)]
    assert [parse_value(text, decimal) for decimal in (POINT, COMMA, AUTOMATIC)] == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "12/05/2017",
            "12.05.2017",
            "12-05",
            "(020)7946",
            "+44(0)20",
            "3+4=7",
            "10:30",
            "1/2",
            "3×4",
            "8÷2",
            "(5)",
            "(020)",
            "(-12.50)",
        ),
        *("", "-", ".", ".-", "$", "%", "5-", "--5", "$5€", "$5%", "5%%", "12,34,567", "1,234'567", "12 5", "1e5", "٣"),
        *("12.50.-", "12.---", "12.==", "12=", ",--", "(12.50", "12.50)", "(1,234)", "($12.50€)"),
    ],
)
def test_other_texts_have_none(text):
    assert [parse_value(text, decimal) for decimal in DECIMALS] == [None] * 3


@given(st.text("0123456789" + SIGNS, max_size=12), st.sampled_from(DECIMALS))
def test_any_text_has_a_value_or_none(text, decimal):
    value = parse_value(text, decimal)
    assert value is None or value.is_finite()


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2), st.booleans())
def test_formatted_amount_has_its_value(value, grouped):
    text = f"{value:,f}" if grouped else f"{value:f}"
    swapped = text.translate({ord(","): ".", ord("."): ","})
    for decimal, written in ((POINT, text), (COMMA, swapped), (AUTOMATIC, text), (AUTOMATIC, swapped)):
        assert parse_value(written, decimal) == value


@given(st.integers(0, 10**40))
def test_long_numbers_lose_no_digit(value):
    assert parse_value(str(value), AUTOMATIC) == value
    assert parse_value(f"-{value}", POINT) == -value


@pytest.mark.parametrize("text", ["-7", "+12.50", "-1,234", "12/05", ""])
def test_number_with_a_sign_is_no_formula(text):
    assert guard_number(text) == text


@pytest.mark.parametrize("text", ["=1+2", "-7 -8", "+", "-12/5", "@7"])
def test_text_like_a_formula_is_guarded(text):
    assert guard_number(text) == f"'{text}"


@pytest.mark.parametrize("text", ["7", "0", "0.5", ".05", "-12.50", "1,234", "$1,234.50", "50%", "123456789012345"])
def test_spreadsheet_keeps_a_plain_number(text):
    assert is_kept_by_spreadsheets(text)


@pytest.mark.parametrize("text", ["007", "-05", "$00.50", "1234567890123456", "12/5", "3:45", "7 8", "a.png", ""])
def test_spreadsheet_would_change_a_number(text):
    assert not is_kept_by_spreadsheets(text)
