"""Render a sign or a word with a pen into the rows of a strip."""

from __future__ import annotations

import cv2
import numpy as np

from digitnet.augmentation.strings.fields import BASE, LEVELS_PER_PIXEL, Field
from digitnet.augmentation.strings.sheet import Floats
from digitnet.augmentation.strings.styles import Style
from digitnet.preprocessing.strips import STRIP_HEIGHT
from digitnet.types import Gray

_ROWS = np.arange(STRIP_HEIGHT, dtype=np.float32)[:, None]


def render_field(field: Field, style: Style, size: float, base: float, rng: np.random.Generator) -> Floats:
    """Render a field, float32 (40, w).

    Args:
        field: the sign.
        style: how the string is written.
        size: pixels of the strip for a pixel of the field.
        base: row of the base line in the strip.
        rng: the source of randomness.
    """
    wide = size * style.aspect * float(np.exp(rng.normal(0, 0.08)))
    slant = style.slant + rng.normal(0, style.slant_sd)
    source = field.ink if style.scanned and field.ink is not None else field.distance
    lean = abs(slant) * STRIP_HEIGHT
    columns = np.arange(int(source.shape[1] * wide + 2 * lean) + 2, dtype=np.float32)[None]
    rows = (_ROWS - base) / size + BASE
    x = (columns - lean + slant * (_ROWS - base)) / wide
    y = np.repeat(rows, columns.shape[1], axis=1)
    if style.bend > 0.3:
        moves = rng.normal(0, style.bend, (2, 4, 3)).astype(np.float32)
        x = x + cv2.resize(moves[0], (x.shape[1], STRIP_HEIGHT), interpolation=cv2.INTER_CUBIC)
        y = y + cv2.resize(moves[1], (x.shape[1], STRIP_HEIGHT), interpolation=cv2.INTER_CUBIC)
    x, y = x.astype(np.float32), y.astype(np.float32)
    if source is field.ink:
        ink = cv2.remap(source, x, y, cv2.INTER_LINEAR, borderValue=0).astype(np.float32) / 255
    else:
        distance = cv2.remap(source, x, y, cv2.INTER_LINEAR, borderValue=255).astype(np.float32)
        half = style.pen / 2
        if style.unevenness > 0.05:
            waves = 1 + style.unevenness * rng.normal(0, 1, (3, 3)).clip(-1.5, 1.5).astype(np.float32)
            half = half * cv2.resize(waves, (x.shape[1], STRIP_HEIGHT), interpolation=cv2.INTER_CUBIC)
        ink = np.clip(half + 0.5 - distance * (np.sqrt(size * wide) / LEVELS_PER_PIXEL), 0, 1)
    return _trim_columns(ink)


def render_word(word: Gray, style: Style, base: float, rng: np.random.Generator) -> Floats:
    """Render scanned words, float32 (40, w), a little larger or smaller than digits."""
    height = style.height * rng.uniform(0.8, 1.5)
    width = max(4, round(word.shape[1] * height / word.shape[0] * style.aspect))
    rows = max(4, round(height))
    small = cv2.resize(word, (width, rows), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    ink = np.zeros((STRIP_HEIGHT, width), np.float32)
    top = round(base - height * rng.uniform(0.75, 1.0))
    first, last = max(0, top), min(STRIP_HEIGHT, top + rows)
    if last > first:
        ink[first:last] = small[first - top : last - top]
    return _trim_columns(ink)


def _trim_columns(ink: Floats) -> Floats:
    columns = np.flatnonzero(ink.max(axis=0) > 0.1)
    return ink[:, columns[0] : columns[-1] + 1] if len(columns) else ink[:, :0]
