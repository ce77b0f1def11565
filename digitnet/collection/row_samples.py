"""Convert rows of a corrected reading to strings, which `Collection.add` stores."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from digitnet.collection.row_texts import find_touched_rows, identify_rows
from digitnet.collection.strings import StringSample
from digitnet.preprocessing.geometry import scale_down
from digitnet.preprocessing.images import to_png
from digitnet.reading.result import Reading
from digitnet.types import RGB, Boxes, Gray

MAX_HEIGHT, MAX_WIDTH = 128, 4096  # Pixels of a row's picture.
_MARGIN_RATIO = 0.25  # Of a row's height, around it.


def to_strings(
    reading: Reading,
    rows: Sequence[int],
    read: Reading,
    image: RGB,
    model: str,
    source: str,
    file: str = "",
    writer: str = "",
) -> list[StringSample]:
    """Return rows of a corrected reading as strings.

    Args:
        reading: the corrected reading.
        rows: the rows to return.
        read: the reading without corrections.
        image: the upright picture, uint8 (H, W, 3).
        model: name of the model that read it.
        source: one of `samples.SOURCES`.
        file: name of the picture's file.
        writer: name of the writer.
    """
    digests, texts = identify_rows(reading), reading.row_texts
    straight = reading.placement.straighten(image)
    strings = []
    for index, row in enumerate(np.unique(reading.row).tolist()):
        if row not in rows:
            continue
        text, confidence = _find_read(read, reading.boxes[reading.row == row])
        box = reading.enclose([symbol for number in reading.symbols[index] for symbol in number])
        picture = to_png(crop_row(straight, reading.placement.to_straight(box[None])[0]))
        strings.append(
            StringSample(picture, texts[index], digests[index], text, confidence, model, source, file, writer)
        )
    return strings


def crop_row(image: RGB, box: Boxes) -> Gray:
    """Crop a picture, uint8 (H, W, 3), to a row's box, int32 (4,), and a margin; gray, at most 128 pixels high."""
    left, top, right, bottom = box.tolist()
    margin = round(_MARGIN_RATIO * (bottom - top))
    crop = image[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]
    gray = cv2.cvtColor(np.ascontiguousarray(crop), cv2.COLOR_RGB2GRAY)
    return np.asarray(scale_down(gray, min(MAX_HEIGHT / gray.shape[0], MAX_WIDTH / gray.shape[1])), np.uint8)


def _find_read(read: Reading, boxes: Boxes) -> tuple[str, float | None]:
    """Return the text that was read where digits have these boxes, and its confidence; "" and None if none was."""
    rows = find_touched_rows(read, boxes)
    if not rows:
        return "", None
    index = np.unique(read.row).tolist().index(rows[0])
    symbols = [symbol for number in read.symbols[index] for symbol in number]
    return read.row_texts[index], round(read.compute_confidence(symbols), 4)
