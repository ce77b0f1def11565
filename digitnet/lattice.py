"""The likeliest way through a stretch of ink: which candidates are digits, and which ink is no digit.

Dynamic programming finds the way that the network believes most, counting what it costs to cut, to join and
to refuse.

Source: heuristic over-segmentation of LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied
to document recognition" (1998), section VI.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.candidates import Candidate, Stretch
from digitnet.layers import CLASSES

Answers = NDArray[np.float32]
# Costs in nats, beside the network's own -log(probability).
_NARROW = 4.0  # for each side that is cut, and each height that the ink is narrower than
_TWO_DIGITS = 1.2  # heights that two digits take
_JOIN = 1.2
_REFUSE = 2.0  # for each digit that there would be room for
_USUAL_WIDTH = 0.8  # of a digit's height
_WIDE = 2.0  # for each height that a digit is wider than high
_SHORT = 3.0  # for each height that a digit lacks to 0.6 of the row's
_LEAST = 1e-6


@dataclass(frozen=True)
class Choice:
    """A candidate that was settled on.

    Attributes:
        belief: how far that it stands so is believed, 0 to 1.
        cost: in nats.
    """

    index: int
    is_digit: bool
    belief: float
    cost: float


class Settled(NamedTuple):
    """The likeliest way through a stretch."""

    choices: list[Choice]
    cost: float  # in nats


class Shape(NamedTuple):
    """What the shape of a candidate costs, in nats: its odd size, the cut on each side, and joining groups."""

    size: float
    left: float
    right: float
    joined: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.size + self.left + self.right + self.joined


class _Step(NamedTuple):
    start: int
    end: int
    candidate: int
    digit: int | None  # None where the candidate is refused
    cost: float


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
        way.append(Choice(chosen.candidate, chosen.digit is not None, min(1.0, sum(alike)), chosen.cost))
        end = chosen.start
    return Settled(way[::-1], float(cost[count]))


def _steps(stretch: Stretch, candidates: list[Candidate], answers: Answers) -> list[_Step]:
    """Return every candidate taken for its digit, and where it is whole, refused."""
    steps = []
    for index, (candidate, answer) in enumerate(zip(candidates, answers, strict=True)):
        ends = candidate.start, candidate.end
        cost = shape_costs(stretch, candidate).total + network_cost(answer)
        steps.append(_Step(*ends, index, int(answer[:CLASSES].argmax()), cost))
        if candidate.whole is not None:
            steps.append(_Step(*ends, index, None, refusal_cost(stretch, candidate, answer)))
    return steps


def network_cost(answer: Answers) -> float:
    """Return what taking a candidate with this answer, float32 (11,), for its digit costs by the network, in nats."""
    return -_log(answer[:CLASSES].max())


def refusal_cost(stretch: Stretch, candidate: Candidate, answer: Answers) -> float:
    """Return what refusing a candidate with this answer, float32 (11,), costs, in nats."""
    left, _, right, _ = candidate.part.box
    return _REFUSE * max(1.0, float(right - left) / (_USUAL_WIDTH * stretch.height)) - _log(answer[CLASSES])


def shape_costs(stretch: Stretch, candidate: Candidate) -> Shape:
    """Return what cutting a candidate out, joining it and its odd size cost, in nats."""
    left, top, right, bottom = candidate.part.box
    wide, tall, height = float(right - left), float(bottom - top), stretch.height
    size = _WIDE * max(0.0, wide / max(tall, height) - 1.0) + _SHORT * max(0.0, 0.6 - tall / height)
    before, after = (
        _NARROW * max(0.0, _TWO_DIGITS - float(stretch.cut[division]) / height)
        for division in (candidate.start, candidate.end)
    )
    return Shape(size, before, after, _JOIN * (candidate.groups - 1))


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
