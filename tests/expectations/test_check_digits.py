import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.expectations.check_digits import find_check, list_checks

# Published examples: Wikipedia on Luhn and EAN, the ISBN manual, the ECBS register of IBANs, ISO 7064.
EXAMPLES = {
    "luhn": "79927398713",
    "ean": "4006381333931",
    "ean 8": "73513537",
    "ean 13": "5901234123457",
    "isbn": "9780306406157",
    "isbn 10": "0306406152",
    "isbn 13": "9780306406157",
    "mod 97": "79444",
    "iban DE": "89370400440532013000",
    "iban AT": "611904300234573201",
    "iban BE": "68539007547034",
    "iban NO": "9386011117947",
}
NAMES = sorted({name for name in list_checks() if "iban" not in name} | {"iban DE", "iban NO"})
FINDS_SWAPS = [name for name in NAMES if name.split()[0] in ("isbn", "mod", "iban") and name not in ("isbn", "isbn 13")]


@st.composite
def make_valid(draw, names=NAMES):
    """Make the name of a rule and digits that obey it."""
    name = draw(st.sampled_from(names))
    check = find_check(name)
    length = draw(st.sampled_from([length for length in check.lengths if length >= 4]))
    start = "978" if name in ("isbn", "isbn 13") and length == 13 else ""
    digits = start + "".join(draw(st.lists(st.sampled_from("0123456789"), min_size=length, max_size=length)))
    places = range(3) if "iban" in name else [length - 1, length - 2, length - 3]
    found = digits[:length]
    for value in range(1000):  # Three digits reach every remainder.
        changed = list(found)
        for place, digit in zip(places, f"{value:03}", strict=True):
            changed[place] = digit
        if check.fits("".join(changed)):
            return name, "".join(changed)
    raise AssertionError(name)


@pytest.mark.parametrize(("name", "digits"), EXAMPLES.items())
def test_published_examples_fit(name, digits):
    check = find_check(name)
    assert check.fits(digits)
    assert len(digits) in check.lengths


@given(make_valid(), st.integers(0), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(valid, place, change):
    name, digits = valid
    place %= len(digits)
    wrong = digits[:place] + str((int(digits[place]) + change) % 10) + digits[place + 1 :]
    assert not find_check(name).fits(wrong)


@given(make_valid(FINDS_SWAPS), st.integers(0))
def test_two_digits_in_wrong_order_are_found(valid, place):
    name, digits = valid
    place %= len(digits) - 1
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assert swapped == digits or not find_check(name).fits(swapped)


def test_chance_is_the_share_of_numbers_that_fit():
    for name, length in {"luhn": 4, "isbn 10": 5, "mod 11": 4, "mod 97": 4}.items():
        check = find_check(name)
        share = sum(check.fits(f"{value:0{length}}") for value in range(10**length)) / 10**length
        assert check.chance == pytest.approx(share, rel=0.1)


def test_unknown_rule_is_none():
    assert find_check("foo") is None
    assert find_check("iban XX") is None
