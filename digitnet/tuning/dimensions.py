"""Describe the values that a search may give a setting: a range of numbers, or a list."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

Value = str | int | float | bool
_SIGNIFICANT_DIGITS = 12  # Of a number that is computed; more are noise of binary fractions.


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, both among them.

    Attributes:
        step: distance of neighbors, None for any number; 1 of whole numbers on no logarithmic scale.
        log: whether each factor is as likely as any other of its size, and not each difference.
        points: number of values that a grid takes, None for all.
    """

    low: float
    high: float
    step: float | None = None
    log: bool = False
    points: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the numbers are whole."""
        return isinstance(self.low, int)

    @property
    def last(self) -> float:
        """The highest value: `high`, unless the steps miss it."""
        return self.high if self.step is None else self._get_step(self._count_steps() - 1)

    def count(self) -> int | None:
        """Return the number of values, None if there are any number of them."""
        if self.step is not None:
            return self._count_steps()
        return int(self.high) - int(self.low) + 1 if self.is_whole else None

    def count_grid(self) -> int | None:
        """Return the number of values that a grid takes, None if nothing says which."""
        return self.count() if self.points is None else len(self.list_grid())

    def list_all(self) -> list[Value]:
        """Return the values, of which there are not any number."""
        if self.step is not None:
            return [self._get_step(place) for place in range(self._count_steps())]
        return list(range(int(self.low), int(self.high) + 1))

    def list_grid(self) -> list[Value]:
        """Return the values that a grid takes, each once."""
        if self.points is None:
            return self.list_all()
        return list(dict.fromkeys(map(self._get_point, range(self.points))))

    def find_place(self, value: Value) -> float:
        """Return where a number lies between `low` (0) and `high` (1), on a logarithmic scale if it has one."""
        low, high, number = float(self.low), float(self.high), float(value)
        if self.log:
            low, high, number = math.log(low), math.log(high), math.log(number)
        return (number - low) / (high - low) if high > low else 0.5

    def _count_steps(self) -> int:
        low, high, step = (Decimal(str(number)) for number in (self.low, self.high, self.step))
        return int((high - low) / step) + 1

    def _get_step(self, place: int) -> float:
        number = Decimal(str(self.low)) + place * Decimal(str(self.step))
        return int(number) if self.is_whole else float(number)

    def _get_point(self, place: int) -> float:
        share = place / (self.points - 1) if self.points and self.points > 1 else 0.0
        if self.log:
            number = math.exp(math.log(self.low) + share * (math.log(self.high) - math.log(self.low)))
        else:
            number = self.low + share * (self.high - self.low)
        number = min(max(round_number(number), self.low), self.high)
        return round(number) if self.is_whole else number


@dataclass(frozen=True)
class Choice:
    """Values in a list, each as likely as the others."""

    values: tuple[Value, ...]

    def count(self) -> int:
        """Return the number of values."""
        return len(self.values)

    def count_grid(self) -> int:
        """Return the number of values, for a grid takes all."""
        return len(self.values)

    def list_all(self) -> list[Value]:
        """Return the values."""
        return list(self.values)

    def list_grid(self) -> list[Value]:
        """Return the values, for a grid takes all."""
        return list(self.values)

    def find_place(self, value: Value) -> float:
        """Return where a value lies between the first (0) and the last (1)."""
        return self.values.index(value) / (len(self.values) - 1) if len(self.values) > 1 else 0.5


Dimension = Range | Choice
Space = dict[str, Dimension]


def round_number(number: float) -> float:
    """Return a number without the noise of binary fractions."""
    return float(f"{number:.{_SIGNIFICANT_DIGITS}g}")


def format_value(value: Value) -> str:
    """Format a value for a table: 0.00123, 64, yes, adam."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
