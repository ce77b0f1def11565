"""Which digits a row of ink holds: the segmentation that the network believes most.

Groups of ink that the network is sure of are digits. The others are cut into parts; every run of
neighbouring parts that could be a digit is a candidate, all candidates are read in one go, and dynamic
programming finds the likeliest way through them, counting what it costs to cut, to join and to refuse.

Source: heuristic over-segmentation of LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied
to document recognition" (1998), section VI.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitnet.cuts import find_cuts
from digitnet.ink import Gray
from digitnet.layers import CLASSES
from digitnet.normalization import normalize
from digitnet.segmentation import Boxes, Segments, enclosing, sides

Answers = NDArray[np.float32]
Classify = Callable[[NDArray[np.uint8]], Answers]

SURE = 0.9  # least probability of a group that is not cut
_WIDEST = 1.45  # of a digit's height: a candidate, but for one that is a group as it was found
_NEAR = 0.25  # of a digit's height between parts that may be one digit
_LONGEST_RUN = 8  # parts of a candidate
_MOST_CANDIDATES = 4000  # of a picture
# Costs in nats, beside the network's own -log(probability).
_CUT = 0.35
_JOIN = 1.2
_REFUSE = 1.6  # for each digit that there would be room for
_USUAL_WIDTH = 0.7  # of a digit's height
_WIDE = 2.0  # for each height that a digit is wider than high
_SHORT = 3.0  # for each height that a digit lacks to 0.6 of the row's
_LEAST = 1e-6


@dataclass(frozen=True)
class Part:
    """Some ink: where it lies in the ink map (x0, y0, x1, y1) and what it is, uint8 (h, w)."""

    box: Boxes
    ink: Gray


@dataclass(frozen=True)
class Found:
    """Digits in reading order and what was refused.

    Attributes:
        boxes: int32 (n, 4), xyxy in the ink map.
        row: int32 (n,), counted from the top.
        crops: uint8 (n, 28, 28), normalised.
        answers: float32 (n, 10 or 11), the network's.
        refused: int32 (m, 4), boxes of what is no digit.
    """

    boxes: Boxes
    row: NDArray[np.int32]
    crops: NDArray[np.uint8]
    answers: Answers
    refused: Boxes


@dataclass(frozen=True)
class Candidate:
    """A run of parts of a stretch, from `start` up to `end`."""

    start: int
    end: int
    part: Part
    whole: bool  # a group as it was found, or several


@dataclass(frozen=True)
class Stretch:
    """Neighbouring groups that are settled together: their parts from left to right, the group of each."""

    row: int
    parts: list[Part]
    groups: list[int]
    height: float


def search(found: Segments, pen_width: float, classify: Classify) -> Found:
    """Return the digits in groups of ink.

    Args:
        found: groups in reading order.
        pen_width: pixels.
        classify: gives the answers float32 (n, 10) or (n, 11) of pictures uint8 (n, 28, 28); with ten
            answers there is no telling what is no digit, and every group is taken for one.
    """
    crops = normalize(found.crops)
    answers = classify(crops)
    if not len(crops) or answers.shape[1] == CLASSES:
        return Found(found.boxes, found.row, crops, answers, np.empty((0, 4), np.int32))
    parts = [Part(box, crop) for box, crop in zip(found.boxes, found.crops, strict=True)]
    height = _row_heights(found)
    sure = is_sure(found.boxes, answers, height)
    stretches = _stretches(found, parts, sure, height, pen_width)
    runs = [candidates(stretch) for stretch in stretches]
    pictures = normalize([candidate.part.ink for each in runs for candidate in each])
    read = classify(pictures)
    digits = [(int(found.row[i]), found.boxes[i], crops[i], answers[i]) for i in np.flatnonzero(sure)]
    refused: list[Boxes] = []
    first = 0
    for stretch, each in zip(stretches, runs, strict=True):
        own = slice(first, first + len(each))
        first += len(each)
        for index, is_digit in best_way(stretch, each, read[own]):
            if is_digit:
                digits.append((stretch.row, each[index].part.box, pictures[own][index], read[own][index]))
            else:
                refused.append(each[index].part.box)
    return _in_order(digits, refused, answers.shape[1])


def is_sure(boxes: Boxes, answers: Answers, height: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which groups are digits beyond doubt: read with confidence, of a digit's shape and height."""
    wide, tall = sides(boxes)
    shaped = (wide < 1.15 * np.maximum(tall, height)) & (tall > 0.6 * height) & (tall < 1.8 * height)
    return (answers[:, :CLASSES].max(axis=1, initial=0) >= SURE) & shaped


def _row_heights(found: Segments) -> NDArray[np.float64]:
    """Return for each group the height that digits of its row have."""
    _, tall = sides(found.boxes)
    usual = float(np.median(tall)) if len(tall) else 0.0
    height = np.zeros(len(tall))
    for row in np.unique(found.row):
        own = tall[found.row == row]
        # One tall group says little: a row of few goes by the page.
        alone = max(min(own.max(), usual), 0.5 * own.max())
        height[found.row == row] = np.quantile(own, 0.6) if len(own) > 2 else alone
    return height


def _stretches(
    found: Segments, parts: list[Part], sure: NDArray[np.bool_], height: NDArray[np.float64], pen_width: float
) -> list[Stretch]:
    """Return the runs of unsure groups, neighbours that stand close taken together."""
    stretches: list[Stretch] = []
    before = -1
    for index in np.flatnonzero(~sure).tolist():
        near = (
            before == index - 1
            and before >= 0
            and found.row[before] == found.row[index]
            and found.boxes[index, 0] - found.boxes[before, 2] < _NEAR * height[index]
        )
        if not near:
            stretches.append(Stretch(int(found.row[index]), [], [], float(height[index])))
        for part in cut(parts[index], float(height[index]), pen_width):
            stretches[-1].parts.append(part)
            stretches[-1].groups.append(index)
        before = index
    return stretches


def cut(part: Part, height: float, pen_width: float) -> list[Part]:
    """Return the parts of some ink, from left to right."""
    tall, wide = part.ink.shape
    if wide < 0.3 * height or tall < 0.4 * height:
        return [part]
    column = np.arange(wide)
    rest = np.ones(part.ink.shape, np.bool_)
    parts = []
    for way in find_cuts(part.ink, pen_width):
        left = rest & (column < way[:, None])
        rest &= ~left
        parts.append(np.where(left, part.ink, 0))
    parts.append(np.where(rest, part.ink, 0))
    x, y = part.box[:2]
    return [_trimmed(ink.astype(np.uint8), int(x), int(y)) for ink in parts if ink.any()]


def _trimmed(ink: Gray, x: int, y: int) -> Part:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    return Part(np.array([x + left, y + top, x + right, y + bottom], np.int32), ink[top:bottom, left:right])


def candidates(stretch: Stretch) -> list[Candidate]:
    """Return the runs of parts that could be a digit, and every whole group."""
    chosen = []
    count = len(stretch.parts)
    boxes = np.array([part.box for part in stretch.parts])
    for start in range(count):
        for end in range(start + 1, count + 1):
            box = enclosing(boxes[start:end])
            whole = _is_whole(stretch.groups, start, end)
            fits = box[2] - box[0] <= _WIDEST * stretch.height and end - start <= _LONGEST_RUN
            if fits or (whole and stretch.groups[start] == stretch.groups[end - 1]):
                chosen.append(Candidate(start, end, _union(stretch.parts[start:end], box), whole))
    return chosen


def _is_whole(groups: Sequence[int], start: int, end: int) -> bool:
    """Return whether a run begins and ends where groups do."""
    return (start == 0 or groups[start - 1] != groups[start]) and (end == len(groups) or groups[end] != groups[end - 1])


def _union(parts: Sequence[Part], box: Boxes) -> Part:
    if len(parts) == 1:
        return parts[0]
    field = np.zeros((box[3] - box[1], box[2] - box[0]), np.uint8)
    for part in parts:
        x0, y0, x1, y1 = part.box - np.tile(box[:2], 2)
        place = field[y0:y1, x0:x1]
        np.maximum(place, part.ink, out=place)
    return Part(box, field)


def best_way(stretch: Stretch, candidates: list[Candidate], answers: Answers) -> list[tuple[int, bool]]:
    """Return the candidates on the cheapest way through a stretch, and whether each is a digit."""
    count = len(stretch.parts)
    cost = np.full(count + 1, np.inf)
    cost[0] = 0.0
    came: list[tuple[int, bool]] = [(-1, False)] * (count + 1)
    order = sorted(range(len(candidates)), key=lambda index: candidates[index].start)
    for index in order:
        candidate = candidates[index]
        for is_digit in (True, False):
            if not is_digit and not candidate.whole:
                continue
            total = cost[candidate.start] + _cost(stretch, candidate, answers[index], is_digit)
            if total < cost[candidate.end]:
                cost[candidate.end] = total
                came[candidate.end] = (index, is_digit)
    way: list[tuple[int, bool]] = []
    place = count
    while place > 0:
        way.append(came[place])
        place = candidates[came[place][0]].start
    return way[::-1]


def _cost(stretch: Stretch, candidate: Candidate, answer: Answers, is_digit: bool) -> float:
    """Return what it costs, in nats, to take a candidate for a digit or to refuse it."""
    box, height = candidate.part.box, stretch.height
    wide, tall = float(box[2] - box[0]), float(box[3] - box[1])
    if not is_digit:
        return _REFUSE * max(1.0, wide / (_USUAL_WIDTH * height)) - _log(answer[CLASSES])
    cost = -_log(answer[:CLASSES].max())
    cuts = (candidate.start > 0 and stretch.groups[candidate.start - 1] == stretch.groups[candidate.start]) + (
        candidate.end < len(stretch.groups) and stretch.groups[candidate.end] == stretch.groups[candidate.end - 1]
    )
    joins = stretch.groups[candidate.end - 1] - stretch.groups[candidate.start]
    cost += _CUT * cuts + _JOIN * joins
    cost += _WIDE * max(0.0, wide / max(tall, height) - 1.0) + _SHORT * max(0.0, 0.6 - tall / height)
    return cost


def _log(probability: float) -> float:
    return math.log(max(float(probability), _LEAST))


def _in_order(digits: list[tuple[int, Boxes, NDArray[np.uint8], Answers]], refused: list[Boxes], outputs: int) -> Found:
    """Return what was found row by row from left to right, rows without digits left out."""
    digits = sorted(digits, key=lambda digit: (digit[0], int(digit[1][0] + digit[1][2])))
    rows = np.array([digit[0] for digit in digits], np.int32)
    return Found(
        np.array([digit[1] for digit in digits], np.int32).reshape(-1, 4),
        np.unique(rows, return_inverse=True)[1].astype(np.int32),
        np.array([digit[2] for digit in digits], np.uint8).reshape(-1, 28, 28),
        np.array([digit[3] for digit in digits], np.float32).reshape(-1, outputs),
        np.array(refused, np.int32).reshape(-1, 4),
    )
