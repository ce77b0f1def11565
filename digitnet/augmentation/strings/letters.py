"""Draw the letters that stand between digits: unknowns, and the h of hours.

Coordinates have the height of a digit as unit: y is 0 at its top and 1 at the base line.
"""

from __future__ import annotations

import numpy as np

from digitnet.augmentation.stroke_rendering import Points, to_points


def draw_h(rng: np.random.Generator) -> list[Points]:
    """Draw the h between hours and minutes."""
    wide, arch = rng.uniform(0.25, 0.4), rng.uniform(0.4, 0.6)
    stem = to_points((rng.uniform(0, 0.08), rng.uniform(-0.05, 0.1)), (0, 0.5), (0, 1))
    bow = to_points((0, 0.85), (wide * 0.4, arch), (wide * 0.9, arch + 0.12), (wide, rng.uniform(0.95, 1.02)))
    return [stem, bow]


def draw_x(rng: np.random.Generator) -> list[Points]:
    """Draw an x of two crossing strokes, straight or bowed, or of two bows back to back."""
    half, top, low = rng.uniform(0.2, 0.4), rng.uniform(0.2, 0.5), rng.uniform(0.95, 1.05)
    middle, bow = (top + low) / 2, rng.uniform(0, 0.15)
    if rng.random() < 0.5:
        falling = to_points((-half, top), (-half * 0.4, top + bow), (half * 0.4, low - bow), (half, low))
        return [falling, to_points((half, top), (0, middle), (-half, low + rng.normal(0, 0.05)))]
    touch = rng.uniform(-0.02, 0.06)
    left = to_points((-half, top), (-half * 0.4, top), (-touch, middle), (-half * 0.4, low), (-half, low - bow))
    right = to_points((half, top + bow), (half * 0.4, top), (touch, middle), (half * 0.4, low), (half, low))
    return [left, right]


def draw_y(rng: np.random.Generator) -> list[Points]:
    """Draw a y with a straight or a looped tail."""
    half, top, deep = rng.uniform(0.15, 0.35), rng.uniform(0.2, 0.5), rng.uniform(1.2, 1.5)
    cup = to_points((-half, top), (-half * 0.7, 0.8), (half * 0.2, 0.85), (half, top))
    if rng.random() < 0.4:
        return [cup, to_points((half, top), (half * 0.2, 1.0), (-half * 0.6, deep))]
    tail = to_points((half, top), (half * 0.9, 1.1), (0, deep), (-half, deep - 0.1), (half * 1.2, 0.95))
    return [cup, tail]
