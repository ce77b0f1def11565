"""Trace how digits were found: the candidates of each group of ink, and the chosen path.

A reading keeps none of this. It is computed again from the reading's stages on request.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.decoded_digits import DecodedDigits
from digitnet.decoding.hypotheses import PathStep
from digitnet.decoding.path_costs import ShapeCost, compute_network_costs, compute_refusal_cost, compute_shape_cost
from digitnet.decoding.run_decoder import DecodedRun
from digitnet.explain.candidate_views import render_views
from digitnet.explain.trace_joining import join_traces
from digitnet.explain.trace_records import ContextView, ReadingTrace, TracedCandidate, TracedGroup, TracedStep
from digitnet.labels import CLASSES
from digitnet.models.classifier import Classifier
from digitnet.reading.ink_reader import InkReader
from digitnet.reading.pipeline import load_classifier
from digitnet.reading.stages import Stages
from digitnet.segmentation.oversegmentation import Segment
from digitnet.types import Boxes, Gray

MAX_OTHER_CANDIDATES = 12  # A trace keeps this many candidates of a group beside those on its path.
MAX_HYPOTHESES = 5  # A trace keeps this many texts of a group.
_NO_SHAPE_COST = ShapeCost(0.0, 0.0, 0.0, 0.0)


def trace_reading(stages: Stages, classifier: Classifier) -> ReadingTrace:
    """Decode the ink of a reading's stages again and keep the candidates, costs and paths."""
    if stages.sheets:
        traces = [trace_reading(sheet, classifier) for sheet, _ in stages.sheets]
        return join_traces(traces, [top for _, top in stages.sheets])
    ink, reader = stages.ink, InkReader(classifier, stages.min_length_ratio)
    found = reader.find_groups(ink, stages.strokes)
    groups: list[TracedGroup] = []
    decoded_indices: set[int] = set()

    def watch(decoded: DecodedRun) -> None:
        first, count = decoded.ink_run.first_group, int(decoded.ink_run.group[-1]) + 1
        decoded_indices.update(range(first, first + count))
        groups.append(_trace_run(decoded, has_strokes=bool(stages.strokes)))

    decoded_digits = reader.decode_groups(ink, found, stages.strokes, stages.views, watch)
    # Letters were refused since, and numbers were read by what is expected of them.
    digits = stages.digits or decoded_digits
    certain = [index for index in range(len(found.crops)) if index not in decoded_indices]
    groups += [
        _trace_digit(int(found.row[index]), Segment(found.boxes[index], found.crops[index]), decoded_digits, digit)
        for index in certain
        for digit in _find_box(decoded_digits, found.boxes[index])
    ]
    known = {tuple(step.candidate.box.tolist()) for group in groups for step in group.path if step.is_digit}
    groups += [
        _trace_digit(int(digits.row[digit]), _cut_out(ink.map, box), digits, digit, is_read_in_line=True)
        for digit, box in enumerate(digits.boxes)
        if tuple(box.tolist()) not in known
    ]
    groups.sort(key=lambda group: (group.row, int(group.box[0] + group.box[2])))
    segments = [Segment(box, crop) for box, crop in zip(found.boxes, found.crops, strict=True)]
    return ReadingTrace(tuple(groups), _locate_digits(groups, digits), tuple(segments))


def trace_with_model(stages: Stages, model: str) -> ReadingTrace:
    """Trace a reading as `trace_reading` does, with a model by its name; a worker can run it.

    Raises:
        ModelError: the model is unknown, incomplete or damaged.
    """
    return trace_reading(stages, load_classifier(model))


def _find_box(digits: DecodedDigits, box: Boxes) -> list[int]:
    """Return the index of the digit with a box, int32 (4,), if there is one."""
    return np.flatnonzero((digits.boxes == box).all(axis=1))[:1].tolist()


def _cut_out(ink: Gray, box: Boxes) -> Segment:
    """Return the ink in a box, int32 (4,), of an ink map."""
    return Segment(box, ink[box[1] : box[3], box[0] : box[2]])


def _locate_digits(groups: list[TracedGroup], digits: DecodedDigits) -> tuple[tuple[int, int], ...]:
    """Find the group and the step of each digit by its box."""
    positions = {
        tuple(step.candidate.box.tolist()): (group_index, step_index)
        for group_index, group in enumerate(groups)
        for step_index, step in enumerate(group.path)
        if step.is_digit
    }
    return tuple(positions[tuple(box)] for box in digits.boxes.tolist())


def _trace_digit(
    row: int, segment: Segment, digits: DecodedDigits, digit: int, *, is_read_in_line: bool = False
) -> TracedGroup:
    """Trace a digit that was read without decoding, given by its index."""
    probabilities = digits.probabilities[digit]
    label, cost = int(probabilities[:CLASSES].argmax()), float(compute_network_costs(probabilities[None]).min())
    candidate = TracedCandidate(segment.box, digits.crops[digit], probabilities, label, cost, _NO_SHAPE_COST)
    step = TracedStep(candidate, segment, label, cost)
    return TracedGroup(
        row, (segment,), 0, (candidate,), 1, (step,), cost, is_decoded=False, is_read_in_line=is_read_in_line
    )


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
    """Trace a candidate with its costs.

    Args:
        index: of the candidate.
        view: uint8 (28, 40, 2), the candidate in context.
        digit: the digit that it is read as, or None if it is refused or not on the path.
    """
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
        context=ContextView(view.copy(), decoded.isolated[index].copy(), decoded.in_line[index].copy()),
    )


def _trace_step(decoded: DecodedRun, candidates: list[TracedCandidate], step: PathStep) -> TracedStep:
    segment = decoded.candidates[step.index].segment
    return TracedStep(candidates[step.index], segment, step.digit, step.cost)
