"""Write the results of an archive as one CSV file."""

from __future__ import annotations

import csv
import os
from fnmatch import fnmatch
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from digitnet.archive.addresses import is_remote, make_absolute
from digitnet.archive.parts import iterate_batches, list_parts
from digitnet.archive.patterns import is_pattern, split_pattern
from digitnet.archive.rows import Row
from digitnet.errors import ArchiveError, explain_os_errors
from digitnet.files import replace_atomically
from digitnet.formulas import guard_text

_GUARDED = ("file", "field", "error")


def check_csv_place(path: Path, folder: Path, source: str) -> None:
    """Raise ArchiveError if a CSV file would lie among the results in a folder, or among the files of the source."""
    place = Path(os.path.realpath(path))
    if place.is_relative_to(os.path.realpath(folder)):
        raise ArchiveError(f"{str(path)!r} lies in the folder of the results, whose readers would take it for a part.")
    start, rest = split_pattern(source) if is_pattern(source) and not os.path.exists(source) else (source, "*")
    is_below = not is_remote(source) and place.is_relative_to(os.path.realpath(make_absolute(start)))
    if is_below and fnmatch(place.name, rest.rpartition("/")[2]):
        raise ArchiveError(f"{str(path)!r} lies among the files of {source!r}; save the CSV file elsewhere.")


def write_csv(folder: Path, path: Path) -> None:
    """Write all rows of the parts in a folder to a CSV file.

    Names and errors that a spreadsheet would run as a formula follow an apostrophe.

    Raises:
        ArchiveError: a part is damaged, or the file cannot be written.
    """
    sentence = f"The results cannot be saved as {str(path)!r}"
    with explain_os_errors(sentence, ArchiveError), replace_atomically(path) as file:
        text = TextIOWrapper(file, encoding="utf-8", newline="")
        lines = csv.writer(text, lineterminator="\n")
        lines.writerow(Row._fields)
        for part in list_parts(folder):
            for batch in iterate_batches(part):
                lines.writerows(map(_guard, zip(*batch.values(), strict=True)))
        text.detach()


def _guard(cells: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        guard_text(cell) if cell and name in _GUARDED else cell for name, cell in zip(Row._fields, cells, strict=True)
    )
