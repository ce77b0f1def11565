"""Draw digits in styles that are common in most of the world, but rare in MNIST.

A style is a few strokes through points of a unit box (y down), varied a little each time: 1s with a long flag or a
foot, straight 2s, 7s with a bar across, 9s with a curled tail, open 8s, slashed 0s, 4s of two strokes.
"""

from __future__ import annotations

import numpy as np

from digitnet.augmentation.stroke_rendering import Points, draw_strokes, to_points
from digitnet.types import Picture

_MAX_POINT_SD = 0.045  # Largest standard deviation of a point, as a share of the digit's height.


def draw_style(label: int, rng: np.random.Generator) -> Picture:
    """Draw a digit, 0 to 9, in one of its rarer styles, uint8 (28, 28)."""
    strokes = get_strokes(label, rng)
    deviation = rng.uniform(0, _MAX_POINT_SD)
    return draw_strokes([stroke + rng.normal(0, deviation, stroke.shape) for stroke in strokes], rng)


def get_strokes(label: int, rng: np.random.Generator) -> list[Points]:
    """Return the strokes of a digit, 0 to 9, in one of its rarer styles, float64 (n, 2) each."""
    styles = _STYLES[label]
    return styles[int(rng.integers(len(styles)))](rng)


def _draw_stem(slant: float) -> Points:
    return to_points((0, 0), (slant * 0.3, 0.33), (slant * 0.7, 0.67), (slant, 1))


def _draw_flagged_1(rng: np.random.Generator) -> list[Points]:
    reach = rng.uniform(0.2, 0.75)
    drop = reach * rng.uniform(0.55, 1.3)
    slant = rng.uniform(-0.35, 0.1)
    sag = rng.uniform(-0.02, 0.08)
    flag = to_points((-reach, drop), (-reach / 2, drop / 2 + sag), (0, 0))
    strokes = [flag, _draw_stem(slant)]
    if rng.random() < 0.4:
        half, off = rng.uniform(0.15, 0.6), rng.uniform(-0.25, 0.2)
        strokes.append(to_points((slant - half + off, 1 + rng.normal(0, 0.05)), (slant + half + off, 1)))
    return strokes


def _draw_hooked_1(rng: np.random.Generator) -> list[Points]:
    reach, drop, slant = rng.uniform(0.08, 0.25), rng.uniform(0.12, 0.35), rng.uniform(-0.35, 0.1)
    return [to_points((-reach, drop), (-0.8 * reach, drop * 0.4), (-0.02, 0), (slant * 0.3, 0.3), (slant, 1))]


def _draw_folded_1(rng: np.random.Generator) -> list[Points]:
    """Draw a flag that comes down near the stem, now and then all the way."""
    reach, slant = rng.uniform(0.08, 0.3), rng.uniform(-0.35, 0.1)
    drop = rng.uniform(0.3, 0.6) if rng.random() < 0.9 else rng.uniform(0.6, 0.95)
    flag = to_points((slant * drop - reach, drop), (slant * drop / 2 - reach * 0.6, drop * 0.45), (0, 0))
    if rng.random() < 0.3:  # The start of the flag curls.
        flag = np.vstack([flag[0] + rng.uniform((0.03, -0.02), (0.12, 0.08)), flag])
    return [flag, _draw_stem(slant)]


def _draw_tented_1(rng: np.random.Generator) -> list[Points]:
    """Draw a flag nearly as long as the stem, down to the line or almost."""
    drop, slant = rng.uniform(0.6, 1.0), rng.uniform(-0.3, 0.08)
    reach = rng.uniform(0.2, 0.65) * drop
    sag = rng.normal(0, 0.03)
    flag = to_points((-reach, drop), (-reach / 2 + sag, drop / 2), (0, 0))
    if rng.random() < 0.25:
        flag = np.vstack([flag[0] + (0.02, -rng.uniform(0.03, 0.12)), flag])
    return [flag, _draw_stem(slant)]


def _draw_plain_7(rng: np.random.Generator) -> list[Points]:
    top, stem = _draw_top_and_stem(rng, rng.uniform(0.25, 1.0))
    return [np.vstack([top, stem[1:]])] if rng.random() < 0.4 else [top, stem]


def _draw_barred_7(rng: np.random.Generator) -> list[Points]:
    """Draw a bar across the stem or beside it, sometimes without lifting the pen at the foot."""
    top, stem = _draw_top_and_stem(rng, rng.uniform(0.3, 0.8))
    corner, middle, foot = stem
    beside = rng.random() < 0.15
    reached = rng.uniform(0.6 if beside else 0.4, 0.87)
    center = corner + (foot - corner) * reached + 0.8 * (middle - (corner + foot) / 2)
    half = rng.uniform(0.1, 0.22) if beside else rng.uniform(0.15, 0.4)
    angle = rng.uniform(-0.65, 0.65)
    side = half * np.array([np.cos(angle), np.sin(angle)])
    off = side * (rng.uniform(-1.4, -0.6) if beside else rng.uniform(-0.35, 0.35))
    bar = np.stack([center - side + off, center + side + off])
    if rng.random() < 0.2 and not beside:
        bar = np.vstack([foot, (foot + bar[0]) / 2 + (-0.06, 0.04), bar])
    return [np.vstack([top, stem[1:]]), bar] if rng.random() < 0.4 else [top, stem, bar]


def _draw_top_and_stem(rng: np.random.Generator, width: float) -> tuple[Points, Points]:
    """Draw the two strokes of a 7: a level, arched or hooked top, and a stem of three points."""
    slant, hook = rng.uniform(-0.5, 0.05), max(0.0, rng.uniform(-0.15, 0.25))
    lift = rng.uniform(-0.08, 0.1)
    top = to_points((0, hook), (0.12 * width, min(0.02, hook)), (width * 0.55, 0.02 + lift / 2), (width, lift))
    corner, foot = np.array([width, lift]), np.array([width + slant * min(1.0, 0.4 + width), 1.0])
    bulge = np.array([rng.uniform(-0.1, 0.12), 0.0])
    return top, np.stack([corner, corner + (foot - corner) * 0.45 + bulge, foot])


def _draw_curled_9(rng: np.random.Generator) -> list[Points]:
    size = rng.uniform(0.14, 0.26)
    wide = size * rng.uniform(0.8, 1.4)
    turn = np.deg2rad(-rng.uniform(20, 60) - np.arange(0, 361, 45))
    loop = np.stack([wide * np.cos(turn), size + size * np.sin(turn)], axis=1)
    right, tail = wide * rng.uniform(0.8, 1.2), rng.uniform(0.2, 0.7)
    end = 1 - rng.uniform(0.0, 0.18)
    down = to_points((right, 2 * size + 0.05), (right + 0.02, 0.72), (right - 0.3 * tail, 0.97), (right - tail, end))
    return [np.vstack([loop, down])]


def _draw_waisted_9(rng: np.random.Generator) -> list[Points]:
    """Draw a small loop, closed or not, on a body that swings out like the lower half of a 3."""
    wide, size = rng.uniform(0.1, 0.2), rng.uniform(0.11, 0.2)
    turn = np.deg2rad(-rng.uniform(20, 70) - np.arange(0, rng.integers(270, 380), 45))
    loop = np.stack([wide * np.cos(turn), size + size * np.sin(turn)], axis=1)
    swing, tail = rng.uniform(0.05, 0.28), rng.uniform(0.1, 0.45)
    waist = 2 * size + rng.uniform(-0.02, 0.12)
    end = to_points((wide + swing, (waist + 1) / 2), (wide, 0.95), (wide - tail, rng.uniform(0.88, 1.0)))
    body = np.vstack([to_points((wide * rng.uniform(0.6, 1.1), waist)), end])
    return [np.vstack([loop, body])]


def _draw_flat_9(rng: np.random.Generator) -> list[Points]:
    """Draw a long thin loop at the end of a stem that leans or curves."""
    long, thin = rng.uniform(0.16, 0.32), rng.uniform(0.05, 0.13)
    turn = np.deg2rad(-rng.uniform(0, 50) - np.arange(0, rng.integers(300, 370), 30))
    rise = np.deg2rad(-rng.uniform(0, 35))
    loop = np.stack([long * np.cos(turn), thin * np.sin(turn)], axis=1)
    loop = loop @ np.array([[np.cos(rise), np.sin(rise)], [-np.sin(rise), np.cos(rise)]])
    right, slant, bulge = long * np.cos(rise), rng.uniform(0.05, 0.75), rng.uniform(-0.02, 0.05)
    down = to_points((right, 0.12), (right + bulge - slant * 0.4, 0.5), (right - slant, 0.95))
    return [np.vstack([loop, down])]


def _draw_open_9(rng: np.random.Generator) -> list[Points]:
    """Draw an arch with a stroke across its foot that only nearly makes a loop."""
    wide, deep = rng.uniform(0.25, 0.45), rng.uniform(0.25, 0.42)
    past = rng.uniform(-0.1, 0.3) * wide
    foot = rng.uniform(-0.15, 0.15)
    arch = to_points(
        (wide + past, deep + rng.normal(0, 0.04)), (wide / 2, deep + 0.02), (0.02, deep * 0.9),
        (wide * 0.3, deep * 0.3), (wide * 0.75, 0.0), (wide, deep * 0.35), (wide + foot / 3, 0.6), (wide + foot, 1.0),
    )  # fmt: skip
    return [arch]


def _draw_open_8(rng: np.random.Generator) -> list[Points]:
    gap = rng.uniform(0.0, 0.3)
    top = to_points((0.6, 0.1), (0.35, 0.0), (0.1, 0.12), (0.15, 0.33), (0.45, 0.52))
    low = to_points((0.65, 0.75), (0.4, 1.0), (0.1, 0.9), (0.15, 0.68), (0.45, 0.45), (0.62, 0.12 + gap))
    return [np.vstack([top, low])]


def _draw_crossed_8(rng: np.random.Generator) -> list[Points]:
    """Draw one stroke that crosses itself once: a loop below a hook that is open to the left."""
    start = to_points((rng.uniform(-0.15, 0.25), rng.uniform(0.05, 0.5)))
    low = to_points((0.42, 0.58), (0.62, 0.85), (0.52, 1.0), (0.36, 0.9), (0.46, 0.62))
    top = to_points((0.72, 0.25), (0.66, 0.03), (0.42, 0.0), (0.26, rng.uniform(0.08, 0.25)))
    return [np.vstack([start, low * (1, rng.uniform(0.95, 1.05)), top[: 4 if rng.random() < 0.8 else 3]])]


def _draw_pinched_8(rng: np.random.Generator) -> list[Points]:
    """Draw a loop below, and above it a small or thin one, or only two ends that cross."""
    high, wide = rng.uniform(0.2, 0.38), rng.uniform(0.07, 0.17)
    size = rng.uniform(0.2, 0.32)
    left, right = to_points((-wide, high * 0.3)), to_points((wide, high * rng.uniform(0.0, 0.4)))
    low = to_points((size * 0.8, (high + 1) / 2 - 0.1), (size * 0.7, 0.9), (0, 1), (-size * 0.7, 0.9))
    low = np.vstack([to_points((0, high)), low, to_points((-size * 0.8, (high + 1) / 2 - 0.1), (0, high))])
    over = [] if rng.random() < 0.4 else [to_points((wide * 0.3, -0.02), (-wide, high * 0.3))]
    return [np.vstack([left, low, right, *over])]


def _draw_stacked_8(rng: np.random.Generator) -> list[Points]:
    def ring(center: tuple[float, float], size: float) -> Points:
        turn = np.deg2rad(np.arange(0, 361, 45) + rng.uniform(0, 360))
        return np.stack([center[0] + size * np.cos(turn), center[1] + size * np.sin(turn)], axis=1)

    off = rng.uniform(-0.15, 0.15)
    return [ring((off, 0.24), rng.uniform(0.2, 0.26)), ring((0.0, 0.74), rng.uniform(0.24, 0.3))]


def _draw_slashed_0(rng: np.random.Generator) -> list[Points]:
    wide = rng.uniform(0.28, 0.48)
    turn = np.deg2rad(np.arange(0, 361, 45) - 90)
    ring = np.stack([wide * np.cos(turn), 0.5 + 0.5 * np.sin(turn)], axis=1)
    long = rng.uniform(0.7, 1.25)
    return [ring, to_points((wide * long, 0.5 - 0.45 * long), (-wide * long, 0.5 + 0.45 * long))]


def _draw_plain_0(rng: np.random.Generator) -> list[Points]:
    """Draw a ring, wide or very narrow, with few corners or many, closed or nearly."""
    wide, corners = rng.uniform(0.15, 0.45), int(rng.integers(5, 10))
    turn = np.linspace(0, rng.uniform(1.85, 2.1) * np.pi, corners + 1) - rng.uniform(0.2, 0.9) * np.pi
    ring = np.stack([wide * np.cos(turn), 0.5 + 0.5 * np.sin(turn)], axis=1)
    return list(np.stack([ring[:-1], ring[1:]], axis=1)) if rng.random() < 0.5 else [ring]


def _draw_curled_0(rng: np.random.Generator) -> list[Points]:
    """Draw a ring whose end or start curls into it."""
    wide, over = rng.uniform(0.3, 0.55), rng.uniform(0.1, 1.1) * np.pi
    turn = np.linspace(0, 2 * np.pi + over, 14)
    size = np.where(turn < over, 1 - rng.uniform(0.1, 0.55) * (1 - turn / over), 1.0)
    turn = turn - rng.uniform(0.4, 0.9) * np.pi
    ring = np.stack([wide * size * np.cos(turn), 0.5 + 0.5 * size * np.sin(turn)], axis=1)
    return [ring * (-1, 1)] if rng.random() < 0.7 else [ring]


def _draw_overshooting_0(rng: np.random.Generator) -> list[Points]:
    """Draw a ring whose stroke begins or ends outside of it, and may pass its own start."""
    wide, over = rng.uniform(0.3, 0.55), rng.uniform(-0.15, 0.35) * np.pi
    turn = np.linspace(0, 2 * np.pi + over, 10)
    size = 1 + rng.uniform(0.1, 0.7) * np.clip(1 - turn / rng.uniform(0.3, 1.1) / np.pi, 0, 1)
    turn = turn + rng.uniform(0.3, 1.05) * np.pi
    ring = np.stack([wide * size * np.cos(turn), -0.5 * size * np.sin(turn)], axis=1)
    return [ring[::-1]] if rng.random() < 0.5 else [ring]


def _draw_open_4(rng: np.random.Generator) -> list[Points]:
    across = rng.uniform(0.5, 0.68)
    angle = to_points(
        (rng.uniform(0.05, 0.4), 0), (0.02, across), (0.4, across), (0.95, across - rng.uniform(-0.05, 0.15))
    )
    stem = rng.uniform(0.55, 0.8)
    lean = rng.uniform(-0.25, 0.08)
    return [angle[:2], angle[1:], to_points((stem - lean * 0.6, rng.uniform(0.05, 0.35)), (stem + lean * 0.4, 1))]


def _draw_running_4(rng: np.random.Generator) -> list[Points]:
    low = rng.uniform(0.4, 0.6)
    first = to_points(
        (rng.uniform(0.3, 0.6), 0), (0.15, low * 0.6), (0.05, low), (0.25, low + 0.05), (0.65, low - 0.08)
    )
    start = rng.uniform(0.6, 0.8)
    return [first, to_points((start + 0.1, low - rng.uniform(0.15, 0.4)), (start - 0.1, 0.7), (start - 0.25, 1))]


def _draw_narrow_4(rng: np.random.Generator) -> list[Points]:
    """Draw a small angle on a short stem that starts low."""
    low, wide = rng.uniform(0.45, 0.75), rng.uniform(0.25, 0.55)
    angle = to_points((rng.uniform(0.05, 0.25), 0), (0.03, low * 0.6), (0.02, low), (wide * 0.5, low + 0.03))
    angle = np.vstack([angle, to_points((wide * rng.uniform(0.9, 1.5), low - rng.uniform(0.0, 0.12)))])
    start = low - rng.uniform(0.08, 0.3)
    return [angle, to_points((wide, start), (wide * 0.9, (start + 1) / 2), (wide * rng.uniform(0.6, 1.1), 1))]


def _draw_low_4(rng: np.random.Generator) -> list[Points]:
    """Draw an angle that reaches far down, and a short stem that its bar may hardly touch."""
    low, wide = rng.uniform(0.62, 0.88), rng.uniform(0.2, 0.5)
    top = rng.uniform(0.0, 0.4) * wide + rng.uniform(0, 0.12)
    turn = to_points((top * 0.35, low * 0.55), (0.0, low - 0.04), (wide * 0.3, low + 0.02))
    angle = np.vstack(
        [to_points((top, 0)), turn, to_points((wide * rng.uniform(0.75, 1.25), low - rng.uniform(0, 0.08)))]
    )
    start = low - rng.uniform(0.12, 0.4)
    lean = rng.uniform(-0.2, 0.05)
    return [angle, to_points((wide - lean, start), (wide, low), (wide + lean * (1 - low), 1 + rng.uniform(0, 0.08)))]


def _draw_joined_4(rng: np.random.Generator) -> list[Points]:
    """Draw one stroke: down, along the bar, up to the start of the stem, and down again."""
    low, wide = rng.uniform(0.32, 0.6), rng.uniform(0.3, 0.55)
    begun = rng.uniform(0.3, 0.75) * low
    foot = wide + rng.uniform(-0.4, 0.05)
    angle = to_points((rng.uniform(0.1, 0.65) * wide, 0), (0.02, low * 0.85), (0.1, low + 0.03), (wide * 0.6, low))
    tip = wide + rng.uniform(0.02, 0.15)
    stem = to_points((tip, begun), (tip - 0.03, begun + 0.04), (wide - 0.02, low + 0.05), (foot, 1))
    return [np.vstack([angle, stem])]


def _draw_straight_2(rng: np.random.Generator) -> list[Points]:
    """Draw a roof, a long slope and a foot, nearly straight, or with a roof that bends."""
    wide, high = rng.uniform(0.4, 0.7), rng.uniform(0.0, 0.25)
    turn = rng.uniform(0.12, 0.42)
    roof = to_points((0, high), (wide * rng.uniform(0.3, 0.6), -0.02), (wide, turn * 0.4), (wide * 0.95, turn))
    foot = to_points((rng.uniform(-0.1, 0.1), 1), (wide * rng.uniform(0.9, 1.4), 1 + rng.normal(0, 0.05)))
    if rng.random() < 0.5:
        return [roof, np.stack([roof[-1], foot[0]]), foot]
    return [*np.stack([roof[:-1], roof[1:]], axis=1), np.stack([roof[-1], foot[0]]), foot]


def _draw_looped_2(rng: np.random.Generator) -> list[Points]:
    """Draw a 2 with a loop at the left of its foot."""
    wide, size = rng.uniform(0.4, 0.65), rng.uniform(0.06, 0.16)
    roof = to_points((0, rng.uniform(0.08, 0.25)), (wide * 0.5, 0), (wide, 0.2), (wide * 0.75, 0.5), (0.15, 0.92))
    loop = to_points((-0.02, 0.95), (0.0, 0.95 - size), (0.15, 0.95 - size), (wide * 0.6, 0.97))
    return [np.vstack([roof, loop, to_points((wide * rng.uniform(1.0, 1.4), rng.uniform(0.85, 1.0)))])]


def _draw_crossed_6(rng: np.random.Generator) -> list[Points]:
    """Draw a loop whose end crosses the stem that it came from, or stops short of it."""
    reach, size = rng.uniform(0.2, 0.6), rng.uniform(0.4, 0.6)
    over, top = rng.uniform(-0.35, 0.3), 1 - size
    stem = to_points((reach, rng.uniform(0, 0.1)), (reach * 0.35, 0.12), (0.03, 0.45), (0.0, 0.8))
    loop = to_points((0.22, 1.0), (0.45, 0.85), (0.42, top + 0.1), (0.2, top + 0.03))
    end = to_points((-over, top + rng.uniform(0.02, 0.3)))
    return [np.vstack([stem, loop, end])]


def _draw_flat_3(rng: np.random.Generator) -> list[Points]:
    wide = rng.uniform(0.45, 0.75)
    bend = rng.uniform(0.36, 0.48)
    top = to_points((0.0, rng.uniform(-0.02, 0.08)), (wide, 0.0), (wide * 0.4, bend))
    bowl = to_points((wide * 0.4, bend), (wide * 0.95, 0.58), (wide, 0.8), (wide * 0.5, 1.0), (-0.02, 0.9))
    return [top[:2], top[1:], bowl]


def _draw_loose_5(rng: np.random.Generator) -> list[Points]:
    body = to_points((0.12, 0.08), (0.08, 0.42), (0.4, 0.38), (0.68, 0.62), (0.5, 0.95), (0.0, 0.92))
    start = rng.uniform(0.1, 0.3)
    bar = to_points((start, rng.uniform(-0.06, 0.08)), (start + rng.uniform(0.3, 0.6), rng.uniform(-0.1, 0.06)))
    if rng.random() < 0.3:  # The bar begins with a hook.
        bar = np.vstack([bar[0] + rng.uniform((-0.2, 0.15), (-0.05, 0.35)), bar])
    return [body[:2], body[1:], bar]


def _draw_headless_5(rng: np.random.Generator) -> list[Points]:
    """Draw a bar, and a bowl that begins under it or on it, with hardly a stem between."""
    tilt = rng.uniform(-0.3, 0.05)
    begun = rng.uniform(0.08, 0.4)
    top = to_points((0, 0), (begun, tilt * begun), (rng.uniform(0.75, 1.0), tilt))
    down = rng.uniform(0.02, 0.22)
    side = begun - (rng.uniform(0.1, 0.35) if rng.random() < 0.5 else 0)
    waist = rng.uniform(0.3, 0.42)
    start = to_points((begun, tilt * begun + down), (side, waist))
    bowl = to_points((side + 0.3, waist + 0.12), (side + 0.38, waist + 0.35), (side + 0.12, 0.98), (side - 0.25, 0.93))
    return [top, start, np.vstack([start[1:], bowl])] if rng.random() < 0.5 else [top, np.vstack([start, bowl])]


_STYLES = {
    0: (_draw_slashed_0, _draw_plain_0, _draw_curled_0, _draw_overshooting_0),
    1: (_draw_flagged_1, _draw_flagged_1, _draw_hooked_1, _draw_folded_1, _draw_tented_1),
    2: (_draw_straight_2, _draw_looped_2),
    3: (_draw_flat_3,),
    4: (_draw_open_4, _draw_running_4, _draw_narrow_4, _draw_low_4, _draw_joined_4),
    5: (_draw_loose_5, _draw_headless_5),
    6: (_draw_crossed_6,),
    7: (_draw_barred_7, _draw_plain_7),
    8: (_draw_open_8, _draw_stacked_8, _draw_crossed_8, _draw_pinched_8),
    9: (_draw_curled_9, _draw_waisted_9, _draw_flat_9, _draw_open_9),
}
