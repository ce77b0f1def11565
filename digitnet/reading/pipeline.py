"""Read the numbers on a picture: from pixels to a `Reading`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np

from digitnet.documents.opening import load_main_page
from digitnet.errors import ImageError
from digitnet.expectations.expect import Expect
from digitnet.models import active, store
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.failures import explain_failures
from digitnet.preprocessing.images import ImageSource, check_size
from digitnet.reading.hints import Hints
from digitnet.reading.ink_reader import InkReader
from digitnet.reading.placing import remove_margin, shift
from digitnet.reading.result import Reading
from digitnet.reading.upright_reading import read_upright
from digitnet.segmentation.oversegmentation import Stroke
from digitnet.types import RGB

_CANVAS_LONE_ODDS = 3.0  # On a canvas the odds that lone ink is a digit are this many times as high.
_CANVAS_MARGIN = 24  # Pixels added around a drawing, so that strokes at its edge are whole.
_CANVAS_MIN_LENGTH_RATIO = 0.15  # Everything on a canvas is writing, so small components are kept.


def read(
    image: ImageSource,
    model: str | Classifier | None = None,
    hints: Hints | None = None,
    expect: Expect | None = None,
) -> Reading:
    """Read the numbers on a picture.

    Of a file of several pages the first is read, which `page.note` of the reading says; `read_pages` reads all.

    Args:
        image: a path, the bytes of a file, a PIL image, or an array (H, W), (H, W, 3) or (H, W, 4).
        model: name of a model, or a loaded classifier; None for the active model.
        hints: knowledge of the picture, to override automatic detection.
        expect: what is expected of each number, in place of that of the hints.

    Raises:
        ImageError: the picture cannot be read.
        ModelError: the model is unknown, incomplete or damaged.
    """
    classifier = load_classifier(model)
    rgb, page = load_main_page(image)
    return replace(read_rgb(rgb, classifier, hints=add_expectation(hints, expect)), page=page)


def add_expectation(hints: Hints | None, expect: Expect | None) -> Hints:
    """Return hints with what is expected of each number, if anything is."""
    hints = hints or Hints()
    return replace(hints, expect=expect) if expect else hints


@explain_failures()
def read_rgb(rgb: RGB, classifier: Classifier, hints: Hints | None = None) -> Reading:
    """Read an RGB picture: the sheets of paper on it, or all of it if there are none.

    Args:
        rgb: uint8 (H, W, 3).
        classifier: the digit network.
        hints: knowledge of the picture.

    Raises:
        ImageError: the region of the hints holds no pixels, or the memory does not suffice.
    """
    hints = hints or Hints()
    grid = None if hints.grid is None else np.array(hints.grid, np.int32).reshape(-1, 4)
    reader = InkReader(classifier, expect=hints.expect, grid=grid)
    reading = _read_region(rgb, reader, hints) if hints.region else read_upright(rgb, reader, hints)
    return replace(reading, grid=grid)


@explain_failures()
def read_drawing(rgb: RGB, classifier: Classifier, strokes: Sequence[Stroke] = ()) -> Reading:
    """Read a drawing on a canvas, where all ink is writing, however small or close to the edge.

    Args:
        rgb: uint8 (H, W, 3).
        classifier: the digit network.
        strokes: the strokes of the drawing in pixels, if they are known.

    Raises:
        ImageError: the drawing is too large.
    """
    margin = _CANVAS_MARGIN
    height, width = rgb.shape[:2]
    check_size(width + 2 * margin, height + 2 * margin)
    padded = cv2.copyMakeBorder(rgb, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=rgb[0, 0].tolist())
    shifted = [Stroke(stroke.points + margin, stroke.width) for stroke in strokes]
    reader = InkReader(classifier, _CANVAS_MIN_LENGTH_RATIO, _CANVAS_LONE_ODDS)
    reading = reader.read_picture(padded, Hints(), shifted)
    return remove_margin(reading, margin, (width, height))


def _read_region(rgb: RGB, reader: InkReader, hints: Hints) -> Reading:
    """Read a part of the picture; return a reading with boxes in pixels of the whole."""
    height, width = rgb.shape[:2]
    left, top, right, bottom = hints.region or (0, 0, width, height)
    left, right = sorted((min(max(left, 0), width), min(max(right, 0), width)))
    top, bottom = sorted((min(max(top, 0), height), min(max(bottom, 0), height)))
    if right - left < 2 or bottom - top < 2:
        raise ImageError("The region holds no pixels of the picture; drag a box over the numbers.")
    region = np.ascontiguousarray(rgb[top:bottom, left:right])
    if reader.grid is not None:
        reader = replace(reader, grid=reader.grid - np.array([left, top] * 2, np.int32))
    return shift(read_upright(region, reader, hints), left, top, (width, height))


def load_classifier(model: str | Classifier | None = None) -> Classifier:
    """Return a classifier by the name of its model, None for the active one; one that is loaded is returned as it is.

    Raises:
        ModelError: the model is unknown, incomplete or damaged.
    """
    if isinstance(model, Classifier):
        return model
    name = model or active.get_active_model()
    folder = store.model_dir(name)
    return _load_cached(name, (folder / store.CARD_FILE).stat().st_mtime_ns, str(folder))


@lru_cache(maxsize=4)
def _load_cached(name: str, modified: int, folder: str) -> Classifier:
    """Load a classifier once for each model folder and time of its card."""
    return Classifier.load(name)
