"""How far a network's certainty can be believed: its temperature, and the level that keeps mistakes rare."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

_TEMPERATURES = np.exp(np.linspace(np.log(0.3), np.log(4.0), 120))
_LEAST = 1e-9  # a probability that float32 rounds to 0
_FEWEST_WRONG = 10  # digits, under which their share is mostly chance
RISKS = (0.05, 0.02, 0.01, 0.005, 0.001)  # wrong digits among those accepted


def apply_temperature(probabilities: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Return probabilities (n, k) as the network would give them with its logits divided by `temperature`."""
    powers = np.maximum(probabilities, _LEAST) ** (1 / temperature)
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


def fit_temperature(probabilities: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    """Return the temperature under which the true answers are likeliest.

    Args:
        probabilities: (n, k) of pictures that were not trained on.
        labels: (n,) the true answers, 0 to k - 1.

    Source: Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", 2017.
    """
    logits = np.log(np.maximum(probabilities.astype(np.float64), _LEAST))
    own = logits[np.arange(len(labels)), labels]
    losses = [float(np.mean(np.logaddexp.reduce(logits / t, axis=1) - own / t)) for t in _TEMPERATURES]
    return round(float(_TEMPERATURES[int(np.argmin(losses))]), 3)


def find_acceptance_levels(
    confidence: NDArray[np.float32], right: NDArray[np.bool_], shares: Mapping[float, float] | None = None
) -> dict[str, dict[str, float]]:
    """Return for each of `RISKS` the least confidence from which on at most so many digits are wrong.

    Args:
        confidence: (n,) of the most probable digit.
        right: (n,) whether that is the true digit; what is no digit is never right.
        shares: how many of these very digits may be wrong, 0 to 1, where that is not the risk itself: see
            `measure_wrong_shares`.

    Returns:
        `{"0.01": {"level": 0.62, "accepted": 0.99}, ...}`: the level, and the share of what is right that
        reaches it. A risk that no level keeps is left out.

    Source: the risk-coverage curve of El-Yaniv and Wiener, "On the Foundations of Noise-free Selective
    Classification", 2010.
    """
    order = np.argsort(-confidence, kind="stable")
    sorted_right = right[order]
    wrong = np.cumsum(~sorted_right) / np.arange(1, len(order) + 1)
    levels, share = {}, 1.0
    for risk in RISKS:
        share = min(share, (shares or {}).get(risk, risk))
        fitting = np.flatnonzero(wrong <= share)
        if fitting.size:
            last = int(fitting[-1])
            accepted = sorted_right[: last + 1].sum() / max(1, sorted_right.sum())
            level = math.nextafter(float(confidence[order[last]]), 0)
            levels[f"{risk:g}"] = {"level": level, "accepted": round(float(accepted), 4)}
    return levels


def measure_wrong_shares(
    levels: Mapping[float, float], confidence: NDArray[np.float32], right: NDArray[np.bool_]
) -> dict[float, float]:
    """Return for each risk what share is wrong of the digits that reach its level, unless these are very few.

    Few digits hold more or fewer hard ones by chance, for a model and for the one that it continues alike. So the
    new one is measured by what the levels of the one before, found on more digits, come to on the same few.

    Args:
        levels: of the model before, by risk.
        confidence, right: what it makes of the digits, as for `find_acceptance_levels`.

    Source: the method of control variates; Hammersley and Handscomb, "Monte Carlo Methods", 1964.
    """
    wrong = {risk: ~right[confidence >= level] for risk, level in levels.items()}
    return {risk: float(each.mean()) for risk, each in wrong.items() if each.sum() >= _FEWEST_WRONG}


DEFAULT_RISK = 0.01  # wrong digits among those not marked as doubtful
