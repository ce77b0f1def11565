"""Cache readings, and encode pictures for display."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.access.spending import get_spending
from digitnet.collection import photo_reading
from digitnet.collection.corrections import CorrectableReading
from digitnet.documents.opening import load_page
from digitnet.documents.page import LoadedPage
from digitnet.events import noting_reading
from digitnet.models import store
from digitnet.models.card import require_card
from digitnet.preprocessing.display import fit_to_page
from digitnet.preprocessing.geometry import scale_down
from digitnet.preprocessing.images import load, to_jpeg, to_png
from digitnet.preprocessing.quarter_turns import turn_boxes
from digitnet.preprocessing.straightening import turn_picture
from digitnet.reading.annotation import annotate, dim_outside
from digitnet.reading.hints import Hints
from digitnet.reading.manual_boxes import read_boxes
from digitnet.reading.placing import turn_upright
from digitnet.reading.result import Reading
from digitnet.types import RGB, Boxes
from digitnet.workers.pool import run_in_worker
from pages.shared import model_choice

CacheKey = tuple[str, str, str, Hints]


class ReadingRequest(NamedTuple):
    """A page of a file, the model to read it with, and hints: everything that decides a reading.

    Attributes:
        content: content of the file.
        digest: digest of the content and the page.
        model: name of the model.
        hints: hints of the user.
        page: number of the page, from 1.
    """

    content: bytes
    digest: str
    model: str
    hints: Hints
    page: int = 1

    @property
    def key(self) -> CacheKey:
        """The key of the reading in caches, which changes when the model is retrained under its name."""
        sha256 = _find_model_digest(self.model, store.get_version(self.model))
        return self.digest, self.model, sha256, self.hints

    @property
    def source(self) -> tuple[bytes, str, Hints, int]:
        """The arguments of the functions of `digitnet.collection.photo_reading`."""
        return self.content, self.model, self.hints, self.page

    def load_page(self) -> LoadedPage:
        """Have a worker load the page.

        Raises:
            ImageError: the file or the page cannot be read.
        """
        return run_in_worker(load_page, self.content, self.page)


@lru_cache(maxsize=64)
def _find_model_digest(name: str, version: int) -> str:
    """Return the digest of a model's network, read again when its folder was rewritten."""
    return require_card(name).sha256


def read_picture(request: ReadingRequest, risk: float, boxes: Boxes | None = None) -> CorrectableReading:
    """Read a picture file, or the ink in `boxes` of it.

    Args:
        request: the picture file, and how to read it.
        risk: share of wrong digits, 0 to 1, among those not marked as doubtful, as measured in training.
        boxes: int32 (n, 4), xyxy in pixels of the upright picture, or None to find the digits.

    Raises:
        DigitnetError: the picture or the model cannot be read.
    """
    read = _read_picture(request, request.key)[0] if boxes is None else _read_boxes(request, request.key, boxes)
    level = model_choice.load_classifier(request.model).find_min_confidence(risk)
    return replace(read, reading=replace(read.reading, level=level))


def annotate_picture(request: ReadingRequest, reading: Reading, *, has_structure: bool = True) -> bytes:
    """Return a JPEG file of a picture with the boxes and digits of a reading, with or without its sheets and lines.

    It is upright, as `to_upright_jpeg`.
    """
    if not has_structure:
        reading = replace(reading, sheets=(), lines=np.empty((0, 4), np.int32), grid=None)
    shown: tuple[str | bytes, ...] = (
        reading.text,
        *(array.tobytes() for array in (reading.boxes, reading.refused, reading.doubtful, reading.ruling)),
        *(outline.tobytes() for outline in reading.sheets),
        *(array.tobytes() for array in (reading.signs.boxes, reading.doubtful_signs)),
    )
    return _annotate_picture(to_upright_jpeg(request), reading, request.key, shown)


def to_upright_jpeg(request: ReadingRequest) -> bytes:
    """Return a picture as a JPEG file, sized for display, turned by the quarters by which it was turned to be read."""
    return _read_picture(request, request.key)[1]


def load_small(request: ReadingRequest) -> RGB:
    """Return a picture as it was given, sized for display, uint8 (H, W, 3)."""
    read, jpeg = _read_picture(request, request.key)
    return turn_picture(load(jpeg), -read.reading.turn)[0]


def read_with_stages(request: ReadingRequest) -> Reading:
    """Read a picture file, and keep the stages of its reading, with their picture sized for display."""
    return _read_with_stages(request, request.key)


@st.cache_resource(max_entries=2, show_spinner=False)  # Stages are large.
def _read_with_stages(_request: ReadingRequest, key: CacheKey) -> Reading:
    get_spending().count_photo()
    return run_in_worker(photo_reading.read_with_stages, *_request.source)


@st.cache_data(max_entries=50, show_spinner=False)
def _read_boxes(_request: ReadingRequest, key: CacheKey, boxes: Boxes) -> CorrectableReading:
    classifier = model_choice.load_classifier(_request.model)
    return CorrectableReading.from_reading(read_boxes(read_with_stages(_request), boxes, classifier), classifier)


@st.cache_data(max_entries=400, show_spinner=False)  # More than a file has pages.
def _read_picture(_request: ReadingRequest, key: CacheKey) -> tuple[CorrectableReading, bytes]:
    get_spending().count_photo()
    with noting_reading("photo", _request.model) as note:
        read, jpeg = run_in_worker(photo_reading.read_for_display, *_request.source)
        note(read.reading.size, len(read.reading))
    return read, jpeg


@st.cache_data(max_entries=200, show_spinner=False)
def _annotate_picture(_upright: bytes, _reading: Reading, key: CacheKey, shown: tuple[str | bytes, ...]) -> bytes:
    return to_jpeg(draw_reading(load(_upright), _reading, key[-1].region))


def draw_reading(image: RGB, reading: Reading, region: tuple[int, int, int, int] | None = None) -> RGB:
    """Draw the boxes and digits of a reading on its upright picture, and dim the rest outside `region`.

    Args:
        image: the picture of the reading in any size, turned by `reading.turn`, uint8 (H, W, 3).
        reading: the reading.
        region: x0, y0, x1, y1 in pixels of the picture that was read, or None for all of it.
    """
    if region:
        left, top, right, bottom = turn_boxes(np.array([region]), reading.size, reading.turn)[0].tolist()
        region = left, top, right, bottom
    reading = turn_upright(reading)
    factor = max(image.shape[:2]) / max(reading.size)  # The shorter side may be a single pixel in any size.
    boxes, refused, lines = (
        np.round(sides * factor).astype(np.int32) for sides in (reading.boxes, reading.refused, reading.ruling)
    )
    if region:
        left, top, right, bottom = (round(side * factor) for side in region)
        image = dim_outside(image, (left, top, right, bottom))
    sheets = tuple(np.round(outline * factor).astype(np.int32) for outline in reading.sheets)
    signs = reading.signs.scale(factor)
    return annotate(
        image, replace(reading, boxes=boxes, refused=refused, signs=signs, sheets=sheets, lines=lines, grid=None)
    )


def make_thumbnail(image: RGB, width: int, height: int) -> bytes:
    """Return a JPEG file of a picture, uint8 (H, W, 3), no larger than this width and height in pixels."""
    factor = min(width / image.shape[1], height / image.shape[0])
    return to_jpeg(scale_down(image, factor))


def encode_gray(gray: NDArray[np.uint8]) -> bytes:
    """Encode a gray picture, uint8 (h, w), as a PNG file, sized for display."""
    return to_png(fit_to_page(gray))
