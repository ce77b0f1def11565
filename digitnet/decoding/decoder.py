"""Which digits a row of ink holds: the segmentation that the network believes most.

Groups of ink that the network is sure of are digits. The others are taken apart; whatever lies between two
divisions and could be a digit is a candidate. A second network sees the candidates in their place and leaves out
those that are none for sure, the others are read in one go, a third network reads the ink as a whole, and the text
that all this makes likeliest is the reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding import context_classifier, sequence_recognizer
from digitnet.decoding.ink_runs import SURE, group_into_runs, is_sure, oversegment_groups
from digitnet.decoding.lattice import Choice, Says, Settled, settle
from digitnet.labels import CLASSES, NOT_A_DIGIT
from digitnet.preprocessing.normalization import normalize, shear
from digitnet.segmentation.candidates import Candidate, InkRun, Spans, extract_candidates, find_spans
from digitnet.segmentation.components import InkGroups
from digitnet.segmentation.oversegmentation import Segment, Stroke
from digitnet.segmentation.rows import estimate_row_heights
from digitnet.types import Boxes, Pictures, Probabilities

Classify = Callable[[Pictures], Probabilities]
_SLANT = 0.15  # columns to each row, by which ink that is not read surely is slanted
_NO_DIGIT = 0.995  # probability in its place at which a candidate is looked at no longer
_OWN_HAND = 0.6  # of what counts by the ink as a whole, beside a network that learnt the hand
_SECOND = 0.999  # of what the digit that is taken is believed, any other is at most


@dataclass(frozen=True)
class Found:
    """Digits in reading order and what was refused.

    Attributes:
        boxes: int32 (n, 4), xyxy in the ink map.
        row: int32 (n,), counted from the top.
        crops: uint8 (n, 28, 28), normalised.
        answers: float32 (n, 10 or 11), the network's.
        refused: int32 (m, 4), boxes of what is no digit.
    """

    boxes: Boxes
    row: NDArray[np.int32]
    crops: NDArray[np.uint8]
    answers: Probabilities
    refused: Boxes


@dataclass(frozen=True)
class Considered:
    """A stretch of ink with all that could be a digit in it, and the way through it that was chosen.

    Attributes:
        candidates: n of them.
        runs: where they lie.
        pictures: uint8 (n, 28, 28), normalised.
        alone: float32 (n, 11), the network's answers to these.
        in_place: float32 (n, 11), the answers of the network that sees them in their place.
        answers: float32 (n, 11), what is made of both.
        way: which of the ways to part it this is, counted from 0; the last is by the strokes that were
            drawn, where these are known.
    """

    stretch: InkRun
    candidates: list[Candidate]
    runs: Spans
    pictures: Pictures
    alone: Probabilities
    in_place: Probabilities
    answers: Probabilities
    settled: Settled
    way: int


def search(
    found: InkGroups,
    pen_width: float,
    classify: Classify,
    drawn: Sequence[Stroke] = (),
    watch: Callable[[Considered], None] | None = None,
    *,
    taught: bool = False,
) -> Found:
    """Return the digits in groups of ink.

    Args:
        found: groups in reading order.
        pen_width: pixels.
        classify: gives the answers float32 (n, 10) or (n, 11) of pictures uint8 (n, 28, 28); with ten
            answers there is no telling what is no digit, and every group is taken for one.
        drawn: the strokes that the ink was drawn with, where these are known.
        watch: is told of each stretch that was looked through.
        taught: the network that answers learnt the hands that write here, as the one that reads ink as a whole
            did not.
    """
    crops = normalize(found.crops)
    answers = _steadied(crops, classify(crops), classify)
    if not len(crops) or answers.shape[1] == CLASSES:
        return Found(found.boxes, found.row, crops, answers, np.empty((0, 4), np.int32))
    parts = [Segment(box, crop) for box, crop in zip(found.boxes, found.crops, strict=True)]
    height = estimate_row_heights(found.boxes, found.row)
    sure = is_sure(found.boxes, answers, height)
    digits = [(int(found.row[i]), found.boxes[i], crops[i], answers[i]) for i in np.flatnonzero(sure)]
    refused: list[Boxes] = []
    ways = group_into_runs(found, oversegment_groups(parts, sure, height, pen_width, drawn), height)
    for considered in _considered(ways, crops, answers, classify, _OWN_HAND if taught else 1.0):
        if watch:
            watch(considered)
        for choice in considered.settled.choices:
            box, place = considered.candidates[choice.index].part.box, choice.index
            if choice.is_digit:
                answer = _believed(considered, choice)
                digits.append((considered.stretch.row, box, considered.pictures[place], answer))
            else:
                refused.append(box)
    return _in_order(digits, refused, answers.shape[1])


def _steadied(crops: Pictures, answers: Probabilities, classify: Classify) -> Probabilities:
    """Return answers, those that are not sure averaged with the answers to the same ink, slanted to either side."""
    unsure = np.flatnonzero(answers[:, :CLASSES].max(axis=1, initial=0) < SURE)
    if not len(unsure):
        return answers
    steadied = answers.copy()
    both = classify(np.concatenate([shear(crops[unsure], by) for by in (-_SLANT, _SLANT)]))
    steadied[unsure] = (answers[unsure] + both[: len(unsure)] + both[len(unsure) :]) / 3
    return steadied


def _considered(
    stretches: list[list[InkRun]], crops: Pictures, answers: Probabilities, classify: Classify, undivided: float
) -> Iterator[Considered]:
    """Give what is made of each run of groups, of its ways to be parted the one whose text costs least.

    All candidates are read in one go; `crops` and `answers` are what was read before, the groups as they were found.
    `undivided` is how much counts what the ink says as a whole, 0 to 1.
    """
    every = [stretch for ways in stretches for stretch in ways]
    runs, in_place = _in_place(every)
    found = [extract_candidates(stretch, own) for stretch, own in zip(every, runs, strict=True)]
    pictures, alone = _read([one for own in found for one in own], crops, answers, classify)
    ends = np.cumsum([len(own) for own in found])[:-1]
    read = zip(np.split(pictures, ends), np.split(alone, ends), in_place, strict=True)
    parted = zip(every, found, runs, read, strict=True)
    for ways in stretches:
        says = _says(ways[0], undivided)  # the ink of all ways is the same
        settled = [_settled(*next(parted), way, says) for way in range(len(ways))]
        yield min(settled, key=_cost)


def _cost(considered: Considered) -> float:
    """Return what the text of a stretch costs, by the way to it that is taken and by the whole stretch, in nats."""
    return considered.settled.cost + (considered.settled.texts[0].undivided or 0.0)


def _in_place(stretches: list[InkRun]) -> tuple[list[Spans], list[Probabilities]]:
    """Return every group and the candidates that may be digits by their place, and the answers that say so."""
    runs = [find_spans(stretch) for stretch in stretches]
    answers = context_classifier.answers(stretches, runs)
    kept = [(own.whole >= 0) | (seen[:, NOT_A_DIGIT] < _NO_DIGIT) for own, seen in zip(runs, answers, strict=True)]
    return [own.take(some) for own, some in zip(runs, kept, strict=True)], [
        seen[some] for seen, some in zip(answers, kept, strict=True)
    ]


def _says(stretch: InkRun, weight: float) -> Says | None:
    """Return what tells how likely texts are by a stretch as a whole, weighed; None where that cannot be said."""
    said = sequence_recognizer.columns(stretch)
    return None if said is None else lambda texts: weight * sequence_recognizer.likelihoods(said, texts)


def _settled(
    stretch: InkRun,
    found: list[Candidate],
    runs: Spans,
    read: tuple[Pictures, Probabilities, Probabilities],
    way: int,
    says: Says | None,
) -> Considered:
    """Return a stretch with the way through it; `read` are its candidates' pictures and both networks' answers."""
    pictures, alone, in_place = read
    answers = context_classifier.agreed(alone, in_place, runs.whole < 0)
    settled = settle(stretch, found, answers, says)
    return Considered(stretch, found, runs, pictures, alone, in_place, answers, settled, way)


def _believed(considered: Considered, choice: Choice) -> Probabilities:
    """Return how far a choice is believed to be each digit, float32 (11,), the rest that it is none.

    What was torn out or joined is believed no more than by the network that sees the candidate in its place.
    """
    digit = float(considered.answers[choice.index, :CLASSES].sum())
    if considered.runs.whole[choice.index] < 0:
        digit = min(digit, float(considered.in_place[choice.index, :CLASSES].sum()))
    most = choice.belief[choice.digit]
    belief = np.minimum(choice.belief, _SECOND * most)  # others may be likelier alone, but not with their neighbours
    belief[choice.digit] = most
    answer = (belief * digit).astype(np.float32)
    answer[NOT_A_DIGIT] = 1 - answer[:CLASSES].sum()
    return answer


def _read(
    chosen: list[Candidate], crops: Pictures, answers: Probabilities, classify: Classify
) -> tuple[Pictures, Probabilities]:
    """Return the picture of each candidate and its answer; groups as they were found have been read before."""
    known = np.array([-1 if one.whole is None else one.whole for one in chosen], np.intp)
    pictures, read = crops[known], answers[known]
    fresh = np.flatnonzero(known < 0)
    pictures[fresh] = normalize([chosen[place].part.ink for place in fresh])
    read[fresh] = classify(pictures[fresh])
    return pictures, read


def _in_order(
    digits: list[tuple[int, Boxes, NDArray[np.uint8], Probabilities]], refused: list[Boxes], outputs: int
) -> Found:
    """Return what was found row by row from left to right, rows without digits left out."""
    digits = sorted(digits, key=lambda digit: (digit[0], int(digit[1][0] + digit[1][2])))
    rows = np.array([digit[0] for digit in digits], np.int32)
    return Found(
        np.array([digit[1] for digit in digits], np.int32).reshape(-1, 4),
        np.unique(rows, return_inverse=True)[1].astype(np.int32),
        np.array([digit[2] for digit in digits], np.uint8).reshape(-1, 28, 28),
        np.array([digit[3] for digit in digits], np.float32).reshape(-1, outputs),
        np.array(refused, np.int32).reshape(-1, 4),
    )
