"""Decode ink runs with all networks, and choose an over-segmentation of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from digitnet.decoding import context_classifier, sequence_recognizer
from digitnet.decoding.hypotheses import Decoding, ScoreTexts
from digitnet.decoding.lattice import decode_run
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.normalization import normalize
from digitnet.segmentation.candidates import Candidate, InkRun, Spans, extract_candidates, find_spans
from digitnet.types import Pictures, Probabilities

Classify = Callable[[Pictures], Probabilities]
_MAX_NON_DIGIT_PROBABILITY = 0.995  # The context classifier discards candidates from this probability on.


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


def decode_runs(
    ink_runs: list[list[InkRun]],
    crops: Pictures,
    probabilities: Probabilities,
    classify: Classify,
    sequence_weight: float,
) -> Iterator[DecodedRun]:
    """Yield each ink run, decoded by the over-segmentation whose text costs least.

    Args:
        ink_runs: for each run, one InkRun for each of its over-segmentations.
        crops: uint8 (g, 28, 28), all groups of ink.
        probabilities: float32 (g, 11), those of the groups.
        classify: the digit network.
        sequence_weight: how much the sequence recognizer counts, 0 to 1.
    """
    variants = [variant for variants in ink_runs for variant in variants]
    kept, in_context = _discard_non_digits(variants)
    found = [extract_candidates(variant, kept_spans) for variant, kept_spans in zip(variants, kept, strict=True)]
    pictures, isolated = _classify_candidates(
        [candidate for run_candidates in found for candidate in run_candidates], crops, probabilities, classify
    )
    ends = np.cumsum([len(run_candidates) for run_candidates in found])[:-1]
    outputs = zip(np.split(pictures, ends), np.split(isolated, ends), in_context, strict=True)
    inputs = zip(variants, found, kept, outputs, strict=True)
    for run_variants in ink_runs:
        score = _make_text_scorer(run_variants[0], sequence_weight)  # All variants have the same ink.
        decoded = [_decode_variant(*next(inputs), variant, score) for variant in range(len(run_variants))]
        yield min(decoded, key=lambda run: run.cost)


def _discard_non_digits(ink_runs: list[InkRun]) -> tuple[list[Spans], list[Probabilities]]:
    """Return every group and the candidates that may be digits in context.

    Their probabilities in context are returned, too, float32 (k, 11) for each run.
    """
    all_spans = [find_spans(ink_run) for ink_run in ink_runs]
    in_context = context_classifier.classify_candidates(ink_runs, all_spans)
    kept = [
        (run_spans.whole_group >= 0) | (probabilities[:, NOT_A_DIGIT] < _MAX_NON_DIGIT_PROBABILITY)
        for run_spans, probabilities in zip(all_spans, in_context, strict=True)
    ]
    return (
        [run_spans.take(mask) for run_spans, mask in zip(all_spans, kept, strict=True)],
        [probabilities[mask] for probabilities, mask in zip(in_context, kept, strict=True)],
    )


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


def _make_text_scorer(ink_run: InkRun, weight: float) -> ScoreTexts | None:
    """Return a function that scores texts, or None if the run is too large to be recognized."""
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
    """Decode an ink run in one of its over-segmentations.

    `outputs` are its candidates' pictures and both networks' probabilities.
    """
    pictures, isolated, in_context = outputs
    probabilities = context_classifier.combine(isolated, in_context, found_spans.whole_group < 0)
    decoding = decode_run(ink_run, found, probabilities, score)
    return DecodedRun(ink_run, found, found_spans, pictures, isolated, in_context, probabilities, decoding, variant)
