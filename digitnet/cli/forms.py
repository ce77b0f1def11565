"""Define the command `form`, which makes a template, and what `read --template` does with it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitnet.cli.inputs import find_only_source, list_sources
from digitnet.cli.output import iterate_quietly, print_error, quiet_libraries, save
from digitnet.cli.read_hints import as_argument
from digitnet.errors import FormError
from digitnet.reading import options

if TYPE_CHECKING:
    from digitnet.forms.template import Field

_PLACE = "NAME=X0,Y0,X1,Y1"
UNUSED = (
    "annotate",
    "dark_on_light",
    "lines",
    "region",
    "sheets",
    "turn",
    "slope",
    "outlines",
    "grid",
    "expect",
)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `form`."""
    help = "a picture of one sheet, empty if there is one; a ZIP file or folder may hold it"
    command.add_argument("sheet", metavar="SHEET", help=help)
    help = "a box of the form, in pixels of the upright picture; several times for several boxes"
    command.add_argument(
        "--field", type=as_argument(_parse_field), action="append", default=[], metavar=_PLACE, dest="fields", help=help
    )
    help = "a column of a table, which holds a number in each row"
    command.add_argument(
        "--column", type=as_argument(_parse_column), action="append", metavar=_PLACE, dest="fields", help=help
    )
    help = "what is expected in a field, as for read --expect: --expect 'total=2 decimals'"
    command.add_argument("--expect", action="append", default=[], metavar="NAME=TEXT", dest="expected", help=help)
    command.add_argument("--name", help="name of the form (default: that of the file)")
    command.add_argument("--out", type=Path, required=True, metavar="FILE", help="file to save it in: form.json")
    command.set_defaults(command=_make)


def _parse_field(text: str, *, is_column: bool = False) -> Field:
    from digitnet.forms.template import Field

    name, _, box = text.rpartition("=")
    if not name:
        raise FormError(f"Expected a name and a box as {_PLACE}. Received: {text}.")
    return Field(name, options.parse_region(box), is_column=is_column)


def _parse_column(text: str) -> Field:
    return _parse_field(text, is_column=True)


def _make(sheet: str, fields: list[Field], expected: list[str], name: str | None, out: Path) -> int:
    """Make a template and save it; return the exit code."""
    from dataclasses import replace

    from digitnet.documents.opening import load_main_page
    from digitnet.forms.making import make_template
    from digitnet.forms.template import save_template
    from digitnet.reading.pipeline import load_classifier

    texts = dict(text.rpartition("=")[::2] for text in expected)
    if unknown := texts.keys() - {field.name for field in fields}:
        raise FormError(f"There is no field {min(unknown)!r}; its name in --expect is that in --field or --column.")
    source = find_only_source(sheet)
    with quiet_libraries():
        image = load_main_page(source.content).image
        named = [replace(field, expect=texts.get(field.name, "")) for field in fields]
        template = make_template(name or Path(source.name).stem, image, named, load_classifier())
    save_template(template, out)
    filled = [field.name for field in template.fields if field.is_filled]
    print(f"{out}: {len(template.fields)} fields of the form {template.name!r}")
    if filled:
        print(f"Filled on this sheet: {', '.join(filled)}. An empty sheet gives better readings.")
    return 0


def print_forms(
    files: list[str],
    template_file: Path,
    model: str | None,
    form: str,
    xlsx: Path | None,
    risk: float | None,
    pages: list[range] | None,
    decimal: str | None,
    hints: dict[str, Any],
) -> int:
    """Read files as sheets of a form and print their fields; return the exit code.

    Raises:
        FormError: the template cannot be read, or options are given that it leaves no use for.
    """
    from digitnet.documents.page import Page
    from digitnet.forms.form_export import form_to_dict, to_form_csv, to_form_text
    from digitnet.forms.form_sheets import FormSheet, iterate_sheets
    from digitnet.forms.form_workbook import cut_pictures, to_form_workbook
    from digitnet.forms.template import load_template
    from digitnet.models.calibration import DEFAULT_RISK
    from digitnet.models.classifier import Classifier
    from digitnet.reading.entry_values import add_values
    from digitnet.reading.export import name_entry, to_json_line

    if form == "table" or any(hints.get(name) is not None for name in UNUSED):
        raise FormError("With --template the fields of a form are read; leave out options on pictures and tables.")
    template = load_template(template_file)
    with quiet_libraries():
        classifier = Classifier.load(model)
    level = classifier.find_min_confidence(DEFAULT_RISK if risk is None else risk)
    numbers: Iterable[int] | None = list(chain.from_iterable(pages)) if pages else None
    entries: list[dict[str, Any]] = []
    pictures: list[list[bytes]] = []
    failed = False
    for source in list_sources(files):
        if source.error:
            sheets = iter([FormSheet(Page(error=source.error))])
        else:
            sheets = iterate_sheets(source.content, template, classifier, level, numbers)
        for sheet in iterate_quietly(sheets):
            entry = add_values(form_to_dict(source.name, sheet, template), decimal)
            entries.append(entry)
            pictures.append(cut_pictures(sheet) if xlsx else [])
            failed |= print_error(name_entry(entry), entry.get("error", ""))
            if form == "json":
                print(to_json_line(entry), flush=True)
            elif form == "text" and "rows" in entry:
                print(f"{name_entry(entry)}:\n{to_form_text(entry)}", flush=True)
    if form == "csv":
        print(to_form_csv(entries, template), end="")
    if xlsx:
        failed |= print_error(str(xlsx), save(to_form_workbook(entries, template, pictures), xlsx, "The workbook"))
    return int(failed)
