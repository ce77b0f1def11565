"""Tell which of the numbers that were read are right, where all of them stand for one text of digits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher


def find_right_numbers(truth: str, numbers: Sequence[str]) -> list[bool]:
    """Tell which numbers of a picture are right.

    A number is right if its digits stand side by side in the truth, and no digit beside them is missing: one that is
    missing between two numbers makes both of them wrong. Where a number ends is not judged: spaces are often unclear.

    Args:
        truth: all digits of the picture.
        numbers: the digits of each number that was read, in reading order.
    """
    steps = SequenceMatcher(None, truth, "".join(numbers), autojunk=False).get_opcodes()
    equal = [(first, last) for kind, _, _, first, last in steps if kind == "equal"]
    missing = {place for kind, _, _, place, _ in steps if kind == "delete"}
    return [
        not missing & {start, end} and any(first <= start and end <= last for first, last in equal)
        for start, end in _find_sides(numbers)
    ]


def _find_sides(numbers: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where each number begins and ends in all of them together."""
    start = 0
    for number in numbers:
        yield start, start + len(number)
        start += len(number)
