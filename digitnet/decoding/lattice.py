"""Decode an ink run: find the likeliest text on the lattice of its candidates.

A lattice has a node for each cut of an ink run and an edge for each candidate and label. Many paths give the same
text, because a cut a little further left or right changes nothing. So the decoder looks for the text whose paths are
likeliest together, not for the cheapest path; of the paths to that text it takes the cheapest.

Sources: heuristic over-segmentation of LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied
to document recognition" (1998), section VI; the prefix search, which sums over the paths to one text, of Graves,
Fernandez, Gomez and Schmidhuber, "Connectionist temporal classification" (2006).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.ctc import Text, add_logs
from digitnet.decoding.hypotheses import Decoding, Hypothesis, PathStep, ScoreTexts, rank_texts
from digitnet.decoding.path_costs import compute_network_costs, compute_refusal_cost, compute_shape_cost
from digitnet.labels import CLASSES, NOT_A_DIGIT
from digitnet.segmentation.candidates import Candidate, InkRun
from digitnet.types import Boxes, Probabilities

_BEAM = 12  # Prefixes that are followed from each cut.
_MIN_PROBABILITY = 0.02  # A candidate is read as its likeliest digit and as others from this probability on.
_MIN_SHARE = 0.002  # Hypotheses with a smaller share do not count towards beliefs.
_MIN_OVERLAP = 0.6  # Candidates cover the same ink if they share more than this ratio of their joint width.

_Floats = NDArray[np.float64]


class _Edges(NamedTuple):
    """The k edges of one label: start and end cuts, candidates and log-likelihoods, (k,) each."""

    start: NDArray[np.intp]
    end: NDArray[np.intp]
    candidate: NDArray[np.intp]
    log_likelihood: _Floats


def decode_run(
    ink_run: InkRun,
    candidates: list[Candidate],
    probabilities: Probabilities,
    score: ScoreTexts | None = None,
    likely: Sequence[Text] = (),
) -> Decoding:
    """Find the likeliest text of an ink run and the cheapest path to it.

    The belief of a step in its own label is the share of all paths, weighted by likelihood, that read the same ink
    as this label (forward-backward algorithm; Rabiner 1989). Its belief in another label is the share of the
    hypotheses that have this label at the same place.

    Args:
        ink_run: a run with m cuts.
        candidates: n candidates, at most one between any two cuts.
        probabilities: float32 (n, 11), the networks' probabilities of the candidates.
        score: returns log-probabilities of texts by the ink run as a whole.
        likely: texts to consider beside those that the lattice makes likely, if there is a path to them.
    """
    cuts = len(ink_run.left_of_cut)
    edges = _build_edges(ink_run, candidates, probabilities)
    texts = _find_likely_texts(edges, cuts)
    for text in likely:
        likelihood = _measure_likelihood(edges, cuts, text) if text and text not in texts else -np.inf
        if likelihood > -np.inf:
            texts[text] = likelihood
    hypotheses = rank_texts(texts, score)
    shares = [np.zeros(len(label_edges.start)) for label_edges in edges]
    for hypothesis in hypotheses:
        if hypothesis.share > _MIN_SHARE:
            _add_path_shares(shares, hypothesis, edges, cuts)
    sides = np.array([candidate.segment.box[[0, 2]] for candidate in candidates])
    path = []
    for place, (label, index, cost) in enumerate(_find_cheapest_path(edges, cuts, hypotheses[0].text)):
        belief = _sum_shares_at(place, hypotheses)
        same_ink = _cover_same_ink(sides[edges[label].candidate], sides[index])
        belief[label] = min(1 - (belief.sum() - belief[label]), shares[label][same_ink].sum())
        path.append(PathStep(index, None if label == NOT_A_DIGIT else label, cost, belief))
    return Decoding(path, hypotheses)


def _build_edges(ink_run: InkRun, candidates: list[Candidate], probabilities: Probabilities) -> list[_Edges]:
    """Return the edges of each label, 0 to 10; only whole groups can be refused."""
    costs = compute_network_costs(probabilities)
    unlikely = probabilities[:, :CLASSES] < _MIN_PROBABILITY
    costs[unlikely & (costs > costs.min(axis=1, keepdims=True))] = np.inf
    shape_costs = np.array([compute_shape_cost(ink_run, candidate).total for candidate in candidates])
    refusal_costs = [
        np.inf if candidate.whole_group is None else compute_refusal_cost(ink_run, candidate, row)
        for candidate, row in zip(candidates, probabilities, strict=True)
    ]
    log_likelihoods = -np.column_stack([costs + shape_costs[:, None], refusal_costs])
    start, end = (
        np.array([getattr(candidate, side) for candidate in candidates], np.intp) for side in ("start", "end")
    )
    possible = [np.flatnonzero(np.isfinite(column)) for column in log_likelihoods.T]
    return [
        _Edges(start[index], end[index], index, log_likelihoods[index, label]) for label, index in enumerate(possible)
    ]


def _find_likely_texts(edges: list[_Edges], cuts: int) -> dict[Text, float]:
    """Return likely texts with the log-likelihood of their paths together (prefix search)."""
    ordered = sorted(
        (start, end, label, likelihood)
        for label, label_edges in enumerate(edges)
        for start, end, likelihood in zip(
            label_edges.start.tolist(), label_edges.end.tolist(), label_edges.log_likelihood.tolist(), strict=True
        )
    )
    reached: list[dict[Text, float]] = [{} for _ in range(cuts)]
    reached[0][()] = 0.0
    current, prefixes = -1, list[tuple[Text, float]]()
    for start, end, label, likelihood in ordered:
        if start != current:
            current, prefixes = start, _take_likeliest(reached[start], _BEAM)
        texts = reached[end]
        for prefix, prefix_likelihood in prefixes:
            text = (*prefix, label)
            texts[text] = add_logs(texts.get(text, -math.inf), prefix_likelihood + likelihood)
    return dict(_take_likeliest(reached[-1], 2 * _BEAM))


def _measure_likelihood(edges: list[_Edges], cuts: int, text: Text) -> float:
    """Return the log-likelihood of all paths to a text together, -inf without any."""
    reached = _start_at(0, cuts)
    for label in text:
        before, label_edges = reached, edges[label]
        reached = np.full(cuts, -np.inf)
        np.logaddexp.at(reached, label_edges.end, before[label_edges.start] + label_edges.log_likelihood)
    return float(reached[-1])


def _take_likeliest(texts: dict[Text, float], count: int) -> list[tuple[Text, float]]:
    return sorted(texts.items(), key=lambda item: -item[1])[:count]


def _find_cheapest_path(edges: list[_Edges], cuts: int, text: Text) -> list[tuple[int, int, float]]:
    """Return the label, candidate and cost of each step on the cheapest path (Viterbi 1967)."""
    reached = [_start_at(0, cuts)]
    for label in text:
        label_edges, best = edges[label], np.full(cuts, -np.inf)
        np.maximum.at(best, label_edges.end, reached[-1][label_edges.start] + label_edges.log_likelihood)
        reached.append(best)
    path, end = [], cuts - 1
    for label, before in zip(reversed(text), reversed(reached[:-1]), strict=True):
        label_edges = edges[label]
        likelihoods = before[label_edges.start] + label_edges.log_likelihood
        edge = int(np.where(label_edges.end == end, likelihoods, -np.inf).argmax())
        path.append((label, int(label_edges.candidate[edge]), float(-label_edges.log_likelihood[edge])))
        end = int(label_edges.start[edge])
    return path[::-1]


def _add_path_shares(shares: list[_Floats], hypothesis: Hypothesis, edges: list[_Edges], cuts: int) -> None:
    """Divide the share of a hypothesis among the edges on its paths, by their likelihood."""
    forward = [_start_at(0, cuts)]
    for label in hypothesis.text:
        label_edges, reached = edges[label], np.full(cuts, -np.inf)
        np.logaddexp.at(reached, label_edges.end, forward[-1][label_edges.start] + label_edges.log_likelihood)
        forward.append(reached)
    total, backward = forward.pop()[-1], _start_at(-1, cuts)
    for label, before in zip(reversed(hypothesis.text), reversed(forward), strict=True):
        label_edges, reached = edges[label], np.full(cuts, -np.inf)
        through = label_edges.log_likelihood + backward[label_edges.end]
        shares[label] += hypothesis.share * np.exp(before[label_edges.start] + through - total)
        np.logaddexp.at(reached, label_edges.start, through)
        backward = reached


def _start_at(cut: int, cuts: int) -> _Floats:
    """Return log-probabilities of the cuts, float64 (cuts,): 0 at `cut`, -inf elsewhere."""
    reached = np.full(cuts, -np.inf)
    reached[cut] = 0.0
    return reached


def _sum_shares_at(place: int, hypotheses: list[Hypothesis]) -> _Floats:
    """Return the share of each label, float64 (11,), at a place of the text.

    Hypotheses that are as long as the first count.
    """
    shares = np.zeros(CLASSES + 1)
    for hypothesis in hypotheses:
        if len(hypothesis.text) == len(hypotheses[0].text):
            shares[hypothesis.text[place]] += hypothesis.share
    return shares


def _cover_same_ink(sides: Boxes, chosen: Boxes) -> NDArray[np.bool_]:
    """Return which candidates cover about the same ink as the chosen one, bool (n,).

    Candidates are given by their left and right sides, int32 (n, 2), the chosen one by (2,).
    """
    shared = np.minimum(sides[:, 1], chosen[1]) - np.maximum(sides[:, 0], chosen[0])
    return shared > _MIN_OVERLAP * (np.maximum(sides[:, 1], chosen[1]) - np.minimum(sides[:, 0], chosen[0]))
