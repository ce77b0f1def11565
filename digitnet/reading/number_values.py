"""Tell what a number is worth, from its text with signs."""

from __future__ import annotations

import re
from decimal import Decimal

from digitnet.formulas import guard_text

POINT, COMMA, AUTOMATIC = "point", "comma", "auto"
DECIMALS = (POINT, COMMA, AUTOMATIC)  # The sign before decimals: 1,234.50, or 1.234,50, or as each text tells.


def _compile(decimal: str, grouping: str) -> re.Pattern[str]:
    return re.compile(
        r"(?P<before>[-+]?[$€£]?|[$€£][-+])"
        rf"(?P<whole>[0-9]+|[1-9][0-9]{{0,2}}(?:(?P<gap>[{grouping}'])[0-9]{{3}})(?:(?P=gap)[0-9]{{3}})*|)"
        rf"(?:[{decimal}](?P<decimals>[0-9]+|-|))?"
        r"(?P<after>[$€£%]?)"
    )


_PATTERNS = {POINT: _compile(".", ","), COMMA: _compile(",", ".")}


def parse_value(text: str, decimal: str) -> Decimal | None:
    """Return what a number is worth, or None if that is not certain, as of a date, a phone number or an equation.

    A number may have groups of three digits, a sign, a currency and a percent sign: 50% is 0.5. Amounts may end as
    "12.-".

    Args:
        text: the number as written.
        decimal: one of `DECIMALS`. With "auto", "1,234" has no value, as it may be a thousand and more or one and a
            bit.
    """
    values = {_match(text, _PATTERNS[name]) for name in (_PATTERNS if decimal == AUTOMATIC else [decimal])} - {None}
    return values.pop() if len(values) == 1 else None


def guard_number(text: str) -> str:
    """Return a text as it is if it has a value, such as -12.50, else guarded against being run as a formula."""
    has_value = any(parse_value(text, decimal) is not None for decimal in _PATTERNS)
    return text if has_value else guard_text(text)


def _match(text: str, pattern: re.Pattern[str]) -> Decimal | None:
    match = pattern.fullmatch(text)
    if not match:
        return None
    before, after, whole = match.group("before", "after", "whole")
    decimals = (match["decimals"] or "").strip("-")
    has_two_units = before.strip("-+") and after
    if has_two_units or not whole + decimals:
        return None
    sign, digits = "-" * ("-" in before), re.sub("[^0-9]", "", whole)
    return Decimal(f"{sign}{digits}.{decimals}e{-2 if after == '%' else 0}")
