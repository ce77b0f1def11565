"""Draw digits in the rare shapes that quick hands give them, and that are easily taken for others.

They were found on cheques and forms: a 9 whose stem hangs from the middle of its loop, a 5 like a check mark, a 7 like
a plus, a 4 like a V with a stem, zeros that stay open.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from digitnet.augmentation.stroke_rendering import Points, to_points

_Draw = Callable[[np.random.Generator], list[Points]]


def _uniform(rng: np.random.Generator, *limits: tuple[float, float]) -> list[float]:
    return [float(rng.uniform(low, high)) for low, high in limits]


def _draw_hanging_9(rng: np.random.Generator) -> list[Points]:
    """Draw a loop that ends at its foot, and a stem that hangs from there."""
    wide, size, join, lean = _uniform(rng, (0.14, 0.34), (0.3, 0.58), (-0.55, 0.35), (-0.2, 0.35))
    start = to_points((wide * rng.uniform(-0.9, 0.1), size * rng.uniform(0.55, 1.15)))  # Open, or closed at the foot.
    over = to_points((-wide, size * 0.45), (-wide * 0.6, size * 0.08), (0, 0), (wide * 0.9, size * 0.2))
    back = to_points((wide, size * 0.5), (wide * 0.5, size * 0.85), (wide * join, size * rng.uniform(0.95, 1.15)))
    foot = to_points((wide * join - lean * 0.4, 0.78), (wide * join - lean, 1))
    if rng.random() < 0.5:
        start = np.vstack([start, to_points((-wide * 0.85, size * 0.75))])
    if rng.random() < 0.25:  # The foot turns.
        foot = np.vstack([foot, foot[-1:] + to_points((rng.uniform(-0.2, 0.2), -0.03))])
    return [np.vstack([start, over, back, foot])]


def _draw_narrow_9(rng: np.random.Generator) -> list[Points]:
    """Draw a narrow loop, pointed at its top, above a stem that bows to the right."""
    wide, size, bow, foot = _uniform(rng, (0.08, 0.2), (0.4, 0.6), (0.0, 0.2), (-0.15, 0.15))
    loop = to_points((wide, size * rng.uniform(0.5, 0.9)), (wide * 0.7, size * 0.15), (wide * 0.3, 0))
    turn = to_points((-wide, size * 0.7), (-wide * 0.4, size), (wide * 0.6, size * 1.05))
    stem = to_points((wide + bow, 0.78), (wide * 0.5 + foot, 1))
    return [np.vstack([loop, turn, stem])]


def _draw_check_5(rng: np.random.Generator) -> list[Points]:
    """Draw a 5 like a check mark or a root sign: hardly any bowl, a small hook at its foot, a bar."""
    lean, bulge, hook, hat, rise = _uniform(rng, (0.05, 0.4), (-0.02, 0.14), (0.05, 0.28), (0.15, 0.8), (-0.18, 0.06))
    foot = to_points((-hook, rng.uniform(0.68, 0.95)), (-hook * 0.4, 0.99))
    stem = to_points((bulge, 0.8), (lean * 0.55 + bulge, rng.uniform(0.4, 0.6)), (lean, 0.02))
    bar = to_points((lean, 0.02), (lean + hat, rise))
    body = np.vstack([foot[int(rng.integers(0, 2)) :], to_points((0, 0.97)), stem])
    if rng.random() < 0.05:  # The bar is missing.
        return [body]
    return [np.vstack([body, bar[1:]])] if rng.random() < 0.4 else [body, bar + np.array([rng.uniform(-0.05, 0.1), 0])]


def _draw_plus_7(rng: np.random.Generator) -> list[Points]:
    """Draw a 7 like a t or a plus: a stem, a long bar through it, hardly any top."""
    reach, drop, half, y = _uniform(rng, (0.02, 0.22), (-0.02, 0.14), (0.18, 0.5), (0.3, 0.6))
    lean, tilt, off = _uniform(rng, (-0.05, 0.45), (-0.25, 0.12), (-0.1, 0.15))
    stem = to_points((lean, 0), (lean * 0.6, 0.45), (0, 1))
    if rng.random() < 0.9:
        stem = np.vstack([to_points((lean - reach, drop)), stem])
    return [stem, to_points((lean * 0.5 + off - half, y - tilt), (lean * 0.5 + off + half, y + tilt))]


def _draw_struck_7(rng: np.random.Generator) -> list[Points]:
    """Draw a round 7 whose bar falls steeply to the right, like the other stroke of an x."""
    wide, hook, half, fall = _uniform(rng, (0.3, 0.6), (0.0, 0.2), (0.14, 0.4), (0.05, 0.22))
    top = to_points((0, hook), (wide * 0.5, 0), (wide, rng.uniform(0.05, 0.25)))
    stem = to_points((wide * 0.75, 0.5), (wide * rng.uniform(-0.15, 0.4), 1))
    x, y = wide * rng.uniform(0.5, 0.75), rng.uniform(0.45, 0.68)
    return [np.vstack([top, stem]), to_points((x - half, y - fall), (x + half, y + fall))]


def _draw_small_7(rng: np.random.Generator) -> list[Points]:
    """Draw a 7 like a right angle, whose stem is short or whose top waves."""
    wide, wave, foot = _uniform(rng, (0.4, 0.9), (-0.1, 0.15), (-0.1, 0.5))
    top = to_points((0, 0.1 + wave), (wide * 0.3, wave), (wide * 0.6, 0.1), (wide, 0.02))
    stem = to_points((wide * rng.uniform(0.6, 0.95), 0.5), (wide * foot, 1))
    strokes = [np.vstack([top, stem])]
    if rng.random() < 0.4:
        strokes.append(to_points((wide * 0.3, 0.55), (wide * 1.1, 0.5)))
    return strokes


def _draw_pointed_4(rng: np.random.Generator) -> list[Points]:
    """Draw a 4 like a V whose right side is a long stem."""
    wide, deep, lean, start = _uniform(rng, (0.2, 0.55), (0.45, 0.8), (-0.1, 0.3), (-0.05, 0.25))
    left = to_points((0, rng.uniform(0, 0.2)), (wide * rng.uniform(0.5, 0.95), deep))
    if rng.random() < 0.5:
        left = np.vstack([left, to_points((wide + lean * 0.3, start))])
    return [left, to_points((wide + lean * 0.3, start), (wide, deep), (wide - lean, 1))]


def _draw_round_4(rng: np.random.Generator) -> list[Points]:
    """Draw a 4 in one stroke, like a phi or an e: down, round to the right, up, and down through its own bow."""
    wide, low, lean = _uniform(rng, (0.3, 0.6), (0.5, 0.75), (-0.1, 0.2))
    bow = to_points((0, 0), (-0.02, low * 0.7), (wide * 0.3, low), (wide * 0.8, low * 0.6))
    if rng.random() < 0.5:
        turn = to_points((wide * 0.85, 0.15), (wide * 0.55, 0.08), (wide * 0.4, 0.5), (wide * 0.35 - lean, 1))
        return [np.vstack([bow, turn])]
    return [bow, to_points((wide * 0.95, 0.02), (wide * 0.6, 0.5), (wide * 0.5 - lean, 1))]


def _draw_looped_1(rng: np.random.Generator) -> list[Points]:
    """Draw a 1 whose upstroke and stem make a narrow loop, or touch all the way."""
    wide, low, lean = _uniform(rng, (0.05, 0.2), (0.3, 0.75), (-0.05, 0.4))
    up = to_points((lean * 0.6 - wide * rng.uniform(0.2, 1), low), (lean - wide * 0.9, low * 0.5), (lean - 0.02, 0.02))
    return [np.vstack([up, to_points((lean + 0.03, 0.1), (lean * 0.55, 0.55), (0, 1))])]


def _draw_open_0(rng: np.random.Generator) -> list[Points]:
    """Draw a ring that does not close, at any side."""
    wide, gap, start = _uniform(rng, (0.2, 0.55), (0.2, 1.2), (0, 2 * np.pi))
    turn = start + rng.choice([-1, 1]) * np.linspace(0, 2 * np.pi - gap, 10)
    return [np.stack([wide * np.cos(turn), 0.5 + 0.5 * np.sin(turn)], axis=1)]


def _draw_tall_2(rng: np.random.Generator) -> list[Points]:
    """Draw a 2 with a closed or a high loop at its top, like a Q."""
    wide, size, reach = _uniform(rng, (0.2, 0.4), (0.4, 0.65), (0.3, 0.9))
    top = to_points((wide * rng.uniform(-0.4, 0.4), size * rng.uniform(0.6, 0.9)), (-wide, size * 0.5), (0, 0))
    down = to_points((wide, size * 0.45), (wide * 0.2, size * 1.1), (-wide, 0.97))
    foot = to_points((-wide * 0.6, rng.uniform(0.82, 0.93)), (reach * 0.5, 0.98), (reach, rng.uniform(0.85, 1.0)))
    return [np.vstack([top, down, foot[int(rng.integers(0, 2)) :]])]


def _draw_split_8(rng: np.random.Generator) -> list[Points]:
    """Draw an 8 like a B, an S and a stroke, or two rings."""
    chance, wide, waist = rng.random(), rng.uniform(0.2, 0.4), rng.uniform(0.35, 0.55)
    turn = np.linspace(0, 2 * np.pi + 0.2, 9) + rng.uniform(0, 6)
    if chance < 0.4:
        low = (1 - waist) / 2
        upper = np.stack([wide * 0.8 * np.cos(turn), waist / 2 + waist / 2 * np.sin(turn)], axis=1)
        lower = np.stack([wide * np.cos(turn), waist + low + low * np.sin(turn)], axis=1)
        return [upper, lower]
    if chance < 0.7:
        stem = to_points((0, 0.02), (-0.03, 0.5), (0, 1))
        bowls = to_points((0, 0.05), (wide, 0.15), (wide * 0.8, waist - 0.08), (0.08, waist), (wide * 1.1, 0.7))
        return [stem, np.vstack([bowls, to_points((wide * 0.8, 0.95), (0, 0.98))])]
    s = to_points((wide, 0.1), (0, 0), (-wide, 0.2), (0, waist), (wide, 0.78), (0, 1), (-wide, 0.85))
    return [s, to_points((-wide, 0.85), (-wide * 0.3, 0.5), (wide, 0.1))]


def _draw_high_6(rng: np.random.Generator) -> list[Points]:
    """Draw a 6 with a long stem and a small or an open loop, like a b or a check mark with a ring."""
    wide, size, lean = _uniform(rng, (0.15, 0.4), (0.2, 0.45), (0.1, 0.7))
    stem = to_points((lean, 0), (lean * 0.4, 0.4), (0, 0.85), (wide * 0.4, 1))
    loop = to_points((wide, 1 - size * 0.5), (wide * 0.5, 1 - size), (0.03, 1 - size * rng.uniform(0.1, 0.7)))
    return [np.vstack([stem, loop[: int(rng.integers(2, 4))]])]


def _draw_flat_3(rng: np.random.Generator) -> list[Points]:
    """Draw a 3 with a flat top, or with bowls that hardly part."""
    wide, low, waist, dent = _uniform(rng, (0.3, 0.55), (0.3, 0.6), (0.32, 0.5), (0.1, 0.32))
    upper = to_points((0, rng.uniform(0, 0.1)), (wide * 0.9, 0.02), (dent, waist))
    lower = to_points((low * 0.8, waist + 0.05), (low, 0.75), (low * 0.4, 1), (-0.1, rng.uniform(0.82, 0.98)))
    return [upper, np.vstack([upper[-1:], lower])]


RARE_SHAPES: dict[int, tuple[_Draw, ...]] = {
    0: (_draw_open_0,),
    1: (_draw_looped_1,),
    2: (_draw_tall_2,),
    3: (_draw_flat_3,),
    4: (_draw_pointed_4, _draw_round_4),
    5: (_draw_check_5, _draw_check_5),
    6: (_draw_high_6,),
    7: (_draw_plus_7, _draw_struck_7, _draw_small_7),
    8: (_draw_split_8,),
    9: (_draw_hanging_9, _draw_hanging_9, _draw_narrow_9),
}
