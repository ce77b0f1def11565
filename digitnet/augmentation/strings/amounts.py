"""Make up amounts of money, numbers with decimals, and numbers with a sign of currency or percent."""

from __future__ import annotations

import numpy as np

from digitnet.augmentation.strings.tokens import Token, draw_digits, to_tokens

_GAP_SHARE = 0.2  # This share of the signs stands apart from its number.
_RAISED_SHARE = 0.1  # This share of the decimal points stands at half height.


def make_amount(rng: np.random.Generator) -> list[Token]:
    """Make an amount of money as people write it on cheques."""
    digits = draw_digits(int(rng.choice([2, 3, 4, 5, 6, 7], p=[0.06, 0.2, 0.3, 0.26, 0.14, 0.04])), rng)
    mark = str(rng.choice([".", ".", ".", ",", "'", " ", ""]))
    tokens: list[Token] = []
    for place, digit in enumerate(digits):
        is_group = place > 0 and (len(digits) - place) % 3 == 0
        if is_group and mark.strip():
            tokens.append(Token(mark))
        gap = rng.uniform(0.1, 0.5) if is_group and (mark == " " or rng.random() < 0.4) else 0.0
        tokens.append(Token(digit, gap))
    tokens = _shrink_zeros(tokens, rng)
    if rng.random() < 0.12:
        tokens = [Token(str(rng.choice(["$", "€", "£", "#", "*"]))), *tokens]
    return tokens + _make_ending(rng)


def _shrink_zeros(tokens: list[Token], rng: np.random.Generator) -> list[Token]:
    """Make the trailing zeros smaller, now and then raised, as quick hands do."""
    if rng.random() > 0.4:
        return tokens
    size, rise = rng.uniform(0.45, 0.9), rng.uniform(0, 0.3) if rng.random() < 0.3 else 0.0
    first = len(tokens)
    while first > 1 and tokens[first - 1].value in "0.,'":
        first -= 1
    return [*tokens[:first], *(token._replace(size=size, rise=rise) for token in tokens[first:])]


def _make_ending(rng: np.random.Generator) -> list[Token]:
    """Make the end of an amount: cents, a bar, or a sign against forgery."""
    chance = rng.random()
    if chance < 0.5:
        return []
    if chance < 0.68:
        cents = draw_digits(2, rng) if rng.random() < 0.5 else "00"
        size, rise = (rng.uniform(0.5, 0.8), rng.uniform(0.1, 0.4)) if rng.random() < 0.35 else (1.0, 0.0)
        return [Token(str(rng.choice([",", ".", ","]))), *(Token(digit, 0, size, rise) for digit in cents)]
    ending = str(rng.choice([".-", ".", "=", "-", ",-", ".=", "--", ".-", "#", "*", "~"]))
    return [Token(sign, rng.uniform(0, 0.2)) for sign in ending]


def make_decimal(rng: np.random.Generator) -> list[Token]:
    """Make a number with decimals, such as -3,5 or 12.50 €."""
    mark = str(rng.choice([".", ","]))
    number = f"{draw_digits(int(rng.integers(1, 4)), rng)}{mark}{draw_digits(int(rng.integers(1, 4)), rng)}"
    before = str(rng.choice(["", "", "", "-", "+"])) if rng.random() < 0.9 else str(rng.choice(["€", "$", "£"]))
    after = str(rng.choice(["", "", "", "", "%", "€"])) if before not in {"€", "$", "£"} else ""
    tokens = to_tokens(_add_space(before, number, after, rng), rng.uniform(0.1, 0.6))
    if mark == "." and rng.random() < _RAISED_SHARE:
        rise = rng.uniform(0.3, 0.55)
        tokens = [token._replace(rise=rise) if token.value == mark else token for token in tokens]
    return tokens


def make_signed(rng: np.random.Generator) -> list[Token]:
    """Make a whole number with a sign before or after it, close to it or apart."""
    number = draw_digits(int(rng.integers(1, 5)), rng)
    patterns = ["-{}", "-{}", "+{}", "({})", "{}%", "${}", "€{}", "£{}", "{}€", "{})", "{}.", "{}:"]
    pattern = str(rng.choice(patterns)) if rng.random() < 0.93 else "={}"
    before, after = pattern.split("{}")
    if after in {")", ".", ":"}:  # Brackets, points and colons stand close.
        return to_tokens(pattern.format(number))
    return to_tokens(_add_space(before, number, after, rng), rng.uniform(0.1, 0.6))


def _add_space(before: str, number: str, after: str, rng: np.random.Generator) -> str:
    space = " " if rng.random() < _GAP_SHARE else ""
    return f"{before}{space if before else ''}{number}{space if after else ''}{after}"
