"""Keep the trace of a reading: its groups of ink, their candidates and chosen paths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.hypotheses import Hypothesis
from digitnet.decoding.path_costs import ShapeCost
from digitnet.labels import NOT_A_DIGIT
from digitnet.segmentation.boxes import enclose
from digitnet.segmentation.oversegmentation import Segment
from digitnet.types import Boxes, Probabilities


@dataclass(frozen=True, eq=False)
class ContextView:
    """A candidate with the ink around it.

    Attributes:
        picture: uint8 (28, 40, 2), its own ink and the ink around it.
        isolated: float32 (11,), the probabilities of the digit network, which sees the candidate alone.
        in_line: float32 (11,), the probabilities of the string recognizer, which sees its whole line.
    """

    picture: NDArray[np.uint8]
    isolated: Probabilities
    in_line: Probabilities


@dataclass(frozen=True, eq=False)
class TracedCandidate:
    """Ink that may be a digit, with its costs in nats.

    Attributes:
        box: int32 (4,), xyxy in the ink map.
        picture: uint8 (28, 28), as the digit network sees it.
        probabilities: float32 (10,) or (11,), of the digit network, or combined with those of the string recognizer.
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
        candidates: those on the path and the cheapest others, from left to right.
        candidate_count: number of all candidates.
        path: the chosen path, from left to right.
        path_cost: cost of the path, in nats.
        is_decoded: whether there was a choice of candidates: False if the network was certain at once.
        hypotheses: the texts that it may hold, the likeliest first; empty if it is not decoded.
        is_drawn: whether the segments are the strokes of a drawing.
        is_read_in_line: whether the string recognizer found it, against what the ink showed.
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
    is_read_in_line: bool = False

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
        found: the ink of the groups before any was cut or decoded together with others, in reading order.
    """

    groups: tuple[TracedGroup, ...]
    positions: tuple[tuple[int, int], ...]
    found: tuple[Segment, ...] = ()

    def get_group(self, digit: int) -> TracedGroup:
        """Return the group of a digit, given by its index in the reading."""
        return self.groups[self.positions[digit][0]]

    def get_step(self, digit: int) -> TracedStep:
        """Return the path step of a digit, given by its index in the reading."""
        group, step = self.positions[digit]
        return self.groups[group].path[step]
