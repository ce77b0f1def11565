"""The likeliest way through a stretch of ink: which candidates are digits, and which ink is no digit.

Many ways give the same digits, for a cut a little further to the left or right changes nothing. So what is looked
for is not the one way that costs least, but the digits whose ways are likeliest together; of these ways the
cheapest is taken.

Sources: heuristic over-segmentation of LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied
to document recognition" (1998), section VI; summing over the ways to one text is the prefix search of Graves,
Fernandez, Gomez and Schmidhuber, "Connectionist temporal classification" (2006).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from digitnet.candidates import Candidate, Stretch
from digitnet.costs import Answers, network_cost, refusal_cost, shape_costs
from digitnet.layers import CLASSES

_TEXTS = 12  # likeliest beginnings that are followed from each division


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
    """The way through a stretch that is taken, and what it costs, in nats."""

    choices: list[Choice]
    cost: float


class _Step(NamedTuple):
    start: int
    end: int
    candidate: int
    digit: int | None  # None where the candidate is refused
    cost: float


_Text = tuple[int, ...]


def settle(stretch: Stretch, candidates: list[Candidate], answers: Answers) -> Settled:
    """Return the candidates on the way through a stretch that is taken, from left to right.

    What each is believed is the share of all ways, each counted by its likelihood, that take the same
    ink for the same digit (the forward-backward algorithm; Rabiner 1989).

    Args:
        stretch: m divisions.
        candidates: what lies between two of them.
        answers: float32 (n, 11), the networks' to the candidates.
    """
    count = len(stretch.lefts) - 1
    steps = sorted(_steps(stretch, candidates, answers), key=lambda step: (step.start, step.end))
    way = _cheapest_way(steps, count, _likeliest_text(steps, count))
    shares = _shares(steps, count)
    choices = []
    for chosen in way:
        alike = [share for share, step in zip(shares, steps, strict=True) if _is_alike(candidates, chosen, step)]
        choices.append(Choice(chosen.candidate, chosen.digit is not None, min(1.0, sum(alike)), chosen.cost))
    return Settled(choices, sum(step.cost for step in way))


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


def _likeliest_text(steps: list[_Step], count: int) -> _Text:
    """Return the digits whose ways from division 0 to `count` are likeliest in sum.

    Args:
        steps: ordered by their start.
    """
    reached: list[dict[_Text, float]] = [{} for _ in range(count + 1)]
    reached[0][()] = 0.0
    start, beginnings = -1, list[tuple[_Text, float]]()
    for step in steps:
        if step.start != start:
            start = step.start
            beginnings = sorted(reached[start].items(), key=lambda item: -item[1])[:_TEXTS]
        there = reached[step.end]
        for text, likelihood in beginnings:
            longer = text if step.digit is None else (*text, step.digit)
            there[longer] = _sum(there.get(longer, -math.inf), likelihood - step.cost)
    return max(reached[count].items(), key=lambda item: item[1])[0]


def _sum(one: float, other: float) -> float:
    """Return log(exp(one) + exp(other))."""
    low, high = sorted((one, other))
    return high + math.log1p(math.exp(low - high)) if low > -math.inf else high


def _cheapest_way(steps: list[_Step], count: int, text: _Text) -> list[_Step]:
    """Return the way from division 0 to `count` that gives these digits and costs least (Viterbi 1967)."""
    cost = np.full((count + 1, len(text) + 1), np.inf)
    cost[0, 0] = 0.0
    came: dict[tuple[int, int], _Step] = {}
    for step in steps:
        for said in np.flatnonzero(np.isfinite(cost[step.start])).tolist():
            if step.digit is not None and (said == len(text) or text[said] != step.digit):
                continue
            then, sum_ = said + (step.digit is not None), cost[step.start, said] + step.cost
            if sum_ < cost[step.end, then]:
                cost[step.end, then], came[step.end, then] = sum_, step
    way: list[_Step] = []
    end, said = count, len(text)
    while end > 0:
        way.append(came[end, said])
        end, said = way[-1].start, said - (way[-1].digit is not None)
    return way[::-1]


def _shares(steps: list[_Step], count: int) -> list[float]:
    """Return the share of all ways, by their likelihood, that go by each step."""
    ahead, behind = np.full(count + 1, -np.inf), np.full(count + 1, -np.inf)
    ahead[0], behind[count] = 0.0, 0.0
    for step in steps:
        ahead[step.end] = np.logaddexp(ahead[step.end], ahead[step.start] - step.cost)
    for step in sorted(steps, key=lambda step: (step.end, step.start), reverse=True):
        behind[step.start] = np.logaddexp(behind[step.start], behind[step.end] - step.cost)
    return [math.exp(min(0.0, ahead[step.start] - step.cost + behind[step.end] - ahead[count])) for step in steps]


def _is_alike(candidates: list[Candidate], one: _Step, other: _Step) -> bool:
    """Return whether two steps take about the same ink for the same digit, or both refuse it."""
    if one.digit != other.digit:
        return False
    left, _, right, _ = candidates[one.candidate].part.box
    other_left, _, other_right, _ = candidates[other.candidate].part.box
    shared = min(right, other_right) - max(left, other_left)
    return bool(shared > 0.6 * (max(right, other_right) - min(left, other_left)))
