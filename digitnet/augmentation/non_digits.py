"""Make non-digits, mostly from digits, which networks learn to refuse.

These are pairs, halves, digits with a part of their neighbor, digits turned, mirrored, struck through or written over,
scribbles, waves, and letters, made up or of real scripts. Decoding needs a network that believes in whole digits only.

Source: LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition" (1998),
section VI.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation.digit_shapes import is_ring, is_stick
from digitnet.augmentation.letters import draw_letter
from digitnet.augmentation.scribbles import draw_cursive, draw_made_up_letter, draw_mark, draw_scribble
from digitnet.preprocessing.normalization import PICTURE_SIZE, measure_pen_width, trim
from digitnet.types import Gray, Pictures

Labels = NDArray[np.uint8]
Maker = Callable[[Pictures, Labels, np.random.Generator], Gray | None]

_DIGIT_HEIGHT = 40  # Pixels of a digit while it is cut and put together.
_MIN_INK_LEVEL = 127  # Pixels above this gray level are ink.
_MAX_ATTEMPTS = 20  # A mark is drawn if this many attempts at another kind fail.
_MIN_WIDTH, _MIN_LENGTH = 2, 8  # Pixels: a picture's shorter and longer side exceed these.
_KEPT_RATIOS = (0.2, 0.62)  # Half a digit keeps a share of the digit's ink between these.

# These digits are no longer digits when mirrored, turned upside down, flipped or laid on their side.
_NONDIGITS_MIRRORED = (3, 4, 6, 7, 9)
_NONDIGITS_UPSIDE_DOWN = (3, 4, 7)
_NONDIGITS_FLIPPED = (4, 6, 7, 9)
_NONDIGITS_ON_THEIR_SIDE = (2, 3, 4, 5, 6, 7, 8, 9)


def make_nondigits(digits: Pictures, labels: Labels, count: int, rng: np.random.Generator) -> list[Gray]:
    """Make `count` non-digits, trimmed, uint8 (h, w) of any size.

    Args:
        digits: uint8 (n, 28, 28), the digits to use; n is at least 1.
        labels: uint8 (n,).
        count: how many to make.
        rng: the source of randomness.
    """
    kinds = rng.choice(len(_MAKERS), count, p=_SHARES)
    return [_make(_MAKERS[kind], digits, labels, rng) for kind in kinds]


def make_single_sign(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Gray:
    """Make one sign that is no digit, like a letter or a scribble, trimmed, uint8 (h, w)."""
    return _make(_SIGN_MAKERS[int(rng.integers(len(_SIGN_MAKERS)))], digits, labels, rng)


def _make(maker: Maker, digits: Pictures, labels: Labels, rng: np.random.Generator) -> Gray:
    for _ in range(_MAX_ATTEMPTS):
        picture = maker(digits, labels, rng)
        if picture is not None and min(picture.shape) > _MIN_WIDTH and max(picture.shape) > _MIN_LENGTH:
            return picture
    return draw_mark(rng)


def join_digits(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Gray:
    """Put two or three digits side by side, touching or close."""
    count = 3 if rng.random() < 0.15 else 2
    inks = [_pick_digit(digits, rng) for _ in range(count)]
    return trim(_place_side_by_side(inks, rng.uniform(-0.16, 0.12, count - 1), rng))


def join_part_of_neighbor(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Gray:
    """Put a good part of another digit beside a digit."""
    whole, other = _pick_digit(digits, rng), _pick_digit(digits, rng)
    share = rng.uniform(0.3, 0.75)
    width = max(3, round(other.shape[1] * share))
    follows = rng.random() < 0.5
    part = other[:, :width] if follows else other[:, -width:]
    inks = [whole, part] if follows else [part, whole]
    return trim(_place_side_by_side(inks, rng.uniform(-0.12, 0.04, 1), rng))


def cut_in_half(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Gray | None:
    """Cut through a digit and return a part of it, or None if the part looks like a digit."""
    index = int(rng.integers(len(labels)))
    if labels[index] in (1, 7):
        return None
    digit = _pick_digit(digits[index : index + 1], rng)
    height, width = digit.shape
    angle = rng.normal(0, 0.35) + (np.pi / 2 if rng.random() < 0.3 else 0)
    y, x = np.mgrid[0:height, 0:width]
    along = (x - width / 2) * np.cos(angle) + (y - height / 2) * np.sin(angle)
    inked = digit > _MIN_INK_LEVEL
    reach = np.ptp(along[inked]) if inked.any() else 1
    part = trim(np.where(along < rng.uniform(-0.25, 0.25) * reach, digit, 0).astype(np.uint8))
    ratio = float(part.sum()) / max(1.0, float(digit.sum()))
    least, most = _KEPT_RATIOS
    return None if not least < ratio < most or is_stick(part) or is_ring(part) else part


def turn_digit(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Gray | None:
    """Mirror, flip, turn over or lay down a digit; return None if it may still be a digit."""
    index = int(rng.integers(len(labels)))
    digit, label = trim(digits[index]), int(labels[index])
    kind = int(rng.integers(4))
    if kind == 0 and label in _NONDIGITS_MIRRORED:
        return digit[:, ::-1]
    if kind == 1 and label in _NONDIGITS_UPSIDE_DOWN:
        return digit[::-1, ::-1]
    if kind == 2 and label in _NONDIGITS_ON_THEIR_SIDE:
        return np.rot90(digit, 1 if rng.random() < 0.5 else 3)
    if kind == 3 and label in _NONDIGITS_FLIPPED:
        return digit[::-1]
    return None


def overlay_digits(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Gray | None:
    """Write two digits over each other, or cross one out."""
    one, other = rng.integers(len(labels), size=2)
    if rng.random() < 0.5 and labels[one] != labels[other]:
        second = np.rot90(digits[other], int(rng.integers(4)))
        return trim(np.maximum(digits[one], second))
    field = digits[one].copy()
    for _ in range(int(rng.integers(3, 6))):
        last = PICTURE_SIZE - 2
        ends = np.stack([rng.uniform((2, 2), (10, last)), rng.uniform((last - 8, 2), (last, last))]) * 16
        cv2.polylines(field, [np.round(ends).astype(np.int32)], False, 255, 2, cv2.LINE_AA, shift=4)
    return trim(field)


def strike_through(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Gray | None:
    """Add a stroke or two too many to a digit; return None if it may still be that digit."""
    index = int(rng.integers(len(labels)))
    label = int(labels[index])
    if label in (1, 4):
        return None
    margin = _DIGIT_HEIGHT // 2
    digit = cv2.copyMakeBorder(_pick_digit(digits[index : index + 1], rng), *(margin,) * 4, cv2.BORDER_CONSTANT)
    inked = np.argwhere(digit > _MIN_INK_LEVEL)[:, ::-1]
    if not len(inked):
        return None
    thickness = max(2, round(measure_pen_width(digit)))
    strokes = np.zeros_like(digit)
    for _ in range(2 if label in (0, 7) or rng.random() < 0.3 else 1):
        center = inked[int(rng.integers(len(inked)))] + rng.normal(0, 0.1, 2) * _DIGIT_HEIGHT
        angle = rng.choice([0, np.pi / 2, rng.uniform(0, np.pi)]) + rng.normal(0, 0.1)
        half = _DIGIT_HEIGHT * rng.uniform(0.3, 0.6) * np.array([np.cos(angle), np.sin(angle)])
        ends = np.round(np.stack([center - half, center + half]) * 16).astype(np.int32)
        cv2.polylines(strokes, [ends], False, 255, thickness, cv2.LINE_AA, shift=4)
    added = np.where(cv2.dilate(digit, np.ones((3, 3), np.uint8)) > 60, 0, strokes)
    is_enough = added.sum() > 255 * 0.5 * _DIGIT_HEIGHT * thickness
    return trim(np.maximum(digit, strokes)) if is_enough else None


def _without_digits(draw: Callable[[np.random.Generator], Gray | None]) -> Maker:
    """Return a maker that ignores the digits and draws from scratch."""
    return lambda digits, labels, rng: draw(rng)


_SCRIBBLE, _CURSIVE, _MARK = map(_without_digits, (draw_scribble, draw_cursive, draw_mark))
_LETTER, _MADE_UP_LETTER = map(_without_digits, (draw_letter, draw_made_up_letter))
_MAKERS: tuple[Maker, ...] = (
    join_digits, join_part_of_neighbor, cut_in_half, turn_digit, overlay_digits, strike_through,
    _SCRIBBLE, _MADE_UP_LETTER, _LETTER, _CURSIVE, _MARK,
)  # fmt: skip
_SHARES = (0.11, 0.12, 0.07, 0.1, 0.04, 0.04, 0.12, 0.1, 0.22, 0.04, 0.04)  # Of each maker.
_SIGN_MAKERS: tuple[Maker, ...] = (
    _LETTER, _LETTER, _LETTER, _SCRIBBLE, _SCRIBBLE, _MADE_UP_LETTER, _CURSIVE, _CURSIVE, turn_digit, overlay_digits,
)  # fmt: skip


def _pick_digit(digits: Pictures, rng: np.random.Generator) -> Gray:
    """Return a random digit, trimmed, about `_DIGIT_HEIGHT` pixels high."""
    ink = trim(digits[int(rng.integers(len(digits)))])
    scale = _DIGIT_HEIGHT * rng.uniform(0.85, 1.15) / max(1, ink.shape[0], 0.7 * ink.shape[1])
    return cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)


def _place_side_by_side(pictures: list[Gray], gaps: NDArray[np.float64], rng: np.random.Generator) -> Gray:
    """Place pictures in a row, uint8 (h, w).

    Args:
        pictures: n trimmed pictures.
        gaps: float64 (n - 1,), between neighbors, in heights of a digit; below 0 they overlap.
        rng: the source of randomness.
    """
    room = 2 * _DIGIT_HEIGHT
    field = np.zeros((room, room * (len(pictures) + 1)), np.uint8)
    left = 4.0
    for picture, gap in zip(pictures, [*gaps, 0], strict=True):
        height, width = picture.shape
        top = min(room - height, max(0, (room - height) // 2 + round(rng.normal(0, 0.07) * _DIGIT_HEIGHT)))
        x = round(left)
        place = field[top : top + height, x : x + width]
        np.maximum(place, picture, out=place)
        left += max(2.0, width + gap * _DIGIT_HEIGHT)
    return field
