"""Score the rows and columns of readings by their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass
class Share:
    """A share that is counted up; "-" as text as long as nothing was counted."""

    right: int = 0
    total: int = 0

    def add(self, right: int, total: int) -> None:
        """Count so many more."""
        self.right, self.total = self.right + right, self.total + total

    def __str__(self) -> str:
        return f"{self.right / self.total:.1%}" if self.total else "-"


def count_in_order(truth: Sequence[T], found: Sequence[T]) -> int:
    """Count the elements of a sequence that another one has in the same order: their longest common subsequence."""
    best = [0] * (len(found) + 1)
    for own in truth:
        before = 0
        for place, other in enumerate(found, 1):
            before, best[place] = best[place], before + 1 if own == other else max(best[place], best[place - 1])
    return best[-1]


def list_filled_rows(table: Sequence[Sequence[str]]) -> list[tuple[int, ...]]:
    """List the rows in which each column of a table has a number."""
    columns = zip(*table, strict=True)
    return [tuple(row for row, cell in enumerate(column) if cell) for column in columns]
