"""Make up equations: of numbers, and of unknowns."""

from __future__ import annotations

import numpy as np

from digitnet.augmentation.strings.tokens import DOT, UNKNOWN, Token, draw_digits, to_tokens

_LONG_SHARE = 0.15  # This share of the equations has more than two whole numbers and one sign.


def make_equation(rng: np.random.Generator) -> list[Token]:
    """Make a calculation, with or without its result."""
    if rng.random() < _LONG_SHARE:
        return _make_long_equation(rng)
    return _make_short_equation(rng)


def _make_short_equation(rng: np.random.Generator) -> list[Token]:
    sign = str(rng.choice(["+", "-", "×", "÷", "+", "-", "/", ":"]))
    terms = [draw_digits(int(rng.integers(1, 4)), rng) for _ in range(2)]
    text = sign.join(terms) + (
        "=" + (draw_digits(int(rng.integers(1, 4)), rng) if rng.random() < 0.7 else "") if rng.random() < 0.8 else ""
    )
    if rng.random() < 0.15:
        power = Token(str(rng.integers(2, 10)), 0, rng.uniform(0.45, 0.7), rng.uniform(0.35, 0.6))
        return [*to_tokens(terms[0]), power, *to_tokens(text[len(terms[0]) :])]
    gap = rng.uniform(0, 0.45)
    return [
        Token(character, gap if not character.isdigit() or place == 0 else 0) for place, character in enumerate(text)
    ]


def _make_long_equation(rng: np.random.Generator) -> list[Token]:
    """Make a calculation of up to three terms, with brackets, decimals, dots for times, and a result below zero."""
    terms = [_make_term(rng) for _ in range(2 + int(rng.random() < 0.6))]
    signs = [str(rng.choice(["+", "-", "×", DOT, "÷", "/", ":"])) for _ in terms[1:]]
    if len(terms) == 3 and rng.random() < 0.4:
        first = int(rng.integers(2))
        terms[first], terms[first + 1] = f"({terms[first]}", f"{terms[first + 1]})"
    text = terms[0] + "".join(f" {sign} {term}" for sign, term in zip(signs, terms[1:], strict=True))
    # Without the rest of a calculation, a dot at half height is a decimal point.
    if DOT in signs or rng.random() < 0.85:
        text += " ="
    if text.endswith("=") and rng.random() < 0.75:
        text += f" {'-' if rng.random() < 0.3 else ''}{_make_term(rng)}"
    return to_tokens(text, rng.uniform(0, 0.45))


def _make_term(rng: np.random.Generator) -> str:
    if rng.random() < 0.25:
        return f"{draw_digits(int(rng.integers(1, 3)), rng)}{rng.choice(['.', ','])}{draw_digits(1, rng)}"
    return draw_digits(int(rng.choice([1, 2, 3], p=[0.5, 0.35, 0.15])), rng)


def make_polynomial(rng: np.random.Generator) -> list[Token]:
    """Make an equation of an unknown, such as x² + 5x - 14 = 0, or of several."""
    gap, tokens = rng.uniform(0, 0.7), to_tokens("-" if rng.random() < 0.15 else "")
    for place in range(int(rng.integers(1, 4))):
        if place:
            tokens.append(Token(str(rng.choice(["+", "-"])), gap))
        factor = draw_digits(1 + int(rng.random() < 0.3), rng) if rng.random() < 0.6 else ""
        unknown = [] if factor and rng.random() < 0.3 else [Token(UNKNOWN)]
        term = [*to_tokens(factor), *unknown]
        if unknown and rng.random() < 0.35:
            term.append(Token(str(rng.choice(["2", "2", "3"])), 0, rng.uniform(0.45, 0.85), rng.uniform(0.25, 0.6)))
        tokens += [term[0]._replace(gap=gap if place else 0), *term[1:]]
    if rng.random() < 0.15:
        return tokens
    number = draw_digits(1 + int(rng.random() < 0.3), rng) if rng.random() < 0.75 else "0"
    return [*tokens, Token("=", gap), Token(number[0], gap), *to_tokens(number[1:])]
