"""Read items to rows, page by page: the task of a reading process."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from digitnet.archive.file_sizes import MAX_DOCUMENT_BYTES
from digitnet.archive.items import Item, load_content
from digitnet.archive.options import ArchiveOptions
from digitnet.archive.rows import Row, make_rows
from digitnet.archive.silence import StoreError
from digitnet.documents.opening import open_document
from digitnet.documents.page import Document, Page
from digitnet.errors import DigitnetError, ImageError, ModelError
from digitnet.forms.form_reading import FormReading, read_form_rgb
from digitnet.forms.template import Template, from_json
from digitnet.models.classifier import Classifier
from digitnet.models.store import compute_digest, load_tflite
from digitnet.reading.pipeline import load_classifier, read_rgb
from digitnet.reading.result import Reading

_OTHER_MODEL = "The model {name!r} of this machine is not the one that the archive is read with; copy that one here."


class Place(NamedTuple):
    """The place of a page among items: which item, from 0, and which page of it, from 1."""

    item: int = 0
    page: int = 1


class Part(NamedTuple):
    """The rows of some pages of items.

    Attributes:
        rows: their rows.
        next: the place after them.
        pages: how many pages the item of that place has, 0 if nobody knows yet.
        silence: why the item of that place could not be loaded, None if it was not tried.
    """

    rows: list[Row]
    next: Place
    pages: int = 0
    silence: StoreError | None = None


def read_part(
    items: Sequence[Item], start: Place, options: ArchiveOptions, seconds: float, *, one_page: bool = False
) -> Part:
    """Read pages of items until the time is up, at least one; a page or file that cannot be read is a row.

    A file whose disk does not answer ends the part.

    Args:
        items: the items.
        start: place of the first page to read.
        options: how to read them.
        seconds: processor time after which no further page is begun.
        one_page: whether to read a single page.

    Raises:
        ModelError: the model is unknown, damaged or another one.
    """
    end = time.process_time() + seconds
    reader = _PageReader(options)
    rows: list[Row] = []
    place = start
    while place.item < len(items):
        item, document, begun = items[place.item], None, time.perf_counter()
        try:
            document = _open(item)
        except StoreError as silence:
            return Part(rows, place, silence=silence)
        except DigitnetError as error:
            rows += make_rows(item.name, Page(place.page, error=str(error)), None, options, time.perf_counter() - begun)
        count = document.count if document else 0
        while document and place.page <= count:
            rows += reader.read(item.name, document, place.page, begun)
            begun, place = time.perf_counter(), Place(place.item, place.page + 1)
            if place.page <= count and (one_page or time.process_time() > end):
                return Part(rows, place, count)
        place = Place(place.item + 1)
        if one_page or time.process_time() > end:
            break
    return Part(rows, place)


def _open(item: Item) -> Document:
    document = open_document(load_content(item), MAX_DOCUMENT_BYTES)
    if not document.count:
        raise ImageError("The file has no pages.")
    return document


class _PageReader:
    """Reads pages with the options of an archive."""

    def __init__(self, options: ArchiveOptions) -> None:
        self._options = options
        self._classifier = load_classifier(options.model)
        _check_model(self._classifier, options.model, options.digest)
        self._level = self._classifier.find_min_confidence(options.risk)
        self._template = _parse_template(options.template) if options.template else None

    def read(self, file: str, document: Document, number: int, begun: float) -> list[Row]:
        """Return the rows of a page; `begun` is when the work on it began."""
        result: Reading | FormReading | None = None
        page = Page(number, document.count)
        try:
            image, page = document.load(number)
            if self._template:
                result = read_form_rgb(image, self._template, self._classifier, self._level)
            else:
                reading = read_rgb(image, self._classifier, self._options.hints)
                result = replace(reading, level=self._level)
        except DigitnetError as error:
            page = Page(number, document.count, error=str(error))
        return make_rows(file, page, result, self._options, time.perf_counter() - begun)


@lru_cache(maxsize=4)
def _check_model(classifier: Classifier, name: str, digest: str) -> None:
    """Raise ModelError unless the network of a model has a digest."""
    if compute_digest(load_tflite(name)) != digest:
        raise ModelError(_OTHER_MODEL.format(name=name))


@lru_cache(maxsize=2)
def _parse_template(text: str) -> Template:
    return from_json(text)
