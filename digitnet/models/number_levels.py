"""Say how sure a whole number is, and from which confidence on few numbers are wrong.

Both were measured on numbers composed of the digits of writers that no network was trained on: `python
benchmarks/number_levels.py` writes them to digitnet/resources/numbers.json.

Source: Platt, "Probabilistic outputs for support vector machines" (1999); the risk-coverage curve of El-Yaniv and
Wiener, "On the Foundations of Noise-free Selective Classification" (2010).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

FILE = "numbers.json"  # In digitnet/resources.
PICTURE, STROKES, APART = "picture", "strokes", "apart"
WAYS = (PICTURE, STROKES, APART)  # What is known of a number has other weights in each of them.
_MAX_LOGIT = 12.0
_Floats = NDArray[np.float64]


class NumberLevels(NamedTuple):
    """The measured facts.

    Attributes:
        weights: for each of `WAYS`, those of a constant and of the features of a number, see `NumberEvidence`.
        levels: least confidence of a number by the share of accepted numbers that may be wrong.
    """

    weights: dict[str, tuple[float, ...]]
    levels: dict[float, float]


@dataclass(frozen=True, eq=False)
class NumberEvidence:
    """What speaks for whole numbers; the arrays are parallel.

    Attributes:
        digits: float64 (n,), the product of the probabilities of each number's digits.
        in_line: float64 (n,), the probability of each number as a whole in its line.
        in_picture: float64 (n,), the same in the picture as a whole, or in its line again if the picture is no line.
        way: str (n,), the way that each number was read: as a picture, by the strokes of the pen, or by strokes that
            stand apart, where the digit network read each digit for sure, whatever the line shows.
    """

    digits: _Floats
    in_line: _Floats
    in_picture: _Floats
    way: NDArray[np.str_]

    def compute_features(self) -> _Floats:
        """Return the features of the numbers, float64 (n, 4): a constant and three log-odds."""
        odds = map(_to_log_odds, (self.digits, self.in_line, self.in_picture))
        return np.column_stack([np.ones(len(self.digits)), *odds])

    def estimate_confidence(self) -> _Floats:
        """Return the probability that each number is right as a whole, float64 (n,)."""
        weights, features = load_levels().weights, self.compute_features()
        own = np.array([weights[way] for way in self.way.tolist()]).reshape(features.shape)
        log_odds = (features * own).sum(axis=1)
        return np.asarray(1 / (1 + np.exp(-log_odds)), np.float64)


@lru_cache(maxsize=1)
def load_levels() -> NumberLevels:
    """Load what was measured."""
    content: dict[str, Any] = json.loads((files("digitnet.resources") / FILE).read_text(encoding="utf-8"))
    levels = {float(risk): float(measured["level"]) for risk, measured in content["accept"].items()}
    return NumberLevels({way: tuple(content["weights"][way]) for way in WAYS}, levels)


def _to_log_odds(probabilities: _Floats) -> _Floats:
    limited = np.clip(probabilities, 1e-12, 1 - 1e-12)
    return np.clip(np.log(limited / (1 - limited)), -_MAX_LOGIT, _MAX_LOGIT)
