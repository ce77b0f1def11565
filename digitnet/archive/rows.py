"""Make the rows of the results: one for each number or field, and one for a page without any, or with an error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from digitnet.archive.options import ArchiveOptions
from digitnet.documents.page import Page
from digitnet.forms.form_reading import FieldReading, FormReading
from digitnet.reading.number_values import parse_value
from digitnet.reading.result import Reading
from digitnet.reading.tables import find_table


class Row(NamedTuple):
    """A row of the results; the fields are its columns.

    Attributes:
        file: name of the file in its archive.
        page: number of the page, from 1.
        row: row of the number on the page, from 1.
        column: column of the table in which it stands, from 1.
        field: name of the field of a form.
        text: the number as written; "" if a field is empty.
        digits: its digits alone.
        value: its worth, None if that is not certain.
        confidence: probability that all of it is right, 0 to 1; None if there is only ink that is no digit.
        doubtful: whether it should be looked at.
        x0, y0, x1, y1: its box in pixels of the upright page, x1 and y1 exclusive.
        model: name of the model.
        model_digest: the SHA-256 of its network.
        error: a sentence that says why the page or file cannot be read.
        seconds: time that reading the page took, in its first row, so that the sum is that of all.
    """

    file: str
    page: int
    row: int | None = None
    column: int | None = None
    field: str | None = None
    text: str | None = None
    digits: str | None = None
    value: float | None = None
    confidence: float | None = None
    doubtful: bool | None = None
    x0: int | None = None
    y0: int | None = None
    x1: int | None = None
    y1: int | None = None
    model: str | None = None
    model_digest: str | None = None
    error: str | None = None
    seconds: float | None = None


def make_rows(
    file: str, page: Page, result: Reading | FormReading | None, options: ArchiveOptions, seconds: float
) -> list[Row]:
    """Return the rows of a page.

    Args:
        file: name of the file.
        page: the page; its error says why it has no result.
        result: the reading of the page, or of its form.
        options: how it was read.
        seconds: how long that took.
    """
    start = Row(file, page.number, model=options.model, model_digest=options.digest, error=page.error or None)
    if isinstance(result, Reading):
        rows = [start._replace(**values) for values in _list_numbers(result, options.decimal)]
    elif result:
        rows = [start._replace(**values) for values in _list_fields(result, options.decimal)]
    else:
        rows = []
    rows = rows or [start]
    return [rows[0]._replace(seconds=round(seconds, 4)), *rows[1:]]


def _list_numbers(reading: Reading, decimal: str) -> Iterator[dict[str, Any]]:
    columns = iter(find_table(reading).column.tolist())
    for row, numbers in enumerate(reading.symbols, start=1):
        for symbols in numbers:
            text = reading.spell(symbols)
            yield {
                "row": row,
                "column": next(columns) + 1,
                **_describe_text(text, decimal),
                "confidence": round(reading.compute_confidence(symbols), 4),
                "doubtful": bool(reading.find_doubtful(symbols)),
                **_name_sides(reading.enclose(symbols).tolist()),
            }


def _list_fields(form: FormReading, decimal: str) -> Iterator[dict[str, Any]]:
    for row, fields in enumerate(form.rows, start=1):
        for column, found in enumerate(fields, start=1):
            yield {"row": row, "column": column, "field": found.field.name, **_describe_field(found, decimal)}


def _describe_field(found: FieldReading, decimal: str) -> dict[str, Any]:
    sides = [*found.outline.min(axis=0).tolist(), *np.asarray(found.outline.max(axis=0) + 1).tolist()]
    return {
        **_describe_text(found.text, decimal),
        "confidence": None if found.confidence is None else round(found.confidence, 4),
        "doubtful": found.doubtful,
        **_name_sides(sides),
    }


def _describe_text(text: str, decimal: str) -> dict[str, Any]:
    value = parse_value(text, decimal)
    digits = "".join(character for character in text if character.isdigit())
    return {"text": text, "digits": digits, "value": None if value is None else float(value)}


def _name_sides(box: list[int]) -> dict[str, int]:
    return dict(zip(("x0", "y0", "x1", "y1"), box, strict=True))
