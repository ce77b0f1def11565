"""Read a page of a file for the app, in steps that a worker can run."""

from __future__ import annotations

from dataclasses import replace

from digitnet.collection.corrections import CorrectableReading
from digitnet.documents.opening import load_page
from digitnet.preprocessing.display import fit_to_page, shrink
from digitnet.preprocessing.images import to_jpeg
from digitnet.preprocessing.straightening import turn_picture
from digitnet.reading import pipeline
from digitnet.reading.hints import Hints
from digitnet.reading.result import Reading, require_stages


def read_for_display(content: bytes, model: str, hints: Hints, page: int = 1) -> tuple[CorrectableReading, bytes]:
    """Read a page of a file; return its components, and its picture as a JPEG file sized for display.

    The picture is turned by the quarters by which it was turned to be read.

    Args:
        content: content of the file.
        model: name of the model.
        hints: knowledge of the picture.
        page: number of the page, from 1.

    Raises:
        ImageError: the file or the page cannot be read.
        ModelError: the model is unknown, incomplete or damaged.
    """
    image, loaded = load_page(content, page)
    classifier = pipeline.load_classifier(model)
    reading = replace(pipeline.read_rgb(image, classifier, hints=hints), page=loaded)
    shown, _ = turn_picture(fit_to_page(image), reading.turn)
    return CorrectableReading.from_reading(reading, classifier), to_jpeg(shown)


def read_with_stages(content: bytes, model: str, hints: Hints, page: int = 1) -> Reading:
    """Read a page of a file, and keep the stages; their picture is sized for display, because it may be large.

    Arguments and errors are those of `read_for_display`.
    """
    image, loaded = load_page(content, page)
    reading = pipeline.read_rgb(image, pipeline.load_classifier(model), hints=hints)
    stages = require_stages(reading)
    return replace(reading, page=loaded, stages=replace(stages, image=shrink(stages.image)))


def warm_up(model: str) -> None:
    """Load the code and a model that `read_for_display` uses; raises ModelError."""
    pipeline.load_classifier(model)
