"""Write forms that were read as a workbook (XLSX): a sheet with a line for each form, and one of all fields."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from digitnet.forms.form_sheets import FormSheet
from digitnet.forms.template import Template
from digitnet.reading.workbook_cells import (
    MAX_PICTURES,
    insert_picture,
    make_row_picture,
    open_workbook,
    to_printable,
    write_heads,
    write_name,
    write_number,
)
from digitnet.reading.workbook_styles import Styles

_FIELD_HEADS = (
    "File",
    "Page",
    "Row",
    "Field",
    "Text",
    "Confidence",
    "Doubtful",
    "Corrected",
    "Misfit",
    "Left out",
    "Picture",
)
_DOUBT = "It is doubtful."  # Sheets that were kept by an older digitnet have no reason.
_MARKS = ("doubtful", "corrected", "misfit")
_FILE_HEADS = ("File", "Page", "Note")


def cut_pictures(sheet: FormSheet) -> list[bytes]:
    """Return PNG files of the fields of a sheet, row by row; b"" for empty cells of a table."""
    fields = [field for row in sheet.reading.rows for field in row] if sheet.reading else []
    return [b"" if field.field.is_column and not field.text else make_row_picture(field.picture) for field in fields]


def to_form_workbook(
    entries: Sequence[dict[str, Any]], template: Template, pictures: Sequence[Sequence[bytes]] = ()
) -> bytes:
    """Return entries of `form_export.form_to_dict` as an XLSX file.

    Numbers are numbers and look as they were written. A doubtful field is colored, and a note says why.

    Args:
        entries: the entries; those of sheets that could not be read are in the sheet of files.
        template: their form.
        pictures: for each entry those of `cut_pictures`; none if empty.
    """
    file = io.BytesIO()
    with open_workbook(file) as book:
        styles = Styles(book)
        _write_forms(book.add_worksheet("Forms"), entries, template, styles)
        _write_fields(book.add_worksheet("All fields"), entries, pictures, styles)
        _write_files(book.add_worksheet("Files"), entries, styles)
    return file.getvalue()


def _write_forms(sheet: Any, entries: Sequence[dict[str, Any]], template: Template, styles: Styles) -> None:
    heads = template.choose_heads("File", "Page")
    write_heads(sheet, [*heads, *(field.name for field in template.fields)], styles)
    line = 0
    for entry in entries:
        for row in entry.get("rows", []):
            line += 1
            write_name(sheet, line, entry)
            for column, (name, field) in enumerate(row.items(), start=2):
                _write_field(sheet, line, column, name, field, styles)
    sheet.autofilter(0, 0, max(line, 1), len(template.fields) + 1)


def _write_field(sheet: Any, line: int, column: int, name: str, field: dict[str, Any], styles: Styles) -> None:
    if field["text"]:
        write_number(sheet, line, column, field, styles, is_doubtful=field["doubtful"])
    elif field["doubtful"]:
        sheet.write_blank(line, column, None, styles.get("@", is_doubtful=True))
    if field["doubtful"]:
        sheet.write_comment(line, column, to_printable(f"{name}: {field.get('reason') or _DOUBT}"))


def _write_fields(
    sheet: Any, entries: Sequence[dict[str, Any]], pictures: Sequence[Sequence[bytes]], styles: Styles
) -> None:
    write_heads(sheet, _FIELD_HEADS, styles)
    line = 0
    for place, entry in enumerate(entries):
        own = iter(pictures[place] if pictures else [])
        for number, row in enumerate(entry.get("rows", []), start=1):
            for name, field in row.items():
                line += 1
                write_name(sheet, line, entry)
                sheet.write_number(line, 2, number)
                sheet.write_string(line, 3, to_printable(name))
                sheet.write_string(line, 4, field["text"], styles.get("@", is_doubtful=field["doubtful"]))
                if field["confidence"] is not None:
                    sheet.write_number(line, 5, field["confidence"], styles.get("0.0%"))
                marks = field["doubtful"], field.get("corrected"), not field.get("fits", True)
                for column, (is_marked, mark) in enumerate(zip(marks, _MARKS, strict=True), start=6):
                    if is_marked:
                        sheet.write_string(line, column, mark)
                sheet.write_number(line, 9, field.get("left_out", 0))
                if (picture := next(own, b"")) and line <= MAX_PICTURES:
                    insert_picture(sheet, line, 10, picture)
    sheet.autofilter(0, 0, max(line, 1), len(_FIELD_HEADS) - 2)


def _write_files(sheet: Any, entries: Sequence[dict[str, Any]], styles: Styles) -> None:
    write_heads(sheet, _FILE_HEADS, styles)
    for line, entry in enumerate(entries, start=1):
        write_name(sheet, line, entry)
        if note := entry.get("error"):
            sheet.write_string(line, 2, to_printable(note))
