"""Choose the likeliest text of a field that fits what is expected of it, and say how sure it is.

The texts that do not fit are left out, and the probabilities of the others rise (Bayes' rule). A field that hardly any
likely text fits is doubtful, however far its best text is ahead of others that fit: a wrong digit may have been
written, or something else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.expected_texts import ExpectedTexts
from digitnet.expectations.expect import Expect, keep_digits
from digitnet.types import Probabilities

_MISFIT_SHARE = 0.03  # So many fields are not as expected, whatever was expected.
_MAX_LOGIT = 12.0
_MAX_CHANCE = 0.5
_SEEN_SHARE = 1e-3  # So much of the probabilities that were seen is kept, for the runners-up.
_MAX_RUNNER_UP_RATIO = 0.999  # A runner-up never exceeds this share of the chosen digit's probability.

_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Options:
    """What a field may say, the likeliest first.

    Attributes:
        texts: n texts that fit and say different things; empty if nothing likely fits.
        shares: float64 (n,), the probability of each if the field is as expected.
        evidence: log-odds that the field is as expected.
    """

    texts: list[str]
    shares: _Floats
    evidence: float

    @property
    def is_expected(self) -> bool:
        """Whether the field is likelier as expected than not."""
        return bool(self.texts) and self.evidence > 0


def weigh(found: ExpectedTexts, expect: Expect) -> Options:
    """Weigh the texts of a field by what is expected."""
    shares = np.exp(found.scores - found.scores.max())
    shares /= shares.sum()
    likeliest: dict[str, tuple[float, str]] = {}
    totals: dict[str, float] = {}
    for text, share, fits in zip(found.texts, shares.tolist(), found.fits.tolist(), strict=True):
        if fits:
            meaning = expect.to_meaning(text)
            totals[meaning] = totals.get(meaning, 0.0) + share
            likeliest[meaning] = max(likeliest.get(meaning, (0.0, text)), (share, text))
    fitting = sum(totals.values())
    ordered = sorted(totals, key=lambda meaning: -totals[meaning])
    texts = [likeliest[meaning][1] for meaning in ordered]
    values = np.array([totals[meaning] for meaning in ordered], np.float64) / max(fitting, 1e-300)
    return Options(texts, values, weigh_evidence(fitting, expect.chance))


def weigh_evidence(fitting: float, chance: float) -> float:
    """Return the log-odds that something is as expected.

    Args:
        fitting: probability of all that fits, whatever is expected, 0 to 1.
        chance: share of what does not come of the expected that fits by chance, 0 to 1.
    """
    limited = min(chance, _MAX_CHANCE)
    prior = math.log((1 - _MISFIT_SHARE) / _MISFIT_SHARE) + math.log((1 - limited) / limited)
    return prior + _to_logit(fitting)


def estimate_confidence(share: float, evidence: float) -> float:
    """Estimate the probability that the likeliest text is right, 0 to 1.

    Args:
        share: its probability if the field is as expected.
        evidence: log-odds that the field is as expected.
    """
    return share / (1 + math.exp(-evidence))


def _to_logit(probability: float) -> float:
    """Return the log-odds of a probability, -12 to 12."""
    limited = min(max(probability, 1e-12), 1 - 1e-12)
    return min(max(math.log(limited / (1 - limited)), -_MAX_LOGIT), _MAX_LOGIT)


def compute_probabilities(seen: Probabilities, text: str, options: Options) -> Probabilities:
    """Return the probabilities of the digits of a text if the field is as expected, float32 (n, 10).

    Args:
        seen: float32 (n, 10), those that were seen in the ink.
        text: the likeliest text.
        options: all texts that fit.
    """
    labels = [int(digit) for digit in keep_digits(text)]
    places = np.arange(len(labels))
    probabilities = _SEEN_SHARE * seen.astype(np.float64)
    for other, share in zip(options.texts, options.shares.tolist(), strict=True):
        digits = keep_digits(other)
        if len(digits) == len(labels):
            probabilities[places, [int(digit) for digit in digits]] += share
    chosen = probabilities[places, labels].copy()
    probabilities = np.minimum(probabilities, _MAX_RUNNER_UP_RATIO * chosen[:, None])
    probabilities[places, labels] = chosen
    return np.asarray(probabilities / np.maximum(probabilities.sum(axis=1, keepdims=True), 1), np.float32)
