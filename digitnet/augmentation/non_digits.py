"""What is not one digit, made from digits themselves, so that a network learns to refuse it.

Pairs, halves, digits with a part of their neighbour, digits turned, mirrored, struck out or written over,
scribbles, waves, and letters, made up or of real scripts. Searching for the best segmentation needs a network that
believes in whole digits only (LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document
recognition", 1998, section VI).
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation.digit_shapes import is_ring, is_stick
from digitnet.augmentation.scribbles import Labels, cursive, flat, letter, scribble, script
from digitnet.preprocessing.normalization import PICTURE_SIZE, measure_pen_width, trim
from digitnet.types import Picture, Pictures

_HEIGHT = 40  # pixels of a digit while it is cut and put together

# Which digits are another shape, and no digit, when mirrored, turned over, flipped or on their side.
_MIRRORED = (3, 4, 6, 7, 9)
_UPSIDE_DOWN = (3, 4, 7)
_FLIPPED = (4, 6, 7, 9)
_ON_THEIR_SIDE = (2, 3, 4, 5, 6, 7, 8, 9)


def make_nondigits(digits: Pictures, labels: Labels, count: int, rng: np.random.Generator) -> list[Picture]:
    """Return `count` pictures of what is not one digit, trimmed, uint8 (h, w) of any size.

    Args:
        digits: uint8 (n, 28, 28) that they are made of; n at least 1.
        labels: uint8 (n,).
    """
    kinds = rng.choice(len(_KINDS), count, p=_SHARES)
    return [_made(_KINDS[kind], digits, labels, rng) for kind in kinds]


def make_single(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Picture:
    """Return a picture, trimmed, uint8 (h, w) of any size, of one sign that is no digit: a letter, a scribble."""
    return _made(_SINGLE[int(rng.integers(len(_SINGLE)))], digits, labels, rng)


def _made(kind: Callable[..., Picture | None], digits: Pictures, labels: Labels, rng: np.random.Generator) -> Picture:
    for _ in range(20):
        picture = kind(digits, labels, rng)
        if picture is not None and min(picture.shape) > 2 and max(picture.shape) > 8:
            return picture
    return flat(digits, labels, rng)


def pair(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Picture:
    """Return two or three digits side by side, touching or close."""
    count = 3 if rng.random() < 0.15 else 2
    chosen = [_digit(digits, rng) for _ in range(count)]
    return trim(_beside(chosen, rng.uniform(-0.16, 0.12, count - 1), rng))


def neighbour(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Picture:
    """Return a digit with a good part of the one beside it."""
    whole, other = _digit(digits, rng), _digit(digits, rng)
    share = rng.uniform(0.3, 0.75)
    cut = max(3, round(other.shape[1] * share))
    after = rng.random() < 0.5
    part = other[:, :cut] if after else other[:, -cut:]
    parts = [whole, part] if after else [part, whole]
    return trim(_beside(parts, rng.uniform(-0.12, 0.04, 1), rng))


def half(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Picture | None:
    """Return a part of a digit that is cut through, None where that looks like a digit of its own."""
    index = int(rng.integers(len(labels)))
    if labels[index] in (1, 7):
        return None
    digit = _digit(digits[index : index + 1], rng)
    height, width = digit.shape
    angle = rng.normal(0, 0.35) + (np.pi / 2 if rng.random() < 0.3 else 0)
    y, x = np.mgrid[0:height, 0:width]
    along = (x - width / 2) * np.cos(angle) + (y - height / 2) * np.sin(angle)
    reach = np.ptp(along[digit > 127]) if (digit > 127).any() else 1
    part = trim(np.where(along < rng.uniform(-0.25, 0.25) * reach, digit, 0).astype(np.uint8))
    kept = float(part.sum()) / max(1.0, float(digit.sum()))
    return None if not 0.2 < kept < 0.62 or is_stick(part) or is_ring(part) else part


def turned(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Picture | None:
    """Return a digit mirrored, upside down or on its side, None for one that stays a digit that way."""
    index = int(rng.integers(len(labels)))
    digit, label = trim(digits[index]), int(labels[index])
    way = int(rng.integers(4))
    if way == 0 and label in _MIRRORED:
        return digit[:, ::-1]
    if way == 1 and label in _UPSIDE_DOWN:
        return digit[::-1, ::-1]
    if way == 2 and label in _ON_THEIR_SIDE:
        return np.rot90(digit, 1 if rng.random() < 0.5 else 3)
    if way == 3 and label in _FLIPPED:
        return digit[::-1]
    return None


def overlay(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Picture | None:
    """Return two digits written over each other, or one crossed out."""
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


def struck(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Picture | None:
    """Return a digit with a stroke or two too many, None where it may still be that digit."""
    index = int(rng.integers(len(labels)))
    label = int(labels[index])
    if label in (1, 4):
        return None
    digit = cv2.copyMakeBorder(_digit(digits[index : index + 1], rng), *(_HEIGHT // 2,) * 4, cv2.BORDER_CONSTANT)
    inked = np.argwhere(digit > 127)[:, ::-1]
    if not len(inked):
        return None
    thickness = max(2, round(measure_pen_width(digit)))
    added = np.zeros_like(digit)
    for _ in range(2 if label in (0, 7) or rng.random() < 0.3 else 1):
        center = inked[int(rng.integers(len(inked)))] + rng.normal(0, 0.1, 2) * _HEIGHT
        angle = rng.choice([0, np.pi / 2, rng.uniform(0, np.pi)]) + rng.normal(0, 0.1)
        half = _HEIGHT * rng.uniform(0.3, 0.6) * np.array([np.cos(angle), np.sin(angle)])
        ends = np.round(np.stack([center - half, center + half]) * 16).astype(np.int32)
        cv2.polylines(added, [ends], False, 255, thickness, cv2.LINE_AA, shift=4)
    beside = np.where(cv2.dilate(digit, np.ones((3, 3), np.uint8)) > 60, 0, added)
    enough = beside.sum() > 255 * 0.5 * _HEIGHT * thickness
    return trim(np.maximum(digit, added)) if enough else None


_KINDS: tuple[Callable[..., Picture | None], ...] = (
    pair, neighbour, half, turned, overlay, struck, scribble, letter, script, cursive, flat,
)  # fmt: skip
_SINGLE = (script, script, script, scribble, scribble, letter, cursive, cursive, turned, overlay)
_SHARES = (0.11, 0.12, 0.07, 0.1, 0.04, 0.04, 0.12, 0.1, 0.22, 0.04, 0.04)


def _digit(digits: Pictures, rng: np.random.Generator) -> Picture:
    """Return a digit, trimmed, about `_HEIGHT` pixels high."""
    ink = trim(digits[int(rng.integers(len(digits)))])
    scale = _HEIGHT * rng.uniform(0.85, 1.15) / max(1, ink.shape[0], 0.7 * ink.shape[1])
    return cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)


def _beside(pictures: list[Picture], gaps: NDArray[np.float64], rng: np.random.Generator) -> Picture:
    """Return pictures in a row, `gaps` in heights of a digit between neighbours, below 0 where they overlap."""
    room = 2 * _HEIGHT
    field = np.zeros((room, room * (len(pictures) + 1)), np.uint8)
    left = 4.0
    for picture, gap in zip(pictures, [*gaps, 0], strict=True):
        height, width = picture.shape
        top = min(room - height, max(0, (room - height) // 2 + round(rng.normal(0, 0.07) * _HEIGHT)))
        x = round(left)
        place = field[top : top + height, x : x + width]
        np.maximum(place, picture, out=place)
        left += max(2.0, width + gap * _HEIGHT)
    return field
