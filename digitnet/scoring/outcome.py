"""Hold what came of the pictures that are scored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from digitnet.scoring.comparison import Comparison
from digitnet.scoring.score import Score


@dataclass(frozen=True)
class Outcome:
    """What came of the numbers of a picture, or of a field of a form.

    Attributes:
        place: which field it is, "" if it is all of the picture.
        truth: the right numbers, with a space between them.
        text: those that were read.
        comparison: what is wrong.
        is_accepted: whether a number was read, and nothing in it is doubtful.
        confidence: probability that all of it is right, 0 to 1; 0 if nothing was read.
        picture: a small PNG file of it.
    """

    place: str
    truth: str
    text: str
    comparison: Comparison
    is_accepted: bool = False
    confidence: float = 0.0
    picture: bytes = b""

    @property
    def is_exact(self) -> bool:
        """Whether it is exactly right."""
        return self.comparison.is_exact


@dataclass(frozen=True)
class PictureScore:
    """What came of a picture.

    Attributes:
        file: its name.
        outcomes: one, or one for each field of a form.
        seconds: time to read it, 0 if it could not be read.
        error: why it could not be read, or "".
    """

    file: str
    outcomes: tuple[Outcome, ...]
    seconds: float = 0.0
    error: str = ""

    def name(self, outcome: Outcome) -> str:
        """Return the name of the picture, and of the field of an outcome."""
        return f"{self.file}, {outcome.place}" if outcome.place else self.file


def sum_up(scores: Iterable[PictureScore]) -> Score:
    """Sum up pictures; one that could not be read counts as wrong."""
    total = Score()
    for score in scores:
        for outcome in score.outcomes:
            total.add_comparison(outcome.comparison)
            total.add_acceptance(is_accepted=outcome.is_accepted, is_exact=outcome.is_exact)
        if not score.error:
            total.seconds.append(score.seconds)
    return total


class Difference(NamedTuple):
    """The outcomes of one picture or field by two models, of which one is right.

    Attributes:
        name: name of the picture, and of the field.
        first, second: what each model made of it.
    """

    name: str
    first: Outcome
    second: Outcome


def list_differences(first: Sequence[PictureScore], second: Sequence[PictureScore]) -> list[Difference]:
    """List where only one of two models is right, on the same pictures."""
    differences = []
    for mine, others in zip(first, second, strict=True):
        by_place = {outcome.place: outcome for outcome in others.outcomes}
        for outcome in mine.outcomes:
            other = by_place.get(outcome.place)
            if other and outcome.is_exact != other.is_exact:
                differences.append(Difference(mine.name(outcome), outcome, other))
    return differences
