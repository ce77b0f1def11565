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

from digitnet.letters import draw_letter
from digitnet.normalization import SIZE, pen_width, trim
from digitnet.strokes import fork_points, middle_line
from digitnet.styles import draw_strokes
from digitnet.types import Picture, Pictures

Labels = NDArray[np.uint8]
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
        ends = np.stack([rng.uniform((2, 2), (10, SIZE - 2)), rng.uniform((SIZE - 10, 2), (SIZE - 2, SIZE - 2))]) * 16
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
    thickness = max(2, round(pen_width(digit)))
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


def script(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Picture:
    """Return a letter of some script."""
    return draw_letter(rng)


def scribble(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Picture | None:
    """Return a few strokes at random, some like letters: lines, arcs, hooks, loops, dots, meeting or apart."""
    wide = rng.uniform(0.4, 1.6)
    strokes: list[NDArray[np.float64]] = []
    for _ in range(int(rng.choice([2, 3, 4, 5, 6], p=[0.1, 0.38, 0.27, 0.15, 0.1]))):
        start = rng.uniform(0, 1, 2)
        if strokes and rng.random() < 0.7:  # most strokes of a letter start on another
            before = strokes[int(rng.integers(len(strokes)))]
            start = before[int(rng.integers(len(before)))] / (wide, 1)
        strokes.append(_SHAPES[int(rng.integers(len(_SHAPES)))](start, rng) * (wide, 1))
    picture = trim(draw_strokes(strokes, rng, pen=(1.5, 3.2)))
    return None if is_curve(picture) else picture


def cursive(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Picture:
    """Return a long stroke that goes up and down on its way, as round scripts do: waves, arches, garlands."""
    turns = rng.uniform(1.8, 4.2)
    along = np.arange(0, turns, 1 / 6)
    step = rng.uniform(0.3, 0.75)
    back = rng.uniform(-1.3, 1.3) * step / (2 * np.pi)  # further, and the stroke would make rings
    height, low, ahead = (np.interp(along, np.arange(6), rng.normal(0, 0.14, 6)) for _ in range(3))
    height, lean = height + 0.5, rng.normal(0, 0.2)
    phase = rng.uniform(0, 2 * np.pi)
    swing = 2 * np.pi * along + phase
    across = step * along + back * np.sin(swing + rng.normal(0, 0.6)) + ahead
    stroke = np.stack([across + lean * height * np.cos(swing), height * np.cos(swing) + low], axis=1)
    strokes = [stroke + rng.normal(0, 0.03, stroke.shape)]
    if rng.random() < 0.3:  # a tail, a bar or a mark
        strokes.append(_SHAPES[int(rng.integers(len(_SHAPES)))](strokes[0][-1 if rng.random() < 0.5 else 0], rng))
    return trim(draw_strokes(strokes, rng, pen=(1.2, 2.6)))


def letter(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Picture | None:
    """Return three to five strokes between the corners, sides and middle of a box, as most letters are made."""
    wide = rng.uniform(0.5, 1.2)
    corners = np.stack(np.meshgrid([0.0, 0.5, 1.0], [0.0, 0.5, 1.0]), axis=-1).reshape(-1, 2)
    corners += rng.normal(0, 0.06, corners.shape)
    met = [int(rng.integers(9))]
    strokes = []
    for _ in range(int(rng.choice([3, 4, 5], p=[0.5, 0.35, 0.15]))):
        start = met[int(rng.integers(len(met)))] if rng.random() < 0.75 else int(rng.integers(9))
        end = (start + int(rng.integers(1, 9))) % 9
        met.append(end)
        ends = corners[[start, end]]
        bulge = rng.uniform(-0.4, 0.4) if rng.random() < 0.4 else 0.0
        middle = ends.mean(axis=0) + (ends[1] - ends[0])[::-1] * (-1, 1) * bulge
        strokes.append(np.stack([ends[0], middle, ends[1]]) * (wide, 1))
    picture = trim(draw_strokes(strokes, rng, pen=(1.5, 3.2)))
    return None if is_stick(picture) or is_curve(picture) else picture


def flat(digits: Pictures, labels: Labels, rng: np.random.Generator) -> Picture:
    """Return a dash, a slash that leans far, a cross, a tick, a corner, dots or a blob."""
    way = int(rng.integers(5))
    if way == 0:
        tilt = rng.uniform(-0.35, 0.35)
        return trim(draw_strokes([np.array([[0, 0], [0.5, rng.normal(0, 0.05)], [1, tilt]])], rng))
    if way == 1:
        arm = rng.uniform(0.5, 1.0, 2)
        tilt = rng.uniform(-0.2, 0.2) + (np.pi / 4 if rng.random() < 0.5 else 0)
        turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
        bars = np.array([[[-arm[0], 0], [arm[0], 0]], [[0, -arm[1]], [0, arm[1]]]])
        return trim(draw_strokes(list(bars @ turn.T), rng))
    if way == 2:
        return trim(draw_strokes([np.array([[0, 0.6], [0.3, 1.0], [rng.uniform(0.7, 1.2), rng.uniform(0, 0.2)]])], rng))
    if way == 3:
        corner = np.array([[0, 0], [0, 1], [rng.uniform(0.5, 1), 1]])
        return trim(draw_strokes([corner[:2], corner[1:]], rng)[:, :: 1 if rng.random() < 0.5 else -1])
    field = np.zeros((64, 64), np.uint8)
    for _ in range(int(rng.integers(1, 4))):
        center = tuple(int(c) for c in rng.integers(16, 48, 2))
        axes = tuple(int(c) for c in rng.integers(5, 16, 2))
        cv2.ellipse(field, center, axes, float(rng.uniform(0, 180)), 0, 360, 255, cv2.FILLED, cv2.LINE_AA)
    return trim(field)


def _line(start: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    return np.stack([start, rng.uniform(0, 1, 2)])


def _level(start: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    return np.stack([start, (rng.uniform(0, 1), start[1] + rng.normal(0, 0.05))])


def _upright(start: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    return np.stack([start, (start[0] + rng.normal(0, 0.05), rng.uniform(0, 1))])


def _arc(start: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    end = rng.uniform(0, 1, 2)
    across = (end - start)[::-1] * (-1, 1)
    return np.stack([start, (start + end) / 2 + across * rng.uniform(-0.6, 0.6), end])


def _wave(start: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    return np.vstack([start, rng.uniform(0, 1, (int(rng.integers(3, 7)), 2))])


def _ring(start: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    radius = rng.uniform(0.08, 0.3, 2)
    turn = np.deg2rad(np.arange(0, rng.integers(200, 400), 45) + rng.uniform(0, 360))
    ring = np.stack([np.cos(turn), np.sin(turn)], axis=1) * radius
    return ring - ring[0] + start


_SHAPES = (_line, _level, _upright, _arc, _arc, _wave, _ring)
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


def is_stick(picture: Picture) -> bool:
    """Return whether a picture is upright and thin: a 1."""
    height, width = picture.shape
    return width < 0.45 * height


def is_curve(picture: Picture) -> bool:
    """Return whether a picture is one line that neither forks nor meets itself: a 1, a 7, a 2, or near enough."""
    line = middle_line((cv2.copyMakeBorder(picture, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0) > 100).astype(np.uint8))
    count, _ = cv2.connectedComponents(line, connectivity=8)
    return count == 2 and not fork_points(line).any() and not is_ring(picture)


def is_ring(picture: Picture) -> bool:
    """Return whether there is a hole in a picture: a 0, or a 6 or 9 with a short tail."""
    padded = cv2.copyMakeBorder(picture, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    _, levels = cv2.findContours((padded > 100).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    return levels is not None and bool((levels[0, :, 3] >= 0).any())
