"""Define what is expected of a number."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from digitnet.errors import ExpectError
from digitnet.expectations.amounts import list_amount_shapes, parse_amount
from digitnet.expectations.check_digits import Check, find_check
from digitnet.expectations.dates import (
    DATE_CHANCE,
    ORDERS,
    TIME_CHANCE,
    is_date,
    is_time,
    list_date_shapes,
    list_time_shapes,
    part_date,
)
from digitnet.expectations.phrases import parse_phrases, write_phrases

_MAX_DIGITS = 30
_MAX_DECIMALS = 6
_LEAST_CHANCE = 0.1  # What does not fit is often near to what does: a wrong digit, a day too many.
_VALUE = re.compile(r"[0-9.,'/:+()%$€£×÷=-]*[0-9][0-9.,'/:+()%$€£×÷=-]*")


@dataclass(frozen=True)
class Expect:
    """Knowledge of a number, to be read by it. All that is given has to hold; None means anything.

    Without `decimals`, `date`, `time` and `values` with signs, signs between the digits do not matter.

    Attributes:
        length: count of the digits, or the least and the greatest.
        least, most: the limits of the value; a whole number without `decimals`.
        decimals: so many digits follow a point or comma, 1 to 6.
        date: "any", or one or several of "dmy", "mdy" and "ymd" with spaces between.
        time: whether it is a time of day, 0:00 to 23:59.
        check: the rule of its check digit: luhn, ean, ean 8, ean 13, isbn, isbn 10, isbn 13, mod 11, mod 97, or iban
            with a country, such as "iban DE", for the digits after the country's letters.
        values: the texts that are allowed.
        total: whether the last number of each column is the sum of those above.
        row: whether all numbers of a row are parts of one, such as a card number in groups.

    Raises:
        ExpectError: the values say nothing, contradict each other, or are none that are known.
    """

    length: int | tuple[int, int] | None = None
    least: Decimal | int | str | float | None = None
    most: Decimal | int | str | float | None = None
    decimals: int | None = None
    date: str | None = None
    time: bool = False
    check: str | None = None
    values: tuple[str, ...] = ()
    total: bool = False
    row: bool = False

    @classmethod
    def parse(cls, text: str) -> Expect:
        """Return what a text expects, such as "5 digits, luhn"; `str` gives such a text back.

        Raises:
            ExpectError: the text is not understood, or contradicts itself.
        """
        return cls(**parse_phrases(text))

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return type(self).parse, (str(self),)  # Without what is kept of it, which processes need not send each other.

    def __str__(self) -> str:
        return write_phrases({each.name: getattr(self, each.name) for each in fields(self)})

    def __post_init__(self) -> None:
        for name in ("least", "most"):
            object.__setattr__(self, name, _to_decimal(getattr(self, name)))
        object.__setattr__(self, "values", tuple(self.values))
        if isinstance(self.length, (list, tuple)):
            object.__setattr__(self, "length", self.length[0] if len(set(self.length)) == 1 else tuple(self.length))
        _check(self)

    @property
    def lengths(self) -> tuple[int, int]:
        """The least and the greatest count of digits."""
        if self.length is None:
            return 1, _MAX_DIGITS
        return (self.length, self.length) if isinstance(self.length, int) else self.length

    @cached_property
    def shapes(self) -> frozenset[str]:
        """All shapes of texts that may fit, with "d" for each digit; empty if signs do not matter."""
        if self.values:
            texts = self.values if any(not value.isdigit() for value in self.values) else ()
            return frozenset(map(to_shape, texts))
        shapes: set[str] = set()
        if self.date:
            shapes |= list_date_shapes(self._orders)
        if self.time:
            shapes |= list_time_shapes()
        if self.decimals:
            shapes |= list_amount_shapes(self.decimals, self.least is not None and Decimal(self.least) < 0)
        least, most = self.lengths
        return frozenset(shape for shape in shapes if least <= shape.count("d") <= most)

    @property
    def signs(self) -> str:
        """The signs that may stand in a text, sorted; "" if signs do not matter."""
        return "".join(sorted(set("".join(self.shapes)) - {"d"}))

    def may_begin(self, text: str) -> bool:
        """Tell whether a text, of digits alone if signs do not matter, may be the beginning of one that fits."""
        if self.values:
            return any(value.startswith(text) for value in self.values)
        return to_shape(text) in self._beginnings if self.shapes else len(text) <= self._most_digits

    def fits(self, text: str) -> bool:
        """Tell whether the text of a number fits, but for `total`."""
        if not self.shapes:
            text = keep_digits(text)
        if not text or (self.shapes and to_shape(text) not in self.shapes):
            return False
        digits = keep_digits(text)
        return (
            self.lengths[0] <= len(digits) <= self.lengths[1]
            and (not self.values or text in self.values)
            and (not self.date or is_date(text, self._orders))
            and (not self.time or is_time(text))
            and (not self._check or (len(digits) in self._check.lengths and self._check.fits(digits)))
            and self._is_in_range(text)
        )

    def compute_value(self, text: str) -> Decimal:
        """Return what a text that fits is worth as a number."""
        return parse_amount(text, self.decimals or 0)

    def to_meaning(self, text: str) -> str:
        """Return the same for all texts that fit and say the same: 1,234.50 and 1234,50, or 1/2/24 and 1.2.24."""
        if self.decimals:
            return str(self.compute_value(text))
        if self.date:
            return " ".join(next(part_date(text, order) for order in self._orders if is_date(text, (order,))))
        return text.replace(".", ":") if self.time else text if self.shapes else keep_digits(text)

    @cached_property
    def chance(self) -> float:
        """Roughly the share of texts of a shape that fit, 0.1 to 1: how much less a chance hit says."""
        chance = self._check.chance if self._check else 1.0
        chance *= DATE_CHANCE if self.date else TIME_CHANCE if self.time else 1.0
        if self.values:
            chance *= sum(10.0 ** -len(keep_digits(value)) for value in self.values)
        if self.most is not None:
            span = Decimal(self.most) - Decimal(self.least or 0)
            scaled = int(span * 10 ** (self.decimals or 0)) + 1
            chance *= scaled / 10 ** len(str(scaled))
        return min(max(chance, _LEAST_CHANCE), 1.0)

    @property
    def _orders(self) -> tuple[str, ...]:
        return ORDERS if self.date == "any" else tuple((self.date or "").split())

    @cached_property
    def _check(self) -> Check | None:
        return find_check(self.check) if self.check else None

    @cached_property
    def _most_digits(self) -> int:
        limits = [self.lengths[1], max(self._check.lengths) if self._check else _MAX_DIGITS]
        return min(limits)

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        return frozenset(shape[:end] for shape in self.shapes for end in range(len(shape) + 1))

    def _is_in_range(self, text: str) -> bool:
        if self.least is None and self.most is None:
            return True
        value = self.compute_value(text)
        return (self.least is None or value >= Decimal(self.least)) and (
            self.most is None or value <= Decimal(self.most)
        )


def keep_digits(text: str) -> str:
    """Return the digits of a text."""
    return "".join(character for character in text if character.isdigit())


def to_shape(text: str) -> str:
    """Return a text with "d" in place of each digit."""
    return re.sub("[0-9]", "d", text)


def _to_decimal(value: Any) -> Decimal | None:
    try:
        number = None if value is None else Decimal(str(value))
    except InvalidOperation:
        number = Decimal("nan")
    if number is not None and not number.is_finite():
        raise ExpectError(f"Expected a number as a limit. Received: {value}.")
    return number


def _check(expect: Expect) -> None:
    """Check that the values of an expectation are known and agree; raises ExpectError."""
    least, most = expect.lengths
    if not 1 <= least <= most <= _MAX_DIGITS:
        raise ExpectError(f"Expected from 1 to {_MAX_DIGITS} digits. Received: {expect.length}.")
    if expect.decimals is not None and not 1 <= expect.decimals <= _MAX_DECIMALS:
        raise ExpectError(f"Expected 1 to {_MAX_DECIMALS} decimals. Received: {expect.decimals}.")
    orders = set((expect.date or "").split())
    if expect.date is not None and expect.date != "any" and not (orders and orders <= set(ORDERS)):
        raise ExpectError(f"Expected a date as any, {', '.join(ORDERS)}. Received: {expect.date}.")
    if expect.check and not find_check(expect.check):
        raise ExpectError(f"Expected a check digit such as luhn, ean 13 or iban DE. Received: {expect.check}.")
    for value in expect.values:
        if not _VALUE.fullmatch(value):
            raise ExpectError(f"Expected allowed values of digits and signs. Received: {value!r}.")
    kinds = [bool(expect.date), expect.time, expect.decimals is not None, bool(expect.values)]
    has_limits = expect.least is not None or expect.most is not None
    if sum(kinds) > 1 or (has_limits and (expect.date or expect.time or expect.values)):
        raise ExpectError("A number is either a date, a time, a value with limits, or one of a list; choose one.")
    if expect.least is not None and expect.most is not None and expect.least > expect.most:  # type: ignore[operator]
        raise ExpectError(f"The least value {expect.least} is above the greatest, {expect.most}.")
    if all(getattr(expect, each.name) == each.default for each in fields(expect) if each.name != "row"):
        raise ExpectError('Expected something of a number, such as "5 digits" or "date". Received: nothing.')
