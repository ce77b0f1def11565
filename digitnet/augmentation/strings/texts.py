"""Make up what people write with digits: numbers, amounts, dates, times, phone numbers, equations, words."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

# Kinds of tokens that are text: scanned, composed, other scripts, and the letter of an unknown.
WORD, LETTERS, OTHER, UNKNOWN = "word", "letters", "other", "unknown"
_ZEROS_SHARE = 0.3  # This share of the numbers ends in zeros.


class Token(NamedTuple):
    """A digit, a sign or some text.

    Attributes:
        value: a digit or a sign, or one of `WORD`, `LETTERS`, `OTHER` and `UNKNOWN`.
        gap: space before it, in digit heights, beside the usual one.
        size: its size beside the usual one.
        rise: how far it is raised, in digit heights.
    """

    value: str
    gap: float = 0.0
    size: float = 1.0
    rise: float = 0.0


def make_text(rng: np.random.Generator) -> list[Token]:
    """Make up a string."""
    kinds = list(_KINDS)
    weights = np.array([weight for _, weight in kinds])
    make, _ = kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))]
    return make(rng)


def _sign(text: str) -> list[Token]:
    return [Token(character) for character in text]


def _draw_digits(count: int, rng: np.random.Generator) -> str:
    digits = [str(digit) for digit in rng.integers(10, size=count)]
    if count > 1 and rng.random() < _ZEROS_SHARE:
        zeros = int(rng.integers(1, count))
        digits[count - zeros :] = ["0"] * zeros
    elif count > 2 and rng.random() < 0.15:  # One digit several times.
        start, end = sorted(rng.integers(0, count + 1, 2).tolist())
        digits[start:end] = [digits[start % count]] * (end - start)
    return "".join(digits)


def _draw_length(rng: np.random.Generator) -> int:
    return int(rng.choice([1, 2, 3, 4, 5, 6, 7, 8, 9], p=[0.12, 0.16, 0.17, 0.2, 0.15, 0.1, 0.05, 0.03, 0.02]))


def _make_number(rng: np.random.Generator) -> list[Token]:
    return _sign(_draw_digits(_draw_length(rng), rng))


def _make_lone(rng: np.random.Generator) -> list[Token]:
    """Make a digit that stands alone, often a 1, which a stroke of any other ink resembles."""
    return _sign("1" if rng.random() < 0.4 else str(rng.integers(10)))


def _make_spaced(rng: np.random.Generator) -> list[Token]:
    """Make several numbers, or a number in groups."""
    groups = [_draw_digits(int(rng.integers(1, 4)), rng) for _ in range(int(rng.integers(2, 4)))]
    gap = rng.uniform(0.3, 1.2)
    tokens = _sign(groups[0])
    for group in groups[1:]:
        tokens += [Token(group[0], gap), *_sign(group[1:])]
    return tokens


def make_amount(rng: np.random.Generator) -> list[Token]:
    """Make an amount of money as people write it on cheques."""
    digits = _draw_digits(int(rng.choice([2, 3, 4, 5, 6, 7], p=[0.06, 0.2, 0.3, 0.26, 0.14, 0.04])), rng)
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
        cents = _draw_digits(2, rng) if rng.random() < 0.5 else "00"
        size, rise = (rng.uniform(0.5, 0.8), rng.uniform(0.1, 0.4)) if rng.random() < 0.35 else (1.0, 0.0)
        return [Token(str(rng.choice([",", ".", ","]))), *(Token(digit, 0, size, rise) for digit in cents)]
    ending = str(rng.choice([".-", ".", "=", "-", ",-", ".=", "--", ".-", "#", "*", "~"]))
    return [Token(sign, rng.uniform(0, 0.2)) for sign in ending]


def _make_decimal(rng: np.random.Generator) -> list[Token]:
    mark = str(rng.choice([".", ","]))
    number = f"{_draw_digits(int(rng.integers(1, 4)), rng)}{mark}{_draw_digits(int(rng.integers(1, 4)), rng)}"
    before = str(rng.choice(["", "", "", "-", "+"]))
    after = str(rng.choice(["", "", "", "", "%", "€"]))
    return _sign(before + number + after)


def _make_signed(rng: np.random.Generator) -> list[Token]:
    number = _draw_digits(int(rng.integers(1, 5)), rng)
    pattern = str(rng.choice(["-{}", "-{}", "+{}", "({})", "{}%", "${}", "€{}", "£{}", "{}€", "{})", "{}.", "{}:"]))
    return _sign(pattern.format(number))


def _make_item(rng: np.random.Generator) -> list[Token]:
    """Make a number in a list, such as 1) 45."""
    item = _sign(f"{int(rng.integers(1, 30))}{rng.choice([')', '.', ')', ':'])}")
    number = _sign(_draw_digits(int(rng.integers(1, 5)), rng))
    return [*item, number[0]._replace(gap=rng.uniform(0.2, 0.9)), *number[1:]]


def _make_date(rng: np.random.Generator) -> list[Token]:
    day, month = int(rng.integers(1, 32)), int(rng.integers(1, 13))
    year = int(rng.integers(1920, 2040))
    sign = str(rng.choice(["/", "/", ".", "-"]))
    padded = rng.random() < 0.6
    parts = [f"{day:02}" if padded else str(day), f"{month:02}" if padded else str(month)]
    chance = rng.random()
    parts += [str(year)] if chance < 0.5 else [f"{year % 100:02}"] if chance < 0.8 else []
    if rng.random() < 0.15:
        parts = parts[::-1]
    return _sign(sign.join(parts))


def _make_time(rng: np.random.Generator) -> list[Token]:
    text = f"{int(rng.integers(24)):02}:{int(rng.integers(60)):02}"
    return _sign(text.lstrip("0") if rng.random() < 0.3 and text[1] != ":" else text)


def _make_phone(rng: np.random.Generator) -> list[Token]:
    tokens: list[Token] = []
    start = str(rng.choice(["({}) ", "+{} ", "{} ", "0{}/", "{}-"])).format(_draw_digits(int(rng.integers(2, 4)), rng))
    groups = [_draw_digits(int(rng.integers(2, 5)), rng) for _ in range(int(rng.integers(1, 3)))]
    for character in start + str(rng.choice([" ", "-", "."])).join(groups):
        if character == " ":
            continue
        tokens.append(Token(character))
    return _add_gaps(tokens, start, rng)


def _add_gaps(tokens: list[Token], start: str, rng: np.random.Generator) -> list[Token]:
    first = len(start.replace(" ", ""))
    gap = rng.uniform(0.2, 0.7)
    return [token._replace(gap=gap) if place == first and " " in start else token for place, token in enumerate(tokens)]


def _make_equation(rng: np.random.Generator) -> list[Token]:
    sign = str(rng.choice(["+", "-", "×", "÷", "+", "-", "/", ":"]))
    terms = [_draw_digits(int(rng.integers(1, 4)), rng) for _ in range(2)]
    text = sign.join(terms) + (
        "=" + (_draw_digits(int(rng.integers(1, 4)), rng) if rng.random() < 0.7 else "") if rng.random() < 0.8 else ""
    )
    if rng.random() < 0.15:
        power = Token(str(rng.integers(2, 10)), 0, rng.uniform(0.45, 0.7), rng.uniform(0.35, 0.6))
        return [*_sign(terms[0]), power, *_sign(text[len(terms[0]) :])]
    gap = rng.uniform(0, 0.45)
    return [
        Token(character, gap if not character.isdigit() or place == 0 else 0) for place, character in enumerate(text)
    ]


def _make_polynomial(rng: np.random.Generator) -> list[Token]:
    """Make an equation of an unknown, such as x² + 5x - 14 = 0, or of several."""
    gap, tokens = rng.uniform(0, 0.7), _sign("-" if rng.random() < 0.15 else "")
    for place in range(int(rng.integers(1, 4))):
        if place:
            tokens.append(Token(str(rng.choice(["+", "-"])), gap))
        factor = _draw_digits(1 + int(rng.random() < 0.3), rng) if rng.random() < 0.6 else ""
        unknown = [] if factor and rng.random() < 0.3 else [Token(UNKNOWN)]
        term = [*_sign(factor), *unknown]
        if unknown and rng.random() < 0.35:
            term.append(Token(str(rng.choice(["2", "2", "3"])), 0, rng.uniform(0.45, 0.85), rng.uniform(0.25, 0.6)))
        tokens += [term[0]._replace(gap=gap if place else 0), *term[1:]]
    if rng.random() < 0.15:
        return tokens
    number = _draw_digits(1 + int(rng.random() < 0.3), rng) if rng.random() < 0.75 else "0"
    return [*tokens, Token("=", gap), Token(number[0], gap), *_sign(number[1:])]


def _make_words(rng: np.random.Generator) -> list[Token]:
    kind = str(rng.choice([WORD, LETTERS, OTHER], p=[0.32, 0.28, 0.4]))
    return [Token(kind, rng.uniform(0.3, 0.8)) for _ in range(1 + int(rng.random() < 0.3))]


def _make_mixed(rng: np.random.Generator) -> list[Token]:
    """Make words beside a number."""
    kind = str(rng.choice([WORD, LETTERS, OTHER], p=[0.4, 0.4, 0.2]))
    number = _sign(_draw_digits(int(rng.integers(1, 6)), rng))
    gap = rng.uniform(0.3, 0.9)
    if rng.random() < 0.6:
        colon = [Token(str(rng.choice([":", ".", "-"])))] if rng.random() < 0.2 else []
        return [Token(kind), *colon, number[0]._replace(gap=gap), *number[1:]]
    return [*number, Token(kind, gap * float(rng.random() < 0.8))]


_Make = Callable[[np.random.Generator], list[Token]]
_KINDS: tuple[tuple[_Make, float], ...] = (
    (_make_number, 0.32),
    (_make_lone, 0.04),
    (_make_spaced, 0.05),
    (make_amount, 0.42),
    (_make_decimal, 0.06),
    (_make_signed, 0.05),
    (_make_date, 0.07),
    (_make_time, 0.04),
    (_make_phone, 0.05),
    (_make_equation, 0.08),
    (_make_polynomial, 0.08),
    (_make_item, 0.02),
    (_make_words, 0.13),
    (_make_mixed, 0.06),
)
