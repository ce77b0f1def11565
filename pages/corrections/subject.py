"""A picture that can be put right, and what it says by now."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from digitnet import DigitnetError, Reading
from digitnet.collection.corrections import CorrectableReading
from digitnet.models.classifier import Classifier
from digitnet.reading.manual_boxes import read_boxes
from digitnet.types import RGB, Boxes
from pages.shared import user_collection


@dataclass(frozen=True, eq=False)
class Subject:
    """A picture that can be put right.

    Attributes:
        key: tells it from the others of the tab.
        pieces: what was found on it.
        view: what was looked at; boxes that were changed hold for that alone.
        picture: gives it upright, uint8 (H, W, 3).
        staged: gives its reading with the stages.
        model: that read it.
        source: "canvas" or "photo".
        file: its name.
    """

    key: str
    pieces: CorrectableReading
    view: Hashable
    picture: Callable[[], RGB]
    staged: Callable[[], Reading]
    model: str
    source: str
    file: str = ""


@dataclass(frozen=True, eq=False)
class State:
    """What a picture says by now.

    Attributes:
        reading: as corrected.
        said: labels that people gave, by the place of the piece.
        problem: why the collection cannot be asked, "" if it can.
    """

    reading: Reading
    said: dict[int, int]
    problem: str = ""


def pieces_of(reading: Reading, classifier: Classifier, boxes: Boxes | None) -> CorrectableReading:
    """Return what was found on a picture, a reading with its stages, or what is in `boxes` of it."""
    return CorrectableReading.from_reading(
        reading if boxes is None else read_boxes(reading, boxes, classifier), classifier
    )


def state_of(subject: Subject) -> State:
    """Return what a picture says by now."""
    pieces = subject.pieces
    try:
        said = (
            pieces.index_by_place(user_collection.open_collection().find_labels(pieces.digests)) if len(pieces) else {}
        )
    except DigitnetError as error:
        return State(pieces.reading, {}, str(error))
    return State(pieces.to_reading(said), said)
