"""Write a string in one hand: sizes, slant, spacing, pen, joined digits."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from digitnet.augmentation.strings.fields import BASE, TOP, Field
from digitnet.augmentation.strings.hands import Hand, Hands
from digitnet.augmentation.strings.links import Linked, link_zeros
from digitnet.augmentation.strings.rendering import render_field, render_word
from digitnet.augmentation.strings.sheet import Floats, Sheet
from digitnet.augmentation.strings.signs import MARKS, UNKNOWNS
from digitnet.augmentation.strings.styles import Style, draw_style
from digitnet.augmentation.strings.tokens import DOT, LETTERS, OTHER, UNKNOWN, WORD, Token
from digitnet.handwriting.folder import LOOK_ALIKES
from digitnet.labels import TEXT

_UNIT = BASE - TOP  # Height of a digit in a field, in pixels.
_UNKNOWN_LETTERS = "xxxyyacdkmntuvw"
_LABELS = {DOT: "×"}  # Signs that are read as another.
_TOUCHING_SHARE = 0.06  # This share of the commas touches the sign before.
_SHORT_SHARE = 0.1  # This share of the composed words has two letters.
_SMALL_LETTERS = frozenset("acemnorsuvwxzäöü")


class Line(NamedTuple):
    """A written string.

    Attributes:
        ink: float32 (40, w), 0 to 1.
        text: labels from left to right: digits, signs and `TEXT`.
        top, base: rows of the top and the base line of usual digits.
        walls: columns left of each cell and right of the last, or none if the paper has no cells.
    """

    ink: Floats
    text: str
    top: float
    base: float
    walls: tuple[float, ...] = ()


class _Sign(NamedTuple):
    """A rendered sign: its ink, float32 (40, w), cut to its columns, and the label."""

    ink: Floats
    label: str


def write(tokens: list[Token], hands: Hands, rng: np.random.Generator) -> Line | None:
    """Write a string in one hand; return None if there is no ink."""
    style, hand = draw_style(rng), hands.choose(rng)
    shapes: dict[str, Field] = {}
    sheet = Sheet()
    text = ""
    last: Linked | None = None
    for token in tokens:
        gap = style.gap + rng.normal(0, style.gap_sd) + token.gap * style.height
        for place, sign in enumerate(_render(token, hand, hands, shapes, style, sheet.width, rng)):
            if not sign.ink.size:
                continue
            if place:
                gap = style.gap * 0.5 + rng.normal(0, style.gap_sd)
            elif sign.label == "," and rng.random() < _TOUCHING_SHARE:
                gap = -style.pen
            left = sheet.place(sign.ink, gap)
            text += sign.label if not (sign.label == TEXT and text.endswith(TEXT)) else ""
            last = link_zeros(sheet.ink, last, Linked(sign.label, left, sign.ink), style, rng)
    width = sheet.width
    return Line(sheet.ink[:, :width], text, style.base - style.height, style.base) if width else None


def write_in_cells(digits: list[Token], hands: Hands, pitch: float, rng: np.random.Generator) -> Line | None:
    """Write each digit in a cell of its own; return None if there is no ink.

    Args:
        digits: the digits.
        hands: to write with.
        pitch: width of a cell, in digit heights.
        rng: the source of randomness.
    """
    style, hand = draw_style(rng), hands.choose(rng)
    shapes: dict[str, Field] = {}
    sheet = Sheet()
    text, wide = "", pitch * style.height
    for place, token in enumerate(digits):
        for sign in _render(token, hand, hands, shapes, style, sheet.width, rng):
            if not sign.ink.size:
                continue
            # Who has a cell for each digit writes narrower.
            columns = max(1, min(sign.ink.shape[1], round(wide * rng.uniform(0.75, 1.0))))
            ink = np.asarray(cv2.resize(sign.ink, (columns, sign.ink.shape[0]), interpolation=cv2.INTER_AREA))
            sheet.put(ink, round(place * wide + (wide - columns) / 2 + rng.normal(0, 0.05) * wide))
            text += sign.label
    width = sheet.width
    walls = tuple(place * wide for place in range(len(digits) + 1))
    return Line(sheet.ink[:, :width], text, style.base - style.height, style.base, walls) if width else None


def _render(
    token: Token,
    hand: Hand,
    hands: Hands,
    shapes: dict[str, Field],
    style: Style,
    column: int,
    rng: np.random.Generator,
) -> list[_Sign]:
    """Render a token's signs: one for a digit or a sign, several for the letters of a word."""
    rise = style.base + style.drift * column - token.rise * style.height + rng.normal(0, style.base_sd)
    size = token.size * style.height / _UNIT
    if token.value == WORD and hands.words:
        word = hands.words[int(rng.integers(len(hands.words)))]
        return [_Sign(render_word(word, style, rise, rng), TEXT)]
    if token.value in (WORD, LETTERS):
        return [
            _Sign(render_field(field, style, size * scale, rise, rng), TEXT)
            for field, scale in _choose_letters(hand, hands, rng)
        ]
    if token.value == UNKNOWN:
        field, scale = _choose_unknown(hand, hands, rng)
        return [_Sign(render_field(field, style, size * scale, rise, rng), TEXT)]
    if token.value == OTHER:
        count = 1 if rng.random() < 0.6 else int(rng.integers(2, 5))
        fields = [hands.others[int(rng.integers(len(hands.others)))] for _ in range(count)]
        return [_Sign(render_field(field, style, size, rise, rng), TEXT) for field in fields]
    field = _choose_field(token.value, hand, hands, shapes, rng)
    spread = float(np.exp(rng.normal(0, style.size_sd)))
    label = TEXT if token.value in MARKS else _LABELS.get(token.value, token.value)
    return [_Sign(render_field(field, style, size * spread, rise, rng), label)]


def _choose_field(sign: str, hand: Hand, hands: Hands, shapes: dict[str, Field], rng: np.random.Generator) -> Field:
    """Choose a picture of a digit or a sign."""
    own = hand.fields.get(sign) if sign.isdigit() else None
    if own is None:
        own = hands.signs[sign]
    if hand.keeps_shape and sign in shapes and rng.random() < 0.8:
        return shapes[sign]
    shapes[sign] = own[int(rng.integers(len(own)))]
    return shapes[sign]


def _choose_letters(hand: Hand, hands: Hands, rng: np.random.Generator) -> list[tuple[Field, float]]:
    """Choose the letters of a word and the size of each beside a digit."""
    own = {label: found for label, found in hand.fields.items() if label.isalpha()}
    letters = own if len(own) > 10 else hands.letters
    if not letters:
        return [(hands.others[int(rng.integers(len(hands.others)))], 1.0) for _ in range(int(rng.integers(2, 6)))]
    plain = [name for name in letters if name not in LOOK_ALIKES] or list(letters)
    capitals = rng.random() < 0.3
    chosen = []
    # Now and then as short as Fr. or No, which stand before amounts.
    for place in range(2 if rng.random() < _SHORT_SHARE else int(rng.integers(3, 9))):
        # Letters that look like digits stand between others.
        names = plain if place % 2 else list(letters)
        pool = [name for name in names if (name.isupper() if capitals or place == 0 else name.islower())] or names
        name = pool[int(rng.integers(len(pool)))]
        found = letters[name]
        chosen.append((found[int(rng.integers(len(found)))], 0.68 if name in _SMALL_LETTERS else 1.0))
    return chosen


def _choose_unknown(hand: Hand, hands: Hands, rng: np.random.Generator) -> tuple[Field, float]:
    """Choose the letter of an unknown and its size beside a digit."""
    letters = hand.fields if "x" in hand.fields else hands.letters
    names = [name for name in _UNKNOWN_LETTERS if name in letters]
    if not names or rng.random() < 0.5:
        drawn = hands.signs[str(rng.choice(list(UNKNOWNS)))]
        return drawn[int(rng.integers(len(drawn)))], rng.uniform(0.7, 1.3)
    name = names[int(rng.integers(len(names)))]
    return letters[name][int(rng.integers(len(letters[name])))], (0.68 if name in _SMALL_LETTERS else 1.0)
