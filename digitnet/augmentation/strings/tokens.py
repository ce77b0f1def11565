"""Name the digits, signs and texts that a string is made of."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# Kinds of tokens that are text: scanned, composed, other scripts, and the letter of an unknown.
WORD, LETTERS, OTHER, UNKNOWN = "word", "letters", "other", "unknown"
DOT = "·"  # A dot at half height that means times.
SPIRALS = ("00", "000", "0000")  # Zeros that are written as one stroke.
_ZEROS_SHARE = 0.3  # This share of the numbers ends in zeros.


class Token(NamedTuple):
    """A digit, a sign or some text.

    Attributes:
        value: a digit, a sign, one of `SPIRALS`, or one of `WORD`, `LETTERS`, `OTHER` and `UNKNOWN`.
        gap: space before it, in digit heights, beside the usual one.
        size: its size beside the usual one.
        rise: how far it is raised, in digit heights.
    """

    value: str
    gap: float = 0.0
    size: float = 1.0
    rise: float = 0.0


def to_tokens(text: str, gap: float = 0.0) -> list[Token]:
    """Return a token for each character; a space becomes a gap before the next, in digit heights."""
    tokens: list[Token] = []
    for place, character in enumerate(text):
        if character != " ":
            tokens.append(Token(character, gap if place and text[place - 1] == " " else 0.0))
    return tokens


def draw_digits(count: int, rng: np.random.Generator) -> str:
    """Draw the digits of a number, which ends in zeros or repeats one now and then."""
    digits = [str(digit) for digit in rng.integers(10, size=count)]
    if count > 1 and rng.random() < _ZEROS_SHARE:
        zeros = int(rng.integers(1, count))
        digits[count - zeros :] = ["0"] * zeros
    elif count > 2 and rng.random() < 0.15:  # One digit several times.
        start, end = sorted(rng.integers(0, count + 1, 2).tolist())
        digits[start:end] = [digits[start % count]] * (end - start)
    return "".join(digits)


def join_zeros(tokens: list[Token]) -> list[Token]:
    """Make one token of the zeros at the end, if they are two to four side by side."""
    first = len(tokens)
    while first and tokens[first - 1].value == "0" and (first == len(tokens) or tokens[first].gap == 0):
        first -= 1
    zeros = "0" * (len(tokens) - first)
    return [*tokens[:first], tokens[first]._replace(value=zeros)] if zeros in SPIRALS else tokens
