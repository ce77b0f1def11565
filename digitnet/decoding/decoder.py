"""Find the likeliest digits in rows of ink.

A group of ink that the digit network reads with certainty is a digit. The others are over-segmented, and the ink
between any two cuts is a candidate. The context classifier discards candidates that are certainly no digit, the digit
network classifies the rest in one batch, and the sequence recognizer scores the ink run as a whole. The decoder
takes the text that these scores make likeliest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding import context_classifier, sequence_recognizer
from digitnet.decoding.hypotheses import Decoding, PathStep, ScoreTexts
from digitnet.decoding.ink_runs import MIN_CONFIDENCE, find_certain_digits, group_into_runs, oversegment_groups
from digitnet.decoding.lattice import decode_run
from digitnet.labels import CLASSES, NOT_A_DIGIT
from digitnet.preprocessing.normalization import normalize, shear
from digitnet.segmentation.candidates import Candidate, InkRun, Spans, extract_candidates, find_spans
from digitnet.segmentation.components import InkGroups
from digitnet.segmentation.oversegmentation import Segment, Stroke
from digitnet.segmentation.rows import estimate_row_heights
from digitnet.types import Boxes, Picture, Pictures, Probabilities

Classify = Callable[[Pictures], Probabilities]
_SHEAR = 0.15  # Columns per row by which uncertain pictures are sheared to either side.
_MAX_NON_DIGIT_PROBABILITY = 0.995  # The context classifier discards candidates from this probability on.
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
class DecodedRun:
    """An ink run with its candidates and the path chosen through them.

    Attributes:
        candidates: the n candidates.
        spans: where the candidates lie.
        pictures: uint8 (n, 28, 28), normalized.
        isolated: float32 (n, 11), the digit network's probabilities.
        in_context: float32 (n, 11), the context classifier's probabilities.
        probabilities: float32 (n, 11), both combined.
        variant: index of the over-segmentation that was chosen; 0 is by cuts, 1 by the strokes of the pen.
    """

    ink_run: InkRun
    candidates: list[Candidate]
    spans: Spans
    pictures: Pictures
    isolated: Probabilities
    in_context: Probabilities
    probabilities: Probabilities
    decoding: Decoding
    variant: int

    @property
    def cost(self) -> float:
        """Cost of the chosen path and of its text as a whole, in nats."""
        return self.decoding.cost + (self.decoding.hypotheses[0].sequence_cost or 0.0)


@dataclass(frozen=True)
class _Digit:
    """A digit that was decoded: its row, its box (4,), its picture (28, 28) and its probabilities (11,)."""

    row: int
    box: Boxes
    picture: Picture
    probabilities: Probabilities


def decode(
    groups: InkGroups,
    pen_width: float,
    classify: Classify,
    strokes: Sequence[Stroke] = (),
    on_decoded: Callable[[DecodedRun], None] | None = None,
    *,
    fine_tuned: bool = False,
) -> DecodedDigits:
    """Find the digits in groups of ink.

    Args:
        groups: groups of ink in reading order.
        pen_width: in pixels of the ink map.
        classify: returns probabilities, float32 (n, 10) or (n, 11), of pictures, uint8 (n, 28, 28). With ten
            labels it cannot refuse ink, and every group is taken for a digit.
        strokes: the strokes of the pen, if they are known.
        on_decoded: called with each ink run that was decoded.
        fine_tuned: whether the digit network was fine-tuned to the writer, which the sequence recognizer was not.
    """
    crops = normalize(groups.crops)
    probabilities = _average_over_shears(crops, classify(crops), classify)
    if not len(crops) or probabilities.shape[1] == CLASSES:
        return DecodedDigits(groups.boxes, groups.row, crops, probabilities, np.empty((0, 4), np.int32))
    parts = [Segment(box, crop) for box, crop in zip(groups.boxes, groups.crops, strict=True)]
    height = estimate_row_heights(groups.boxes, groups.row)
    certain = find_certain_digits(groups.boxes, probabilities, height)
    digits = [
        _Digit(int(groups.row[index]), groups.boxes[index], crops[index], probabilities[index])
        for index in np.flatnonzero(certain)
    ]
    refused: list[Boxes] = []
    segmentations = oversegment_groups(parts, certain, height, pen_width, strokes)
    ink_runs = group_into_runs(groups, segmentations, height)
    sequence_weight = _FINE_TUNED_SEQUENCE_WEIGHT if fine_tuned else 1.0
    for decoded in _decode_runs(ink_runs, crops, probabilities, classify, sequence_weight):
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
    """Average the probabilities of uncertain pictures with those of the pictures sheared to either side."""
    uncertain = np.flatnonzero(probabilities[:, :CLASSES].max(axis=1, initial=0) < MIN_CONFIDENCE)
    if not len(uncertain):
        return probabilities
    averaged = probabilities.copy()
    sheared = classify(np.concatenate([shear(crops[uncertain], columns) for columns in (-_SHEAR, _SHEAR)]))
    left, right = np.split(sheared, 2)
    averaged[uncertain] = (probabilities[uncertain] + left + right) / 3
    return averaged


def _decode_runs(
    ink_runs: list[list[InkRun]],
    crops: Pictures,
    probabilities: Probabilities,
    classify: Classify,
    sequence_weight: float,
) -> Iterator[DecodedRun]:
    """Yield each ink run, decoded by the over-segmentation whose text costs least.

    Args:
        ink_runs: each run in all of its over-segmentations.
        crops: uint8 (g, 28, 28), all groups of ink.
        probabilities: float32 (g, 11), of these.
        classify: the digit network.
        sequence_weight: how much the sequence recognizer counts, 0 to 1.
    """
    variants = [variant for variants in ink_runs for variant in variants]
    kept, in_context = _discard_non_digits(variants)
    found = [extract_candidates(variant, own) for variant, own in zip(variants, kept, strict=True)]
    pictures, isolated = _classify_candidates(
        [candidate for own in found for candidate in own], crops, probabilities, classify
    )
    ends = np.cumsum([len(own) for own in found])[:-1]
    outputs = zip(np.split(pictures, ends), np.split(isolated, ends), in_context, strict=True)
    inputs = zip(variants, found, kept, outputs, strict=True)
    for run_variants in ink_runs:
        score = _make_text_scorer(run_variants[0], sequence_weight)  # All variants have the same ink.
        decoded = [_decode_variant(*next(inputs), variant, score) for variant in range(len(run_variants))]
        yield min(decoded, key=lambda run: run.cost)


def _discard_non_digits(ink_runs: list[InkRun]) -> tuple[list[Spans], list[Probabilities]]:
    """Return the candidates that may be digits in context, with every group, and their probabilities."""
    all_spans = [find_spans(ink_run) for ink_run in ink_runs]
    in_context = context_classifier.classify_candidates(ink_runs, all_spans)
    kept = [
        (own.whole_group >= 0) | (probabilities[:, NOT_A_DIGIT] < _MAX_NON_DIGIT_PROBABILITY)
        for own, probabilities in zip(all_spans, in_context, strict=True)
    ]
    return (
        [own.take(mask) for own, mask in zip(all_spans, kept, strict=True)],
        [probabilities[mask] for probabilities, mask in zip(in_context, kept, strict=True)],
    )


def _classify_candidates(
    found: list[Candidate], crops: Pictures, probabilities: Probabilities, classify: Classify
) -> tuple[Pictures, Probabilities]:
    """Return the picture and the probabilities of each candidate; whole groups keep those they have."""
    group = np.array([-1 if candidate.whole_group is None else candidate.whole_group for candidate in found], np.intp)
    pictures, isolated = crops[group], probabilities[group]
    fresh = np.flatnonzero(group < 0)
    pictures[fresh] = normalize([found[index].segment.ink for index in fresh])
    isolated[fresh] = classify(pictures[fresh])
    return pictures, isolated


def _make_text_scorer(ink_run: InkRun, weight: float) -> ScoreTexts | None:
    """Return a function that scores texts with the sequence recognizer, or None if the run is too large for it."""
    columns = sequence_recognizer.recognize(ink_run)
    return None if columns is None else lambda texts: weight * sequence_recognizer.score_texts(columns, texts)


def _decode_variant(
    ink_run: InkRun,
    found: list[Candidate],
    found_spans: Spans,
    outputs: tuple[Pictures, Probabilities, Probabilities],
    variant: int,
    score: ScoreTexts | None,
) -> DecodedRun:
    """Decode an ink run; `outputs` are its candidates' pictures and both networks' probabilities."""
    pictures, isolated, in_context = outputs
    probabilities = context_classifier.combine(isolated, in_context, found_spans.whole_group < 0)
    decoding = decode_run(ink_run, found, probabilities, score)
    return DecodedRun(ink_run, found, found_spans, pictures, isolated, in_context, probabilities, decoding, variant)


def _estimate_probabilities(decoded: DecodedRun, step: PathStep) -> Probabilities:
    """Return the probabilities, float32 (11,), of a digit on the path; the rest is that of no digit.

    Ink that was cut out or joined is no likelier to be a digit than the context classifier has it.
    """
    digit = float(decoded.probabilities[step.index, :CLASSES].sum())
    if decoded.spans.whole_group[step.index] < 0:
        digit = min(digit, float(decoded.in_context[step.index, :CLASSES].sum()))
    chosen = step.belief[step.digit]
    belief = np.minimum(step.belief, _MAX_RUNNER_UP_RATIO * chosen)  # Another may be likelier, but not on this path.
    belief[step.digit] = chosen
    probabilities = (belief * digit).astype(np.float32)
    probabilities[NOT_A_DIGIT] = 1 - probabilities[:CLASSES].sum()
    return probabilities


def _sort_digits(digits: list[_Digit], refused: list[Boxes], labels: int) -> DecodedDigits:
    """Return digits row by row from left to right, with rows numbered anew, and the refused boxes."""
    digits = sorted(digits, key=lambda digit: (digit.row, int(digit.box[0] + digit.box[2])))
    rows = np.array([digit.row for digit in digits], np.int32)
    return DecodedDigits(
        np.array([digit.box for digit in digits], np.int32).reshape(-1, 4),
        np.unique(rows, return_inverse=True)[1].astype(np.int32),
        np.array([digit.picture for digit in digits], np.uint8).reshape(-1, 28, 28),
        np.array([digit.probabilities for digit in digits], np.float32).reshape(-1, labels),
        np.array(refused, np.int32).reshape(-1, 4),
    )
