"""Draw the signs that stand between digits: points, commas, bars, currency and others."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from digitnet.augmentation.strings.letters import draw_h, draw_x, draw_y
from digitnet.augmentation.strings.spirals import draw_spiral
from digitnet.augmentation.strings.tokens import DOT, SPIRALS
from digitnet.augmentation.stroke_rendering import Points, smooth, to_points

# Coordinates have the height of a digit as unit: y is 0 at its top and 1 at the base line.
_Draw = Callable[[np.random.Generator], list[Points]]
_RARE_SHARE = 0.1  # This share of a sign has a rare shape, where there is one.


def draw_sign(sign: str, rng: np.random.Generator) -> list[Points]:
    """Return the strokes of a sign of `SIGNS`, `MARKS`, `VARIANTS` or `UNKNOWNS`, each float64 (n, 2)."""
    strokes = (SIGNS | MARKS | VARIANTS | UNKNOWNS)[sign](rng)
    deviation = rng.uniform(0, 0.02)
    return [smooth(stroke + rng.normal(0, deviation, stroke.shape)) for stroke in strokes]


def _draw_point(rng: np.random.Generator) -> list[Points]:
    low = 1 + rng.normal(0, 0.05)
    if rng.random() < _RARE_SHARE:
        return _draw_rare_point(low, rng)
    reach = rng.uniform(0, 0.1) * rng.choice([0, 1])
    return [to_points((0, low), (reach, low + rng.normal(0, 0.03)))]


def _draw_rare_point(low: float, rng: np.random.Generator) -> list[Points]:
    """Draw a point below the base line, a blob, a small ring, or a short dash."""
    kind = int(rng.integers(4))
    if kind == 0:
        low += rng.uniform(0.06, 0.18)
        return [to_points((0, low), (rng.uniform(0, 0.06), low))]
    if kind == 1:
        return [_draw_ring(0, low, rng.uniform(0.015, 0.05), rng)]
    if kind == 2:
        return [_draw_ring(0, low, rng.uniform(0.05, 0.09), rng)]
    return [to_points((0, low), (rng.uniform(0.1, 0.16), low + rng.normal(0, 0.05)))]


def _draw_dot(rng: np.random.Generator) -> list[Points]:
    """Draw the dot that means times, at half height."""
    y = rng.uniform(0.45, 0.65)
    return [to_points((0, y), (rng.uniform(0, 0.06), y + rng.normal(0, 0.02)))]


def _draw_comma(rng: np.random.Generator) -> list[Points]:
    top, long, lean = rng.uniform(0.78, 1.0), rng.uniform(0.12, 0.42), rng.uniform(0.0, 0.2)
    if rng.random() < _RARE_SHARE:  # It hangs below the base line.
        top, long = rng.uniform(1.0, 1.1), rng.uniform(0.12, 0.25)
    return [to_points((0, top), (-lean * 0.3 + 0.02, top + long / 2), (-lean, top + long))]


def _draw_apostrophe(rng: np.random.Generator) -> list[Points]:
    top, long = rng.uniform(-0.1, 0.1), rng.uniform(0.12, 0.25)
    return [to_points((0, top), (-rng.uniform(0, 0.1), top + long))]


def _draw_minus(rng: np.random.Generator) -> list[Points]:
    long = rng.uniform(0.2, 0.7) if rng.random() < 0.85 else rng.uniform(0.7, 2.5)
    y, bend = rng.uniform(0.42, 0.72), rng.normal(0, 0.05)
    if rng.random() < 0.15:  # A dash on the base line.
        y = rng.uniform(0.85, 1.0)
    rise = rng.normal(0, 0.05) if rng.random() < 0.8 else rng.uniform(0.05, 0.35)
    return [to_points((0, y + rise / 2), (long / 2, y + bend), (long, y - rise / 2))]


def _draw_plus(rng: np.random.Generator) -> list[Points]:
    half, y = rng.uniform(0.17, 0.36), rng.uniform(0.45, 0.7)
    tall = half * rng.uniform(0.8, 1.3)
    off = rng.normal(0, 0.04)
    return [to_points((-half, y), (half, y + rng.normal(0, 0.05))), to_points((off, y - tall), (0, y + tall))]


def _draw_slash(rng: np.random.Generator) -> list[Points]:
    lean = rng.uniform(0.25, 0.75)
    if rng.random() < _RARE_SHARE:  # Nearly upright, or flat.
        lean = rng.uniform(0.08, 0.25) if rng.random() < 0.5 else rng.uniform(0.75, 1.2)
    return [to_points((lean, rng.uniform(-0.2, 0.1)), (lean / 2, 0.5), (0, rng.uniform(0.95, 1.25)))]


def _draw_colon(rng: np.random.Generator) -> list[Points]:
    low, high = rng.uniform(0.8, 1.0), rng.uniform(0.3, 0.55)
    off = rng.normal(0, 0.03)
    return [to_points((0, high), (0.02, high)), to_points((off, low), (off + 0.02, low))]


def _draw_left_parenthesis(rng: np.random.Generator) -> list[Points]:
    deep, top, low = rng.uniform(0.12, 0.3), rng.uniform(-0.2, 0.05), rng.uniform(0.98, 1.22)
    return [to_points((deep, top), (deep * 0.2, 0.2), (0, 0.5), (deep * 0.25, 0.85), (deep * 1.05, low))]


def _draw_right_parenthesis(rng: np.random.Generator) -> list[Points]:
    return [stroke * (-1, 1) for stroke in _draw_left_parenthesis(rng)]


def _draw_equals(rng: np.random.Generator) -> list[Points]:
    long, middle, apart = rng.uniform(0.25, 0.65), rng.uniform(0.5, 0.75), rng.uniform(0.09, 0.2)
    tilt, off = rng.normal(0, 0.05), rng.normal(0, 0.05)
    upper = to_points((0, middle - apart), (long, middle - apart + tilt))
    lower = to_points((off, middle + apart), (off + long * rng.uniform(0.8, 1.2), middle + apart + tilt))
    return [upper, lower]


def _draw_ring(x: float, y: float, size: float, rng: np.random.Generator, *, start: float | None = None) -> Points:
    turn = np.linspace(0, 2 * np.pi, 9) + (rng.uniform(0, 6) if start is None else start)
    return np.stack([x + size * np.cos(turn), y + size * rng.uniform(0.9, 1.4) * np.sin(turn)], axis=1)


def _draw_percent(rng: np.random.Generator) -> list[Points]:
    size, wide = rng.uniform(0.12, 0.2), rng.uniform(0.5, 0.8)
    slash = to_points((wide, rng.uniform(-0.05, 0.1)), (rng.uniform(0, 0.1), rng.uniform(0.95, 1.1)))
    if (
        rng.random() < _RARE_SHARE
    ):  # The first ring runs on into the stroke, and now and then the stroke into the other.
        first = _draw_ring(size, 0.22, size, rng, start=0.0)
        second = _draw_ring(wide, 0.8, size, rng, start=np.pi)
        if rng.random() < 0.5:
            return [np.vstack([first, slash]), second]
        return [np.vstack([first, slash, second])]
    return [_draw_ring(size, 0.22, size, rng), slash, _draw_ring(wide, 0.8, size, rng)]


def _draw_times(rng: np.random.Generator) -> list[Points]:
    half, y = rng.uniform(0.16, 0.3), rng.uniform(0.5, 0.75)
    return [
        to_points((-half, y - half), (half, y + half)),
        to_points((half * rng.uniform(0.8, 1.2), y - half), (-half, y + half)),
    ]


def _draw_divided(rng: np.random.Generator) -> list[Points]:
    half, y, apart = rng.uniform(0.18, 0.35), rng.uniform(0.5, 0.65), rng.uniform(0.18, 0.3)
    dots = [to_points((0, y + side * apart), (0.02, y + side * apart)) for side in (-1, 1)]
    return [to_points((-half, y), (half, y)), *dots]


def _draw_dollar(rng: np.random.Generator) -> list[Points]:
    wide = rng.uniform(0.2, 0.32)
    body = to_points(
        (wide, 0.2), (0, 0.06), (-wide, 0.25), (0, 0.5), (wide, 0.74), (0, 0.95), (-wide, 0.8)
    )  # fmt: skip
    off, top, low = rng.normal(0, 0.03), rng.uniform(-0.2, 0), rng.uniform(1.0, 1.2)
    if rng.random() < 0.3:  # Two lines, or only their ends.
        gap = rng.uniform(0.05, 0.1)
        return [body, to_points((off - gap, top), (off - gap, low)), to_points((off + gap, top), (off + gap, low))]
    if rng.random() < 0.2:
        return [body, to_points((off, top), (off, 0.12)), to_points((off, 0.9), (off, low))]
    return [body, to_points((off + rng.uniform(0, 0.1), top), (off, low))]


def _draw_euro(rng: np.random.Generator) -> list[Points]:
    wide = rng.uniform(0.3, 0.5)
    bow = to_points((wide, 0.12), (wide * 0.4, 0), (-wide * 0.5, 0.2), (-wide * 0.7, 0.5), (-wide * 0.5, 0.82))
    bow = np.vstack([bow, to_points((wide * 0.3, 1.0), (wide, 0.88))])
    left = -wide * rng.uniform(0.9, 1.3)
    bars = [to_points((left, y), (wide * rng.uniform(0.2, 0.6), y + rng.normal(0, 0.02))) for y in (0.4, 0.58)]
    return [bow, *bars]


def _draw_pound(rng: np.random.Generator) -> list[Points]:
    wide = rng.uniform(0.3, 0.45)
    stem = to_points((wide, 0.2), (wide * 0.6, 0.02), (wide * 0.15, 0.15), (wide * 0.2, 0.6), (0, 0.95))
    foot = to_points((0, 0.95), (wide * 0.3, 0.9), (wide * 0.7, 1.0), (wide * 1.2, 0.9))
    return [np.vstack([stem, foot[1:]]), to_points((-0.1, 0.52), (wide * 0.8, 0.5))]


def _draw_hash(rng: np.random.Generator) -> list[Points]:
    half, apart, lean = rng.uniform(0.2, 0.4), rng.uniform(0.08, 0.2), rng.uniform(0, 0.3)
    top, low, middle = rng.uniform(0, 0.3), rng.uniform(0.75, 1.05), rng.uniform(0.45, 0.65)
    stems = [to_points((side * apart + lean / 2, top), (side * apart - lean / 2, low)) for side in (-1, 1)]
    bars = [to_points((-half, middle + side * apart), (half, middle + side * apart)) for side in (-1, 1)]
    return [*stems, *bars]


def _draw_star(rng: np.random.Generator) -> list[Points]:
    size, y, turn = rng.uniform(0.1, 0.28), rng.uniform(0.3, 0.6), rng.uniform(0, 3)
    angles = turn + np.arange(3) * np.pi / 3
    ends = [size * np.array([np.cos(angle), np.sin(angle)]) for angle in angles]
    return [np.stack([-end, end]) + np.array([0, y]) for end in ends]


def _draw_scribble(rng: np.random.Generator) -> list[Points]:
    """Draw a wave or a zigzag that fills the rest of a field."""
    count, step, high = int(rng.integers(4, 12)), rng.uniform(0.08, 0.3), rng.uniform(0.1, 0.5)
    y = rng.uniform(0.4, 0.8) + high * np.where(np.arange(count) % 2, 0.5, -0.5) + rng.normal(0, 0.03, count)
    return [np.stack([np.arange(count) * step, y], axis=1)]


SIGNS: dict[str, _Draw] = {
    ".": _draw_point,
    ",": _draw_comma,
    "'": _draw_apostrophe,
    "-": _draw_minus,
    "+": _draw_plus,
    "/": _draw_slash,
    ":": _draw_colon,
    "(": _draw_left_parenthesis,
    ")": _draw_right_parenthesis,
    "=": _draw_equals,
    "%": _draw_percent,
    "×": _draw_times,
    "÷": _draw_divided,
    "$": _draw_dollar,
    "€": _draw_euro,
    "£": _draw_pound,
}

# Signs against forgery and the h of hours, which are read as text.
MARKS: dict[str, _Draw] = {"#": _draw_hash, "*": _draw_star, "~": _draw_scribble, "h": draw_h}

# A sign that is read as another, and zeros that are one stroke.
VARIANTS: dict[str, _Draw] = {DOT: _draw_dot, **{zeros: partial(draw_spiral, len(zeros)) for zeros in SPIRALS}}

# Letters of unknowns, which are read as text.
UNKNOWNS: dict[str, _Draw] = {"x": draw_x, "y": draw_y}
