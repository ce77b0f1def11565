"""Divide a set into subsets of the least cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Members = int  # A set of small numbers: bit k is set if k is in it.


def list_members(members: Members) -> list[int]:
    """Return the numbers in a set in ascending order."""
    numbers = []
    while members:
        lowest = members & -members
        numbers.append(lowest.bit_length() - 1)
        members ^= lowest
    return numbers


def unite_overlapping(sets: Iterable[Members]) -> list[Members]:
    """Unite sets until none of them overlap."""
    united: list[Members] = []
    for members in sets:
        apart = []
        for other in united:
            if other & members:
                members |= other
            else:
                apart.append(other)
        united = [*apart, members]
    return united


def find_cheapest_partition(members: Members, costs: Mapping[Members, float]) -> list[Members]:
    """Divide a set into the subsets whose costs are least in sum.

    Args:
        members: the set.
        costs: the cost of each subset that may be taken; among them each single number of the set.
    """
    starting: dict[int, list[tuple[Members, float]]] = {}  # By the lowest number of a subset.
    for subset, cost in costs.items():
        if not subset & ~members:
            starting.setdefault(subset & -subset, []).append((subset, cost))
    # Of each set of numbers covered so far: its least cost, the set before, and the subset taken last.
    reached: dict[Members, tuple[float, Members, Members]] = {0: (0.0, 0, 0)}
    waiting: dict[int, set[Members]] = {members & -members: {0}}  # Sets by the lowest number they lack.
    for number in list_members(members):
        for covered in waiting.pop(1 << number, ()):
            for subset, cost in starting[1 << number]:
                after, total = covered | subset, reached[covered][0] + cost
                if not subset & covered and (after not in reached or total < reached[after][0]):
                    reached[after] = (total, covered, subset)
                    lacking = members & ~after
                    waiting.setdefault(lacking & -lacking, set()).add(after)
    chosen, covered = [], members
    while covered:
        _, covered, subset = reached[covered]
        chosen.append(subset)
    return chosen[::-1]
