"""Trace how digits were found: the candidates of each group of ink, and the path chosen through them.

A reading keeps none of this. It is computed again from the reading's stages when somebody asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.context_classifier import render_views
from digitnet.decoding.decoder import DecodedDigits, decode
from digitnet.decoding.hypotheses import Hypothesis, PathStep
from digitnet.decoding.path_costs import ShapeCost, compute_network_costs, compute_refusal_cost, compute_shape_cost
from digitnet.decoding.run_decoder import DecodedRun
from digitnet.labels import CLASSES, NOT_A_DIGIT
from digitnet.models.classifier import Classifier
from digitnet.reading.result import Stages
from digitnet.segmentation.boxes import enclose
from digitnet.segmentation.components import InkGroups
from digitnet.segmentation.merging import find_groups
from digitnet.segmentation.oversegmentation import Segment
from digitnet.types import Boxes, Probabilities

MAX_OTHER_CANDIDATES = 12  # A trace keeps this many candidates of a group beside those on its path.
MAX_HYPOTHESES = 5  # A trace keeps this many texts of a group.
_NO_SHAPE_COST = ShapeCost(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class ContextView:
    """A candidate with the ink around it, as the context classifier sees it.

    Attributes:
        picture: uint8 (28, 40, 2), its own ink and the ink around it.
        isolated: float32 (11,), the probabilities of the digit network, which sees the candidate alone.
        in_context: float32 (11,), the probabilities of the context classifier.
    """

    picture: NDArray[np.uint8]
    isolated: Probabilities
    in_context: Probabilities


@dataclass(frozen=True, eq=False)
class TracedCandidate:
    """Ink that may be a digit, with its costs in nats.

    Attributes:
        box: int32 (4,), xyxy in the ink map.
        picture: uint8 (28, 28), as the digit network sees it.
        probabilities: float32 (10,) or (11,), of the digit network, or combined with those of the context classifier.
        label: the digit that it is read as, or else its most probable one.
        network_cost: -log(probability of the label).
        shape_cost: cost of its shape.
        refusal_cost: cost of reading it as no digit, or None if that was not considered.
        context: its view in context, or None if it was certain without.
    """

    box: Boxes
    picture: NDArray[np.uint8]
    probabilities: Probabilities
    label: int
    network_cost: float
    shape_cost: ShapeCost
    refusal_cost: float | None = None
    context: ContextView | None = None

    @property
    def probability(self) -> float:
        """The probability of the label."""
        return float(self.probabilities[self.label])

    @property
    def not_a_digit(self) -> float:
        """The probability that it is not a digit, 0 if the network does not refuse."""
        return float(self.probabilities[NOT_A_DIGIT:].sum())

    @property
    def cost(self) -> float:
        """The cost of reading it as its label, in nats."""
        return self.shape_cost.total + self.network_cost


@dataclass(frozen=True, eq=False)
class TracedStep:
    """A candidate on the chosen path.

    Attributes:
        candidate: the candidate itself.
        segment: its ink.
        digit: the digit that it is read as, or None if it is refused.
        cost: in nats.
    """

    candidate: TracedCandidate
    segment: Segment
    digit: int | None
    cost: float

    @property
    def is_digit(self) -> bool:
        """Whether it is read as a digit."""
        return self.digit is not None


@dataclass(frozen=True, eq=False)
class TracedGroup:
    """Ink that was decoded together: an ink run, or a group that is certainly one digit.

    Attributes:
        row: counted from the top.
        segments: the ink that it was over-segmented into.
        cut_count: number of cuts between the segments.
        candidates: those on the path and the `MAX_OTHER_CANDIDATES` cheapest others, from left to right.
        candidate_count: number of all candidates.
        path: the chosen path, from left to right.
        path_cost: cost of the path, in nats.
        is_decoded: whether there was a choice of candidates: False if the network was certain at once.
        hypotheses: the texts that it may hold, the likeliest first; empty if it is not decoded.
        is_drawn: whether the segments are the strokes of a drawing.
    """

    row: int
    segments: tuple[Segment, ...]
    cut_count: int
    candidates: tuple[TracedCandidate, ...]
    candidate_count: int
    path: tuple[TracedStep, ...]
    path_cost: float
    is_decoded: bool
    hypotheses: tuple[Hypothesis, ...] = ()
    is_drawn: bool = False

    @property
    def box(self) -> Boxes:
        """The box around its ink, int32 (4,), xyxy in the ink map."""
        return enclose(np.array([segment.box for segment in self.segments]))


@dataclass(frozen=True, eq=False)
class ReadingTrace:
    """The groups of ink of a reading, with their candidates and paths.

    Attributes:
        groups: in reading order.
        positions: for each digit of the reading the index of its group, and that of its step on the group's path.
    """

    groups: tuple[TracedGroup, ...]
    positions: tuple[tuple[int, int], ...]

    def get_group(self, digit: int) -> TracedGroup:
        """Return the group of a digit, given by its index in the reading."""
        return self.groups[self.positions[digit][0]]

    def get_step(self, digit: int) -> TracedStep:
        """Return the path step of a digit, given by its index in the reading."""
        group, step = self.positions[digit]
        return self.groups[group].path[step]


def trace_reading(stages: Stages, classifier: Classifier) -> ReadingTrace:
    """Decode the ink of a reading's stages again and keep the candidates, costs and paths."""
    ink, classify = stages.ink, classifier.predict_probabilities
    found = find_groups(ink.map, ink.pen_width, classify, stages.min_length_ratio)
    groups: list[TracedGroup] = []
    decoded_indices: set[int] = set()

    def watch(decoded: DecodedRun) -> None:
        first, count = decoded.ink_run.first_group, int(decoded.ink_run.group[-1]) + 1
        decoded_indices.update(range(first, first + count))
        groups.append(_trace_run(decoded, has_strokes=bool(stages.strokes)))

    digits = decode(found, ink.pen_width, classify, stages.strokes, watch, fine_tuned=classifier.fine_tuned)
    certain = [index for index in range(len(found.crops)) if index not in decoded_indices]
    groups += [_trace_certain_group(found, index, digits) for index in certain]
    groups.sort(key=lambda group: (group.row, int(group.box[0] + group.box[2])))
    return ReadingTrace(tuple(groups), _locate_digits(groups, digits))


def _locate_digits(groups: list[TracedGroup], digits: DecodedDigits) -> tuple[tuple[int, int], ...]:
    """Find the group and the step of each digit by its box."""
    positions = {
        tuple(step.candidate.box.tolist()): (group_index, step_index)
        for group_index, group in enumerate(groups)
        for step_index, step in enumerate(group.path)
        if step.is_digit
    }
    return tuple(positions[tuple(box)] for box in digits.boxes.tolist())


def _trace_certain_group(found: InkGroups, index: int, digits: DecodedDigits) -> TracedGroup:
    """Trace a group that was read as one digit without decoding."""
    box = found.boxes[index]
    digit = int(np.flatnonzero((digits.boxes == box).all(axis=1))[0])
    probabilities = digits.probabilities[digit]
    label, cost = int(probabilities[:CLASSES].argmax()), float(compute_network_costs(probabilities[None]).min())
    candidate = TracedCandidate(box, digits.crops[digit], probabilities, label, cost, _NO_SHAPE_COST)
    segment = Segment(box, found.crops[index])
    step = TracedStep(candidate, segment, label, cost)
    return TracedGroup(int(found.row[index]), (segment,), 0, (candidate,), 1, (step,), cost, is_decoded=False)


def _trace_run(decoded: DecodedRun, *, has_strokes: bool) -> TracedGroup:
    run, decoding = decoded.ink_run, decoded.decoding
    views = render_views(run, decoded.spans.inside, decoded.spans.boxes)
    digits = {step.index: step.digit for step in decoding.path}
    candidates = [_trace_candidate(decoded, index, view, digits.get(index)) for index, view in enumerate(views)]
    others = [index for index in range(len(candidates)) if index not in digits]
    others.sort(key=lambda index: candidates[index].cost)
    kept = [candidates[index] for index in (*digits, *others[:MAX_OTHER_CANDIDATES])]
    kept.sort(key=lambda candidate: (int(candidate.box[0] + candidate.box[2]), int(candidate.box[0])))
    return TracedGroup(
        row=run.row,
        segments=tuple(run.segments),
        cut_count=len(run.left_of_cut) - 2,
        candidates=tuple(kept),
        candidate_count=len(candidates),
        path=tuple(_trace_step(decoded, candidates, step) for step in decoding.path),
        path_cost=decoding.cost,
        is_decoded=True,
        hypotheses=tuple(decoding.hypotheses[:MAX_HYPOTHESES]),
        is_drawn=has_strokes and decoded.variant > 0,
    )


def _trace_candidate(decoded: DecodedRun, index: int, view: NDArray[np.uint8], digit: int | None) -> TracedCandidate:
    """Trace a candidate with its costs; `digit` is the one that it is read as, or None if it is on no path."""
    candidate, probabilities = decoded.candidates[index], decoded.probabilities[index].copy()
    label = int(probabilities[:CLASSES].argmax()) if digit is None else digit
    may_be_refused = candidate.whole_group is not None
    return TracedCandidate(
        box=candidate.segment.box,
        picture=decoded.pictures[index].copy(),
        probabilities=probabilities,
        label=label,
        network_cost=float(compute_network_costs(probabilities[None])[0, label]),
        shape_cost=compute_shape_cost(decoded.ink_run, candidate),
        refusal_cost=compute_refusal_cost(decoded.ink_run, candidate, probabilities) if may_be_refused else None,
        context=ContextView(view.copy(), decoded.isolated[index].copy(), decoded.in_context[index].copy()),
    )


def _trace_step(decoded: DecodedRun, candidates: list[TracedCandidate], step: PathStep) -> TracedStep:
    segment = decoded.candidates[step.index].segment
    return TracedStep(candidates[step.index], segment, step.digit, step.cost)
