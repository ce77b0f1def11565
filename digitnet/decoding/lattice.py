"""The likeliest way through a stretch of ink: which candidates are digits, and which ink is no digit.

Many ways give the same text, for a cut a little further to the left or right changes nothing. So what is looked for
is not the one way that costs least, but the text whose ways are likeliest together, and that the whole stretch says
by the network that reads it without dividing it; of the ways to this text the cheapest is taken.

Sources: heuristic over-segmentation of LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied
to document recognition" (1998), section VI; summing over the ways to one text is the prefix search of Graves,
Fernandez, Gomez and Schmidhuber, "Connectionist temporal classification" (2006).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.path_costs import network_costs, refusal_cost, shape_costs
from digitnet.decoding.sequence_recognizer import Text
from digitnet.labels import CLASSES, NOT_A_DIGIT
from digitnet.segmentation.candidates import Candidate, InkRun
from digitnet.types import Probabilities

_TEXTS = 12  # likeliest beginnings that are followed from each division
_LIKELY = 0.02  # least probability of a digit that a candidate is taken for beside the likeliest one
_COUNTED = 0.002  # least share of a text whose ways are counted where beliefs are summed up
_IMPOSSIBLE = 1000.0  # nats, what a text costs that the stretch as a whole has no room for
_WEIGHT = 0.6  # of what a text costs by its ways, and by the stretch as a whole: they see the same ink
_EXPECTED = 3.0  # nats, for one digit where the same ink may be none, and against several: letters look like these

Says = Callable[[Sequence[Text]], NDArray[np.float64]]
_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Choice:
    """A candidate that was settled on.

    Attributes:
        index: its place among the candidates.
        digit: what it is taken for; None where it is refused.
        cost: in nats.
        belief: float64 (11,), how far it is believed that this ink is each of the digits, or is refused.
    """

    index: int
    digit: int | None
    cost: float
    belief: _Floats

    @property
    def is_digit(self) -> bool:
        """Whether it is taken for a digit."""
        return self.digit is not None


class Said(NamedTuple):
    """A text that a stretch may say.

    Attributes:
        divided: what it costs by the likeliest ways to divide the ink that give it, taken together, in nats.
        undivided: what it costs by the stretch as a whole, in nats; None where that was not asked.
        share: of all texts, by both, 0 to 1.
    """

    text: Text
    divided: float
    undivided: float | None
    share: float


class Settled(NamedTuple):
    """The way through a stretch that is taken, and the texts that the stretch may say, the likeliest first."""

    choices: list[Choice]
    texts: list[Said]

    @property
    def cost(self) -> float:
        """What its candidates cost together, in nats."""
        return sum(choice.cost for choice in self.choices)


class _Steps(NamedTuple):
    """Candidates taken for one sign: between which divisions, which they are, and how likely that is, as logarithm."""

    start: NDArray[np.intp]
    end: NDArray[np.intp]
    candidate: NDArray[np.intp]
    likely: _Floats


def settle(stretch: InkRun, candidates: list[Candidate], answers: Probabilities, says: Says | None = None) -> Settled:
    """Return the candidates on the way through a stretch that is taken, from left to right.

    What each is believed is the share of all ways, each counted by its likelihood, that take the same ink for the
    same digit (the forward-backward algorithm; Rabiner 1989), and for others the share of the texts that have them
    in its place.

    Args:
        stretch: m divisions.
        candidates: what lies between two of them, only one between any two.
        answers: float32 (n, 11), the networks' to the candidates.
        says: gives the logarithm of the probability of each of some texts by the stretch as a whole.
    """
    divisions = len(stretch.lefts)
    signs = _steps(stretch, candidates, answers)
    texts = _weighed(_likeliest_texts(signs, divisions), says)
    shares = [np.zeros(len(steps.start)) for steps in signs]
    for said in texts:
        if said.share > _COUNTED:
            _add_shares(shares, said, signs, divisions)
    sides = np.array([each.part.box[[0, 2]] for each in candidates])
    choices = []
    for place, (sign, candidate, cost) in enumerate(_cheapest_way(signs, divisions, texts[0].text)):
        belief = _beliefs_at(place, texts)
        alike = _is_alike(sides[signs[sign].candidate], sides[candidate])
        belief[sign] = min(1 - (belief.sum() - belief[sign]), shares[sign][alike].sum())
        choices.append(Choice(candidate, None if sign == NOT_A_DIGIT else sign, cost, belief))
    return Settled(choices, texts)


def _steps(stretch: InkRun, candidates: list[Candidate], answers: Probabilities) -> list[_Steps]:
    """Return for each sign, 0 to 9 and 10 for no digit, the candidates that may be taken for it."""
    costs = network_costs(answers)
    costs[(answers[:, :CLASSES] < _LIKELY) & (costs > costs.min(axis=1, keepdims=True))] = np.inf
    shapes = np.array([shape_costs(stretch, candidate).total for candidate in candidates])
    refusals = [
        np.inf if candidate.whole is None else refusal_cost(stretch, candidate, answer)
        for candidate, answer in zip(candidates, answers, strict=True)
    ]
    likely = -np.column_stack([costs + shapes[:, None], refusals])
    start, end = (
        np.array([getattr(candidate, side) for candidate in candidates], np.intp) for side in ("start", "end")
    )
    taken = [np.flatnonzero(np.isfinite(own)) for own in likely.T]
    return [_Steps(start[own], end[own], own, likely[own, sign]) for sign, own in enumerate(taken)]


def _likeliest_texts(signs: list[_Steps], divisions: int) -> dict[Text, float]:
    """Return likely texts, each with the logarithm of the sum of its ways' likelihoods."""
    steps = sorted(
        (start, end, sign, likely)
        for sign, own in enumerate(signs)
        for start, end, likely in zip(own.start.tolist(), own.end.tolist(), own.likely.tolist(), strict=True)
    )
    reached: list[dict[Text, float]] = [{} for _ in range(divisions)]
    reached[0][()] = 0.0
    before, beginnings = -1, list[tuple[Text, float]]()
    for start, end, sign, likely in steps:
        if start != before:
            before, beginnings = start, _likeliest(reached[start], _TEXTS)
        there = reached[end]
        for text, likelihood in beginnings:
            longer = (*text, sign)
            there[longer] = _sum(there.get(longer, -math.inf), likelihood + likely)
    return dict(_likeliest(reached[-1], 2 * _TEXTS))


def _likeliest(texts: dict[Text, float], count: int) -> list[tuple[Text, float]]:
    return sorted(texts.items(), key=lambda item: -item[1])[:count]


def _sum(one: float, other: float) -> float:
    """Return log(exp(one) + exp(other))."""
    low, high = (one, other) if one < other else (other, one)
    return high + math.log1p(math.exp(low - high)) if low > -math.inf else high


def _weighed(texts: dict[Text, float], says: Says | None) -> list[Said]:
    """Return texts, each with the logarithm of its likelihood, weighed by what the whole stretch says, best first.

    Where ink may be digits, or be refused, a single one is expected, and several have to be the likelier.
    """
    every = list(texts)
    divided = -np.array(list(texts.values()))
    said = says(every) if says else np.full(len(every), -np.inf)
    if not np.isfinite(said).any():
        return _shared(every, divided, [None] * len(every), -divided)
    undivided = np.minimum(-said, _IMPOSSIBLE)
    weight = -_WEIGHT * (divided + undivided)
    refusing = np.array([NOT_A_DIGIT in text for text in every])
    if refusing.any() and not refusing.all():
        some, none = (every[np.flatnonzero(kind)[weight[kind].argmax()]] for kind in (~refusing, refusing))
        more = len(some) - sum(sign != NOT_A_DIGIT for sign in none)
        weight[~refusing] += _EXPECTED if more <= 1 else -_EXPECTED
    return _shared(every, divided, undivided.tolist(), weight)


def _shared(texts: list[Text], divided: _Floats, undivided: Sequence[float | None], weight: _Floats) -> list[Said]:
    """Return texts with their shares by the logarithms of their weights, the largest first."""
    shares = np.exp(weight - weight.max())
    shares /= shares.sum()
    return sorted(map(Said, texts, divided.tolist(), undivided, shares.tolist()), key=lambda one: -one.share)


def _cheapest_way(signs: list[_Steps], divisions: int, text: Text) -> list[tuple[int, int, float]]:
    """Return the candidates that give a text and cost least: sign, place and cost of each (Viterbi 1967)."""
    reached = [_at(0, divisions)]
    for sign in text:
        best = np.full(divisions, -np.inf)
        np.maximum.at(best, signs[sign].end, reached[-1][signs[sign].start] + signs[sign].likely)
        reached.append(best)
    way, end = [], divisions - 1
    for sign, before in zip(reversed(text), reversed(reached[:-1]), strict=True):
        own = signs[sign]
        step = int(np.where(own.end == end, before[own.start] + own.likely, -np.inf).argmax())
        way.append((sign, int(own.candidate[step]), float(-own.likely[step])))
        end = int(own.start[step])
    return way[::-1]


def _add_shares(shares: list[_Floats], said: Said, signs: list[_Steps], divisions: int) -> None:
    """Share a text's share out to the candidates that its ways go by, by the likelihood of these."""
    ahead = [_at(0, divisions)]
    for sign in said.text:
        own, reached = signs[sign], np.full(divisions, -np.inf)
        np.logaddexp.at(reached, own.end, ahead[-1][own.start] + own.likely)
        ahead.append(reached)
    total, behind = ahead.pop()[-1], _at(-1, divisions)
    for sign, before in zip(reversed(said.text), reversed(ahead), strict=True):
        own, reached = signs[sign], np.full(divisions, -np.inf)
        through = own.likely + behind[own.end]
        shares[sign] += said.share * np.exp(before[own.start] + through - total)
        np.logaddexp.at(reached, own.start, through)
        behind = reached


def _at(division: int, divisions: int) -> _Floats:
    """Return the logarithms of being at each division, where it is this one for sure."""
    reached = np.full(divisions, -np.inf)
    reached[division] = 0.0
    return reached


def _beliefs_at(place: int, texts: list[Said]) -> _Floats:
    """Return how far each sign is believed at a place of the first text, by the texts that are as long, (11,)."""
    beliefs = np.zeros(CLASSES + 1)
    for said in texts:
        if len(said.text) == len(texts[0].text):
            beliefs[said.text[place]] += said.share
    return beliefs


def _is_alike(sides: NDArray[np.int32], own: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return which candidates, by their left and right sides (n, 2), take about the same ink as one, (2,)."""
    shared = np.minimum(sides[:, 1], own[1]) - np.maximum(sides[:, 0], own[0])
    return shared > 0.6 * (np.maximum(sides[:, 1], own[1]) - np.minimum(sides[:, 0], own[0]))
