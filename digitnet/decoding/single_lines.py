"""Read a picture that is one line of writing and hardly anything else, such as an amount cut out of a cheque.

On such a picture there is too little paper to tell print and lines from ink. The string recognizer needs no ink: where
it clearly sees another number than was read, it is believed.
"""

from __future__ import annotations

import math

import numpy as np

from digitnet.decoding.ctc import score_texts
from digitnet.decoding.decoded_digits import DecodedDigits, sort_digits
from digitnet.decoding.line_correction import find_better_texts, read_line
from digitnet.decoding.picture_views import PictureViews
from digitnet.labels import CLASSES
from digitnet.preprocessing.binarization import Ink
from digitnet.segmentation.boxes import have_middle_in

_MIN_GAIN = 0.7  # Nats by which the picture must be surer of a text that is no longer than the lines are of theirs.


def correct_single_line(digits: DecodedDigits, ink: Ink, views: PictureViews, weight: float = 1.0) -> DecodedDigits:
    """Return the digits of a picture, corrected if it is one line that clearly shows another number.

    Args:
        digits: the digits found in the ink.
        ink: the ink of the picture.
        views: the picture as one line.
        weight: how much the string recognizer counts, above 0 to 1.
    """
    if not views.may_be_line(digits.boxes, ink.scale):
        return digits
    likely = find_better_texts(tuple(digits.probabilities[:, :CLASSES].argmax(axis=1).tolist()), views, weight)
    # A line around the ink is nearer to it and reads better, unless ink was missed.
    if not likely or (len(likely[0][0]) <= len(digits.boxes) and likely[0][1] < _score_lines(digits) + _MIN_GAIN):
        return digits
    line = views.lines[0]
    found = read_line(line, 0, 0, ink, likely)
    boxes = np.array([digit.box for digit in found], np.int32).reshape(-1, 4)
    others = np.concatenate([digits.boxes, digits.refused])
    return sort_digits(found, list(others[~have_middle_in(others, boxes)]), [line])


def _score_lines(digits: DecodedDigits) -> float:
    """Return the log-probability of the digits in the lines that they were found in, -inf without any line."""
    labels = digits.probabilities[:, :CLASSES].argmax(axis=1)
    scores = [
        score_texts(line.digit_columns, [tuple(labels[digits.line == place].tolist())])[0]
        for place, line in enumerate(digits.lines)
    ]
    return float(sum(scores)) if scores else -math.inf
