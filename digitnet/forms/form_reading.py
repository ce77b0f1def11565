"""Read a filled form: one row of fields a sheet, or one for each row of its table."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.documents.opening import load_main_page
from digitnet.expectations.expect import Expect
from digitnet.forms.alignment import align
from digitnet.forms.cutting import Cut, cut_field
from digitnet.forms.own_ink import cut_own_ink
from digitnet.forms.printed_marks import is_blank
from digitnet.forms.table_rows import find_rows
from digitnet.forms.template import Field, Template
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.failures import explain_failures
from digitnet.preprocessing.geometry import cut_out
from digitnet.preprocessing.images import ImageSource
from digitnet.reading.alternatives import list_alternatives
from digitnet.reading.hints import Hints
from digitnet.reading.pipeline import load_classifier, read_rgb
from digitnet.reading.result import Reading
from digitnet.reading.signs import Symbol
from digitnet.types import RGB


@dataclass(frozen=True, eq=False)
class FieldReading:
    """What stands in a field.

    Attributes:
        field: the field.
        text: the number as written, "" if the field is empty.
        confidence: probability that all of it is right, 0 to 1; None if there is only ink that is no digit.
        doubtful: whether it should be looked at: it is not sure, or not as expected.
        outline: corners of the field in pixels of the picture, int32 (4, 2).
        picture: the field without its print, of a column the part with the number: uint8 (h, w, 3).
        alternatives: other texts that a doubtful number may be, the likeliest first.
        reason: sentence that says why it is doubtful, "" if it is not.
        box: box around the number, or else the field, in pixels of the picture: int32 (4,), x0 y0 x1 y1.
        fits: whether it is as expected, or empty.
        left_out: how many shapes in it are no digits; the first row of a table has those of the whole column.
    """

    field: Field
    text: str
    confidence: float | None
    doubtful: bool
    outline: NDArray[np.int32]
    picture: RGB
    alternatives: tuple[str, ...] = ()
    reason: str = ""
    box: NDArray[np.int32] = dataclasses.field(default_factory=lambda: np.zeros(4, np.int32))
    fits: bool = True
    left_out: int = 0


@dataclass(frozen=True, eq=False)
class FormReading:
    """A form that was read.

    Attributes:
        template: the form.
        rows: the fields of each row, in the order of the template: one row, or one for each row of a table, in which a
            cell without a number has the text "".
    """

    template: Template
    rows: tuple[tuple[FieldReading, ...], ...]


def read_form(
    image: ImageSource, template: Template, model: str | Classifier | None = None, level: float | None = None
) -> FormReading:
    """Read the fields of a form on a picture.

    Args:
        image: a path, the bytes of a file, a PIL image, or an array (H, W), (H, W, 3) or (H, W, 4).
        template: the form.
        model: name of a model, or a loaded classifier; None for the active model.
        level: least confidence of a number that is not doubtful, None for the model's own.

    Raises:
        FormError: the form is not on the picture.
        ImageError: the picture cannot be read.
        ModelError: the model is unknown, incomplete or damaged.
    """
    rgb, _ = load_main_page(image)
    return read_form_rgb(rgb, template, load_classifier(model), level)


@explain_failures()
def read_form_rgb(rgb: RGB, template: Template, classifier: Classifier, level: float | None = None) -> FormReading:
    """Read the fields of a form on a picture, uint8 (H, W, 3), as `read_form` does."""
    matrix = align(template, rgb)
    parts = [
        _read_field(field, cut_field(template, field, rgb, matrix), classifier, level) for field in template.fields
    ]
    columns = [part for part in parts if part.field.is_column]
    if not columns:
        return FormReading(template, (tuple(part.make_reading(part.find_numbers()) for part in parts),))
    centers = [[part.find_center(row) for row in part.reading.symbols] for part in columns]
    places = {part.field.name: rows for part, rows in zip(columns, find_rows(centers), strict=True)}
    count = max(1, *(1 + max(rows, default=-1) for rows in places.values()))
    return FormReading(
        template,
        tuple(tuple(part.make_cell(places.get(part.field.name), row) for part in parts) for row in range(count)),
    )


@dataclass(frozen=True, eq=False)
class _Part:
    """A field that was cut out, what is expected of it, and the reading of all that stands in it.

    Attributes:
        corner: x and y of the first pixel of `picture` on the picture of the cut.
    """

    field: Field
    expect: Expect | None
    cut: Cut
    picture: RGB
    corner: tuple[int, int]
    reading: Reading

    def find_numbers(self) -> list[Symbol]:
        """Return all digits and signs, in reading order."""
        return [symbol for row in self.reading.symbols for number in row for symbol in number]

    def find_center(self, row: Sequence[Sequence[Symbol]]) -> tuple[float, float]:
        """Return the middle and the height of a row of the reading, in pixels of the form's sheet from its top."""
        box = self.reading.enclose([symbol for number in row for symbol in number])
        _, top, factor = self.cut.to_sheet
        middle = self.corner[1] + float(box[1] + box[3]) / 2
        return top + factor * middle, factor * float(box[3] - box[1])

    def make_cell(self, places: Sequence[int] | None, row: int) -> FieldReading:
        """Return the field in a row of the form's table; a field that is no column is the same in all rows."""
        if places is None:
            return self.make_reading(self.find_numbers())
        found = [symbols for place, symbols in zip(places, self.reading.symbols, strict=True) if place == row]
        reading = self.make_reading([symbol for numbers in found for number in numbers for symbol in number])
        return replace(reading, left_out=0) if row else reading

    def make_reading(self, symbols: Sequence[Symbol]) -> FieldReading:
        """Return the field with a number of these digits and signs."""
        reading, outline = self.reading, np.round(self.cut.outline).astype(np.int32)
        expect = self.expect
        if expect and not expect.signs:  # Ticks between the places of digits may look like signs.
            symbols = [symbol for symbol in symbols if not symbol.is_sign]
        text = "".join(reading.spell([symbol]) for symbol in symbols)
        confidence = None if not symbols and len(reading.refused) else reading.compute_confidence(symbols)
        reason, fits = "", not expect or not text or expect.fits(text)
        if not fits:
            reason = f"It is not as expected: {self.field.expect}."
        elif reading.find_doubtful(symbols):
            reason = f"It is {confidence:.0%} sure."
        elif confidence is None:
            reason = "There is ink that is no digit."
        others = list_alternatives(reading, symbols, expect.fits if expect else None) if reason and symbols else ()
        box = self.find_box(symbols)
        return FieldReading(
            self.field,
            text,
            confidence,
            bool(reason),
            outline,
            self.cut_number(symbols),
            tuple(others),
            reason,
            box,
            fits,
            len(reading.refused),
        )

    def cut_number(self, symbols: Sequence[Symbol]) -> RGB:
        """Return the picture of the field, or only of its number if the field is a column of a table."""
        if not symbols or not self.field.is_column:
            return self.picture
        return cut_out(self.picture, self.reading.enclose(symbols))

    def find_box(self, symbols: Sequence[Symbol]) -> NDArray[np.int32]:
        """Return the box around digits and signs, or else the field, in pixels of the picture, int32 (4,)."""
        height, width = self.picture.shape[:2]
        found = self.reading.enclose(symbols) if symbols else np.array([0, 0, width, height])
        matrix = cv2.getPerspectiveTransform(_list_corners(self.cut.frame), self.cut.outline.astype(np.float32))
        moved = cv2.perspectiveTransform(_list_corners(found + np.tile(self.corner, 2))[None], matrix)[0]
        return np.round([*moved.min(axis=0), *moved.max(axis=0)]).astype(np.int32)


def _list_corners(box: Sequence[int] | NDArray[Any]) -> NDArray[np.float32]:
    left, top, right, bottom = box
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def _read_field(field: Field, cut: Cut, classifier: Classifier, level: float | None) -> _Part:
    picture, corner = cut_own_ink(cut, is_filled=field.is_filled)
    size = (picture.shape[1], picture.shape[0])
    expect = _parse_expectation(field)
    hints = Hints(sheets=False, expect=expect)
    reading = Reading.empty(size) if is_blank(picture) else read_rgb(picture, classifier, hints)
    return _Part(field, expect, cut, picture, corner, reading if level is None else replace(reading, level=level))


def _parse_expectation(field: Field) -> Expect | None:
    """Return what is expected of each row of a field: all that stands in it is one number."""
    if not field.expect:
        return None
    expect = Expect.parse(field.expect)
    return expect if expect.row or expect.total else replace(expect, row=True)
