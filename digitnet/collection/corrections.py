"""A reading as somebody corrected it, and what is kept of that for training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitnet.collection.alignment import align
from digitnet.collection.samples import Sample, compute_digest
from digitnet.labels import NOT_A_DIGIT
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.images import crop_box, to_png
from digitnet.reading.manual_boxes import read_boxes
from digitnet.reading.result import Reading
from digitnet.segmentation.rows import find_numbers, find_rows
from digitnet.types import RGB

MOST_REFUSED = 60  # pieces that were refused and can be called digits: a page of text has thousands
Labels = Mapping[int, int]  # by the place of a piece: 0 to 9 or NOT_A_DIGIT


@dataclass(frozen=True, eq=False)
class CorrectableReading:
    """All that was found on a picture: its digits in reading order, then what was refused.

    Attributes:
        reading: the digits as they were read.
        boxes: int32 (n, 4), xyxy in pixels of the upright picture.
        crops: uint8 (n, 28, 28), what the network saw.
        probabilities: float32 (n, 10).
        digests: n of them, each the same for the same crop.
    """

    reading: Reading
    boxes: NDArray[np.int32]
    crops: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    digests: list[str]

    @classmethod
    def from_reading(cls, reading: Reading, classifier: Classifier) -> CorrectableReading:
        """Return what a reading found; of a reading that was kept without its stages the digits alone."""
        if len(reading.refused) and reading.stages:
            others = read_boxes(reading, reading.refused[:MOST_REFUSED], classifier)
        else:
            others = Reading.empty(reading.size)
        crops = np.concatenate([reading.crops, others.crops])
        return cls(
            replace(reading, stages=None),
            np.concatenate([reading.boxes, others.boxes]),
            crops,
            np.concatenate([reading.probabilities, others.probabilities]),
            [compute_digest(crop) for crop in crops],
        )

    def __len__(self) -> int:
        return len(self.boxes)

    @property
    def read(self) -> NDArray[np.int64]:
        """What each was read as, int64 (n,): 0 to 9, or NOT_A_DIGIT where it was refused."""
        labels = self.probabilities.argmax(axis=1)
        return np.where(np.arange(len(self)) < len(self.reading), labels, NOT_A_DIGIT)

    @property
    def confidence(self) -> NDArray[np.float32]:
        """How probable that is, float32 (n,), 0 to 1."""
        none = np.clip(1 - self.probabilities.sum(axis=1), 0, 1)
        return np.where(self.read == NOT_A_DIGIT, none, self.probabilities.max(axis=1, initial=0.0))

    def find_places(self, digest: str) -> list[int]:
        """Return the places of the pieces with this digest."""
        return [place for place, other in enumerate(self.digests) if other == digest]

    def index_by_place(self, labels: Mapping[str, int]) -> dict[int, int]:
        """Return labels by digest as labels by place."""
        return {place: labels[digest] for place, digest in enumerate(self.digests) if digest in labels}

    def to_labels(self, said: Labels) -> NDArray[np.int64]:
        """Return what each piece is by now: as `said`, and else as it was read."""
        labels = self.read
        for place, label in said.items():
            labels[place] = label
        return labels

    def to_reading(self, said: Labels) -> Reading:
        """Return the reading with what was `said` in it, as certain as can be."""
        labels, probabilities = self.to_labels(said), self.probabilities.copy()
        for place, label in said.items():
            probabilities[place] = np.arange(probabilities.shape[1]) == label
        digits = np.flatnonzero(labels != NOT_A_DIGIT)
        digits, row, number = self._ordered(digits)
        return replace(
            self.reading,
            boxes=self.boxes[digits],
            probabilities=probabilities[digits],
            row=row,
            crops=self.crops[digits],
            number=number,
            refused=np.concatenate(
                [self.boxes[labels == NOT_A_DIGIT], self.reading.refused[len(self) - len(self.reading) :]]
            ),
        )

    def _ordered(self, digits: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.int32]]:
        """Return digits in reading order, their rows and their numbers; found anew if some had been refused."""
        if (digits < len(self.reading)).all():
            number = self.reading.number
            return digits, self.reading.row[digits], number[digits] if len(number) else number
        row, order = find_rows(self.boxes[digits])
        digits, row = digits[order], row[order]
        return digits, row, find_numbers(self.boxes[digits], row)

    def align_text(self, text: str, said: Labels) -> dict[int, int]:
        """Return the labels of the digits that are there by now if `text` is what they say.

        Raises:
            AlignmentError: it cannot be told which digit is meant by which.
        """
        reading = self.to_reading(said)
        digits = self._ordered(np.flatnonzero(self.to_labels(said) != NOT_A_DIGIT))[0]
        return dict(zip(digits.tolist(), align(text, reading.probabilities), strict=True))

    def to_samples(
        self, labels: Labels, image: RGB, model: str, source: str, file: str = "", writer: str = ""
    ) -> list[Sample]:
        """Return labelled pieces as the collection keeps them; `image` is the upright picture, uint8 (H, W, 3)."""
        read, confidence = self.read, self.confidence
        return [
            Sample(
                picture=self.crops[place],
                crop=to_png(crop_box(image, self.boxes[place])),
                label=label,
                read=int(read[place]),
                confidence=round(float(confidence[place]), 4),
                model=model,
                source=source,
                file=file,
                writer=writer,
            )
            for place, label in labels.items()
        ]
