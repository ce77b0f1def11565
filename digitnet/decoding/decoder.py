"""Find the likeliest digits in rows of ink.

A group of ink that the digit network reads with certainty is a digit. The others are over-segmented, and the ink
between any two cuts is a candidate. The context classifier discards candidates that are certainly no digit, the digit
network classifies the rest in one batch, and the sequence recognizer scores the ink run as a whole. The decoder
takes the text that these scores make likeliest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.hypotheses import PathStep
from digitnet.decoding.ink_runs import MIN_CONFIDENCE, find_certain_digits, group_into_runs, oversegment_groups
from digitnet.decoding.run_decoder import Classify, DecodedRun, decode_runs
from digitnet.labels import CLASSES, NOT_A_DIGIT
from digitnet.preprocessing.normalization import normalize, shear
from digitnet.segmentation.groups import InkGroups
from digitnet.segmentation.oversegmentation import Segment, Stroke
from digitnet.segmentation.rows import estimate_row_heights
from digitnet.types import Boxes, Picture, Pictures, Probabilities

_SHEAR = 0.15  # Columns per row by which uncertain pictures are sheared to either side.
_FINE_TUNED_SEQUENCE_WEIGHT = 0.6  # Weight of the sequence recognizer beside a digit network that knows the hand.
_MAX_RUNNER_UP_RATIO = 0.999  # A runner-up never exceeds this share of the chosen digit's belief.


@dataclass(frozen=True)
class DecodedDigits:
    """Digits in reading order, and the ink that was refused.

    Attributes:
        boxes: int32 (n, 4), xyxy in the ink map.
        row: int32 (n,), counted from the top.
        crops: uint8 (n, 28, 28), normalized.
        probabilities: float32 (n, 10 or 11), one for each label.
        refused: int32 (m, 4), boxes of ink that is no digit.
    """

    boxes: Boxes
    row: NDArray[np.int32]
    crops: Pictures
    probabilities: Probabilities
    refused: Boxes


@dataclass(frozen=True)
class _Digit:
    """A decoded digit: its row, box (4,), picture (28, 28) and probabilities (11,)."""

    row: int
    box: Boxes
    picture: Picture
    probabilities: Probabilities


def decode(
    groups: InkGroups,
    classify: Classify,
    strokes: Sequence[Stroke] = (),
    on_decoded: Callable[[DecodedRun], None] | None = None,
    *,
    fine_tuned: bool = False,
) -> DecodedDigits:
    """Find the digits in groups of ink.

    Args:
        groups: groups of ink in reading order.
        classify: returns probabilities, float32 (n, 10) or (n, 11), of pictures, uint8 (n, 28, 28). With ten
            labels it cannot refuse ink, and every group is taken for a digit.
        strokes: the strokes of the pen, if they are known.
        on_decoded: called with each ink run that was decoded.
        fine_tuned: whether the digit network was fine-tuned to the writer, which the sequence recognizer was not.
    """
    crops = normalize(groups.crops)
    probabilities = _average_over_shears(crops, classify(crops), classify)
    if not len(crops) or probabilities.shape[1] == CLASSES:
        return DecodedDigits(groups.boxes, groups.row, crops, probabilities, groups.frames)
    segments = [Segment(box, crop) for box, crop in zip(groups.boxes, groups.crops, strict=True)]
    height = estimate_row_heights(groups.boxes, groups.row)
    certain = find_certain_digits(groups.boxes, probabilities, height)
    digits = [
        _Digit(int(groups.row[index]), groups.boxes[index], crops[index], probabilities[index])
        for index in np.flatnonzero(certain)
    ]
    refused = list(groups.frames)
    confidence = probabilities[:, :CLASSES].max(axis=1)
    segmentations = oversegment_groups(segments, certain, confidence, height, groups.pen_width, strokes)
    ink_runs = group_into_runs(groups, segmentations, height)
    sequence_weight = _FINE_TUNED_SEQUENCE_WEIGHT if fine_tuned else 1.0
    for decoded in decode_runs(ink_runs, crops, probabilities, classify, sequence_weight):
        if on_decoded:
            on_decoded(decoded)
        for step in decoded.decoding.path:
            box = decoded.candidates[step.index].segment.box
            if step.is_digit:
                picture = decoded.pictures[step.index]
                digits.append(_Digit(decoded.ink_run.row, box, picture, _estimate_probabilities(decoded, step)))
            else:
                refused.append(box)
    return _sort_digits(digits, refused, probabilities.shape[1])


def _average_over_shears(crops: Pictures, probabilities: Probabilities, classify: Classify) -> Probabilities:
    """Average the probabilities of uncertain pictures over shears to either side."""
    uncertain = np.flatnonzero(probabilities[:, :CLASSES].max(axis=1, initial=0) < MIN_CONFIDENCE)
    if not len(uncertain):
        return probabilities
    averaged = probabilities.copy()
    sheared = classify(np.concatenate([shear(crops[uncertain], columns) for columns in (-_SHEAR, _SHEAR)]))
    left, right = np.split(sheared, 2)
    averaged[uncertain] = (probabilities[uncertain] + left + right) / 3
    return averaged


def _estimate_probabilities(decoded: DecodedRun, step: PathStep) -> Probabilities:
    """Return the probabilities of a digit on the path, float32 (11,); they sum to 1.

    Ink that was cut out or joined is no likelier to be a digit than by the context classifier.
    """
    digit = float(decoded.probabilities[step.index, :CLASSES].sum())
    if decoded.spans.whole_group[step.index] < 0:
        digit = min(digit, float(decoded.in_context[step.index, :CLASSES].sum()))
    chosen = step.belief[step.digit]
    # Another digit may be likelier, but not on this path.
    belief = np.minimum(step.belief, _MAX_RUNNER_UP_RATIO * chosen)
    belief[step.digit] = chosen
    probabilities = (belief * digit).astype(np.float32)
    probabilities[NOT_A_DIGIT] = 1 - probabilities[:CLASSES].sum()
    return probabilities


def _sort_digits(digits: list[_Digit], refused: list[Boxes], labels: int) -> DecodedDigits:
    """Sort digits by row and from left to right; number the rows without gaps."""
    digits = sorted(digits, key=lambda digit: (digit.row, int(digit.box[0] + digit.box[2])))
    rows = np.array([digit.row for digit in digits], np.int32)
    return DecodedDigits(
        np.array([digit.box for digit in digits], np.int32).reshape(-1, 4),
        np.unique(rows, return_inverse=True)[1].astype(np.int32),
        np.array([digit.picture for digit in digits], np.uint8).reshape(-1, 28, 28),
        np.array([digit.probabilities for digit in digits], np.float32).reshape(-1, labels),
        np.array(refused, np.int32).reshape(-1, 4),
    )
