"""Draw specks of dirt beside the writing, which place and size tell from points and commas."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation.strings.sheet import INKED, Floats

_HAIR_SHARE, _HAIR_RADIUS = 0.2, 0.5  # Hairs among the specks, and their radius in pixels.
_TRIES = 8  # A speck that finds no place in this many tries is left out.
_MAX_SPECK_PENS = 0.5  # A speck where a point may stand is thinner than this, in widths of the pen.
_POINT_ROWS = (0.7, 1.3)  # Points and commas begin between these rows; 0 is the top and 1 the base of the writing.
_POINT_REACH = 0.8  # Beside the writing, points stand at most this far from it, in heights of the writing.


def draw_specks(ink: Floats, base: float, rng: np.random.Generator) -> Floats:
    """Draw specks and hairs, float32 (40, w), 0 to 1.

    Args:
        ink: the writing, float32 (40, w), 0 to 1.
        base: row of the base line.
        rng: the source of randomness.
    """
    height, width = ink.shape
    pen, is_point_place = _measure_pen(ink), _find_point_places(ink, base)
    specks = np.zeros((height, width), np.uint8)
    for _ in range(int(rng.integers(1, 6))):
        is_speck = rng.random() >= _HAIR_SHARE
        radius = _draw_radius(pen, rng) if is_speck else _HAIR_RADIUS
        for _ in range(_TRIES):
            x, y = int(rng.integers(width)), int(rng.integers(height))
            if not is_point_place[y, x] or 2 * radius < _MAX_SPECK_PENS * pen:
                break
        else:
            continue
        if is_speck:
            center = (x * 16, y * 16)
            cv2.circle(specks, center, round(radius * 16), int(rng.integers(60, 220)), cv2.FILLED, cv2.LINE_AA, shift=4)
        else:
            end = (x + int(rng.integers(-6, 7)), y + int(rng.integers(-3, 4)))
            cv2.line(specks, (x, y), end, int(rng.integers(40, 160)), 1, cv2.LINE_AA)
    return np.asarray(specks / 255, np.float32)


def _draw_radius(pen: float, rng: np.random.Generator) -> float:
    """Draw the radius of a speck, in pixels: mostly a pixel wide, else up to the pen's width."""
    if rng.random() < 0.6:
        return 0.5
    return float(rng.uniform(0.5, max(1.0, 0.6 * pen)))


def _measure_pen(ink: Floats) -> float:
    """Measure the width of the strokes, in pixels.

    Across a stroke of w pixels, w even, the distance to the paper is (w + 2) / 4 on average.
    """
    inked = (ink > INKED).astype(np.uint8)
    if not inked.any():
        return 1.0
    distance = cv2.distanceTransform(inked, cv2.DIST_L2, 3)
    return max(1.0, 4 * float(distance[inked > 0].mean()) - 2)


def _find_point_places(ink: Floats, base: float) -> NDArray[np.bool_]:
    """Return where a point of the writing may stand: near the base line, beside strokes; bool (40, w)."""
    inked = ink > INKED
    places = np.zeros(ink.shape, np.bool_)
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not len(rows):
        return places
    tall = max(1.0, base - float(rows[0]))
    first, last = (max(0, round(base - tall + place * tall)) for place in _POINT_ROWS)
    left, right = (round(float(end)) for end in (columns[0] - 1, columns[-1] + _POINT_REACH * tall))
    places[first:last, max(0, left) : right + 1] = True
    return places
