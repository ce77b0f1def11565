"""Find the likeliest digits in rows of ink.

A group of ink that the digit network reads with certainty is a digit. The others are over-segmented, and the ink
between any two cuts is a candidate. The string recognizer, which sees the whole line, discards candidates that are
certainly no digit, the digit network classifies the rest in one batch, and the string recognizer scores texts of the
ink run. The decoder takes the text that these scores make likeliest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import compress

import numpy as np

from digitnet.decoding.counting_labels import correct_counting_labels
from digitnet.decoding.decoded_digits import DecodedDigit, DecodedDigits, sort_digits
from digitnet.decoding.group_labels import keep_group_labels
from digitnet.decoding.hypotheses import PathStep
from digitnet.decoding.ink_runs import (
    MIN_CONFIDENCE,
    find_certain_digits,
    find_hopeless,
    group_into_runs,
    oversegment_groups,
)
from digitnet.decoding.line_correction import correct_by_line
from digitnet.decoding.line_parts import LinePart, score_groups, slice_digits
from digitnet.decoding.lines import recognize_lines
from digitnet.decoding.picture_views import PictureViews
from digitnet.decoding.run_decoder import Classify, DecodedRun, decode_runs
from digitnet.decoding.sign_groups import find_sign_groups
from digitnet.decoding.single_lines import correct_single_line
from digitnet.labels import CLASSES, NOT_A_DIGIT
from digitnet.preprocessing.binarization import Ink
from digitnet.preprocessing.normalization import normalize, shear
from digitnet.segmentation.boxes import have_middle_in
from digitnet.segmentation.candidates import InkRun
from digitnet.segmentation.groups import InkGroups
from digitnet.segmentation.oversegmentation import Segment, Stroke
from digitnet.segmentation.rows import estimate_row_heights
from digitnet.types import Boxes, Pictures, Probabilities

_SHEAR = 0.15  # Columns per row by which uncertain pictures are sheared to either side.
_NO_DIGIT = 0.995  # Ink that is no digit by this probability is not looked at again.
_FINE_TUNED_WEIGHT = 0.6  # Weight of the string recognizer beside a digit network that knows the hand.
_STROKES_WEIGHT = 0.3  # The same where strokes are known: they part digits that touch, which the line does not.
_MIN_IN_LINE = 0.2  # A digit that is less likely in its line is not certain.
_LEAST_IN_LINE = 1e-3  # Smaller probabilities in a line count as this one.
_MAX_RUNNER_UP_RATIO = 0.999  # A runner-up never exceeds this share of the chosen digit's belief.


def decode(
    groups: InkGroups,
    ink: Ink,
    classify: Classify,
    strokes: Sequence[Stroke] = (),
    on_decoded: Callable[[DecodedRun], None] | None = None,
    *,
    fine_tuned: bool = False,
    keep_labels: bool = False,
    views: PictureViews | None = None,
) -> DecodedDigits:
    """Find the digits in groups of ink.

    Args:
        groups: groups of ink in reading order.
        ink: the ink that the groups come from.
        classify: returns probabilities, float32 (n, 11), of pictures, uint8 (n, 28, 28).
        strokes: the strokes of the pen, if they are known.
        on_decoded: called with each ink run that was decoded.
        fine_tuned: whether the digit network was fine-tuned to the writer, which the string recognizer was not.
        keep_labels: whether a group of ink that is one digit gets the label of the digit network alone.
        views: the picture as one line, which may correct the digits.
    """
    crops = normalize(groups.crops)
    probabilities = _average_over_shears(crops, classify(crops), classify)
    segments = [Segment(box, crop) for box, crop in zip(groups.boxes, groups.crops, strict=True)]
    height = estimate_row_heights(groups.boxes, groups.row)
    lines = recognize_lines(groups, height, ink.signal)
    run_weight = _FINE_TUNED_WEIGHT if fine_tuned else 1.0
    weight = run_weight * (_STROKES_WEIGHT if strokes else 1.0)
    in_line = score_groups(lines, groups, height) ** weight
    certain = find_certain_digits(groups.boxes, probabilities, height)
    likely = in_line[np.arange(len(crops)), probabilities[:, :CLASSES].argmax(axis=1)] >= _MIN_IN_LINE
    # Many 1s side by side look like no number, but where each was drawn by itself the digit network is believed.
    believed = [bool(strokes) and bool(certain[line.members].all()) for line in lines]
    for drawn in compress(lines, believed):
        likely[drawn.members] = True
    certain &= likely
    # A slash, a bracket and a 1 look alike to a network that sees no line.
    signs = find_sign_groups(lines, groups, height, probabilities[:, :CLASSES].argmax(axis=1))
    certain &= ~signs
    combined = _combine_with_line(probabilities, in_line)
    line_of_group = {int(index): place for place, line in enumerate(lines) for index in line.members}
    digits = [
        DecodedDigit(int(groups.row[index]), line_of_group[index], groups.boxes[index], crops[index], combined[index])
        for index in np.flatnonzero(certain).tolist()
    ]
    left_out = signs | find_hopeless(groups, ~(certain | signs), height, combined)
    refused = [*groups.frames, *ink.struck_out, *groups.boxes[left_out]]
    confidence = probabilities[:, :CLASSES].max(axis=1)
    segmentations = oversegment_groups(segments, certain | left_out, confidence, height, groups.pen_width, strokes)
    ink_runs = group_into_runs(groups, segmentations, height)

    def find_part(ink_run: InkRun) -> LinePart:
        line = lines[line_of_group[ink_run.first_group]]
        first = ink_run.first_group - int(line.members[0])
        return slice_digits(line, first, first + int(ink_run.group[-1]), groups, ink_run.digit_height)

    for decoded in decode_runs(ink_runs, crops, probabilities, classify, find_part, run_weight):
        if on_decoded:
            on_decoded(decoded)
        line = line_of_group[decoded.ink_run.first_group]
        for step in decoded.decoding.path:
            box = decoded.candidates[step.index].segment.box
            if step.is_digit:
                picture, beliefs = decoded.pictures[step.index], _estimate_probabilities(decoded, step)
                digits.append(DecodedDigit(decoded.ink_run.row, line, box, picture, beliefs))
            else:
                refused.append(box)
    by_line: list[list[DecodedDigit]] = [[] for _ in lines]
    for digit in digits:
        by_line[digit.line].append(digit)
    corrected = [
        by_line[place]
        if believed[place]
        else correct_by_line(by_line[place], lines, place, int(groups.row[line.members[0]]), ink, weight)
        for place, line in enumerate(lines)
    ]
    kept = [digit for line_digits in corrected for digit in line_digits]
    found = sort_digits(kept, [*refused, *_list_dropped(digits, kept)], lines)
    found = replace(correct_counting_labels(found, ink), sign_boxes=groups.boxes[signs])
    found = replace(correct_single_line(found, ink, views, weight) if views else found, line_weight=weight)
    if strokes:
        found = replace(found, apart=np.array(believed, np.bool_)[found.line])
    return keep_group_labels(found, groups, crops, probabilities) if keep_labels else found


def _list_dropped(digits: Sequence[DecodedDigit], kept: Sequence[DecodedDigit]) -> list[Boxes]:
    """Return the boxes, int32 (4,) each, of digits in whose place no digit was kept."""
    if not digits:
        return []
    boxes, others = (np.array([digit.box for digit in part], np.int32).reshape(-1, 4) for part in (digits, kept))
    return list(boxes[~have_middle_in(boxes, others)])


def _average_over_shears(crops: Pictures, probabilities: Probabilities, classify: Classify) -> Probabilities:
    """Average the probabilities of uncertain pictures over shears to either side; what is no digit stays none."""
    is_uncertain = probabilities[:, :CLASSES].max(axis=1, initial=0) < MIN_CONFIDENCE
    uncertain = np.flatnonzero(is_uncertain & (probabilities[:, NOT_A_DIGIT] < _NO_DIGIT))
    if not len(uncertain):
        return probabilities
    averaged = probabilities.copy()
    sheared = classify(np.concatenate([shear(crops[uncertain], columns) for columns in (-_SHEAR, _SHEAR)]))
    left, right = np.split(sheared, 2)
    averaged[uncertain] = (probabilities[uncertain] + left + right) / 3
    return averaged


def _combine_with_line(probabilities: Probabilities, in_line: Probabilities) -> Probabilities:
    """Combine the digit network's probabilities of groups with those in their lines, float32 (n, 11)."""
    product = probabilities * np.maximum(in_line, _LEAST_IN_LINE)
    return np.asarray(product / product.sum(axis=1, keepdims=True), np.float32)


def _estimate_probabilities(decoded: DecodedRun, step: PathStep) -> Probabilities:
    """Return the probabilities of a digit on the path, float32 (11,); they sum to 1.

    Ink that was cut out or joined is no likelier to be a digit than in its line.
    """
    digit = float(decoded.probabilities[step.index, :CLASSES].sum())
    if decoded.spans.whole_group[step.index] < 0:
        digit = min(digit, float(decoded.in_line[step.index, :CLASSES].sum()))
    chosen = step.belief[step.digit]
    # Another digit may be likelier, but not on this path.
    belief = np.minimum(step.belief, _MAX_RUNNER_UP_RATIO * chosen)
    belief[step.digit] = chosen
    probabilities = (belief * digit).astype(np.float32)
    probabilities[NOT_A_DIGIT] = 1 - probabilities[:CLASSES].sum()
    return probabilities
