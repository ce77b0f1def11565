"""How digits were found: what the search considered in each group of ink, and the way that it chose.

A reading keeps none of this; it is found once more, from the reading's stages, when somebody asks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.context_classifier import render_views
from digitnet.decoding.decoder import DecodedDigits, DecodedRun, decode
from digitnet.decoding.hypotheses import Hypothesis, PathStep
from digitnet.decoding.path_costs import ShapeCost, compute_network_costs, compute_refusal_cost, compute_shape_cost
from digitnet.labels import CLASSES, NOT_A_DIGIT
from digitnet.models.classifier import Classifier
from digitnet.reading.result import Stages
from digitnet.segmentation.boxes import enclose
from digitnet.segmentation.components import InkGroups
from digitnet.segmentation.merging import find_groups
from digitnet.segmentation.oversegmentation import Segment
from digitnet.types import Boxes, Probabilities

MOST = 12  # candidates of a group that are kept beside those that were chosen
MOST_TEXTS = 5  # that are kept of what a group may say
_NO_SHAPE = ShapeCost(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class Place:
    """A candidate with the ink around it, as the second network saw it.

    Attributes:
        picture: uint8 (28, 40, 2), its own ink and that around it.
        alone: float32 (11,), the answer of the network that sees nothing else.
        answer: float32 (11,), that of the second.
    """

    picture: NDArray[np.uint8]
    alone: Probabilities
    answer: Probabilities


@dataclass(frozen=True, eq=False)
class Weighed:
    """Ink that could be a digit.

    Attributes:
        box: int32 (4,), xyxy in the ink map.
        picture: uint8 (28, 28), as the network saw it.
        answer: float32 (10,) or (11,), the network's, or what it and the one below agree on.
        label: the digit that it was taken for, or else its most probable one.
        network: what taking it for that costs by the answer: -log(probability), in nats.
        shape: what it costs by its shape.
        refusal: what taking it for no digit costs; None where that was not considered.
        place: how it looks in its place; None where that was not looked at.
    """

    box: Boxes
    picture: NDArray[np.uint8]
    answer: Probabilities
    label: int
    network: float
    shape: ShapeCost
    refusal: float | None = None
    place: Place | None = None

    @property
    def probability(self) -> float:
        """The probability of its digit."""
        return float(self.answer[self.label])

    @property
    def none(self) -> float:
        """The probability that it is no digit, 0 where the network does not know that."""
        return float(self.answer[NOT_A_DIGIT:].sum())

    @property
    def cost(self) -> float:
        """What taking it for its digit costs, in nats."""
        return self.shape.total + self.network


@dataclass(frozen=True, eq=False)
class Taken:
    """A candidate on the way that was chosen.

    Attributes:
        part: its ink.
        digit: what it was taken for; None for no digit.
        cost: in nats.
    """

    weighed: Weighed
    part: Segment
    digit: int | None
    cost: float

    @property
    def is_digit(self) -> bool:
        """Whether it was taken for a digit."""
        return self.digit is not None


@dataclass(frozen=True, eq=False)
class Group:
    """Ink in which digits were looked for together.

    Attributes:
        row: counted from the top.
        pieces: what it was taken apart into.
        divisions: how many ways there are to divide the pieces into left and right.
        candidates: those on the way and the `MOST` that cost least of the others, from left to right.
        count: how many candidates there were.
        path: the way that was chosen, from left to right.
        total: what it costs, in nats.
        texts: what the ink may say, the likeliest first; empty where that was not asked.
        searched: whether others were considered at all: False where the network was sure at once.
        as_drawn: whether the pieces are the strokes that were drawn.
    """

    row: int
    pieces: tuple[Segment, ...]
    divisions: int
    candidates: tuple[Weighed, ...]
    count: int
    path: tuple[Taken, ...]
    total: float
    searched: bool
    texts: tuple[Hypothesis, ...] = ()
    as_drawn: bool = False

    @property
    def box(self) -> Boxes:
        """What encloses it, int32 (4,), xyxy in the ink map."""
        return enclose(np.array([piece.box for piece in self.pieces]))


@dataclass(frozen=True, eq=False)
class Trace:
    """What was considered on the way to a reading.

    Attributes:
        groups: in reading order.
        places: for each digit of the reading its group, and its place on the way through that.
    """

    groups: tuple[Group, ...]
    places: tuple[tuple[int, int], ...]

    def group_of(self, digit: int) -> Group:
        """Return the group that a digit of the reading is in."""
        return self.groups[self.places[digit][0]]

    def taken(self, digit: int) -> Taken:
        """Return how a digit of the reading was taken."""
        group, place = self.places[digit]
        return self.groups[group].path[place]


def trace(stages: Stages, classifier: Classifier) -> Trace:
    """Return what is considered on the way from the stages of a reading to its digits."""
    ink = stages.ink
    found = find_groups(ink.map, ink.pen_width, classifier.predict_probabilities, stages.min_length_ratio)
    groups: list[Group] = []
    seen: set[int] = set()

    def watch(decoded: DecodedRun) -> None:
        first, own = decoded.ink_run.first_group, int(decoded.ink_run.group[-1]) + 1
        seen.update(range(first, first + own))
        groups.append(_group(decoded, bool(stages.strokes)))

    digits = decode(
        found, ink.pen_width, classifier.predict_probabilities, stages.strokes, watch, fine_tuned=classifier.fine_tuned
    )
    groups += [_sure(found, index, digits) for index in range(len(found.crops)) if index not in seen]
    groups.sort(key=lambda group: (group.row, int(group.box[0] + group.box[2])))
    return Trace(tuple(groups), _places(groups, digits))


def _places(groups: list[Group], digits: DecodedDigits) -> tuple[tuple[int, int], ...]:
    places = {
        tuple(taken.weighed.box.tolist()): (index, place)
        for index, group in enumerate(groups)
        for place, taken in enumerate(group.path)
        if taken.is_digit
    }
    return tuple(places[tuple(box)] for box in digits.boxes.tolist())


def _sure(found: InkGroups, index: int, digits: DecodedDigits) -> Group:
    """Return a group that was read as it is."""
    place = int(np.flatnonzero((digits.boxes == found.boxes[index]).all(axis=1))[0])
    answer = digits.probabilities[place]
    label, cost = int(answer[:CLASSES].argmax()), float(compute_network_costs(answer[None]).min())
    weighed = Weighed(found.boxes[index], digits.crops[place], answer, label, cost, _NO_SHAPE)
    part = Segment(found.boxes[index], found.crops[index])
    taken = Taken(weighed, part, weighed.label, cost)
    return Group(int(found.row[index]), (part,), 0, (weighed,), 1, (taken,), cost, searched=False)


def _group(decoded: DecodedRun, drawn: bool) -> Group:
    stretch, decoding = decoded.ink_run, decoded.decoding
    seen = render_views(stretch, decoded.spans.inside, decoded.spans.boxes)
    digits = {step.index: step.digit for step in decoding.path}
    weighed = [_weighed(decoded, place, seen[place], digits.get(place)) for place in range(len(seen))]
    path = tuple(_taken(decoded, weighed, step) for step in decoding.path)
    others = sorted((place for place in range(len(weighed)) if place not in digits), key=lambda i: weighed[i].cost)
    kept = [weighed[place] for place in (*digits, *others[:MOST])]
    kept.sort(key=lambda one: (int(one.box[0] + one.box[2]), int(one.box[0])))
    return Group(
        stretch.row,
        tuple(stretch.segments),
        len(stretch.left_of_cut) - 2,
        tuple(kept),
        len(weighed),
        path,
        decoding.cost,
        searched=True,
        texts=tuple(decoding.hypotheses[:MOST_TEXTS]),
        as_drawn=drawn and decoded.variant > 0,
    )


def _weighed(decoded: DecodedRun, place: int, seen: NDArray[np.uint8], digit: int | None) -> Weighed:
    """Return a candidate as it was weighed, `digit` being what it was taken for, if for any."""
    candidate, answer = decoded.candidates[place], decoded.probabilities[place].copy()
    label = int(answer[:CLASSES].argmax()) if digit is None else digit
    refusal = None if candidate.whole_group is None else compute_refusal_cost(decoded.ink_run, candidate, answer)
    shape, cost = compute_shape_cost(decoded.ink_run, candidate), float(compute_network_costs(answer[None])[0, label])
    in_place = Place(seen.copy(), decoded.isolated[place].copy(), decoded.in_context[place].copy())
    box = candidate.segment.box
    return Weighed(box, decoded.pictures[place].copy(), answer, label, cost, shape, refusal, in_place)


def _taken(decoded: DecodedRun, weighed: list[Weighed], step: PathStep) -> Taken:
    part = decoded.candidates[step.index].segment
    return Taken(weighed[step.index], part, step.digit, step.cost)
