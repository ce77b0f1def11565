"""What it costs to take ink for a digit, or for none: negative logarithms of probabilities, and odd shapes."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.labels import CLASSES, NOT_A_DIGIT
from digitnet.segmentation.candidates import Candidate, InkRun
from digitnet.types import Probabilities

# Costs in nats, beside the network's own -log(probability).
_NARROW = 1.0  # for each side that is cut, and each height that the ink is narrower than
_TWO_DIGITS = 1.2  # heights that two digits take
_JOIN = 1.2
_REFUSE = 0.85  # for each digit that there would be room for
_USUAL_WIDTH = 0.8  # of a digit's height
_WIDE = 2.0  # for each height that a digit is wider than high
_SHORT = 3.0  # for each height that a digit lacks to 0.6 of the row's
_LEAST = 1e-6


class Shape(NamedTuple):
    """What the shape of a candidate costs, in nats: its odd size, the cut on each side, and joining groups."""

    size: float
    left: float
    right: float
    joined: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.size + self.left + self.right + self.joined


def network_costs(answers: Probabilities) -> NDArray[np.float64]:
    """Return what taking candidates with `answers`, float32 (n, 11), for each digit costs, in nats, float64 (n, 10)."""
    return -np.log(np.maximum(answers[:, :CLASSES].astype(np.float64), _LEAST))


def refusal_cost(stretch: InkRun, candidate: Candidate, answer: Probabilities) -> float:
    """Return what refusing a candidate with this answer, float32 (11,), costs, in nats."""
    left, _, right, _ = candidate.part.box
    return _REFUSE * max(1.0, float(right - left) / (_USUAL_WIDTH * stretch.height)) - _log(answer[NOT_A_DIGIT])


def shape_costs(stretch: InkRun, candidate: Candidate) -> Shape:
    """Return what cutting a candidate out, joining it and its odd size cost, in nats."""
    left, top, right, bottom = candidate.part.box
    wide, tall, height = float(right - left), float(bottom - top), stretch.height
    size = _WIDE * max(0.0, wide / max(tall, height) - 1.0) + _SHORT * max(0.0, 0.6 - tall / height)
    before, after = (
        _NARROW * max(0.0, _TWO_DIGITS - float(stretch.cut[division]) / height)
        for division in (candidate.start, candidate.end)
    )
    return Shape(size, before, after, _JOIN * (candidate.groups - 1))


def _log(probability: float) -> float:
    return math.log(max(float(probability), _LEAST))
