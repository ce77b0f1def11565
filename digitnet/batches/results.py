"""Put what people have decided into the entries of sheets, and pictures of doubtful numbers beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from digitnet.batches.photo_decisions import decide_photo
from digitnet.batches.records import FORM, LEFT_OUT, READ, Batch, Decision, Number, Sheet
from digitnet.documents.page import Page
from digitnet.forms.form_export import confirm_field
from digitnet.forms.template import Template, from_json
from digitnet.preprocessing.images import load
from digitnet.reading.export import error_to_dict
from digitnet.reading.workbook_cells import make_row_picture

NOT_READ = "It was not read yet."


class SheetResult(NamedTuple):
    """A sheet as it is exported.

    Attributes:
        entry: its entry, with the decisions that hold.
        numbers: the numbers in it, row by row; None for those that are not kept.
        pictures: PNG files of the numbers, as far as they are known; empty if only doubtful ones have one.
    """

    entry: dict[str, Any]
    numbers: list[Number | None]
    pictures: Sequence[bytes] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be read."""
        return self.entry.get("error") == NOT_READ

    def cut_pictures(self) -> list[bytes]:
        """Return small PNG files of the numbers without their surroundings, b"" for those without a picture."""
        known = self.pictures or [b""] * len(self.numbers)
        return [picture or _cut(number) for picture, number in zip(known, self.numbers, strict=True)]


def make_results(batch: Batch, sheets: Sequence[Sheet], numbers: Iterable[Number]) -> list[SheetResult]:
    """Return the sheets of a batch with the decisions that hold; one that was not read has an error.

    Args:
        batch: the batch.
        sheets: its sheets.
        numbers: their numbers, with the decisions that hold.
    """
    found: dict[int, dict[str, Number]] = {sheet.id: {} for sheet in sheets}
    for number in numbers:
        found.setdefault(number.sheet, {})[number.key] = number
    form = from_json(batch.template) if batch.kind == FORM else None
    return [_make_result(sheet, found[sheet.id], form) for sheet in sheets]


def decide_form(entry: dict[str, Any], decisions: Mapping[str, Decision], form: Template) -> dict[str, Any]:
    """Return the entry of a form with what was decided of its fields, by their keys; these are not doubtful."""
    columns = [field.name for field in form.fields]

    def decide(key: str, field: dict[str, Any]) -> dict[str, Any]:
        if (decision := decisions.get(key)) is None:
            return field
        text = "" if decision.kind == LEFT_OUT else decision.text
        return confirm_field(field, text)

    rows = [
        {name: decide(_make_key(form, row, columns.index(name)), field) for name, field in fields.items()}
        for row, fields in enumerate(entry["rows"])
    ]
    return entry | {"rows": rows}


def _make_key(form: Template, row: int, column: int) -> str:
    """Return the key of a field; one that is no column is the same in all rows of its sheet."""
    return f"{row if form.fields[column].is_column else 0}:{column}"


def _make_result(sheet: Sheet, numbers: dict[str, Number], form: Template | None) -> SheetResult:
    if sheet.state != READ:
        page = Page(sheet.page.page, sheet.page.pages)
        return SheetResult(error_to_dict(sheet.page.file, sheet.error or NOT_READ, page), [])
    decisions = {key: number.decision for key, number in numbers.items() if number.decision}
    if form is None:
        entry, keys = decide_photo(sheet.entry, decisions)
    else:
        entry = decide_form(sheet.entry, decisions, form)
        keys = [_make_key(form, row, at) for row in range(len(entry["rows"])) for at in range(len(form.fields))]
    return SheetResult(entry, [numbers.get(key) for key in keys])


def _cut(number: Number | None) -> bytes:
    """Return a small picture of a number without its surroundings, if there is one."""
    if number is None or not number.crop or number.crop_box is None:
        return b""
    left, top, right, bottom = number.crop_box
    image = load(number.crop)[top : max(bottom, top + 1), left : max(right, left + 1)]
    return make_row_picture(image) if image.size else b""
