"""Export forms that were read as JSON and CSV: a line for each sheet, or for each row of its table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from digitnet.forms.form_reading import FieldReading
from digitnet.forms.form_sheets import FormSheet
from digitnet.forms.template import Template
from digitnet.formulas import guard_text
from digitnet.reading.export import error_to_dict, format_csv, page_to_dict
from digitnet.reading.number_values import guard_number

_NOTES = ("doubtful", "corrected", "misfit", "left_out")  # The last columns.


def form_to_dict(file: str, sheet: FormSheet, template: Template) -> dict[str, Any]:
    """Return a sheet as plain values: for each row the text, confidence, doubt and alternatives of each field, by name.

    The confidence is the probability that all of a field is right. It is None if a user has typed or confirmed it,
    because no network said so, and if there is ink in it but no digit. "reason" says why it is doubtful. The outline of
    a field, x and y of four corners, is in pixels of the picture. "left_out" counts the shapes in it that are no
    digits; "fits" says whether it is as expected, if anything is. A page that could not be read gives what
    `reading.export.error_to_dict` returns.

    Args:
        file: name of the picture's file.
        sheet: the sheet.
        template: its form.
    """
    if sheet.reading is None:
        return error_to_dict(file, sheet.page.error, sheet.page)
    rows = [{field.field.name: _field_to_dict(field) for field in row} for row in sheet.reading.rows]
    return {"file": file, **page_to_dict(sheet.page), "form": template.name, "rows": rows}


def confirm_field(field: dict[str, Any], text: str) -> dict[str, Any]:
    """Return a field of `form_to_dict` with a text that a user has typed or confirmed, "" for none."""
    fits = {"fits": True} if "fits" in field else {}  # Whoever has decided knows better.
    return field | {"text": text, "confidence": None, "doubtful": False, "reason": "", "corrected": True} | fits


def _field_to_dict(field: FieldReading) -> dict[str, Any]:
    fits = {"fits": field.fits} if field.field.expect else {}
    return fits | {
        "text": field.text,
        "confidence": None if field.confidence is None else round(field.confidence, 4),
        "doubtful": field.doubtful,
        "reason": field.reason,
        "corrected": False,
        "left_out": field.left_out,
        "alternatives": list(field.alternatives),
        "outline": field.outline.tolist(),
    }


def to_form_csv(entries: Sequence[dict[str, Any]], template: Template) -> str:
    """Return entries of `form_to_dict` as CSV: file, page, row, the fields, and notes on these.

    Names of fields stand in the columns "doubtful", "corrected" (typed or confirmed by a user) and "misfit" (not as
    expected); "left_out" counts shapes in the fields that are no digits. A sheet that could not be read has no line. A
    name, and a text without a value, that a spreadsheet would run as a formula follows an apostrophe.
    """
    names = [field.name for field in template.fields]
    heads, notes = template.choose_heads("file", "page", "row"), template.choose_heads(*_NOTES)
    lines: list[list[Any]] = [[*heads, *map(guard_text, names), *notes]]
    for entry in entries:
        for number, row in enumerate(entry.get("rows", []), start=1):
            texts = [guard_number(row[name]["text"]) for name in names]
            lines.append([guard_text(entry["file"]), entry.get("page", 1), number, *texts, *_list_notes(row, names)])
    return format_csv(lines)


def _list_notes(row: dict[str, Any], names: Sequence[str]) -> list[Any]:
    """Return the names of doubtful, of corrected and of unexpected fields, and how many shapes were left out."""
    doubtful = [name for name in names if row[name]["doubtful"]]
    corrected = [name for name in names if row[name].get("corrected")]
    misfits = [name for name in names if not row[name].get("fits", True)]
    left_out = sum(field.get("left_out", 0) for field in row.values())
    return [*(guard_text("; ".join(found)) for found in (doubtful, corrected, misfits)), left_out]


def to_form_text(entry: dict[str, Any]) -> str:
    """Return an entry as lines for people: each field with its text, and "?" after doubtful ones."""
    rows = entry.get("rows", [])
    parts = ["".join(f"{name}: {each['text']}{'?' * each['doubtful']}\n" for name, each in row.items()) for row in rows]
    return "\n".join(parts)
