"""Functions at which `hostile_files.py` throws files, run by workers."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from benchmarks.hostile_forms import FIELDS, make_sheet
from digitnet.batches.records import SheetPage
from digitnet.batches.tasks import read_form_sheet
from digitnet.collection.exchange.importing import preview_files
from digitnet.collection.photo_reading import read_for_display
from digitnet.documents.opening import count_pages
from digitnet.errors import DigitnetError
from digitnet.forms.template import to_json
from digitnet.forms.worker_tasks import make, open_template, show_sheet
from digitnet.models.calibration import DEFAULT_RISK
from digitnet.models.zip_package import read_package
from digitnet.reading.hints import Hints
from digitnet.reading.pages import read_pages

_MAX_PAGES = 5


class Cost(NamedTuple):
    """What came of a file: "read", the sentence that refused it, or the name of an error; and what it cost.

    Attributes:
        seconds: seconds of processor.
        megabytes: by how much the peak of the process grew.
    """

    outcome: str
    is_error: bool
    seconds: float
    megabytes: float


def throw(kind: str, name: str, content: bytes, others: dict[str, bytes] | None = None) -> Cost:
    """Have a file, and others beside it, parsed by all that take files of its kind; return what came of it."""
    start, before = time.process_time(), _measure_peak()
    outcome, is_error = "read", False
    try:
        _TARGETS[kind](name, content, others or {})
    except DigitnetError as error:
        outcome = str(error)
    except Exception as error:  # noqa: BLE001 - What is no DigitnetError is what is looked for.
        outcome, is_error = f"{type(error).__name__}: {error}"[:200], True
    return Cost(outcome, is_error, time.process_time() - start, _measure_peak() - before)


def _measure_peak() -> float:
    """Return the peak of this process in megabytes; Linux counts that of its parent in, but not in this file."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="ignore").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def _read_picture(name: str, content: bytes, others: dict[str, bytes]) -> None:
    pages = count_pages(content)
    if pages > 1:
        list(read_pages(content, pages=range(1, min(pages, _MAX_PAGES) + 1)))
    read_for_display(content, "cnn", Hints())


def _import_digits(name: str, content: bytes, others: dict[str, bytes]) -> None:
    preview_files({name: content, **others})


def _check_model(name: str, content: bytes, others: dict[str, bytes]) -> None:
    read_package(content)


def _read_form(name: str, content: bytes, others: dict[str, bytes]) -> None:
    """Take a file for a template, and read the sheet that its good template was made of."""
    read_form_sheet(make_sheet(), SheetPage("sheet.png", ""), to_json(open_template(content)), "cnn", DEFAULT_RISK)


def _make_form(name: str, content: bytes, others: dict[str, bytes]) -> None:
    """Take a file for a sheet: make a template of it, and read it."""
    show_sheet(content, 1200)
    template = make(content, "hostile", FIELDS, "cnn")
    read_form_sheet(content, SheetPage(name, ""), to_json(template), "cnn", DEFAULT_RISK)


_TARGETS: dict[str, Callable[[str, bytes, dict[str, bytes]], None]] = {
    "picture": _read_picture,
    "archive": _import_digits,
    "model": _check_model,
    "template": _read_form,
    "sheet": _make_form,
}
