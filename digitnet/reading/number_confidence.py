"""Let the digits of a number share what is known of the number as a whole."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.models.number_levels import NumberEvidence
from digitnet.types import Probabilities

_MAX_NEIGHBOR_ODDS = 8.0  # Beside certain digits, the odds that ink is a digit are up to this many times as high.
_MIN_PROBABILITY = 1e-6
_EVEN_SHARE = 0.02  # Each digit bears this much of a doubt, in nats, beside its own.


def adjust_for_neighbors(
    probabilities: Probabilities, number: NDArray[np.int32], lone_odds: float = 1.0
) -> Probabilities:
    """Raise the probabilities of digits beside certain digits; return float32 (n, 10).

    The networks learned that ink is often no digit. Within a number it hardly ever is, so the odds that ink is a digit
    rise with the mean confidence of the number's other digits (Bayes' rule); a digit's own ratios stay as they are.

    Args:
        probabilities: float32 (n, 10); a row sums to 1 less the probability of no digit.
        number: int32 (n,), the number that each digit belongs to.
        lone_odds: how many times as high the odds are without any neighbor.
    """
    confidence, is_digit = probabilities.max(axis=1, initial=0), probabilities.sum(axis=1)
    others = np.bincount(number) - 1
    mean = (np.bincount(number, confidence)[number] - confidence) / np.maximum(others[number], 1)
    # The cube keeps the odds near 1 beside uncertain digits.
    odds = np.where(others[number] > 0, _MAX_NEIGHBOR_ODDS ** (mean**3), lone_odds)
    return probabilities * (odds / (1 + (odds - 1) * is_digit))[:, None].astype(np.float32)


def multiply_by_number(confidence: NDArray[np.float32], number: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the product of the confidence, float (n,), of all digits of each digit's number, float64 (n,)."""
    values, own = np.unique(number, return_inverse=True)
    product = np.ones(len(values))
    np.multiply.at(product, own, confidence)
    return product[own]


def collect_evidence(
    probabilities: Probabilities,
    number: NDArray[np.int32],
    in_line: NDArray[np.float64],
    in_picture: NDArray[np.float64],
    way: NDArray[np.str_],
) -> NumberEvidence:
    """Collect what speaks for the number of each digit.

    Args:
        probabilities: float32 (n, 10).
        number: int32 (n,), the number that each digit belongs to.
        in_line: float64 (n,), the probability of each digit's number as a whole in its line, 0 to 1.
        in_picture: float64 (n,), the same in the picture as a whole.
        way: str (n,), the way that each digit's number was read.
    """
    confidence = probabilities.max(axis=1, initial=0).astype(np.float64)
    product = multiply_by_number(np.clip(confidence, _MIN_PROBABILITY, 1), number)
    return NumberEvidence(product, in_line, in_picture, way)


def spread_confidence(
    probabilities: Probabilities, number: NDArray[np.int32], whole: NDArray[np.float64]
) -> Probabilities:
    """Adjust the probabilities of digits until their product is a given one, float32 (n, 10).

    The less certain a digit is, the more of the doubt it bears. The labels stay as they are.

    Args:
        probabilities: float32 (n, 10).
        number: int32 (n,), the number that each digit belongs to.
        whole: float64 (n,), the probability of each digit's number as a whole, 0 to 1.
    """
    confidence = probabilities.max(axis=1, initial=0).astype(np.float64)
    weights = -np.log(np.clip(confidence, _MIN_PROBABILITY, 1)) + _EVEN_SHARE
    limited = np.clip(whole, _MIN_PROBABILITY, 1)
    new = np.exp(np.log(limited) * weights / np.bincount(number, weights)[number])
    # A lower probability keeps the ratios of a digit's probabilities; a higher one is taken from all others alike.
    lowered = probabilities * (new / np.maximum(confidence, _MIN_PROBABILITY))[:, None]
    raised = probabilities * ((1 - new) / np.maximum(1 - confidence, _MIN_PROBABILITY))[:, None]
    raised[np.arange(len(new)), probabilities.argmax(axis=1)] = new
    return np.asarray(np.where((new < confidence)[:, None], lowered, raised), np.float32)
