"""Convert a number that was cut out of a picture, and its right text, to samples and strings."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from digitnet.collection.alignment import parse_digits
from digitnet.collection.corrections import CorrectableReading
from digitnet.collection.row_samples import to_strings
from digitnet.collection.row_texts import apply_typed
from digitnet.collection.samples import Sample
from digitnet.collection.strings import StringSample
from digitnet.errors import AlignmentError
from digitnet.preprocessing.images import load
from digitnet.reading.hints import Hints
from digitnet.reading.pipeline import load_classifier, read_rgb

_MARGIN_RATIO = 0.15  # Of a number's height: the ink around its box that belongs to it.


class CropSamples(NamedTuple):
    """What `Collection.add` stores of a number: its digits, and its text with the signs."""

    samples: list[Sample]
    strings: list[StringSample]


def make_crop_samples(
    picture: bytes, box: tuple[int, int, int, int], text: str, model: str, file: str = "", writer: str = ""
) -> CropSamples:
    """Return the digits and the text of a number, as a correction on the page Photos stores them.

    Args:
        picture: a file with the number and its surroundings.
        box: the number's place on it, x0 y0 x1 y1 in pixels.
        text: the right digits and signs.
        model: name of the model that finds the digits.
        file: name of the file that the picture was cut out of.
        writer: name of the writer.

    Raises:
        AlignmentError: other than the digits of the text are found in the box.
        ImageError: the picture cannot be read.
        ModelError: the model is unknown, incomplete or damaged.
    """
    image, classifier = load(picture), load_classifier(model)
    height, width = image.shape[:2]
    margin = round(_MARGIN_RATIO * (box[3] - box[1]))
    region = max(0, box[0] - margin), max(0, box[1] - margin), min(width, box[2] + margin), min(height, box[3] + margin)
    read = CorrectableReading.from_reading(read_rgb(image, classifier, Hints(region=region, sheets=False)), classifier)
    reading, typed = read.reading, parse_digits(text)
    if len(reading) != len(typed):
        raise AlignmentError(f"The text has {len(typed)} digits, but {len(reading)} were found.")
    labels = read.align_text(text, {})
    spelled = apply_typed(text, reading, read.to_reading(labels))
    about = image, model, "photo", file, writer
    strings = to_strings(spelled, np.unique(spelled.row).tolist(), reading, *about)
    return CropSamples(read.to_samples(labels, *about), strings)
