"""Find by how much the writing of a picture is turned: its rows say the slope, the digit network which way is up."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.labels import CLASSES
from digitnet.models.classifier import Classifier
from digitnet.models.non_digits import classify_ink
from digitnet.preprocessing.geometry import scale_down
from digitnet.preprocessing.normalization import normalize
from digitnet.preprocessing.straightening import turn_picture
from digitnet.reading.stages import Stages
from digitnet.segmentation.sizes import estimate_digit_length, is_speck
from digitnet.types import Boxes, Gray

_MAX_SAMPLE = 40  # At most so many components are turned.
_MAX_MEASURED = 300  # Slopes are measured between at most so many components.
_MIN_LENGTH, _MAX_LENGTH = 0.5, 1.8  # Those are turned whose length is within these ratios to that of a typical digit.
_MAX_SAMPLE_SIDE = 64  # Components are scaled down to this longer side in pixels before they are turned.
_MAX_NEIGHBOR_DISTANCE = 2.5  # In lengths of a typical digit.
_MIN_DISTANCE = 0.3  # Nearer components are parts of one digit, in its lengths.
_MIN_PAIRS = 2  # Fewer neighbors show no slope.
_MIN_AGREEING = 0.5  # So large a share of neighbors lies along the rows, or the columns.
_VOTE_WIDTH = 6.0  # Degrees by which the directions of neighbors in a row differ.


class Rating(NamedTuple):
    """How likely digits are if the writing is turned clockwise by an angle in degrees, or mirrored.

    Attributes:
        angle: in degrees.
        is_mirrored: whether the writing was mirrored and not turned.
        score: the mean probability of components to be a digit, 0 to 1.
        sampled: the number of these components.
    """

    angle: float
    is_mirrored: bool
    score: float
    sampled: int


def rate(stages: Stages, angles: list[float], classifier: Classifier, min_gain: float = 0.0) -> list[Rating]:
    """Rate writing as it is, then turned by each of some angles, then mirrored.

    Args:
        stages: the ink of the picture.
        angles: degrees.
        classifier: the digit network.
        min_gain: by how much another rating has to be better than the first one.

    Returns:
        The ratings in that order; nothing if there is hardly any writing, or if no rating can be so much better.
    """
    components = stages.components
    chosen = _choose(components.boxes, components.areas, stages.ink.pen_width)
    if len(chosen) < 2:
        return []
    inks = [_cut_out(stages, int(index)) for index in _thin_out(chosen, _MAX_SAMPLE)]
    upright = _score([inks], classifier)
    if 1 - upright[0] < min_gain:
        return []
    mirrored = [np.ascontiguousarray(ink[:, ::-1]) for ink in inks]
    others = [*([turn_picture(ink, angle)[0] for ink in inks] for angle in angles), mirrored]
    scores = upright + _score(others, classifier)
    is_mirrored = [False] * (len(angles) + 1) + [True]
    return [
        Rating(angle, flipped, score, len(inks))
        for angle, flipped, score in zip([0.0, *angles, 0.0], is_mirrored, scores, strict=True)
    ]


def _score(views: list[list[Gray]], classifier: Classifier) -> list[float]:
    """Return the mean probability to be a digit of the components of each view, all of equally many."""
    pictures = normalize([ink for view in views for ink in view])
    probabilities = classify_ink(classifier, pictures)[:, :CLASSES].max(axis=1)
    return probabilities.reshape(len(views), -1).mean(axis=1).tolist()


def measure_slope(stages: Stages) -> float:
    """Measure by how many degrees the rows or columns of writing rise, -45 to 45; 0 if nothing shows that."""
    components = stages.components
    chosen = _choose(components.boxes, components.areas, stages.ink.pen_width)
    return _measure_slope(components.boxes[_thin_out(chosen, _MAX_MEASURED)]) if len(chosen) > 2 else 0.0


def _thin_out(chosen: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Return at most so many of some indices, intp (k,), evenly spread."""
    return chosen[np.linspace(0, len(chosen) - 1, min(len(chosen), count)).astype(int)]


def _cut_out(stages: Stages, index: int) -> Gray:
    """Return the ink of a component, uint8 (h, w), scaled down."""
    left, top, right, bottom = stages.components.boxes[index]
    own = stages.components.draw(np.array([index]))
    ink = np.minimum(own, stages.ink.map[top:bottom, left:right])
    return scale_down(ink, _MAX_SAMPLE_SIDE / max(ink.shape))


def _choose(boxes: Boxes, areas: NDArray[np.int32], pen_width: float) -> NDArray[np.intp]:
    """Choose the components that may be digits by their size, intp (k,)."""
    writing = np.flatnonzero(~is_speck(boxes, areas, pen_width))
    length = estimate_digit_length(boxes[writing])
    sides = (boxes[writing, 2:] - boxes[writing, :2]).max(axis=1)
    return writing[(sides >= _MIN_LENGTH * length) & (sides <= _MAX_LENGTH * length)]


def _measure_slope(boxes: Boxes) -> float:
    """Measure by how many degrees the rows of boxes, int32 (n, 4), rise, by the directions of neighbors."""
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    length = float(np.median((boxes[:, 2:] - boxes[:, :2]).max(axis=1)))
    apart = middles[None] - middles[:, None]
    distances = np.linalg.norm(apart, axis=2)
    near = (distances > _MIN_DISTANCE * length) & (distances < _MAX_NEIGHBOR_DISTANCE * length)
    first, second = np.nonzero(np.triu(near))
    if len(first) < _MIN_PAIRS:
        return 0.0
    x, y = apart[first, second].T
    weights = np.exp(-distances[first, second] / length)
    slopes = np.arange(-45, 45)
    off = (np.rad2deg(np.arctan2(-y, x)) - slopes[:, None] + 45) % 90 - 45
    best = int((np.exp(-((off / _VOTE_WIDTH) ** 2)) * weights).sum(axis=1).argmax())
    own = np.abs(off[best]) < 2 * _VOTE_WIDTH
    if weights[own].sum() < _MIN_AGREEING * weights.sum():
        return 0.0
    return float(slopes[best] + np.average(off[best][own], weights=weights[own]))
