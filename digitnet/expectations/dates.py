"""Tell whether a text is a date or a time of day."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from itertools import product

ORDERS = ("dmy", "mdy", "ymd")  # Of day, month and year.
SEPARATORS = "./-"  # The same one stands twice in a date, or none where boxes of a form part the digits.
_YEARS = range(1900, 2100)  # Of four digits.
_CENTURIES = 1900, 2000  # A year of two digits belongs to one of them.
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})")
_HOURS, _MINUTES = 24, 60
DATE_CHANCE, TIME_CHANCE = 0.02, 0.14  # Shares of digits in such a shape that are a date, or a time.


def list_date_shapes(orders: tuple[str, ...]) -> frozenset[str]:
    """Return the shapes of dates, with "d" for each digit: "d.d.dd" to "dd.dd.dddd"."""
    shapes = set()
    for order, separator in product(orders, SEPARATORS):
        for sizes in product((1, 2), (1, 2), (2, 4)):
            lengths = dict(zip(sorted(order), sizes, strict=True))  # d, m, y.
            shapes.add(separator.join("d" * lengths[part] for part in order))
    return frozenset(shapes | {"d" * 6, "d" * 8})


def list_time_shapes() -> frozenset[str]:
    """Return the shapes of times of day, with "d" for each digit."""
    return frozenset({"d:dd", "dd:dd", "d.dd", "dd.dd"})


def is_date(text: str, orders: tuple[str, ...]) -> bool:
    """Tell whether a text is a date in one of the orders, with years of two digits or from 1900 to 2099."""
    return any(_is_date_in(text, order) for order in orders)


def is_time(text: str) -> bool:
    """Tell whether a text is a time of day, from 0:00 to 23:59."""
    found = _TIME.fullmatch(text)
    return found is not None and int(found[1]) < _HOURS and int(found[2]) < _MINUTES


def part_date(text: str, order: str) -> list[str]:
    """Return the digits of the parts of a date, empty if its separators differ or are none of a date."""
    separators = set(re.findall(r"\D", text))
    if not separators:
        return _part_packed(text, order)
    return re.split(r"\D", text) if len(separators) == 1 and separators <= set(SEPARATORS) else []


def _is_date_in(text: str, order: str) -> bool:
    parts = part_date(text, order)
    if len(parts) != len(order) or not all(parts):
        return False
    values = dict(zip(order, parts, strict=True))
    if len(values["d"]) > 2 or len(values["m"]) > 2 or len(values["y"]) not in (2, 4):
        return False
    day, month, year = (int(values[part]) for part in "dmy")
    years = [century + year for century in _CENTURIES] if len(values["y"]) == 2 else [year]
    return any(_exists(each, month, day) for each in years)


def _part_packed(text: str, order: str) -> list[str]:
    """Part digits without separators; only days and months of two digits can be told apart."""
    if len(text) not in (6, 8):
        return []
    parts, start = [], 0
    for part in order:
        end = start + (len(text) - 4 if part == "y" else 2)
        parts.append(text[start:end])
        start = end
    return parts


def _exists(year: int, month: int, day: int) -> bool:
    with suppress(ValueError):
        date(year, month, day)
        return year in _YEARS
    return False
