"""Read all pages of a file as sheets of a form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from digitnet.documents.opening import choose_pages, open_document
from digitnet.documents.page import Page
from digitnet.errors import DigitnetError
from digitnet.forms.form_reading import FormReading, read_form_rgb
from digitnet.forms.template import Template
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.images import ImageSource


@dataclass(frozen=True, eq=False)
class FormSheet:
    """A page of a file as a sheet of a form.

    Attributes:
        page: which page it is; its error says why it could not be read.
        reading: its reading, None if it could not be read.
    """

    page: Page
    reading: FormReading | None = None


def iterate_sheets(
    source: ImageSource,
    template: Template,
    classifier: Classifier,
    level: float | None = None,
    pages: Iterable[int] | None = None,
) -> Iterator[FormSheet]:
    """Yield each page of a file as a sheet of a form; an error of the file is that of a page, too.

    Args:
        source: a path or the bytes of a file.
        template: the form.
        classifier: the digit network.
        level: least confidence of a number that is not doubtful, None for the model's own.
        pages: numbers of the pages to read, from 1, None for all.
    """
    try:
        document = open_document(source)
        numbers = choose_pages(document.count, pages)
    except DigitnetError as error:
        yield FormSheet(Page(error=str(error)))
        return
    for number in numbers:
        page = Page(number, document.count)
        try:
            image, page = document.load(number)
            yield FormSheet(page, read_form_rgb(image, template, classifier, level))
        except DigitnetError as error:
            yield FormSheet(replace(page, error=str(error)))
