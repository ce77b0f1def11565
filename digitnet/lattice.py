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
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.layers import CLASSES
from digitnet.normalization import normalize
from digitnet.parting import Part, Parting, Sets, Stroke, as_drawn, take_apart, union, whole
from digitnet.segmentation import Boxes, Segments, enclosing, sides

Answers = NDArray[np.float32]
Classify = Callable[[NDArray[np.uint8]], Answers]

SURE = 0.9  # least probability of a group that is not cut
SURE_IF_WIDE = 0.97  # the same, for one that has the width of two
_WIDEST = 1.45  # of a digit's height: a candidate, but for one that is a group as it was found
_LOWEST = 0.4  # of a digit's height, likewise
_NEAR = 0.25  # of a digit's height between parts that may be one digit
_MOST_PARTED = 150  # groups of a picture: where more are no digit, it is no page of numbers
# Costs in nats, beside the network's own -log(probability).
_CUT = 0.0  # for each side that is cut,
_CONTACT = 0.0  # for each place but the first in which it hung together with the other side,
_NARROW = 4.0  # and each height that the ink is narrower than
_TWO_DIGITS = 1.2  # heights that two digits take
_JOIN = 1.2
_REFUSE = 2.0  # for each digit that there would be room for
_USUAL_WIDTH = 0.8  # of a digit's height
_WIDE = 2.0  # for each height that a digit is wider than high
_SHORT = 3.0  # for each height that a digit lacks to 0.6 of the row's
_LEAST = 1e-6


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
    """Ink between two divisions of a stretch, of which `start` has less to its left than `end`."""

    start: int
    end: int
    part: Part
    groups: int  # that it has ink of
    whole: bool  # one group, as it was found


@dataclass(frozen=True)
class Stretch:
    """Neighbouring groups that are settled together.

    Attributes:
        row: counted from the top.
        height: of a digit, in pixels.
        parts: n of them, of all groups.
        group: (n,) which group each part belongs to, counted from 0.
        lefts: bool (m, n), for each division of the ink the parts to its left, from none to all.
        costs: (m,) what a division costs either side, in nats.
    """

    row: int
    height: float
    parts: list[Part]
    group: NDArray[np.intp]
    lefts: Sets
    costs: NDArray[np.float64]

    @classmethod
    def of(cls, row: int, height: float, partings: Sequence[Parting]) -> Stretch:
        """Return the stretch of some groups from left to right."""
        sizes = [len(parting.parts) for parting in partings]
        group = np.repeat(np.arange(len(sizes)), sizes)
        lefts, costs = [np.zeros((1, len(group)), np.bool_)], [np.zeros(1)]
        for index, parting in enumerate(partings):
            divided = np.repeat((group < index)[None], len(parting.lefts) - 1, axis=0)
            divided[:, group == index] = parting.lefts[1:]
            lefts.append(divided)
            box = enclosing(np.array([part.box for part in parting.parts]))
            narrow = _NARROW * max(0.0, _TWO_DIGITS - float(box[2] - box[0]) / height)
            cut = _CUT + narrow + _CONTACT * np.maximum(parting.contacts[1:-1] - 1, 0)
            costs.append(np.append(cut, 0.0))
        parts = [part for parting in partings for part in parting.parts]
        return cls(row, height, parts, group, np.concatenate(lefts), np.concatenate(costs))

    def within(self, inside: Sets, box: Boxes) -> Part:
        """Return some of the parts as one; `box` (4,) is what encloses them."""
        return union([self.parts[place] for place in np.flatnonzero(inside)], box)


class Spans(NamedTuple):
    """Candidates, but for their ink; k of them.

    Attributes:
        start, end: (k,) the divisions between which each lies.
        inside: bool (k, n), the parts between these.
        box: int32 (k, 4), what encloses them.
        groups: (k,) how many groups they are of.
        whole: bool (k,), whether they are all of one group.
    """

    start: NDArray[np.intp]
    end: NDArray[np.intp]
    inside: Sets
    box: Boxes
    groups: NDArray[np.intp]
    whole: NDArray[np.bool_]


@dataclass(frozen=True)
class Choice:
    """A candidate that was settled on, and how far that it stands so is believed, 0 to 1."""

    index: int
    is_digit: bool
    belief: float


class Settled(NamedTuple):
    """The likeliest way through a stretch."""

    choices: list[Choice]
    cost: float  # in nats


class _Step(NamedTuple):
    start: int
    end: int
    candidate: int
    digit: int | None  # None where the candidate is refused
    cost: float


def search(found: Segments, pen_width: float, classify: Classify, drawn: Sequence[Stroke] = ()) -> Found:
    """Return the digits in groups of ink.

    Args:
        found: groups in reading order.
        pen_width: pixels.
        classify: gives the answers float32 (n, 10) or (n, 11) of pictures uint8 (n, 28, 28); with ten
            answers there is no telling what is no digit, and every group is taken for one.
        drawn: the strokes that the ink was drawn with, where these are known.
    """
    crops = normalize(found.crops)
    answers = classify(crops)
    if not len(crops) or answers.shape[1] == CLASSES:
        return Found(found.boxes, found.row, crops, answers, np.empty((0, 4), np.int32))
    parts = [Part(box, crop) for box, crop in zip(found.boxes, found.crops, strict=True)]
    height = _row_heights(found)
    sure = is_sure(found.boxes, answers, height)
    stretches = _stretches(found, _ways(parts, sure, height, pen_width, drawn), height)
    runs = [[candidates(stretch) for stretch in ways] for ways in stretches]
    pictures = normalize([candidate.part.ink for ways in runs for way in ways for candidate in way])
    read = classify(pictures)
    digits = [(int(found.row[i]), found.boxes[i], crops[i], answers[i]) for i in np.flatnonzero(sure)]
    refused: list[Boxes] = []
    first = 0
    for ways, ways_runs in zip(stretches, runs, strict=True):
        firsts = [first, *(first := first + len(way) for way in ways_runs)]
        settled = [
            settle(stretch, way, read[start : start + len(way)])
            for stretch, way, start in zip(ways, ways_runs, firsts, strict=False)
        ]
        best = min(range(len(ways)), key=lambda way: settled[way].cost)
        for choice in settled[best].choices:
            box, place = ways_runs[best][choice.index].part.box, firsts[best] + choice.index
            if choice.is_digit:
                digits.append((ways[best].row, box, pictures[place], doubted(read[place], choice)))
            else:
                refused.append(box)
    return _in_order(digits, refused, answers.shape[1])


def _ways(
    parts: list[Part], sure: NDArray[np.bool_], height: NDArray[np.float64], pen_width: float, drawn: Sequence[Stroke]
) -> list[list[Parting]]:
    """Return the ways to part each group, none for those that are sure; too many to part stay whole."""
    crowded = np.count_nonzero(~sure) > _MOST_PARTED
    ways: list[list[Parting]] = []
    for part, own, tall in zip(parts, sure, height.tolist(), strict=True):
        if own:
            ways.append([])
        elif crowded:
            ways.append([whole(part)])
        else:
            ways.append([take_apart(part, tall, pen_width), *([as_drawn(part, tall, drawn)] if drawn else [])])
    return ways


def doubted(answer: Answers, choice: Choice) -> Answers:
    """Return an answer (11,) as far as it is believed that its ink is one digit; the rest goes to no digit."""
    believed = answer * choice.belief
    believed[CLASSES] = 1 - believed[:CLASSES].sum()
    return believed


def is_sure(boxes: Boxes, answers: Answers, height: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which groups are digits beyond doubt: read with confidence, of a digit's shape and height."""
    wide, tall = sides(boxes)
    confidence = answers[:, :CLASSES].max(axis=1, initial=0)
    widest = np.where(confidence >= SURE_IF_WIDE, 1.6, 1.15) * np.maximum(tall, height)
    return (confidence >= SURE) & (wide < widest) & (tall > 0.6 * height) & (tall < 1.8 * height)


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


def _stretches(found: Segments, ways: list[list[Parting]], height: NDArray[np.float64]) -> list[list[Stretch]]:
    """Return the runs of groups that can be parted, neighbours that stand close taken together, in every way.

    Args:
        found: the groups.
        ways: for each group the ways to part it, none for a group that stays as it is.
        height: (n,) of the digits around each group.
    """
    runs: list[list[int]] = []
    for index, own in enumerate(ways):
        if not own:
            continue
        before = runs[-1][-1] if runs else -1
        near = (
            before == index - 1
            and before >= 0
            and found.row[before] == found.row[index]
            and found.boxes[index, 0] - found.boxes[before, 2] < _NEAR * height[index]
        )
        if near:
            runs[-1].append(index)
        else:
            runs.append([index])
    return [
        [
            Stretch.of(int(found.row[run[0]]), float(height[run[0]]), partings)
            for partings in zip(*(ways[index] for index in run), strict=True)
        ]
        for run in runs
    ]


def candidates(stretch: Stretch) -> list[Candidate]:
    """Return what lies between two divisions and could be a digit, and every group as it was found."""
    found = spans(stretch)
    return [
        Candidate(start, end, stretch.within(inside, box), groups, whole)
        for start, end, inside, box, groups, whole in zip(
            found.start.tolist(), found.end.tolist(), found.inside, found.box, found.groups.tolist(),
            found.whole.tolist(), strict=True,
        )
    ]  # fmt: skip


def spans(stretch: Stretch) -> Spans:
    """Return where candidates lie."""
    lefts = stretch.lefts
    nested = (lefts.astype(np.float32) @ (~lefts.T).astype(np.float32)) == 0
    start, end = np.nonzero(np.triu(nested, 1))
    inside = lefts[end] & ~lefts[start]
    boxes = np.array([part.box for part in stretch.parts], np.int32)
    far = 2**30
    low = np.where(inside[..., None], boxes[:, :2], far).min(axis=1)
    high = np.where(inside[..., None], boxes[:, 2:], -far).max(axis=1)
    wide, tall = (high - low).T
    own = inside.astype(np.int32) @ (stretch.group[:, None] == np.arange(stretch.group[-1] + 1))
    groups = np.count_nonzero(own, axis=1)
    whole = (groups == 1) & ((own == 0) | (own == np.bincount(stretch.group))).all(axis=1)
    kept = whole | ((wide <= _WIDEST * stretch.height) & (tall >= _LOWEST * stretch.height))
    box = np.concatenate([low, high], axis=1, dtype=np.int32)
    return Spans(start[kept], end[kept], inside[kept], box[kept], groups[kept], whole[kept])


def settle(stretch: Stretch, candidates: list[Candidate], answers: Answers) -> Settled:
    """Return the candidates on the likeliest way through a stretch, from left to right, and what it costs.

    What each is believed is the share of all ways, each counted by its likelihood, that take the same
    ink for the same digit (the forward-backward algorithm; Rabiner 1989).
    """
    count = len(stretch.lefts) - 1
    steps = sorted(_steps(stretch, candidates, answers), key=lambda step: (step.start, step.end))
    cost, came = np.full(count + 1, np.inf), [-1] * (count + 1)
    ahead, behind = np.full(count + 1, -np.inf), np.full(count + 1, -np.inf)
    cost[0], ahead[0], behind[count] = 0.0, 0.0, 0.0
    for place, step in enumerate(steps):
        ahead[step.end] = np.logaddexp(ahead[step.end], ahead[step.start] - step.cost)
        if cost[step.start] + step.cost < cost[step.end]:
            cost[step.end], came[step.end] = cost[step.start] + step.cost, place
    for step in sorted(steps, key=lambda step: (step.end, step.start), reverse=True):
        behind[step.start] = np.logaddexp(behind[step.start], behind[step.end] - step.cost)
    shares = [math.exp(min(0.0, ahead[step.start] - step.cost + behind[step.end] - ahead[count])) for step in steps]
    way = []
    end = count
    while end > 0:
        chosen = steps[came[end]]
        alike = [share for share, step in zip(shares, steps, strict=True) if _is_alike(candidates, chosen, step)]
        way.append(Choice(chosen.candidate, chosen.digit is not None, min(1.0, sum(alike))))
        end = chosen.start
    return Settled(way[::-1], float(cost[count]))


def _steps(stretch: Stretch, candidates: list[Candidate], answers: Answers) -> list[_Step]:
    """Return every candidate taken for its digit, and where it is whole, refused."""
    steps = []
    for index, (candidate, answer) in enumerate(zip(candidates, answers, strict=True)):
        ends = candidate.start, candidate.end
        cost = _shape_cost(stretch, candidate) - _log(answer[:CLASSES].max())
        steps.append(_Step(*ends, index, int(answer[:CLASSES].argmax()), cost))
        if candidate.whole:
            steps.append(_Step(*ends, index, None, _refusal_cost(stretch, candidate) - _log(answer[CLASSES])))
    return steps


def _refusal_cost(stretch: Stretch, candidate: Candidate) -> float:
    left, _, right, _ = candidate.part.box
    return _REFUSE * max(1.0, float(right - left) / (_USUAL_WIDTH * stretch.height))


def _shape_cost(stretch: Stretch, candidate: Candidate) -> float:
    """Return what cutting a candidate out, joining it and its odd size cost, in nats."""
    left, top, right, bottom = candidate.part.box
    wide, tall, height = float(right - left), float(bottom - top), stretch.height
    cost = _WIDE * max(0.0, wide / max(tall, height) - 1.0) + _SHORT * max(0.0, 0.6 - tall / height)
    cut = float(stretch.costs[candidate.start] + stretch.costs[candidate.end])
    return cost + cut + _JOIN * (candidate.groups - 1)


def _is_alike(candidates: list[Candidate], one: _Step, other: _Step) -> bool:
    """Return whether two steps take about the same ink for the same digit, or both refuse it."""
    if one.digit != other.digit:
        return False
    left, _, right, _ = candidates[one.candidate].part.box
    other_left, _, other_right, _ = candidates[other.candidate].part.box
    shared = min(right, other_right) - max(left, other_left)
    return bool(shared > 0.6 * (max(right, other_right) - min(left, other_left)))


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
