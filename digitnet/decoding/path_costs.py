"""Compute the cost, in nats, of reading ink as a digit or of refusing it.

A cost is a negative log-probability, or a penalty for an odd shape.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.labels import CLASSES, NOT_A_DIGIT
from digitnet.segmentation.candidates import Candidate, InkRun
from digitnet.types import Probabilities

_CUT_COST = 1.0  # For each side that is cut, per digit height by which the group is narrower than two digits.
_TWO_DIGITS_WIDTH = 1.2  # Width of two digits, in digit heights.
_JOIN_COST = 1.2  # For each group that is joined to another.
_REFUSAL_COST = 0.85  # For each digit that would fit into the ink.
_DIGIT_WIDTH = 0.8  # Usual width of a digit, in digit heights.
_WIDTH_COST = 2.0  # Per digit height that a digit is wider than tall.
_SHORTNESS_COST = 3.0  # Per digit height that a digit is shorter than the least usual height.
_MIN_HEIGHT_RATIO = 0.6  # Least usual height of a digit, in digit heights of the row.
_MIN_PROBABILITY = 1e-6


class ShapeCost(NamedTuple):
    """Cost of a candidate's shape in nats: odd size, cuts on both sides, joining groups."""

    size: float
    left_cut: float
    right_cut: float
    joining: float

    @property
    def total(self) -> float:
        """Sum of the costs."""
        return self.size + self.left_cut + self.right_cut + self.joining


def compute_network_costs(probabilities: Probabilities) -> NDArray[np.float64]:
    """Return the cost of each digit in nats, float64 (n, 10), from probabilities (n, 11)."""
    return -np.log(np.maximum(probabilities[:, :CLASSES].astype(np.float64), _MIN_PROBABILITY))


def compute_refusal_cost(ink_run: InkRun, candidate: Candidate, probabilities: Probabilities) -> float:
    """Return the cost in nats of refusing a candidate with these probabilities, float32 (11,)."""
    left, _, right, _ = candidate.segment.box
    digits = max(1.0, float(right - left) / (_DIGIT_WIDTH * ink_run.digit_height))
    return _REFUSAL_COST * digits - math.log(max(float(probabilities[NOT_A_DIGIT]), _MIN_PROBABILITY))


def compute_shape_cost(ink_run: InkRun, candidate: Candidate) -> ShapeCost:
    """Return the cost of a candidate's size, of cutting it out and of joining its groups."""
    left, top, right, bottom = candidate.segment.box
    width, height, digit_height = float(right - left), float(bottom - top), ink_run.digit_height
    excess_width = max(0.0, width / max(height, digit_height) - 1.0)
    lacking_height = max(0.0, _MIN_HEIGHT_RATIO - height / digit_height)
    left_cut, right_cut = (
        _CUT_COST * max(0.0, _TWO_DIGITS_WIDTH - float(ink_run.cut_group_width[cut]) / digit_height)
        for cut in (candidate.start, candidate.end)
    )
    size = _WIDTH_COST * excess_width + _SHORTNESS_COST * lacking_height
    return ShapeCost(size, left_cut, right_cut, _JOIN_COST * (candidate.group_count - 1))
