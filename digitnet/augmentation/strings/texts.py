"""Make up what people write with digits: numbers, amounts, dates, times, phone numbers, equations, words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from digitnet.augmentation.strings.amounts import make_amount, make_decimal, make_signed
from digitnet.augmentation.strings.equations import make_equation, make_polynomial
from digitnet.augmentation.strings.notations import make_account, make_date, make_item, make_phone, make_time
from digitnet.augmentation.strings.tokens import LETTERS, OTHER, WORD, Token, draw_digits, join_zeros, to_tokens

_SPIRAL_SHARE = 0.05  # This share of the strings ends in one stroke where it ends in zeros.


def make_text(rng: np.random.Generator) -> list[Token]:
    """Make up a string."""
    kinds = list(_KINDS)
    weights = np.array([weight for _, weight in kinds])
    make, _ = kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))]
    tokens = make(rng)
    return join_zeros(tokens) if rng.random() < _SPIRAL_SHARE else tokens


def _draw_length(rng: np.random.Generator) -> int:
    return int(rng.choice([1, 2, 3, 4, 5, 6, 7, 8, 9], p=[0.12, 0.16, 0.17, 0.2, 0.15, 0.1, 0.05, 0.03, 0.02]))


def make_number(rng: np.random.Generator) -> list[Token]:
    """Make a whole number of up to nine digits."""
    return to_tokens(draw_digits(_draw_length(rng), rng))


def _make_lone(rng: np.random.Generator) -> list[Token]:
    """Make a digit that stands alone, often a 1, which a stroke of any other ink resembles."""
    return to_tokens("1" if rng.random() < 0.4 else str(rng.integers(10)))


def _make_spaced(rng: np.random.Generator) -> list[Token]:
    """Make several numbers, or a number in groups."""
    is_long = rng.random() < 0.15
    groups = [
        draw_digits(int(rng.integers(1, 5 if is_long else 4)), rng)
        for _ in range(int(rng.integers(2, 6 if is_long else 4)))
    ]
    return to_tokens(" ".join(groups), rng.uniform(0.3, 1.2))


def _make_words(rng: np.random.Generator) -> list[Token]:
    kind = str(rng.choice([WORD, LETTERS, OTHER], p=[0.32, 0.28, 0.4]))
    return [Token(kind, rng.uniform(0.3, 0.8)) for _ in range(1 + int(rng.random() < 0.3))]


def _make_mixed(rng: np.random.Generator) -> list[Token]:
    """Make words beside a number."""
    kind = str(rng.choice([WORD, LETTERS, OTHER], p=[0.4, 0.4, 0.2]))
    number = to_tokens(draw_digits(int(rng.integers(1, 6)), rng))
    gap = rng.uniform(0.3, 0.9)
    if rng.random() < 0.6:
        colon = [Token(str(rng.choice([":", ".", "-"])))] if rng.random() < 0.2 else []
        return [Token(kind), *colon, number[0]._replace(gap=gap), *number[1:]]
    return [*number, Token(kind, gap * float(rng.random() < 0.8))]


def _make_labeled(rng: np.random.Generator) -> list[Token]:
    """Make an amount, a decimal, a date, a time or a phone number beside its name, such as Total 12.50."""
    make = _LABELED[int(rng.integers(len(_LABELED)))]
    value = make(rng)
    kind = str(rng.choice([WORD, LETTERS, OTHER], p=[0.35, 0.5, 0.15]))
    gap = rng.uniform(0.2, 0.9)
    if rng.random() < 0.75:
        mark = [Token(str(rng.choice([":", ".", "."])))] if rng.random() < 0.35 else []
        return [Token(kind), *mark, value[0]._replace(gap=gap), *value[1:]]
    return [*value, Token(kind, gap)]


_Make = Callable[[np.random.Generator], list[Token]]
_LABELED: tuple[_Make, ...] = (make_amount, make_decimal, make_decimal, make_date, make_time, make_phone, make_signed)
_KINDS: tuple[tuple[_Make, float], ...] = (
    (make_number, 0.32),
    (_make_lone, 0.04),
    (_make_spaced, 0.055),
    (make_amount, 0.42),
    (make_decimal, 0.065),
    (make_signed, 0.055),
    (make_date, 0.075),
    (make_time, 0.045),
    (make_phone, 0.055),
    (make_equation, 0.09),
    (make_polynomial, 0.08),
    (make_item, 0.02),
    (_make_words, 0.13),
    (_make_mixed, 0.06),
    (_make_labeled, 0.06),
    (make_account, 0.02),
)
