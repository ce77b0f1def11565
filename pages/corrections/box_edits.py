"""The boxes of a picture's digits after a press on the picture."""

from __future__ import annotations

import numpy as np

from digitnet import ImageError, Reading
from digitnet.reading.manual_boxes import read_boxes, split_box
from digitnet.segmentation.boxes import enclose
from digitnet.types import Boxes
from pages.components import digit_strip
from pages.corrections.subject import Subject
from pages.shared import model_choice


def changed_boxes(subject: Subject, reading: Reading, press: digit_strip.StripPress, place: int) -> tuple[Boxes, str]:
    """Return the boxes of a reading after a press on its digit at `place`, and what was done.

    Raises:
        ImageError: there is no such digit, or none beside it.
    """
    boxes, digit = reading.boxes, f"digit {place + 1}"
    if press.action == digit_strip.ADD:
        added = _in_pixels(press.box, reading.size)
        if not len(read_boxes(subject.staged(), added, model_choice.load_classifier(subject.model))):
            raise ImageError("There is no ink in that box.")
        return np.concatenate([boxes, added]), "a box is added."
    if place < 0:
        raise ImageError("The picture has changed in the meantime; change the box once more.")
    if press.action == digit_strip.MOVE:
        return np.concatenate([np.delete(boxes, place, 0), _in_pixels(press.box, reading.size)]), f"{digit} is moved."
    if press.action == digit_strip.SPLIT:
        halves = split_box(subject.staged(), boxes[place])
        return np.concatenate([np.delete(boxes, place, 0), halves]), f"{digit} is split in two."
    if press.action == digit_strip.REMOVE:
        return np.delete(boxes, place, 0), f"the box of {digit} is removed."
    if place + 1 >= len(reading) or reading.row[place + 1] != reading.row[place]:
        raise ImageError(f"There is no digit to the right of {digit} that it could be joined with.")
    pair = [place, place + 1]
    return np.concatenate([np.delete(boxes, pair, 0), enclose(boxes[pair])[None]]), f"{digit} is joined with the next."


def _in_pixels(box: tuple[float, ...], size: tuple[int, int]) -> Boxes:
    """Return a box (1, 4) xyxy of left, top, width and height as shares of the picture."""
    left, top, width, height = box
    sides = np.array([left, top, left + width, top + height]) * [*size, *size]
    return np.round(sides).astype(np.int32)[None]
