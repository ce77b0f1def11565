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

from digitnet.candidates import Candidate, Stretch
from digitnet.costs import Answers, network_costs, refusal_cost, shape_costs
from digitnet.layers import CLASSES

_TEXTS = 12  # likeliest beginnings that are followed from each division
_LIKELY = 0.02  # least probability of a digit that a candidate is taken for beside the likeliest one
_COUNTED = 0.002  # least share of all ways that those to a text have to be counted
_DIVIDED, _UNDIVIDED = 0.5, 0.6  # weights of what the ways to a text say, and of what the stretch as a whole says,
_MANY = 0.2  # and of the latter for digits or for none, for each digit,
_CLEAR = 5.5  # where it has to be so much likelier for each digit, in nats

Text = tuple[int, ...]  # from left to right, 0 to 9, and 10 for what is refused
Says = Callable[[Sequence[Text]], NDArray[np.float64]]
_Table = NDArray[np.float64]
_Costs = NDArray[np.float64]


@dataclass(frozen=True)
class Choice:
    """A candidate that was settled on.

    Attributes:
        digit: what it is taken for; None where it is refused.
        cost: in nats.
        belief: float64 (11,), how far it is believed that this ink is each of the digits, or is refused.
    """

    index: int
    digit: int | None
    cost: float
    belief: NDArray[np.float64]

    @property
    def is_digit(self) -> bool:
        """Whether it is taken for a digit."""
        return self.digit is not None


class Said(NamedTuple):
    """A text that a stretch may say.

    Attributes:
        divided: what it costs by all ways to divide the ink that give it, in nats.
        undivided: what it costs by the stretch as a whole, in nats; 0 where that was not asked.
        share: of all texts, by both, 0 to 1.
    """

    text: Text
    divided: float
    undivided: float
    share: float


class Settled(NamedTuple):
    """The way through a stretch that is taken, and the texts that the stretch may say, the likeliest first."""

    choices: list[Choice]
    texts: list[Said]

    @property
    def cost(self) -> float:
        """What its candidates cost together, in nats."""
        return sum(choice.cost for choice in self.choices)


def settle(stretch: Stretch, candidates: list[Candidate], answers: Answers, says: Says | None = None) -> Settled:
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
    ways = _likelihoods(stretch, candidates, answers)
    texts = _weighed(_likeliest_texts(ways), says)
    shares = np.zeros(ways.shape)
    for said in texts:
        if said.share > _COUNTED:
            _add_shares(shares, said, ways)
    places = {(each.start, each.end): index for index, each in enumerate(candidates)}
    starts, ends = np.array(list(places)).T
    sides = np.array([each.part.box[[0, 2]] for each in candidates])
    choices = []
    for place, (sign, start, end) in enumerate(_likeliest_way(ways, texts[0].text)):
        index = places[start, end]
        alike = _is_alike(sides, sides[index])
        belief = _beliefs_at(place, texts)
        belief[sign] = min(1 - (belief.sum() - belief[sign]), shares[sign, starts[alike], ends[alike]].sum())
        choices.append(Choice(index, None if sign == CLASSES else sign, float(-ways[sign, start, end]), belief))
    return Settled(choices, texts)


def _beliefs_at(place: int, texts: list[Said]) -> NDArray[np.float64]:
    """Return how far each sign is believed at a place of the first text, by the texts that are as long, (11,)."""
    beliefs = np.zeros(CLASSES + 1)
    for said in texts:
        if len(said.text) == len(texts[0].text):
            beliefs[said.text[place]] += said.share
    return beliefs


def _weighed(likelihoods: dict[Text, float], says: Says | None) -> list[Said]:
    """Return texts, each with the logarithm of its likelihood, weighed by what the whole stretch says, best first.

    Letters look like some digits, but hardly like many: so between a text that refuses ink and one that takes it for
    digits, the whole stretch counts the more, the more digits these are, and has to be clear about each.
    """
    texts = list(likelihoods)
    divided = -np.array(list(likelihoods.values()))
    if not says:
        return _shared(texts, divided, np.zeros(len(texts)), -divided)
    undivided = -says(texts)
    weight = -_DIVIDED * divided - _UNDIVIDED * undivided
    refusing = np.array([CLASSES in text for text in texts])
    if refusing.any() and not refusing.all():
        some, none = (np.flatnonzero(kind)[weight[kind].argmax()] for kind in (~refusing, refusing))
        digits = max(1, len(texts[some]) - len(texts[none]) + texts[none].count(CLASSES))
        clearer = _MANY * digits * (undivided[none] - undivided[some] - _CLEAR * digits)
        weight[~refusing] += divided[none] - divided[some] + clearer - (weight[some] - weight[none])
    return _shared(texts, divided, undivided, weight)


def _shared(texts: list[Text], divided: _Costs, undivided: _Costs, weight: _Costs) -> list[Said]:
    """Return texts with their shares by the logarithms of their weights, the largest first."""
    shares = np.exp(weight - weight.max())
    shares /= shares.sum()
    said = map(Said, texts, divided.tolist(), undivided.tolist(), shares.tolist())
    return sorted(said, key=lambda one: -one.share)


def _likelihoods(stretch: Stretch, candidates: list[Candidate], answers: Answers) -> _Table:
    """Return the logarithm of how likely a candidate is what a text may say there, float64 (11, m, m).

    The axes are the sign, and the divisions between which the candidate lies; minus infinity where there is none.
    """
    divisions = len(stretch.lefts)
    ways = np.full((CLASSES + 1, divisions, divisions), -np.inf)
    costs = network_costs(answers)
    costs[(answers[:, :CLASSES] < _LIKELY) & (costs > costs.min(axis=1, keepdims=True))] = np.inf
    for candidate, answer, cost in zip(candidates, answers, costs, strict=True):
        between = ways[:, candidate.start, candidate.end]
        between[:CLASSES] = -cost - shape_costs(stretch, candidate).total
        if candidate.whole is not None:
            between[CLASSES] = -refusal_cost(stretch, candidate, answer)
    return ways


def _likeliest_texts(ways: _Table) -> dict[Text, float]:
    """Return the texts whose ways from the first division to the last are likeliest in sum, and that, as logarithm."""
    divisions = ways.shape[1]
    reached: list[dict[Text, float]] = [{} for _ in range(divisions)]
    reached[0][()] = 0.0
    for start in range(divisions - 1):
        beginnings = sorted(reached[start].items(), key=lambda item: -item[1])[:_TEXTS]
        signs, ends = np.nonzero(ways[:, start] > -np.inf)
        for sign, end, step in zip(signs.tolist(), ends.tolist(), ways[signs, start, ends].tolist(), strict=True):
            there = reached[end]
            for text, likelihood in beginnings:
                longer = (*text, sign)
                there[longer] = _sum(there.get(longer, -math.inf), likelihood + step)
    return dict(sorted(reached[-1].items(), key=lambda item: -item[1])[: 2 * _TEXTS])


def _sum(one: float, other: float) -> float:
    """Return log(exp(one) + exp(other))."""
    low, high = (one, other) if one < other else (other, one)
    return high + math.log1p(math.exp(low - high)) if low > -math.inf else high


def _likeliest_way(ways: _Table, text: Text) -> list[tuple[int, int, int]]:
    """Return the candidates that give a text and cost least, each as sign, start and end (Viterbi 1967)."""
    reached = _at_first(ways)
    came = []
    for sign in text:
        steps = reached[:, None] + ways[sign]
        came.append(steps.argmax(axis=0))
        reached = steps.max(axis=0)
    way = []
    end = ways.shape[1] - 1
    for sign, before in zip(reversed(text), reversed(came), strict=True):
        way.append((sign, int(before[end]), end))
        end = way[-1][1]
    return way[::-1]


def _add_shares(shares: _Table, said: Said, ways: _Table) -> None:
    """Share a text's share out to the candidates that its ways go by, by the likelihood of these."""
    ahead = [_at_first(ways)]
    for sign in said.text:
        ahead.append(_log_sum(ahead[-1][:, None] + ways[sign]))
    behind = _at_first(ways)[::-1]
    for sign, before in zip(reversed(said.text), reversed(ahead[:-1]), strict=True):
        through = ways[sign] + behind
        shares[sign] += said.share * np.exp(before[:, None] + through - ahead[-1][-1])
        behind = _log_sum(through.T)


def _at_first(ways: _Table) -> NDArray[np.float64]:
    reached = np.full(ways.shape[1], -np.inf)
    reached[0] = 0.0
    return reached


def _log_sum(terms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithms of the sums along the first axis of what `terms` (n, m) are logarithms of."""
    highest = terms.max(axis=0)
    shift = np.where(np.isfinite(highest), highest, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.exp(terms - shift).sum(axis=0)) + shift)


def _is_alike(sides: NDArray[np.int32], own: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return which candidates, by their left and right sides (n, 2), take about the same ink as one, (2,)."""
    shared = np.minimum(sides[:, 1], own[1]) - np.maximum(sides[:, 0], own[0])
    return shared > 0.6 * (np.maximum(sides[:, 1], own[1]) - np.minimum(sides[:, 0], own[0]))
