"""Write the results of an archive as one CSV file."""

from __future__ import annotations

import csv
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from digitnet.archive.parts import iterate_batches, list_parts
from digitnet.archive.rows import Row
from digitnet.errors import ArchiveError, explain_os_errors
from digitnet.files import replace_atomically
from digitnet.formulas import guard_text

_GUARDED = ("file", "field", "error")


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
