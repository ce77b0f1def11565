"""Read sheets of a form in the background, and keep what was read in this tab."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import streamlit as st

from digitnet.access.callers import Caller, acting_as, get_caller
from digitnet.access.spending import get_spending
from digitnet.batches.records import SheetPage
from digitnet.batches.tasks import read_form_sheet
from digitnet.documents.opening import count_pages
from digitnet.documents.page import Page
from digitnet.errors import CanceledError, DigitnetError, QuotaError
from digitnet.forms.template import Template, to_json
from digitnet.reading.export import error_to_dict
from digitnet.workers.pool import run_in_worker
from digitnet.workers.process import Cancellation, cancelable
from pages.shared import feedback

_LOOK_SECONDS = 0.2  # How often a sheet that waits looks whether it was canceled.
_UNEXPECTED = "An unexpected error occurred with this sheet. Save it in another format."


class SheetFile(NamedTuple):
    """A file with sheets: a key that tells it from others, its name and its content."""

    key: str
    name: str
    content: bytes


@dataclass(frozen=True)
class SheetResult:
    """A sheet that was read.

    Attributes:
        key: key of its file, and its page.
        entry: its entry, see `form_export.form_to_dict`.
        pictures: PNG files of its fields, row by row; none of a sheet that could not be read.
    """

    key: str
    entry: dict[str, Any]
    pictures: list[bytes]


class SheetReader:
    """Reads files in threads, as many at a time as there are processors, with one template, model and risk."""

    def __init__(self, template: Template, model: str, risk: float) -> None:
        self._template, self._model, self._risk = to_json(template), model, risk
        self._executor = ThreadPoolExecutor(max(2, os.cpu_count() or 1), "form")
        self._files: dict[str, tuple[Future[list[SheetResult]], Cancellation]] = {}

    def want(self, files: Iterable[SheetFile]) -> None:
        """Read these files and no others; those that were read are not read again."""
        wanted = {file.key: file for file in files}
        for key in self._files.keys() - wanted.keys():
            future, cancellation = self._files.pop(key)
            cancellation.cancel()
            future.cancel()
        for key in wanted.keys() - self._files.keys():
            cancellation = Cancellation()
            future = self._executor.submit(self._read, wanted[key], cancellation, get_caller())
            self._files[key] = future, cancellation

    def count(self) -> tuple[int, int]:
        """Return how many files were read, and how many there are."""
        return sum(future.done() for future, _ in self._files.values()), len(self._files)

    def list_results(self, files: Iterable[SheetFile]) -> list[SheetResult]:
        """Return the sheets of those files that were read, in this order."""
        futures = [self._files[file.key][0] for file in files if file.key in self._files]
        return [result for future in futures if future.done() and not future.cancelled() for result in future.result()]

    def close(self) -> None:
        """Stop reading."""
        self.want([])
        self._executor.shutdown(wait=False)

    def _read(self, file: SheetFile, cancellation: Cancellation, caller: Caller) -> list[SheetResult]:
        with acting_as(caller), cancelable(cancellation):
            try:
                pages = run_in_worker(count_pages, file.content)
            except DigitnetError as error:
                return [SheetResult(file.key, error_to_dict(file.name, str(error)), [])]
            return [
                self._read_page(file, Page(number, pages), cancellation)
                for number in range(1, pages + 1)
                if not cancellation.is_canceled
            ]

    def _read_page(self, file: SheetFile, page: Page, cancellation: Cancellation) -> SheetResult:
        key = f"{file.key}-{page.number}"
        try:
            with feedback.explain_unexpected_errors(_UNEXPECTED):
                _wait_for_quota(cancellation)
                place = SheetPage(file.name, file.key, page.number, page.count)
                task = file.content, place, self._template, self._model, self._risk
                read = run_in_worker(read_form_sheet, *task, subject="The sheet")
                return SheetResult(key, read.entry, read.pictures)
        except DigitnetError as error:
            return SheetResult(key, error_to_dict(file.name, str(error), page), [])


def _wait_for_quota(cancellation: Cancellation) -> None:
    """Count a sheet as a photo; wait, if there were too many within a minute, until it may be read or is canceled.

    Raises:
        CanceledError: it was canceled.
    """
    while True:
        try:
            get_spending().count_photo()
            return
        except QuotaError as error:
            if error.wait_seconds is None:
                raise
            end = time.monotonic() + error.wait_seconds
        while time.monotonic() < end:
            if cancellation.is_canceled:
                raise CanceledError("It was canceled while it waited.")
            time.sleep(_LOOK_SECONDS)


def get_reader(template: Template, key: str, model: str, risk: float) -> SheetReader:
    """Return the reader of this tab; another template (by its key), model or risk makes a new one."""
    state = st.session_state
    wanted = key, model, risk
    if state.get("sheet_reader_of") != wanted:
        if "sheet_reader" in state:
            state.sheet_reader.close()
        if (state.get("sheet_reader_of") or ())[:2] != wanted[:2]:
            state.form_checked = {}  # It was of other readings.
        state.sheet_reader_of, state.sheet_reader = wanted, SheetReader(template, model, risk)
    reader: SheetReader = state.sheet_reader
    return reader
