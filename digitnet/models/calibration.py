"""Fit a temperature to probabilities, and find confidence levels that keep mistakes rare."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

RISKS = (0.05, 0.02, 0.01, 0.005, 0.001)  # Shares of wrong digits among the accepted ones.
DEFAULT_MIN_CONFIDENCE = 0.8  # Used for models whose acceptance levels were not measured.
DEFAULT_RISK = 0.01  # The share of wrong digits among those that are not marked as doubtful.
_TEMPERATURES = np.exp(np.linspace(np.log(0.3), np.log(4.0), 120))
_MIN_PROBABILITY = 1e-9  # Replaces probabilities that float32 rounds to 0.
_MIN_WRONG_DIGITS = 10  # A share measured with fewer wrong digits is mostly chance.


def apply_temperature(probabilities: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Return the probabilities, float32 (n, k), with their logits divided by `temperature`."""
    powers = np.maximum(probabilities, _MIN_PROBABILITY) ** (1 / temperature)
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


def fit_temperature(probabilities: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    """Return the temperature that minimizes the cross-entropy.

    Args:
        probabilities: float32 (n, k) of pictures that were not trained on.
        labels: uint8 (n,), the true classes, 0 to k - 1.

    Source: Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", 2017.
    """
    logits = np.log(np.maximum(probabilities.astype(np.float64), _MIN_PROBABILITY))
    true_logits = logits[np.arange(len(labels)), labels]
    losses = [float(np.mean(np.logaddexp.reduce(logits / t, axis=1) - true_logits / t)) for t in _TEMPERATURES]
    return round(float(_TEMPERATURES[int(np.argmin(losses))]), 3)


def find_acceptance_levels(
    confidence: NDArray[np.float32], right: NDArray[np.bool_], shares: Mapping[float, float] | None = None
) -> dict[str, dict[str, float]]:
    """Find for each of `RISKS` the least confidence that accepts at most that share of mistakes.

    Args:
        confidence: float32 (n,), the probability of the most probable digit.
        right: bool (n,), whether that digit is the true one; a picture that is not a digit is never right.
        shares: by risk, the share of these digits that may be wrong, 0 to 1, if it differs from the risk; see
            `measure_wrong_shares`.

    Returns:
        `{"0.01": {"level": 0.62, "accepted": 0.99}, ...}`: the confidence, and the share of the right digits that
        reach it. A risk that no confidence keeps is left out.

    Source: the risk-coverage curve of El-Yaniv and Wiener, "On the Foundations of Noise-free Selective
    Classification", 2010.
    """
    order = np.argsort(-confidence, kind="stable")
    sorted_right = right[order]
    wrong = np.cumsum(~sorted_right) / np.arange(1, len(order) + 1)
    levels, share = {}, 1.0
    for risk in RISKS:
        share = min(share, (shares or {}).get(risk, risk))
        acceptable = np.flatnonzero(wrong <= share)
        if acceptable.size:
            last = int(acceptable[-1])
            accepted = sorted_right[: last + 1].sum() / max(1, sorted_right.sum())
            level = math.nextafter(float(confidence[order[last]]), 0)
            levels[f"{risk:g}"] = {"level": level, "accepted": round(float(accepted), 4)}
    return levels


def measure_wrong_shares(
    levels: Mapping[float, float], confidence: NDArray[np.float32], right: NDArray[np.bool_]
) -> dict[float, float]:
    """Return for each risk the share of wrong digits among those that reach its level.

    A small set holds more or fewer hard digits by chance, which affects a model and its fine-tuned successor equally.
    So the model's levels, found on more digits, are measured on the small set, and its successor is held to the result.

    Args:
        levels: confidence by risk, of the model before.
        confidence: float32 (n,), of that model, as for `find_acceptance_levels`.
        right: bool (n,), of that model, as for `find_acceptance_levels`.

    Returns:
        The shares, 0 to 1. A risk with fewer than ten wrong digits is left out.

    Source: the method of control variates; Hammersley and Handscomb, "Monte Carlo Methods", 1964.
    """
    accepted_wrong = {risk: ~right[confidence >= level] for risk, level in levels.items()}
    return {risk: float(wrong.mean()) for risk, wrong in accepted_wrong.items() if wrong.sum() >= _MIN_WRONG_DIGITS}
