"""Export forms that were read as JSON and CSV: a line for each sheet, or for each row of its table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from digitnet.forms.form_reading import FieldReading
from digitnet.forms.form_sheets import FormSheet
from digitnet.forms.template import Template
from digitnet.formulas import guard_text
from digitnet.reading.export import error_to_dict, format_csv, page_to_dict
from digitnet.reading.number_values import AUTOMATIC, parse_value

_DOUBTFUL = "doubtful"  # The last column: names of the fields to look at.


def form_to_dict(file: str, sheet: FormSheet, template: Template) -> dict[str, Any]:
    """Return a sheet as plain values: for each row the text, confidence, doubt and alternatives of each field, by name.

    The confidence is the probability that all of a field is right. The outline of a field, x and y of four corners,
    is in pixels of the picture. A page that could not be read gives what `reading.export.error_to_dict` returns.

    Args:
        file: name of the picture's file.
        sheet: the sheet.
        template: its form.
    """
    if sheet.reading is None:
        return error_to_dict(file, sheet.page.error, sheet.page)
    rows = [{field.field.name: _field_to_dict(field) for field in row} for row in sheet.reading.rows]
    return {"file": file, **page_to_dict(sheet.page), "form": template.name, "rows": rows}


def _field_to_dict(field: FieldReading) -> dict[str, Any]:
    return {
        "text": field.text,
        "confidence": round(field.confidence, 4),
        "doubtful": field.doubtful,
        "alternatives": list(field.alternatives),
        "outline": field.outline.tolist(),
    }


def to_form_csv(entries: Sequence[dict[str, Any]], template: Template) -> str:
    """Return entries of `form_to_dict` as CSV: file, page, row, the fields, and the names of those that are doubtful.

    A sheet that could not be read has no line. A name, and a text without a value, that a spreadsheet would run as a
    formula follows an apostrophe.
    """
    names = [field.name for field in template.fields]
    *heads, last = template.choose_heads("file", "page", "row", _DOUBTFUL)
    lines: list[list[Any]] = [[*heads, *map(guard_text, names), last]]
    for entry in entries:
        for number, row in enumerate(entry.get("rows", []), start=1):
            texts = [guard_number(row[name]["text"]) for name in names]
            doubtful = "; ".join(name for name in names if row[name]["doubtful"])
            lines.append([guard_text(entry["file"]), entry.get("page", 1), number, *texts, guard_text(doubtful)])
    return format_csv(lines)


def guard_number(text: str) -> str:
    """Return a text as it is if it has a value, such as -12.50, else guarded against being run as a formula."""
    return text if parse_value(text, AUTOMATIC) is not None else guard_text(text)


def to_form_text(entry: dict[str, Any]) -> str:
    """Return an entry as lines for people: each field with its text, and "?" after doubtful ones."""
    rows = entry.get("rows", [])
    parts = ["".join(f"{name}: {each['text']}{'?' * each['doubtful']}\n" for name, each in row.items()) for row in rows]
    return "\n".join(parts)
