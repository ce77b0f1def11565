"""Read the labels of a list as figures that count up, if most of them do.

The bracket behind a figure looks like a 1, or joins the figure to ink that is no digit. By themselves such labels are
guesses; that they count up from row to row says which figure each is.
"""

from __future__ import annotations

import math

import numpy as np

from digitnet.decoding.decoded_digits import DecodedDigit, DecodedDigits, sort_digits
from digitnet.decoding.line_correction import read_line
from digitnet.preprocessing.binarization import Ink
from digitnet.segmentation.boxes import have_middle_in
from digitnet.segmentation.list_labels import Label, find_labels

_LEAST = -4.0  # A label that is no less likely its figure than this, in nats, does not count more.
_MIN_MEAN = -1.5  # Figures count up if they are so likely in the mean, in nats.
_MIN_SCORE = -7.0  # A figure that is less likely in its line, in nats, is not believed.


def correct_counting_labels(digits: DecodedDigits, ink: Ink) -> DecodedDigits:
    """Return digits with the labels of a list as they count up, or as they are if they do not.

    Args:
        digits: the digits of a picture.
        ink: its ink.
    """
    labels = [label for label in find_labels(digits.boxes, digits.row, digits.refused) if len(label.number)]
    first = _find_first(labels, digits)
    if first is None:
        return digits
    replaced: dict[int, list[DecodedDigit]] = {}
    for label in labels:
        found = _read_label(label, first + label.row, digits, ink)
        if found:
            replaced[label.row] = found
    if not replaced:
        return digits
    rest = [digits.take(index) for index in np.flatnonzero(~np.isin(digits.row, list(replaced))).tolist()]
    digits_now = [*rest, *(digit for found in replaced.values() for digit in found)]
    boxes = np.array([digit.box for digit in digits_now], np.int32)
    others = np.concatenate([digits.refused, digits.boxes])
    return sort_digits(digits_now, list(others[~have_middle_in(others, boxes)]), digits.lines)


def _find_first(labels: list[Label], digits: DecodedDigits) -> int | None:
    """Return the figure of row 0 if labels count up from row to row, else None."""
    texts = ["".join(map(str, digits.labels[label.digits])) for label in labels]
    starts = [int(text) - label.row for label, text in zip(labels, texts, strict=True) if text]
    first = max(set(starts), key=starts.count, default=-1)
    if first < 0:
        return None
    likely = [_score_label(label, first + label.row, digits) for label in labels]
    return first if np.mean(np.maximum(likely, _LEAST)) >= _MIN_MEAN else None


def _score_label(label: Label, figure: int, digits: DecodedDigits) -> float:
    """Return the log-probability that the line of a label begins with a figure, as far as its likeliest texts say."""
    line = digits.lines[digits.line[label.number[0]]]
    expected = tuple(map(int, str(figure)))
    scores = [score for text, score in line.find_likely_texts() if text[: len(expected)] == expected]
    return float(np.logaddexp.reduce(scores)) if scores else -math.inf


def _read_label(label: Label, figure: int, digits: DecodedDigits, ink: Ink) -> list[DecodedDigit]:
    """Return the digits of a row with a figure as its label; nothing if they are read so, or that is unlikely."""
    expected = tuple(map(int, str(figure)))
    members = np.flatnonzero(digits.row == label.row)
    places = np.unique(digits.line[members])
    if len(places) > 1 or tuple(digits.labels[label.digits].tolist()) == expected:
        return []
    text = (*expected, *digits.labels[label.number].tolist())
    line = digits.lines[places[0]]
    score = float(line.score([text])[0])
    if score < _MIN_SCORE:
        return []
    known = [digits.take(index) for index in members.tolist()]
    return read_line(line, int(places[0]), label.row, ink, [(text, score)], known)
