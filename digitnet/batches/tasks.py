"""Read a sheet of a batch in a step that a worker can run."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from digitnet.batches.found_numbers import list_form_numbers, list_photo_numbers
from digitnet.batches.records import Batch, Number, SheetPage
from digitnet.documents.opening import load_page
from digitnet.expectations.expect import Expect
from digitnet.forms.form_export import form_to_dict
from digitnet.forms.form_reading import read_form_rgb
from digitnet.forms.form_sheets import FormSheet
from digitnet.forms.form_workbook import cut_pictures
from digitnet.forms.template import from_json
from digitnet.reading.export import reading_to_dict
from digitnet.reading.hints import Hints
from digitnet.reading.pipeline import load_classifier, read_rgb
from digitnet.reading.workbook import cut_numbers

_load_form = lru_cache(maxsize=4)(from_json)  # It is the same for all sheets of a batch.


class SheetReading(NamedTuple):
    """What was read from a sheet.

    Attributes:
        entry: its entry for exports.
        numbers: its numbers.
        pictures: small PNG files of these for a workbook, row by row.
        size: width and height of its picture in pixels.
    """

    entry: dict[str, Any]
    numbers: list[Number]
    pictures: list[bytes]
    size: tuple[int, int]


def read_form_sheet(content: bytes, page: SheetPage, template: str, model: str, risk: float) -> SheetReading:
    """Read a page of a file as a sheet of a form.

    Args:
        content: content of the file.
        page: the page.
        template: the form as JSON.
        model: name of the model.
        risk: share of wrong numbers, 0 to 1, among those not marked as doubtful.

    Raises:
        DigitnetError: it cannot be read, or is not of that form.
    """
    image, loaded = load_page(content, page.page)
    classifier, form = load_classifier(model), _load_form(template)
    reading = read_form_rgb(image, form, classifier, classifier.find_min_confidence(risk))
    sheet = FormSheet(loaded, reading)
    entry, numbers = form_to_dict(page.file, sheet, form), list_form_numbers(image, reading)
    return SheetReading(entry, numbers, cut_pictures(sheet), (image.shape[1], image.shape[0]))


def read_photo_sheet(content: bytes, page: SheetPage, expect: str, model: str, risk: float) -> SheetReading:
    """Read all numbers of a page of a file; arguments are those of `read_form_sheet`.

    Args:
        expect: what is expected of each number, as `Expect.parse` reads it; "" for any number.
    """
    image, loaded = load_page(content, page.page)
    classifier = load_classifier(model)
    hints = Hints(expect=Expect.parse(expect) if expect else None)
    reading = replace(read_rgb(image, classifier, hints=hints), page=loaded, stages=None)
    reading = replace(reading, level=classifier.find_min_confidence(risk))
    entry = reading_to_dict(page.file, reading)
    return SheetReading(entry, list_photo_numbers(image, reading), cut_numbers(image, entry), reading.size)


def choose_task(batch: Batch) -> tuple[Any, str]:
    """Return the function that reads a sheet of a batch, and its template or expectation."""
    return (read_form_sheet, batch.template) if batch.template else (read_photo_sheet, batch.expect)
