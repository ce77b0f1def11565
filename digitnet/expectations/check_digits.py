"""Verify the check digits of numbers.

Sources: Luhn, US patent 2,950,048 (1960), and ISO/IEC 7812-1, Annex B; GS1 General Specifications, section 7.9 (EAN);
ISO 2108 (ISBN); ISO/IEC 7064 (MOD 97-10); ISO 13616 (IBAN). Modulus 11 has the weights 2 to 7 from the right, as
bank account and invoice numbers do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import cycle
from typing import NamedTuple

IBAN = "iban"  # It is followed by a country: "iban DE".
# Digits that follow the country code, for countries whose account numbers hold no letters.
_IBAN_COUNTRIES = {
    13: "NO",
    14: "BE",
    16: "DK FI",
    17: "SI",
    18: "AT EE LT",
    19: "CH HR",
    20: "DE RS",
    22: "CZ ES SE SK",
    23: "PT",
    24: "IS",
    26: "HU PL",
}
_IBAN_DIGITS = {country: digits for digits, countries in _IBAN_COUNTRIES.items() for country in countries.split()}
_ISBN_13 = "978", "979"  # Every ISBN of 13 digits begins like one of these.
_MAX_DIGITS = 30


class Check(NamedTuple):
    """A rule for a check digit.

    Attributes:
        fits: tells whether a text of digits, of one of the lengths, obeys the rule.
        lengths: how many digits a number of this kind has.
        chance: share of all numbers of these lengths that obey the rule, 0 to 1.
    """

    fits: Callable[[str], bool]
    lengths: range | tuple[int, ...]
    chance: float


def find_check(name: str) -> Check | None:
    """Return the rule of a name such as "luhn" or "iban DE", None if there is none."""
    rule, _, country = name.partition(" ")
    if rule == IBAN and country in _IBAN_DIGITS:
        return Check(lambda digits: _fits_iban(digits, country), (_IBAN_DIGITS[country],), 1 / 97)
    return _CHECKS.get(name)


def list_checks() -> Iterator[str]:
    """Yield the names of all rules."""
    yield from _CHECKS
    yield from (f"{IBAN} {country}" for country in _IBAN_DIGITS)


def _weigh(digits: str, weights: Iterable[int]) -> int:
    """Return the sum of the digits times the weights, which begin with the last digit."""
    return sum(int(digit) * weight for digit, weight in zip(reversed(digits), weights, strict=False))


def _fits_luhn(digits: str) -> bool:
    doubled = (2 * int(digit) for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(value - 9 * (value > 9) for value in doubled)) % 10 == 0


def _fits_ean(digits: str) -> bool:
    return _weigh(digits, cycle((1, 3))) % 10 == 0


def _fits_isbn_10(digits: str) -> bool:
    return _weigh(digits, range(1, 11)) % 11 == 0


def _fits_isbn_13(digits: str) -> bool:
    return digits.startswith(_ISBN_13) and _fits_ean(digits)


def _fits_isbn(digits: str) -> bool:
    return _fits_isbn_10(digits) if len(digits) == 10 else _fits_isbn_13(digits)


def _fits_mod_11(digits: str) -> bool:
    return (int(digits[-1]) + _weigh(digits[:-1], cycle(range(2, 8)))) % 11 == 0


def _fits_mod_97(digits: str) -> bool:
    return int(digits) % 97 == 1


def _fits_iban(digits: str, country: str) -> bool:
    letters = "".join(str(int(letter, 36)) for letter in country)  # A is 10, Z is 35.
    return _fits_mod_97(digits[2:] + letters + digits[:2])


_CHECKS = {
    "luhn": Check(_fits_luhn, range(2, _MAX_DIGITS + 1), 1 / 10),
    "ean": Check(_fits_ean, (8, 13), 1 / 10),
    "ean 8": Check(_fits_ean, (8,), 1 / 10),
    "ean 13": Check(_fits_ean, (13,), 1 / 10),
    "isbn": Check(_fits_isbn, (10, 13), 1 / 11),
    "isbn 10": Check(_fits_isbn_10, (10,), 1 / 11),
    "isbn 13": Check(_fits_isbn_13, (13,), 1 / 5000),
    "mod 11": Check(_fits_mod_11, range(2, _MAX_DIGITS + 1), 1 / 11),
    "mod 97": Check(_fits_mod_97, range(3, _MAX_DIGITS + 1), 1 / 97),
}
