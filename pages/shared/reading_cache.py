"""Readings of the pages, kept by what decides them, and their pictures in a size to be shown."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.collection.corrections import CorrectableReading
from digitnet.models.card import require_card
from digitnet.preprocessing.images import load, to_jpeg, to_png
from digitnet.reading.annotation import annotate, dim_outside
from digitnet.reading.manual_boxes import read_boxes
from digitnet.reading.pipeline import read_rgb
from digitnet.reading.result import Hints, Reading
from digitnet.types import RGB, Boxes
from pages.shared import model_choice

_LEAST_SHOWN, _MOST_SHOWN = 640, 1600  # pixels of the longer side of a picture


class ReadingRequest(NamedTuple):
    """A picture file, the model that reads it, and how: all that decides a reading."""

    content: bytes
    digest: str
    model: str
    hints: Hints

    @property
    def key(self) -> tuple[str, str, str, Hints]:
        """What tells readings apart; a network trained later under the same name is another."""
        return self.digest, self.model, require_card(self.model).sha256, self.hints


def read_picture(look: ReadingRequest, risk: float, boxes: Boxes | None = None) -> CorrectableReading:
    """Return what is found on a picture file, or what is in `boxes` of it.

    At most `risk` (0 to 1) of the digits that are not doubtful are wrong, as measured when the model was made.

    Raises:
        DigitnetError: the picture or the model cannot be read.
    """
    pieces = _read_picture(look, look.key)[0] if boxes is None else _read_boxes(look, look.key, boxes)
    return replace(
        pieces,
        reading=replace(pieces.reading, level=model_choice.load_classifier(look.model).find_min_confidence(risk)),
    )


def annotate_picture(look: ReadingRequest, reading: Reading) -> bytes:
    """Return a JPEG of a picture file with the boxes and digits of a reading."""
    return _annotate_picture(
        make_upright(look), reading, look.key, (reading.level, reading.text, reading.boxes.tobytes())
    )


def make_upright(look: ReadingRequest) -> bytes:
    """Return a picture file as a JPEG that stands upright and is not too large."""
    return _read_picture(look, look.key)[1]


def read_with_stages(look: ReadingRequest) -> Reading:
    """Return the reading of a picture file with its stages."""
    return _read_with_stages(look, look.key)


@st.cache_resource(max_entries=2, show_spinner=False)  # large
def _read_with_stages(_look: ReadingRequest, key: tuple[str, str, str, Hints]) -> Reading:
    return read_rgb(load(_look.content), model_choice.load_classifier(_look.model), hints=_look.hints)


@st.cache_data(max_entries=50, show_spinner=False)
def _read_boxes(_look: ReadingRequest, key: tuple[str, str, str, Hints], boxes: Boxes) -> CorrectableReading:
    classifier = model_choice.load_classifier(_look.model)
    return CorrectableReading.from_reading(read_boxes(read_with_stages(_look), boxes, classifier), classifier)


@st.cache_data(max_entries=200, show_spinner=False)
def _read_picture(_look: ReadingRequest, key: tuple[str, str, str, Hints]) -> tuple[CorrectableReading, bytes]:
    image, classifier = load(_look.content), model_choice.load_classifier(_look.model)
    return CorrectableReading.from_reading(read_rgb(image, classifier, hints=_look.hints), classifier), to_jpeg(
        fit_to_page(image)
    )


@st.cache_data(max_entries=200, show_spinner=False)
def _annotate_picture(
    _upright: bytes, _reading: Reading, key: tuple[str, str, str, Hints], shown: tuple[float, str, bytes]
) -> bytes:
    return to_jpeg(draw_reading(load(_upright), _reading, key[-1].region))


def draw_reading(image: RGB, reading: Reading, region: tuple[int, int, int, int] | None = None) -> RGB:
    """Return `image`, the picture of the reading in whatever size, with boxes and its region."""
    factor = image.shape[1] / reading.size[0]
    boxes, refused = (np.round(each * factor).astype(np.int32) for each in (reading.boxes, reading.refused))
    if region:
        left, top, right, bottom = (round(side * factor) for side in region)
        image = dim_outside(image, (left, top, right, bottom))
    return annotate(image, replace(reading, boxes=boxes, refused=refused))


def encode_gray(gray: NDArray[np.uint8]) -> bytes:
    """Return a gray picture, uint8 (h, w), as a PNG file of a size to be shown."""
    return to_png(fit_to_page(gray))


def shrink(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the picture, smaller where it is very large."""
    factor = _MOST_SHOWN / max(image.shape[:2])
    return cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) if factor < 1 else image


def fit_to_page(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the picture with pixels enough that boxes and digits on it are not coarse, and not too many."""
    factor = _LEAST_SHOWN / max(image.shape[:2])
    if factor <= 1:
        return shrink(image)
    size = [max(1, round(side * factor)) for side in image.shape[1::-1]]
    return cv2.resize(image, size, interpolation=cv2.INTER_CUBIC)
