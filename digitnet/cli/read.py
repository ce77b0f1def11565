"""Define the command `read`: print the numbers on pictures."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from digitnet.cli import read_hints
from digitnet.cli.forms import print_forms
from digitnet.cli.inputs import Source, list_sources
from digitnet.cli.output import iterate_quietly, print_error, quiet_libraries, save, to_printable
from digitnet.cli.read_hints import as_argument
from digitnet.errors import ImageError, explain_os_errors
from digitnet.reading import options
from digitnet.reading.number_values import DECIMALS

if TYPE_CHECKING:
    from digitnet.models.classifier import Classifier
    from digitnet.reading.hints import Hints
    from digitnet.reading.result import Reading
    from digitnet.types import RGB

_T = TypeVar("_T")


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `read`."""
    command.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="a picture or PDF: JPEG, PNG, WebP, HEIC, AVIF, BMP, TIFF, GIF; or a ZIP file or folder of such files",
    )
    command.add_argument("--model", help="name of the model (default: the active one)")
    form = command.add_mutually_exclusive_group()
    form.add_argument(
        "--json", dest="form", action="store_const", const="json", default="text", help="a line of JSON for each page"
    )
    form.add_argument("--csv", dest="form", action="store_const", const="csv", help="a line of CSV for each row")
    help = "CSV cells, numbers under each other in one column"
    form.add_argument("--table", dest="form", action="store_const", const="table", help=help)
    help = (
        "add what each number is worth to JSON, and CSV without --template, by its decimal sign: 1,234.50 or "
        "1.234,50; auto: by each text; --xlsx goes by it, too"
    )
    command.add_argument("--decimal", choices=DECIMALS, help=help)
    command.add_argument("--annotate", type=Path, metavar="DIR", help="save each picture with boxes and digits here")
    help = (
        "save all numbers here as an Excel workbook: a sheet for each table, and one of all numbers with their pictures"
    )
    command.add_argument("--xlsx", type=Path, metavar="FILE", help=help)
    help = "mark numbers as doubtful so that this share of the others is wrong, 0 to 1 (default: 0.01)"
    command.add_argument("--risk", type=as_argument(options.parse_share), metavar="SHARE", help=help)
    help = "read the fields of a form, whose template `form` has made"
    command.add_argument("--template", type=Path, metavar="FILE", help=help)
    help = "read only these pages, such as 1-3,7 (default: all)"
    command.add_argument("--pages", type=as_argument(options.parse_pages), metavar="PAGES", help=help)
    read_hints.add_arguments(command)
    command.set_defaults(command=_print_readings)


def _print_readings(
    files: list[str],
    model: str | None,
    form: str,
    decimal: str | None,
    annotate: Path | None,
    xlsx: Path | None,
    risk: float | None,
    pages: list[range] | None,
    template: Path | None,
    **hints: Any,
) -> int:
    if template:
        return print_forms(files, template, model, form, xlsx, risk, pages, decimal, hints | {"annotate": annotate})
    from digitnet.models.calibration import DEFAULT_RISK
    from digitnet.models.classifier import Classifier
    from digitnet.reading import export
    from digitnet.reading.entry_notes import list_notes
    from digitnet.reading.workbook import cut_numbers, to_workbook

    known = read_hints.make_hints(hints)
    with quiet_libraries():
        classifier = Classifier.load(model)
    level = classifier.find_min_confidence(DEFAULT_RISK if risk is None else risk)
    if annotate:
        with explain_os_errors(f"Pictures cannot be saved in {str(annotate)!r}", ImageError):
            annotate.mkdir(parents=True, exist_ok=True)
    entries: list[dict[str, Any]] = []
    cuts: list[list[bytes]] = []
    stems: list[str] = []
    failed = False
    sources, is_several = _look_ahead(list_sources(files))
    for source in sources:
        file = source.name
        for reading, image, picture in iterate_quietly(
            _read_pages(source, classifier, known, level, pages, annotated=bool(annotate))
        ):
            entry = export.reading_to_dict(file, reading, decimal)
            entries.append(entry)
            cuts.append(cut_numbers(image, entry) if xlsx else [])
            name = export.name_entry(entry)
            failed |= print_error(name, entry.get("error", ""))
            for note in list_notes(entry):
                print_error(name, note)
            if annotate and picture:
                stem = Path(file).stem + (f"_page_{reading.page.number}" if reading.page.count > 1 else "")
                failed |= print_error(name, save(picture, annotate / _name_annotated(stem, stems), "The picture"))
                stems.append(stem)
            if form == "json":
                print(export.to_json_line(entry), flush=True)
            elif form == "text":
                print(_format_text(entry, name, is_named=is_several), end="", flush=True)
            if form in ("text", "table") and not entry.get("rows", True):
                print_error(name, "No digits were found.")
    if form == "csv":
        print(export.to_csv(entries), end="")
    elif form == "table":
        print(export.to_table_csv(entries), end="")
    if xlsx:
        failed |= print_error(str(xlsx), save(to_workbook(entries, cuts), xlsx, "The workbook"))
    return int(failed)


def _read_pages(
    source: Source, classifier: Classifier, hints: Hints, level: float, pages: list[range] | None, *, annotated: bool
) -> Iterator[tuple[Reading, RGB, bytes]]:
    """Yield the reading of each page, its picture, and the annotated picture as JPEG if asked, or b"".

    An error is that of a page, also where it is that of the file.
    """
    from digitnet.reading.entries import fail_to_read, iterate_readings

    if source.error:
        failed = fail_to_read(source.error)
        yield failed.reading, failed.image, b""
        return
    numbers = chain.from_iterable(pages) if pages else None
    for image, reading in iterate_readings(source.content, classifier, hints, level, numbers):
        shown, picture = _annotate(image, reading) if annotated and not reading.page.error else (reading, b"")
        yield shown, image, picture


def _annotate(image: RGB, reading: Reading) -> tuple[Reading, bytes]:
    """Return a reading and its upright picture with boxes as JPEG; with the error in its page if that fails."""
    from digitnet.preprocessing.failures import explain_failures
    from digitnet.preprocessing.images import to_jpeg
    from digitnet.preprocessing.straightening import turn_picture
    from digitnet.reading.annotation import annotate
    from digitnet.reading.placing import turn_upright

    try:
        with explain_failures():
            upright, _ = turn_picture(image, reading.turn)
            return reading, to_jpeg(annotate(upright, turn_upright(reading)))
    except ImageError as error:
        return replace(reading, page=replace(reading.page, error=str(error))), b""


def _look_ahead(sources: Iterator[Source]) -> tuple[Iterator[Source], bool]:
    """Return sources, and whether they are several."""
    first = list(islice(sources, 2))
    return chain(first, sources), len(first) > 1


def _format_text(entry: dict[str, Any], name: str, *, is_named: bool) -> str:
    """Return the rows of an entry as lines, below its name if it `is_named` or a page of several."""
    rows = "".join(f"{row['text']}\n" for row in entry.get("rows", []))
    return f"{to_printable(name)}:\n{rows}" if "rows" in entry and (is_named or "page" in entry) else rows


def _name_annotated(stem: str, earlier_stems: list[str]) -> str:
    """Return `<stem>_read.jpg`, numbered if earlier pictures have the same stem."""
    count = earlier_stems.count(stem)
    return f"{stem}_read_{count + 1}.jpg" if count else f"{stem}_read.jpg"
