"""Decode ink runs with all networks, and choose an over-segmentation of each."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding import ctc
from digitnet.decoding.ctc import Text
from digitnet.decoding.hypotheses import Decoding, ScoreTexts
from digitnet.decoding.lattice import decode_run
from digitnet.decoding.line_parts import LinePart
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.normalization import normalize
from digitnet.segmentation.candidates import Candidate, InkRun, Spans, extract_candidates, find_spans
from digitnet.types import Pictures, Probabilities

Classify = Callable[[Pictures], Probabilities]
_SUGGESTIONS = 8  # Texts that the string recognizer suggests.
_MIN_CERTAINTY = 0.99  # Fewer texts are considered if these are together so probable.
_SIDE_RATIO = 0.25  # The middle of a neighbor may lie within this share of a candidate's width from its sides.
_MAX_NON_DIGIT_PROBABILITY = 0.995  # Candidates that are no digit in their line are discarded from here on.
# Of a run without a digit by this probability, at most so many candidates are read: the likeliest in their line.
_MIN_EMPTY, _MAX_CANDIDATES = 0.01, 128
_MAX_ALL_CANDIDATES = 5000  # Of a picture; scribbles have more, the most cluttered equations 2,900.
# Exponents of the isolated and the in-line probabilities, for whole groups and for ink that was cut out or joined.
_GROUP_EXPONENTS = (0.7, 0.3)
_CUT_OUT_EXPONENTS = (1.0, 0.3)
_LEAST_IN_LINE = 0.001  # Smaller probabilities in line count as this one.


@dataclass(frozen=True)
class DecodedRun:
    """An ink run with its candidates and the path chosen through them.

    Attributes:
        candidates: the n candidates.
        spans: where the candidates lie.
        pictures: uint8 (n, 28, 28), normalized.
        isolated: float32 (n, 11), the digit network's probabilities.
        in_line: float32 (n, 11), the string recognizer's probabilities.
        probabilities: float32 (n, 11), both combined.
        variant: index of the over-segmentation that was chosen; 0 is by cuts, 1 by the strokes of the pen.
    """

    ink_run: InkRun
    candidates: list[Candidate]
    spans: Spans
    pictures: Pictures
    isolated: Probabilities
    in_line: Probabilities
    probabilities: Probabilities
    decoding: Decoding
    variant: int

    @property
    def cost(self) -> float:
        """Cost of the chosen path and of its text as a whole, in nats."""
        return self.decoding.cost + (self.decoding.hypotheses[0].line_cost or 0.0)


def decode_runs(
    ink_runs: list[list[InkRun]],
    crops: Pictures,
    probabilities: Probabilities,
    classify: Classify,
    find_part: Callable[[InkRun], LinePart],
    weight: float,
) -> Iterator[DecodedRun]:
    """Yield each ink run, decoded by the over-segmentation whose text costs least.

    Args:
        ink_runs: for each run, one InkRun for each of its over-segmentations.
        crops: uint8 (g, 28, 28), all groups of ink.
        probabilities: float32 (g, 11), those of the groups.
        classify: the digit network.
        find_part: returns the columns of a run in its line.
        weight: how much the string recognizer counts, 0 to 1.
    """
    parts = [find_part(run_variants[0]) for run_variants in ink_runs]  # All variants have the same ink.
    likely = [_find_likely_texts(part) for part in parts]
    variants = [variant for run_variants in ink_runs for variant in run_variants]
    centers = [
        [part.find_centers(text) for text in texts]
        for part, texts, run_variants in zip(parts, likely, ink_runs, strict=True)
        for _ in run_variants
    ]
    parts_of_variants = [part for part, run_variants in zip(parts, ink_runs, strict=True) for _ in run_variants]
    kept, in_line = _discard_non_digits(variants, parts_of_variants, centers)
    found = [extract_candidates(variant, kept_spans) for variant, kept_spans in zip(variants, kept, strict=True)]
    pictures, isolated = _classify_candidates(
        [candidate for run_candidates in found for candidate in run_candidates], crops, probabilities, classify
    )
    ends = np.cumsum([len(run_candidates) for run_candidates in found])[:-1]
    outputs = zip(np.split(pictures, ends), np.split(isolated, ends), in_line, strict=True)
    inputs = zip(variants, found, kept, outputs, strict=True)
    for run_variants, part, texts in zip(ink_runs, parts, likely, strict=True):
        score = _make_text_scorer(part.columns, weight)
        decoded = [_decode_variant(*next(inputs), variant, score, texts) for variant in range(len(run_variants))]
        yield min(reversed(decoded), key=lambda run: run.cost)  # Of equal ones, the one by the strokes of the pen.


def _find_likely_texts(part: LinePart) -> list[Text]:
    """Return the texts of a part of a line that are together nearly certain, or a few of the likeliest."""
    best = ctc.find_best_path(part.columns)
    if ctc.score_texts(part.columns, [best])[0] >= math.log(_MIN_CERTAINTY):
        return [best]
    likely = ctc.find_likely_texts(part.columns, _SUGGESTIONS)
    chances = np.exp([score for _, score in likely])
    count = 1 + int(np.searchsorted(np.cumsum(chances), _MIN_CERTAINTY))
    return [text for text, _ in likely[:count]]


def _holds_one_digit(spans: Spans, centers: list[NDArray[np.float64]]) -> NDArray[np.bool_]:
    """Tell which candidates hold the middle of just one digit of a likely text, bool (k,).

    The middle of another digit may lie near their sides.

    Args:
        spans: k candidates.
        centers: x of the middles of the digits, float64 (n,) for each text.
    """
    left, right = spans.boxes[:, 0, None].astype(float), spans.boxes[:, 2, None].astype(float)
    inset = _SIDE_RATIO * (right - left)
    found = np.zeros(len(spans.boxes), np.bool_)
    for x in centers:
        inside = (left <= x) & (x <= right)
        well_inside = (left + inset <= x) & (x <= right - inset)
        found |= (inside.sum(axis=1) > 0) & (well_inside.sum(axis=1) <= 1)
    return found


def _discard_non_digits(
    ink_runs: list[InkRun], parts: list[LinePart], centers: list[list[NDArray[np.float64]]]
) -> tuple[list[Spans], list[Probabilities]]:
    """Return every group and the candidates that may be digits in their line.

    Their probabilities in line are returned, too, float32 (k, 11) for each run.
    """
    kept, in_line = [], []
    for ink_run, part, run_centers in zip(ink_runs, parts, centers, strict=True):
        spans = find_spans(ink_run)
        spans = spans.take((spans.whole_group >= 0) | _holds_one_digit(spans, run_centers))
        probabilities = part.score_candidates(spans.boxes)
        mask = probabilities[:, NOT_A_DIGIT] < _MAX_NON_DIGIT_PROBABILITY
        if part.columns[:, -1].sum() > math.log(_MIN_EMPTY):
            mask[np.argsort(probabilities[:, NOT_A_DIGIT], kind="stable")[_MAX_CANDIDATES:]] = False
        mask |= spans.whole_group >= 0
        kept.append(spans.take(mask))
        in_line.append(probabilities[mask])
    return _keep_likeliest(kept, in_line)


def _keep_likeliest(kept: list[Spans], in_line: list[Probabilities]) -> tuple[list[Spans], list[Probabilities]]:
    """Return the candidates of all runs that are likeliest to be digits in their line, if there are very many."""
    ends = np.cumsum([len(spans.boxes) for spans in kept])
    if not len(ends) or ends[-1] <= _MAX_ALL_CANDIDATES:
        return kept, in_line
    unlikely = np.concatenate(
        [np.where(spans.whole_group >= 0, -1, own[:, NOT_A_DIGIT]) for spans, own in zip(kept, in_line, strict=True)]
    )
    chosen = np.zeros(ends[-1], np.bool_)
    chosen[np.argsort(unlikely, kind="stable")[:_MAX_ALL_CANDIDATES]] = True
    chosen |= unlikely < 0  # Of whole groups there has to be a path.
    masks = np.split(chosen, ends[:-1])
    return (
        [spans.take(mask) for spans, mask in zip(kept, masks, strict=True)],
        [own[mask] for own, mask in zip(in_line, masks, strict=True)],
    )


def combine(isolated: Probabilities, in_line: Probabilities, is_cut_out: NDArray[np.bool_]) -> Probabilities:
    """Combine the probabilities of candidates by both networks, float32 (k, 11), as a product of powers.

    Where the networks disagree, the result sums to less than 1.

    Args:
        isolated: float32 (k, 11), the digit network's.
        in_line: float32 (k, 11), the string recognizer's.
        is_cut_out: bool (k,), whether a candidate was cut out or joined; then the digit network counts more.
    """
    first, second = np.where(is_cut_out[:, None], _CUT_OUT_EXPONENTS, _GROUP_EXPONENTS).T[..., None]
    return np.asarray(isolated**first * np.maximum(in_line, _LEAST_IN_LINE) ** second, np.float32)


def _classify_candidates(
    found: list[Candidate], crops: Pictures, probabilities: Probabilities, classify: Classify
) -> tuple[Pictures, Probabilities]:
    """Return the picture and probabilities of each candidate; whole groups keep theirs."""
    group = np.array([-1 if candidate.whole_group is None else candidate.whole_group for candidate in found], np.intp)
    pictures, isolated = crops[group], probabilities[group]
    fresh = np.flatnonzero(group < 0)
    pictures[fresh] = normalize([found[index].segment.ink for index in fresh])
    isolated[fresh] = classify(pictures[fresh])
    return pictures, isolated


def _make_text_scorer(columns: ctc.Scores, weight: float) -> ScoreTexts:
    """Return a function that scores texts; refused ink may be anything but a digit."""

    def score(texts: Sequence[Text]) -> NDArray[np.float64]:
        digits = [tuple(label for label in text if label != NOT_A_DIGIT) for text in texts]
        return weight * ctc.score_texts(columns, digits)

    return score


def _decode_variant(
    ink_run: InkRun,
    found: list[Candidate],
    found_spans: Spans,
    outputs: tuple[Pictures, Probabilities, Probabilities],
    variant: int,
    score: ScoreTexts,
    likely: list[Text],
) -> DecodedRun:
    """Decode an ink run in one of its over-segmentations.

    `outputs` are its candidates' pictures and both networks' probabilities, `likely` texts that the string recognizer
    finds likely.
    """
    pictures, isolated, in_line = outputs
    probabilities = combine(isolated, in_line, found_spans.whole_group < 0)
    decoding = decode_run(ink_run, found, probabilities, score, likely)
    return DecodedRun(ink_run, found, found_spans, pictures, isolated, in_line, probabilities, decoding, variant)
