"""Change the boxes of a reading after a press on its picture."""

from __future__ import annotations

import numpy as np

from digitnet import ImageError, Reading
from digitnet.reading.manual_boxes import read_boxes, split_box
from digitnet.segmentation.boxes import enclose
from digitnet.types import Boxes
from pages.components import digit_strip
from pages.corrections.picture import CorrectablePicture
from pages.corrections.shares import to_pixels
from pages.shared import model_choice


def edit_boxes(
    picture: CorrectablePicture, reading: Reading, press: digit_strip.StripPress, place: int
) -> tuple[Boxes, str]:
    """Change the boxes of a reading after a press on its digit at `place`.

    Returns:
        Boxes int32 (n, 4), xyxy in pixels of the picture, and a description: "digit 2 is moved".

    Raises:
        ImageError: there is no such digit, no digit beside it, or no ink in the box.
    """
    boxes, digit = reading.boxes, f"digit {place + 1}"
    if press.action == digit_strip.ADD:
        added = to_pixels(press.box, reading)
        if not len(read_boxes(picture.load_reading(), added, model_choice.load_classifier(picture.model))):
            raise ImageError("There is no ink in that box.")
        return np.concatenate([boxes, added]), "a box is added"
    if place < 0:
        raise ImageError("The picture has changed in the meantime. Change the box again.")
    if press.action == digit_strip.MOVE:
        return np.concatenate([np.delete(boxes, place, 0), to_pixels(press.box, reading)]), f"{digit} is moved"
    if press.action == digit_strip.SPLIT:
        halves = split_box(picture.load_reading(), boxes[place])
        return np.concatenate([np.delete(boxes, place, 0), halves]), f"{digit} is split in two"
    if press.action == digit_strip.REMOVE:
        return np.delete(boxes, place, 0), f"the box of {digit} is removed"
    if place + 1 >= len(reading) or reading.row[place + 1] != reading.row[place]:
        raise ImageError(f"There is no digit to the right of {digit} to join it with.")
    pair = [place, place + 1]
    joined = np.concatenate([np.delete(boxes, pair, 0), enclose(boxes[pair])[None]])
    return joined, f"{digit} is joined with the next"
