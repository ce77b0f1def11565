"""Record a decoded ink run, and rank the texts that it may hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.ctc import Text
from digitnet.labels import NOT_A_DIGIT

_MAX_LINE_COST = 1000.0  # Cost in nats of a text that does not fit into the ink run.
_COST_WEIGHT = 0.6  # Weight of both costs of a text: they come from the same ink and are not independent.
_PRIOR = 3.0  # Nats in favor of one digit over a refusal, and against several: letters look like several.

ScoreTexts = Callable[[Sequence[Text]], NDArray[np.float64]]  # Returns log-probabilities of texts, float64 (k,).
_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PathStep:
    """A candidate on the chosen path.

    Attributes:
        index: index of the candidate.
        digit: the digit that it is read as, or None if it is refused.
        cost: in nats.
        belief: float64 (11,), the probability of each digit, and of a refusal, at this place.
    """

    index: int
    digit: int | None
    cost: float
    belief: _Floats

    @property
    def is_digit(self) -> bool:
        """Whether the candidate is read as a digit."""
        return self.digit is not None


class Hypothesis(NamedTuple):
    """A text that an ink run may hold.

    Attributes:
        path_cost: cost of all lattice paths to the text together, in nats.
        line_cost: cost of the text by the string recognizer in nats, or None if it was not asked.
        share: probability of the text among all hypotheses, 0 to 1.
    """

    text: Text
    path_cost: float
    line_cost: float | None
    share: float


class Decoding(NamedTuple):
    """The chosen path through an ink run, and the hypotheses, the likeliest first."""

    path: list[PathStep]
    hypotheses: list[Hypothesis]

    @property
    def cost(self) -> float:
        """Cost of the path in nats."""
        return sum(step.cost for step in self.path)


def rank_texts(texts: dict[Text, float], score: ScoreTexts | None) -> list[Hypothesis]:
    """Rank texts by their lattice paths and by the string recognizer, the likeliest first.

    If ink may be digits or be refused, one digit is preferred to a refusal, and a refusal to several digits.

    Args:
        texts: the log-likelihood of each text by its lattice paths.
        score: the string recognizer, or None if it cannot read the ink run.
    """
    names = list(texts)
    path_costs = -np.array(list(texts.values()))
    scores = score(names) if score else np.full(len(names), -np.inf)
    if not np.isfinite(scores).any():
        return _share(names, path_costs, [None] * len(names), -path_costs)
    line_costs = np.minimum(-scores, _MAX_LINE_COST)
    weights = -_COST_WEIGHT * (path_costs + line_costs)
    refusing = np.array([NOT_A_DIGIT in text for text in names])
    if refusing.any() and not refusing.all():
        best_read, best_refused = (
            names[np.flatnonzero(kind)[weights[kind].argmax()]] for kind in (~refusing, refusing)
        )
        more_digits = len(best_read) - sum(label != NOT_A_DIGIT for label in best_refused)
        weights[~refusing] += _PRIOR if more_digits <= 1 else -_PRIOR
    return _share(names, path_costs, line_costs.tolist(), weights)


def _share(
    texts: list[Text], path_costs: _Floats, line_costs: Sequence[float | None], weights: _Floats
) -> list[Hypothesis]:
    """Return hypotheses with shares in proportion to exp(weights), the largest first."""
    shares = np.exp(weights - weights.max())
    shares /= shares.sum()
    hypotheses = map(Hypothesis, texts, path_costs.tolist(), line_costs, shares.tolist())
    return sorted(hypotheses, key=lambda hypothesis: -hypothesis.share)
