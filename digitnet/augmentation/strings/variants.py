"""Draw digits as smooth strokes in the shapes that hands of many countries give them.

They add to the styles of `digitnet.augmentation.writing_styles`: plain shapes, and those that are often misread, as a 9
like a P or a g, a curled 2, a 5 like an S, an 8 of one open loop.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from digitnet.augmentation.strings.rare_shapes import RARE_SHAPES
from digitnet.augmentation.stroke_rendering import Points, smooth, to_points
from digitnet.augmentation.writing_styles import get_strokes

_Draw = Callable[[np.random.Generator], list[Points]]
_STYLE_SHARE = 0.3  # This share of the digits has one of the styles of `writing_styles`.
_RARE_SHARE = 0.35  # This share of the others has a rare shape.
_MAX_POINT_SD = 0.03  # Largest standard deviation of a point, as a share of the digit's height.


def draw_variant(digit: int, rng: np.random.Generator) -> list[Points]:
    """Draw a digit, 0 to 9, and return its strokes, each float64 (n, 2), y from 0 to 1."""
    if rng.random() < _STYLE_SHARE:
        strokes = get_strokes(digit, rng)
    else:
        variants = RARE_SHAPES[digit] if rng.random() < _RARE_SHARE else _VARIANTS[digit]
        strokes = variants[int(rng.integers(len(variants)))](rng)
    deviation = rng.uniform(0, _MAX_POINT_SD)
    curves = [smooth(stroke + rng.normal(0, deviation, stroke.shape)) for stroke in strokes]
    points = np.concatenate(curves)
    low, high = points[:, 1].min(), points[:, 1].max()
    return [(curve - [0, low]) / max(0.2, high - low) for curve in curves]


def _uniform(rng: np.random.Generator, *limits: tuple[float, float]) -> list[float]:
    return [float(rng.uniform(low, high)) for low, high in limits]


def _draw_oval_0(rng: np.random.Generator) -> list[Points]:
    wide, lean, over, start = _uniform(rng, (0.2, 0.62), (-0.2, 0.2), (-0.1, 0.5), (0.3, 1.4))
    turn = -np.linspace(0, 2 * np.pi + over, 12) - start
    flat = rng.uniform(0.85, 1.2)
    y = 0.5 + 0.5 * np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** flat
    return [np.stack([wide * np.cos(turn) + lean * (0.5 - y), y], axis=1)]


def _draw_looped_0(rng: np.random.Generator) -> list[Points]:
    """Draw a ring that ends in a loop or a tail at its top, as where a hand runs on."""
    wide, reach, rise = _uniform(rng, (0.25, 0.5), (0.1, 0.6), (-0.15, 0.15))
    turn = -np.linspace(0, 2 * np.pi, 11) - rng.uniform(0.8, 1.4)
    ring = np.stack([wide * np.cos(turn), 0.5 + 0.5 * np.sin(turn)], axis=1)
    tail = ring[-1] + to_points((reach * 0.4, 0.12), (reach, rise))
    if rng.random() < 0.4:
        small = 0.12 * np.stack([np.cos(turn[:8]), np.sin(turn[:8])], axis=1)
        tail = ring[-1] + [0.05, 0.1] + small
    return [np.vstack([ring, tail])]


def _draw_stick_1(rng: np.random.Generator) -> list[Points]:
    lean, bend = _uniform(rng, (-0.1, 0.45), (-0.05, 0.05))
    return [to_points((lean, 0), (lean / 2 + bend, 0.5), (0, 1))]


def _draw_serif_1(rng: np.random.Generator) -> list[Points]:
    reach, drop, lean, half = _uniform(rng, (0.1, 0.5), (0.05, 0.5), (-0.05, 0.4), (0.1, 0.4))
    strokes = [to_points((lean - reach, drop), (lean, 0)), to_points((lean, 0), (lean / 2, 0.5), (0, 1))]
    if rng.random() < 0.5:
        strokes.append(to_points((-half, 1 + rng.normal(0, 0.03)), (half, 1 + rng.normal(0, 0.03))))
    return [np.vstack([strokes[0], strokes[1][1:]]), *strokes[2:]] if rng.random() < 0.6 else strokes


def _draw_ramp_1(rng: np.random.Generator) -> list[Points]:
    """Draw an upstroke as long as the stem, from the base line."""
    reach, lean, start = _uniform(rng, (0.2, 0.8), (-0.05, 0.35), (0.5, 1.0))
    return [to_points((lean - reach, start), (lean, 0), (lean * 0.5, 0.5), (0, 1))]


def _draw_plain_2(rng: np.random.Generator) -> list[Points]:
    wide, begin, tail, low = _uniform(rng, (0.4, 0.75), (0.1, 0.35), (0.7, 1.3), (-0.03, 0.08))
    top = to_points((0.02, begin), (wide * 0.45, 0), (wide, 0.22), (wide * 0.7, 0.55), (0, 0.96))
    return [np.vstack([top, to_points((wide * 0.5, 0.96 + low), (wide * tail, 0.98))])]


def _draw_curled_2(rng: np.random.Generator) -> list[Points]:
    """Draw a 2 whose start curls into a loop, and whose foot may loop, too."""
    wide, size, reach = _uniform(rng, (0.4, 0.7), (0.06, 0.16), (0.7, 1.4))
    curl = to_points((size * 1.6, 0.3), (size, 0.38), (0, 0.3), (0.02, 0.12), (wide * 0.5, 0), (wide, 0.2))
    curl = curl[int(rng.integers(0, 3)) :]
    slope = to_points((wide * 0.7, 0.55), (0.12, 0.9))
    if rng.random() < 0.6:
        loop = to_points((-0.05, 0.98), (-0.08, 0.85), (0.08, 0.8), (wide * 0.5, 0.97))
    else:
        loop = to_points((0.0, 1.0), (wide * 0.5, 0.9))
    return [np.vstack([curl, slope, loop, to_points((wide * reach, rng.uniform(0.85, 1.0)))])]


def _draw_angular_2(rng: np.random.Generator) -> list[Points]:
    """Draw a 2 like a Z with a bowed top."""
    wide, begin, bow = _uniform(rng, (0.35, 0.7), (-0.05, 0.2), (0, 0.12))
    top = to_points((0, begin), (wide * 0.5, -bow), (wide, begin * 0.5))
    foot = to_points((0, 1), (wide * rng.uniform(0.9, 1.4), 1 + rng.normal(0, 0.04)))
    return [top, to_points(tuple(top[-1]), (wide * 0.45, 0.55), (0, 1)), foot]


def _draw_round_3(rng: np.random.Generator) -> list[Points]:
    top, low, begin, waist, dent = _uniform(rng, (0.3, 0.55), (0.35, 0.65), (0.05, 0.25), (0.38, 0.55), (0.05, 0.3))
    upper = to_points((0, begin), (top * 0.5, 0), (top, 0.2), (dent, waist))
    lower = to_points((low * 0.7, waist + 0.08), (low, 0.75), (low * 0.4, 1), (-0.05, rng.uniform(0.8, 0.95)))
    return [np.vstack([upper, lower])] if rng.random() < 0.7 else [upper, np.vstack([upper[-1:], lower])]


def _draw_looped_3(rng: np.random.Generator) -> list[Points]:
    """Draw a 3 with a loop at its waist."""
    top, low, size = _uniform(rng, (0.3, 0.5), (0.35, 0.6), (0.04, 0.1))
    loop = to_points((0.12, 0.5), (0.12 - size, 0.47 - size), (0.12, 0.42), (0.2, 0.5))
    upper = to_points((0, 0.12), (top * 0.5, 0), (top, 0.18), (top * 0.7, 0.38))
    lower = to_points((low * 0.8, 0.58), (low, 0.76), (low * 0.4, 1), (-0.05, 0.88))
    return [np.vstack([upper, loop, lower])]


def _draw_closed_4(rng: np.random.Generator) -> list[Points]:
    wide, bar, lean, over = _uniform(rng, (0.35, 0.65), (0.5, 0.78), (-0.1, 0.25), (0.05, 0.35))
    top = wide * rng.uniform(0.75, 1.05) + lean * 0.3
    side = to_points((top, 0), (0, bar))
    across = to_points((0, bar), (wide + over, bar - rng.uniform(-0.06, 0.1)))
    return [np.vstack([side, across[1:]]), to_points((top, 0), (wide, 0.6), (wide - lean, 1))]


def _draw_forked_4(rng: np.random.Generator) -> list[Points]:
    """Draw a 4 open at the top, with a round or an angular left arm."""
    wide, bar, lean, over = _uniform(rng, (0.3, 0.6), (0.42, 0.72), (-0.05, 0.3), (0.0, 0.4))
    if rng.random() < 0.5:
        arm = to_points((0.12, 0), (0, bar * 0.6), (0.06, bar), (wide * 0.5, bar + 0.03), (wide + over, bar - 0.08))
    else:
        arm = np.vstack([to_points((0.1, 0), (0.05, bar / 2)), to_points((0, bar), (wide + over, bar))])
    start = rng.uniform(-0.1, bar * 0.75)
    return [arm, to_points((wide + lean * 0.4, start), (wide, bar), (wide - lean, 1))]


def _draw_plain_5(rng: np.random.Generator) -> list[Points]:
    wide, waist, low, hat, tilt = _uniform(rng, (0.3, 0.55), (0.35, 0.5), (0.8, 0.97), (0.3, 0.9), (-0.15, 0.05))
    lean = rng.uniform(0, 0.15)
    bowl = to_points((lean, 0), (0, waist), (wide * 0.6, waist - 0.05), (wide, 0.68), (wide * 0.5, 1), (-0.1, low))
    bar = to_points((lean, 0.02), (lean + hat, tilt))
    if rng.random() < 0.5:
        return [np.vstack([bar[::-1], bowl[1:]])]
    bar += np.array([rng.uniform(-0.05, 0.12), rng.uniform(-0.08, 0.05)])
    return [bowl[:2], bowl[1:], bar]


def _draw_snaking_5(rng: np.random.Generator) -> list[Points]:
    """Draw a 5 like an S: one stroke without a corner."""
    wide, hat, low = _uniform(rng, (0.3, 0.55), (0.0, 0.25), (0.8, 1.0))
    start = to_points((wide * rng.uniform(1.0, 1.6), hat * 0.3), (wide * 0.5, 0.02), (0.04, 0.2 + hat * 0.3))
    rest = to_points((wide * 0.4, 0.45), (wide, 0.7), (wide * 0.5, 1), (-0.1, low))
    return [np.vstack([start, rest])]


def _draw_plain_6(rng: np.random.Generator) -> list[Points]:
    wide, reach, size, bend = _uniform(rng, (0.3, 0.55), (0.05, 0.6), (0.36, 0.62), (0.0, 0.1))
    top = 1 - size
    stem = to_points((reach, 0), (reach * 0.3 + bend, 0.2), (0, 0.6), (0.05, 0.88))
    loop = to_points((wide * 0.5, 1), (wide, 0.5 + top / 2), (wide * 0.55, top), (0.08, top + size * 0.55))
    if rng.random() < 0.3:  # The loop stays open.
        loop = loop[:-1]
    return [np.vstack([stem, loop])]


def _draw_curled_6(rng: np.random.Generator) -> list[Points]:
    """Draw a 6 like a b or a spiral."""
    wide, size, hook = _uniform(rng, (0.28, 0.5), (0.25, 0.5), (-0.15, 0.4))
    stem = to_points((hook, 0.02), (hook * 0.4, 0.05), (0, 0.45), (0.02, 0.85))
    turn = np.linspace(0.9 * np.pi, -rng.uniform(0.9, 1.5) * np.pi, 9)
    loop = np.stack([wide / 2 + wide / 2 * np.cos(turn), 1 - size / 2 + size / 2 * np.sin(turn)], axis=1)
    return [np.vstack([stem, loop])]


def _draw_curved_7(rng: np.random.Generator) -> list[Points]:
    wide, hook, foot, bend = _uniform(rng, (0.35, 0.75), (0.0, 0.25), (-0.1, 0.4), (-0.15, 0.2))
    top = to_points((0, hook), (0.05, 0.02), (wide * 0.5, 0.04), (wide, 0))
    stem = to_points((wide * 0.65 + bend, 0.45), (wide * foot, 1))
    strokes = [np.vstack([top[int(rng.integers(0, 2)) :], stem])]
    if rng.random() < 0.5:
        half, y = rng.uniform(0.12, 0.35), rng.uniform(0.4, 0.62)
        middle = wide * 0.6
        strokes.append(to_points((middle - half, y + rng.normal(0, 0.05)), (middle + half, y + rng.normal(0, 0.05))))
    return strokes


def _draw_plain_8(rng: np.random.Generator) -> list[Points]:
    top, low, waist, lean = _uniform(rng, (0.15, 0.32), (0.18, 0.36), (0.38, 0.55), (-0.1, 0.2))
    start = to_points((top, 0.12), (0, 0), (-top, 0.18), (0, waist), (low, (waist + 1) / 2), (0, 1))
    back = to_points((-low, (waist + 1) / 2), (0, waist), (top, 0.18))
    points = np.vstack([start, back])
    if rng.random() < 0.4:  # The end misses the start, to the left or right.
        points[-1] += [rng.uniform(-0.1, 0.25), rng.uniform(-0.2, 0.05)]
    points[:, 0] += lean * (0.5 - points[:, 1])
    return [points * (rng.choice([-1, 1]), 1)]


def _draw_one_loop_8(rng: np.random.Generator) -> list[Points]:
    """Draw an S that is closed by a nearly straight stroke."""
    top, low, over = _uniform(rng, (0.2, 0.4), (0.2, 0.4), (-0.1, 0.2))
    s = to_points((top, 0.08), (0, 0), (-top * 0.8, 0.18), (0, 0.46), (low, 0.75), (0, 1), (-low, 0.82))
    return [np.vstack([s, to_points((0.02, 0.45), (top + over, -0.02))])]


def _draw_plain_9(rng: np.random.Generator) -> list[Points]:
    wide, size, foot, close = _uniform(rng, (0.3, 0.55), (0.32, 0.55), (-0.25, 0.25), (-0.05, 0.2))
    loop = to_points((wide, size * 0.3), (wide * 0.5, 0), (0, size * 0.55), (wide * 0.4, size), (wide, size * close))
    stem = to_points((wide, size * 0.9), (wide - 0.05, 0.75), (wide + foot, 1))
    if rng.random() < 0.3:
        return [loop, np.vstack([to_points((wide, rng.uniform(-0.05, 0.1))), stem])]
    return [np.vstack([loop, stem])]


def _draw_9_like_p(rng: np.random.Generator) -> list[Points]:
    """Draw the stem first, and a loop to its left that may stay open or cross it."""
    wide, size, cross, lean = _uniform(rng, (0.25, 0.5), (0.35, 0.6), (-0.12, 0.2), (-0.1, 0.25))
    stem = to_points((lean, rng.uniform(0, 0.08)), (lean / 2, 0.5), (0, 1))
    loop = to_points((lean + cross, 0.06), (lean - wide * 0.5, 0), (lean - wide, size * 0.5))
    end = to_points((lean - wide * 0.5, size), (lean / 2 + cross, size * rng.uniform(0.6, 0.95)))
    return [stem, np.vstack([loop, end])]


def _draw_9_like_g(rng: np.random.Generator) -> list[Points]:
    """Draw a loop on a stem that turns far to the left, and may loop back."""
    wide, size, reach = _uniform(rng, (0.25, 0.5), (0.3, 0.5), (0.1, 0.7))
    loop = to_points((wide, 0.08), (wide * 0.4, 0), (0, size * 0.55), (wide * 0.5, size), (wide, size * 0.3))
    stem = to_points((wide, 0.7), (wide * 0.6, 0.97), (wide - reach, rng.uniform(0.85, 1.0)))
    if rng.random() < 0.3:
        stem = np.vstack([stem, to_points((wide - reach * 0.6, 0.75), (wide * 1.3, 0.6))])
    return [np.vstack([loop, stem])]


def _draw_hooked_9(rng: np.random.Generator) -> list[Points]:
    """Draw a 9 like a P or a question mark: an arch that does not come back to its stem."""
    wide, deep, lean, turn = _uniform(rng, (0.25, 0.6), (0.2, 0.5), (-0.15, 0.3), (0.0, 0.3))
    start = to_points((lean - wide * rng.uniform(0.5, 1.0), deep), (lean - wide, deep * 0.4), (lean - wide * 0.4, 0))
    if rng.random() < 0.4:  # The start curls under the arch.
        start = np.vstack([to_points((lean - wide * turn, deep * rng.uniform(0.8, 1.1))), start])
    end = to_points((lean, deep * 0.25), (lean * 0.7, 0.55), (0, 1))
    return [np.vstack([start, end])]


def _draw_falling_9(rng: np.random.Generator) -> list[Points]:
    """Draw a 9 like an S: an open arch, and below it a bow to the left."""
    wide, deep, low = _uniform(rng, (0.25, 0.5), (0.3, 0.5), (0.0, 0.4))
    arch = to_points((wide, deep * 0.2), (wide * 0.4, 0), (0, deep * 0.5), (wide * 0.4, deep), (wide, deep * 0.8))
    return [np.vstack([arch, to_points((wide * 0.9, 0.7), (wide * 0.4, 0.98), (-low, rng.uniform(0.8, 1.0)))])]


def _draw_root_5(rng: np.random.Generator) -> list[Points]:
    """Draw a 5 like a root sign: a tick, a small bowl, and a long bar to the right."""
    wide, waist, hat, rise = _uniform(rng, (0.15, 0.35), (0.3, 0.6), (0.35, 0.9), (-0.15, 0.1))
    lean = rng.uniform(0.0, 0.3)
    bowl = to_points((lean, 0.03), (lean * 0.4, waist), (lean * 0.4 + wide, 0.72), (wide * 0.3, 1), (-0.12, 0.9))
    bar = to_points((lean, 0.03), (lean + hat, rise))
    return [bowl, bar] if rng.random() < 0.6 else [np.vstack([bar[::-1], bowl[1:]])]


def _draw_bare_5(rng: np.random.Generator) -> list[Points]:
    """Draw a 5 whose bar is missing, tiny or far off."""
    wide, waist = _uniform(rng, (0.2, 0.45), (0.3, 0.5))
    lean = rng.uniform(0, 0.2)
    body = to_points((lean, 0), (lean * 0.4, waist), (wide * 0.7, waist), (wide, 0.72), (wide * 0.4, 1), (-0.15, 0.9))
    if rng.random() < 0.5:
        return [body]
    off = rng.uniform(0.0, 0.3)
    return [body, to_points((lean + off, -0.05), (lean + off + rng.uniform(0.1, 0.4), rng.normal(-0.08, 0.05)))]


def _draw_crossed_7(rng: np.random.Generator) -> list[Points]:
    """Draw a 7 with a small top and a long bar through its stem."""
    wide, foot, half, y = _uniform(rng, (0.2, 0.5), (-0.2, 0.3), (0.25, 0.55), (0.35, 0.6))
    hook = rng.uniform(-0.05, 0.2)
    top = to_points((0, hook), (wide * 0.5, 0.03), (wide, 0))
    stem = to_points((wide, 0), (wide * 0.75, 0.5), (wide * 0.5 + foot, 1))
    tilt = rng.normal(0, 0.08)
    return [np.vstack([top, stem[1:]]), to_points((wide * 0.7 - half, y + tilt), (wide * 0.7 + half, y - tilt))]


def _draw_looped_7(rng: np.random.Generator) -> list[Points]:
    """Draw a 7 whose top begins with a loop or a wave, as some hands write a 2 or a 4."""
    wide, size, foot = _uniform(rng, (0.35, 0.65), (0.06, 0.14), (-0.2, 0.2))
    top = to_points((0.02, 0.25), (0, 0.08), (size, 0.02), (wide * 0.5, 0.12), (wide, 0.02))
    strokes = [np.vstack([top, to_points((wide * 0.7, 0.45), (wide * 0.4 + foot, 1))])]
    if rng.random() < 0.4:
        strokes.append(to_points((wide * 0.2, 0.5), (wide, 0.47)))
    return strokes


def _draw_bowed_4(rng: np.random.Generator) -> list[Points]:
    """Draw a 4 like a Y or a u with a tail: a bow, and a long stem at its right."""
    wide, deep, lean, start = _uniform(rng, (0.3, 0.6), (0.35, 0.65), (-0.05, 0.35), (-0.05, 0.2))
    bow = to_points((0, rng.uniform(0, 0.15)), (0.03, deep * 0.8), (wide * 0.4, deep), (wide, deep * 0.75))
    stem = to_points((wide + lean * 0.4, start), (wide, deep * 0.75), (wide - lean, 1))
    return [np.vstack([bow[:-1], stem])] if rng.random() < 0.2 else [bow, stem]


def _draw_swept_2(rng: np.random.Generator) -> list[Points]:
    """Draw a 2 with a large loop at the foot, like a Q, or a start that sweeps far round."""
    wide, size, sweep = _uniform(rng, (0.35, 0.6), (0.12, 0.28), (0.3, 0.6))
    top = to_points((0.1, sweep), (0, sweep * 0.5), (wide * 0.4, 0), (wide, 0.2), (wide * 0.7, 0.6), (0.15, 0.95))
    loop = to_points((-0.08, 0.95), (0, 0.95 - size), (0.2, 0.95 - size * 0.6), (wide * 0.8, 1.0), (wide * 1.4, 0.9))
    return [np.vstack([top[int(rng.integers(0, 2)) :], loop])]


def _draw_open_8(rng: np.random.Generator) -> list[Points]:
    """Draw an 8 like an ampersand: its upper loop stays open, or its ends cross far out."""
    top, low, reach = _uniform(rng, (0.15, 0.35), (0.2, 0.4), (-0.1, 0.35))
    start = to_points((top + reach, rng.uniform(0.0, 0.3)), (top * 0.3, 0), (-top, 0.15), (0, 0.45))
    loop = to_points((low, 0.72), (low * 0.2, 1), (-low, 0.8), (0, 0.48), (top + reach * 0.8, rng.uniform(0.1, 0.4)))
    return [np.vstack([start, loop]) * (rng.choice([-1, 1], p=[0.2, 0.8]), 1)]


_VARIANTS: dict[int, tuple[_Draw, ...]] = {
    0: (_draw_oval_0, _draw_oval_0, _draw_looped_0),
    1: (_draw_stick_1, _draw_stick_1, _draw_serif_1, _draw_serif_1, _draw_ramp_1),
    2: (_draw_plain_2, _draw_curled_2, _draw_angular_2, _draw_swept_2),
    3: (_draw_round_3, _draw_round_3, _draw_looped_3),
    4: (_draw_closed_4, _draw_forked_4, _draw_forked_4, _draw_bowed_4),
    5: (_draw_plain_5, _draw_snaking_5, _draw_root_5, _draw_bare_5),
    6: (_draw_plain_6, _draw_curled_6),
    7: (_draw_curved_7, _draw_crossed_7, _draw_looped_7),
    8: (_draw_plain_8, _draw_one_loop_8, _draw_open_8),
    9: (_draw_plain_9, _draw_9_like_p, _draw_9_like_g, _draw_hooked_9, _draw_falling_9),
}
