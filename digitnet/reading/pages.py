"""Read all pages of a file, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from digitnet.documents.opening import choose_pages, open_document
from digitnet.documents.page import Document, Page
from digitnet.errors import ImageError
from digitnet.expectations.expect import Expect
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.images import ImageSource
from digitnet.reading import pipeline
from digitnet.reading.hints import Hints
from digitnet.reading.result import Reading
from digitnet.types import RGB


class PageReading(NamedTuple):
    """The reading of a page, and its picture, uint8 (H, W, 3); both are empty if the page cannot be read."""

    image: RGB
    reading: Reading


def read_pages(
    source: ImageSource,
    model: str | Classifier | None = None,
    hints: Hints | None = None,
    pages: Iterable[int] | None = None,
    expect: Expect | None = None,
) -> Iterator[Reading]:
    """Read the pages of a file, one by one: of a PDF or TIFF, or the pictures of an MPO or HEIC.

    Each reading says which `page` it is, and keeps no stages, which are large. A page of several that cannot be read
    gives an empty reading whose `page.error` says why, and the others are read. An animation is one page: the first
    frame that is not blank, which `page.note` says.

    Args:
        source: a path or the bytes of a file, or one picture as for `read`.
        model: name of a model, or a loaded classifier; None for the active model.
        hints: knowledge of the pictures.
        pages: numbers of the pages to read, from 1, at most 300; None for all.
        expect: what is expected of each number, in place of that of the hints.

    Raises:
        ImageError: the file, or its only page, cannot be read; it has over 300 pages, or not those that are asked for.
        ModelError: the model is unknown, incomplete or damaged.
    """
    classifier = pipeline.load_classifier(model)
    document = open_document(source)
    numbers = choose_pages(document.count, pages)
    read = iterate_pages(document, numbers, classifier, pipeline.add_expectation(hints, expect))
    return (replace(page.reading, stages=None) for page in read)


def iterate_pages(
    document: Document, numbers: Iterable[int], classifier: Classifier, hints: Hints | None = None
) -> Iterator[PageReading]:
    """Yield the readings of pages by their numbers, as `read_pages` describes them, but with their stages."""
    for number in numbers:
        try:
            image, page = document.load(number)
            reading = replace(pipeline.read_rgb(image, classifier, hints=hints), page=page)
        except ImageError as error:
            if document.count == 1:
                raise
            image = np.empty((0, 0, 3), np.uint8)
            reading = replace(Reading.empty(), page=Page(number, document.count, error=str(error)))
        yield PageReading(image, reading)
