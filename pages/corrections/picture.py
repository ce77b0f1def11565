"""Pictures whose reading can be corrected, and their readings as corrected."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitnet import DigitnetError, Reading
from digitnet.collection.corrections import CorrectableReading
from digitnet.collection.row_texts import apply_texts, find_changed_signs, identify_rows
from digitnet.models.classifier import Classifier
from digitnet.reading.manual_boxes import read_boxes
from digitnet.types import RGB, Boxes
from pages.shared import user_collection


@dataclass(frozen=True, eq=False)
class CorrectablePicture:
    """A picture whose reading can be corrected.

    Attributes:
        key: name of the picture, unique in the tab.
        components: digits and refused components found on it.
        view: identity of the content that was read; changed boxes are kept only while it stays the same.
        load_image: function that loads the upright picture, uint8 (H, W, 3).
        load_reading: function that loads its reading with the stages.
        model: name of the model that read it.
        source: "canvas" or "photo".
        file: name of its file.
    """

    key: str
    components: CorrectableReading
    view: Hashable
    load_image: Callable[[], RGB]
    load_reading: Callable[[], Reading]
    model: str
    source: str
    file: str = ""

    @property
    def digest(self) -> str:
        """A digest of the components, 16 hexadecimal digits; it changes with the ink and the boxes, not by labels."""
        return hashlib.sha256("".join(self.components.digests).encode()).hexdigest()[:16]


@dataclass(frozen=True, eq=False)
class CorrectedReading:
    """The reading of a picture with all corrections applied.

    Attributes:
        reading: the corrected reading.
        labels: labels given by users, by the place of the component.
        changed: bool (n,), which digits of the reading were changed, see `CorrectableReading.find_changed`, or belong
            to a number whose signs were changed.
        known_rows: rows whose text users have corrected or confirmed.
        problem: why the collection cannot be read, "" if it can.
    """

    reading: Reading
    labels: dict[int, int]
    changed: NDArray[np.bool_]
    known_rows: tuple[int, ...] = ()
    problem: str = ""


def make_correctable(reading: Reading, classifier: Classifier, boxes: Boxes | None) -> CorrectableReading:
    """Make a reading with stages correctable, reading it again in `boxes` unless they are None."""
    read = reading if boxes is None else read_boxes(reading, boxes, classifier)
    return CorrectableReading.from_reading(read, classifier)


def apply_corrections(picture: CorrectablePicture, carried: Mapping[str, str] | None = None) -> CorrectedReading:
    """Apply the labels and texts that the collection holds for the components and rows of a picture.

    Args:
        picture: the picture.
        carried: further texts of rows by their digest, for those that the collection does not hold.
    """
    components = picture.components
    if not len(components):
        return CorrectedReading(components.reading, {}, components.find_changed({}))
    try:
        collection = user_collection.open_collection()
        labels = components.index_by_place(collection.find_labels(components.digests))
        reading = components.to_reading(labels)
        digests = identify_rows(reading)
        texts = collection.strings.find_texts(digests)
    except DigitnetError as error:
        return CorrectedReading(components.reading, {}, components.find_changed({}), problem=str(error))
    corrected = apply_texts(reading, {**(carried or {}), **texts})
    changed = components.find_changed(labels) | find_changed_signs(reading, corrected)
    rows = zip(np.unique(reading.row).tolist(), digests, strict=True)
    return CorrectedReading(corrected, labels, changed, tuple(row for row, digest in rows if digest in texts))
