"""Correct a reading, and convert its labels to samples, which `Collection.add` stores."""

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
from digitnet.reading.signs import Signs
from digitnet.segmentation.rows import find_numbers, find_rows, keep_apart
from digitnet.types import RGB

MAX_REFUSED = 60  # Refused components offered for correction; a page of text has thousands.
LabelsByPlace = Mapping[int, int]  # Labels, 0 to 9 or NOT_A_DIGIT, by the place of a component.


@dataclass(frozen=True, eq=False)
class CorrectableReading:
    """All components of a picture: the digits in reading order, then refused components.

    Attributes:
        reading: the reading without its stages.
        boxes: int32 (n, 4), xyxy in pixels of the upright picture.
        crops: uint8 (n, 28, 28), the network's inputs.
        probabilities: float32 (n, 10).
        digests: digest of each crop.
    """

    reading: Reading
    boxes: NDArray[np.int32]
    crops: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    digests: list[str]

    @classmethod
    def from_reading(cls, reading: Reading, classifier: Classifier) -> CorrectableReading:
        """Return the components of a reading; only its digits if it has no stages."""
        if len(reading.refused) and reading.stages:
            others = read_boxes(reading, reading.refused[:MAX_REFUSED], classifier)
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
    def predictions(self) -> NDArray[np.int64]:
        """The labels that were read, int64 (n,): 0 to 9, or NOT_A_DIGIT for refused components."""
        labels = self.probabilities.argmax(axis=1)
        return np.where(np.arange(len(self)) < len(self.reading), labels, NOT_A_DIGIT)

    @property
    def confidence(self) -> NDArray[np.float32]:
        """The probabilities of the predictions, float32 (n,), 0 to 1."""
        not_a_digit = np.clip(1 - self.probabilities.sum(axis=1), 0, 1)
        return np.where(self.predictions == NOT_A_DIGIT, not_a_digit, self.probabilities.max(axis=1, initial=0.0))

    def find_places(self, digest: str) -> list[int]:
        """Return the places of the components with this digest."""
        return [place for place, other in enumerate(self.digests) if other == digest]

    def index_by_place(self, labels: Mapping[str, int]) -> dict[int, int]:
        """Return labels by place for labels by digest."""
        return {place: labels[digest] for place, digest in enumerate(self.digests) if digest in labels}

    def to_labels(self, corrections: LabelsByPlace) -> NDArray[np.int64]:
        """Return the label of each component, int64 (n,): its correction, or else its prediction."""
        labels = self.predictions
        for place, label in corrections.items():
            labels[place] = label
        return labels

    def to_reading(self, corrections: LabelsByPlace) -> Reading:
        """Return the reading with the corrections applied, each with probability 1."""
        labels, probabilities = self.to_labels(corrections), self.probabilities.copy()
        for place, label in corrections.items():
            probabilities[place] = np.arange(probabilities.shape[1]) == label
        digits, row, number, signs = self._order_digits(np.flatnonzero(labels != NOT_A_DIGIT))
        return replace(
            self.reading,
            boxes=self.boxes[digits],
            probabilities=probabilities[digits],
            row=row,
            crops=self.crops[digits],
            number=number,
            corrected=np.isin(digits, list(corrections)),
            refused=np.concatenate(
                [self.boxes[labels == NOT_A_DIGIT], self.reading.refused[len(self) - len(self.reading) :]]
            ),
            signs=signs,
            evidence=None,
        )

    def find_changed(self, corrections: LabelsByPlace) -> NDArray[np.bool_]:
        """Return which digits of the corrected reading were changed, bool (n,).

        A digit was changed if it was read as another label or refused, or if one of its number was taken out.
        """
        labels, digits, read = self.to_labels(corrections), self.find_digits(corrections), len(self.reading)
        number = self.reading.number if len(self.reading.number) else self.reading.row
        taken_out = number[labels[:read] == NOT_A_DIGIT]
        changed: NDArray[np.bool_] = labels[digits] != self.predictions[digits]
        is_read = digits < read
        changed[is_read] |= np.isin(number[digits[is_read]], taken_out)
        return changed

    def find_digits(self, corrections: LabelsByPlace) -> NDArray[np.intp]:
        """Return the places of the digits of the corrected reading, in its order."""
        return self._order_digits(np.flatnonzero(self.to_labels(corrections) != NOT_A_DIGIT))[0]

    def _order_digits(
        self, digits: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.int32], Signs]:
        """Return digits in reading order, with their rows and numbers, and the signs beside them.

        Rows and numbers are found again if a digit had been refused.
        """
        reading = self.reading
        if (digits < len(reading)).all():
            number, row = reading.number, reading.row[digits]
            return digits, row, number[digits] if len(number) else number, reading.signs.keep_digits(digits, row)
        placement = reading.placement
        lines = placement.lines_to_straight(reading.lines)
        row, order = find_rows(placement.to_straight(self.boxes[digits]), lines)
        digits, row = digits[order], row[order]
        boxes = placement.to_straight(self.boxes[digits])
        signs = reading.straight_signs.place_among(boxes, row, digits >= len(reading))
        number = find_numbers(boxes, row, signs.boxes, signs.place)
        known = np.append(reading.number if len(reading.number) else reading.row, np.full(len(self) - len(reading), -1))
        number = keep_apart(number, boxes, row, known[digits].astype(np.int32))
        return digits, row, number, signs.move_to(placement.to_picture(signs.boxes))

    def align_text(self, text: str, corrections: LabelsByPlace) -> dict[int, int]:
        """Align typed digits with the corrected reading and return labels by place.

        Raises:
            AlignmentError: the text cannot be aligned with the digits.
        """
        reading = self.to_reading(corrections)
        digits = self.find_digits(corrections)
        return dict(zip(digits.tolist(), align(text, reading.probabilities), strict=True))

    def to_samples(
        self, labels: LabelsByPlace, image: RGB, model: str, source: str, file: str = "", writer: str = ""
    ) -> list[Sample]:
        """Return the labeled components as samples; `Collection.add` stores them.

        Args:
            labels: the components to return, and their labels.
            image: the upright picture, uint8 (H, W, 3).
            model: name of the model that read it.
            source: one of `samples.SOURCES`.
            file: name of the picture's file.
            writer: name of the writer.
        """
        predictions, confidence = self.predictions, self.confidence
        straight, boxes = self.reading.placement.straighten(image), self.reading.placement.to_straight(self.boxes)
        return [
            Sample(
                picture=self.crops[place],
                crop=to_png(crop_box(straight, boxes[place])),
                label=label,
                read=int(predictions[place]),
                confidence=round(float(confidence[place]), 4),
                model=model,
                source=source,
                file=file,
                writer=writer,
            )
            for place, label in labels.items()
        ]
