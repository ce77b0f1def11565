"""Read the content of a file to the entries that the command line prints as JSON and the server answers."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from digitnet.documents.opening import choose_pages, open_document
from digitnet.documents.page import Page
from digitnet.errors import DigitnetError
from digitnet.models.calibration import DEFAULT_RISK
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.images import ImageSource
from digitnet.reading.export import reading_to_dict
from digitnet.reading.hints import Hints
from digitnet.reading.pages import PageReading, iterate_pages
from digitnet.reading.pipeline import load_classifier
from digitnet.reading.result import Reading
from digitnet.workers.limits import limit_processor_time


@dataclass(frozen=True)
class ReadOptions:
    """How to read a file.

    Attributes:
        model: name of a model, None for the active one.
        hints: knowledge of the pictures.
        risk: share of wrong numbers, 0 to 1, among those not marked as doubtful.
        decimal: one of `number_values.DECIMALS` to add what each number is worth, None to add nothing.
        pages: numbers of the pages to read, None for all.
    """

    model: str | None = None
    hints: Hints = field(default_factory=Hints)
    risk: float = DEFAULT_RISK
    decimal: str | None = None
    pages: tuple[range, ...] | None = None


class Part(NamedTuple):
    """Entries of some pages of a file.

    Attributes:
        entries: an entry for each page that was read.
        sizes: width and height in pixels of each.
        next: place of the next page among those that are to be read, None if these were the last ones.
    """

    entries: list[dict[str, Any]]
    sizes: list[tuple[int, int]]
    next: int | None


def read_part(
    content: bytes, file: str, options: ReadOptions, start: int, seconds: float, page_seconds: float = math.inf
) -> Part:
    """Read pages of a file until the time is up; at least one.

    Args:
        content: content of the file.
        file: its name.
        options: how to read it.
        start: place of the first page among those to read, from 0.
        seconds: processor time after which no further page is begun.
        page_seconds: processor time that a page may take, in a worker, which ends if one takes longer.

    Raises:
        ImageError: the file, or its only page, cannot be read, or it has not the pages that are asked for.
        ModelError: the model is unknown, incomplete or damaged.
    """
    end = time.process_time() + seconds
    classifier = load_classifier(options.model)
    level = classifier.find_min_confidence(options.risk)
    document = open_document(content)
    numbers = choose_pages(document.count, chain.from_iterable(options.pages) if options.pages else None)
    entries, sizes = [], []
    numbers_left = _limit_each(numbers[start:], page_seconds)
    for _, reading in iterate_pages(document, numbers_left, classifier, options.hints):
        entries.append(reading_to_dict(file, replace(reading, level=level), options.decimal))
        sizes.append(reading.size)
        if time.process_time() > end:
            break
    place = start + len(entries)
    return Part(entries, sizes, place if place < len(numbers) else None)


def _limit_each(numbers: list[int], seconds: float) -> Iterator[int]:
    """Yield numbers of pages; this process ends if one takes longer."""
    for place, number in enumerate(numbers):
        if place and math.isfinite(seconds):  # The limit of the first page began with its task.
            limit_processor_time(seconds)
        yield number


def iterate_readings(
    source: ImageSource, classifier: Classifier, hints: Hints, level: float, pages: Iterable[int] | None = None
) -> Iterator[PageReading]:
    """Yield the picture and the reading of each page; an error of the file is that of a page, too.

    Args:
        source: a path or the bytes of a file.
        classifier: the digit network.
        hints: knowledge of the pictures.
        level: least confidence of a number that is not doubtful.
        pages: numbers of the pages to read, from 1, None for all.
    """
    try:
        document = open_document(source)
        for image, reading in iterate_pages(document, choose_pages(document.count, pages), classifier, hints):
            yield PageReading(image, replace(reading, level=level))
    except DigitnetError as error:
        yield fail_to_read(str(error))


def fail_to_read(error: str) -> PageReading:
    """Return an empty reading of a file with the sentence that says why it cannot be read."""
    return PageReading(np.empty((0, 0, 3), np.uint8), replace(Reading.empty(), page=Page(error=error)))
