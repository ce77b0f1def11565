"""Tell what a number is worth, from its text with signs."""

from __future__ import annotations

import re
from decimal import Decimal

from digitnet.formulas import guard_text

POINT, COMMA, AUTOMATIC = "point", "comma", "auto"
MAX_DIGITS = 15  # A spreadsheet keeps so many digits of a number.
DECIMALS = (POINT, COMMA, AUTOMATIC)  # The sign before decimals: 1,234.50, or 1.234,50, or as each text tells.


# What may stand in place of cents, whatever sign is before decimals: 12.-, 12,--, 12.=
_NO_CENTS = "(?P<no_cents>[.,](?:--?|=))"


def _compile(decimal: str, grouping: str) -> re.Pattern[str]:
    return re.compile(
        r"(?P<before>[-+]?[$€£]?|[$€£][-+])"
        rf"(?P<whole>[0-9]+|[1-9][0-9]{{0,2}}(?:(?P<gap>[{grouping}'])[0-9]{{3}})(?:(?P=gap)[0-9]{{3}})*|)"
        rf"(?:{_NO_CENTS}|[{decimal}](?P<decimals>[0-9]*))?"
        r"(?P<after>[$€£%]?)"
    )


_PATTERNS = {POINT: _compile(".", ","), COMMA: _compile(",", ".")}
_BRACKETED = re.compile(r"\((?P<amount>[$€£]?[0-9][0-9.,']*[.,][0-9]{2}[$€£]?)\)")  # Less than nothing, in accounts.


def parse_value(text: str, decimal: str) -> Decimal | None:
    """Return what a number is worth, or None if that is not certain, as of a date, a phone number or an equation.

    A number may have groups of three digits, a sign, a currency and a percent sign: 50% is 0.5. Amounts may end as
    "12.-", "12,--" or "12.=", with either sign, and one with cents in brackets is less than nothing: (12.50) is -12.50.

    Args:
        text: the number as written.
        decimal: one of `DECIMALS`. With "auto", "1,234" has no value, as it may be a thousand and more or one and a
            bit.
    """
    values = {_match(text, _PATTERNS[name]) for name in (_PATTERNS if decimal == AUTOMATIC else [decimal])} - {None}
    return values.pop() if len(values) == 1 else None


def has_value(text: str) -> bool:
    """Return whether a text is a number, even if it is not certain which, as of "1,234"."""
    return any(_match(text, pattern) is not None for pattern in _PATTERNS.values())


def guard_number(text: str) -> str:
    """Return a text as it is if it has a value, such as -12.50, else guarded against being run as a formula."""
    return text if has_value(text) else guard_text(text)


def is_kept_by_spreadsheets(text: str) -> bool:
    """Return whether a text is a number that a spreadsheet shows as it is: 12.50, but not 007 or 12/5.

    These would become 7 and a date; of more than 15 digits the last would be lost.
    """
    has_leading_zero = re.match("[^0-9.,]*0[0-9]", text)
    return has_value(text) and not has_leading_zero and len(re.sub("[^0-9]", "", text)) <= MAX_DIGITS


def _match(text: str, pattern: re.Pattern[str]) -> Decimal | None:
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed:
        amount = _match(bracketed["amount"], pattern)
        return None if amount is None else -amount
    match = pattern.fullmatch(text)
    if not match:
        return None
    before, after, whole = match.group("before", "after", "whole")
    decimals = match["decimals"] or ""
    has_two_units = before.strip("-+") and after
    if has_two_units or not whole + decimals:
        return None
    sign, digits = "-" * ("-" in before), re.sub("[^0-9]", "", whole)
    return Decimal(f"{sign}{digits}.{decimals}e{-2 if after == '%' else 0}")
