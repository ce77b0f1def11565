"""Read the sheets of a batch in the background, each once, and store each as soon as it is read."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

from digitnet.access.callers import Caller, acting_as, get_caller
from digitnet.batches.claims import claim
from digitnet.batches.memory import MemoryStore
from digitnet.batches.pictures import keep_picture, list_pictures
from digitnet.batches.read_sheets import ReadSheets
from digitnet.batches.records import FORM, READ, WAITING, Batch, Sheet, SheetPage
from digitnet.batches.store import BatchStore
from digitnet.batches.tasks import choose_task
from digitnet.collection.consents import ConsentStore
from digitnet.documents.opening import count_pages
from digitnet.errors import CanceledError, DigitnetError, QuotaError
from digitnet.events import noting_reading
from digitnet.models.card import require_card
from digitnet.workers.process import Cancellation, cancelable
from digitnet.workers.waiting import check_wanted, run_when_free, wait_for_allowance


class SheetFile(NamedTuple):
    """A file with sheets.

    Attributes:
        name: its name.
        digest: SHA-256 of its content, 64 hexadecimal digits.
        load: function that returns its content, None if it is not there any more.
    """

    name: str
    digest: str
    load: Callable[[], bytes | None]


class BatchReader:
    """Reads files in threads, as many at a time as there are workers.

    Args:
        batch: the batch.
        store: where its sheets are stored.
        is_live: whether anybody still waits for the sheets; if not, no further one is read.
        explain: makes a block in which unexpected errors become sentences.

    Attributes:
        batch: the batch.
        sheets: its sheets, as far as they were read.
        problem: why the reading has ended early, "" if it has not.
        is_stopped: whether the user has stopped it.
        note: why not all files are kept that should be, "" if they are.
    """

    def __init__(
        self,
        batch: Batch,
        store: BatchStore | MemoryStore,
        is_live: Callable[[], bool] = lambda: True,
        explain: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self.batch, self._store, self._is_live, self._explain = batch, store, is_live, explain
        self._version = require_card(batch.settings.model).sha256
        self._lock = threading.RLock()
        self.sheets = ReadSheets(batch, store)
        self._wanted: dict[str, SheetFile] = {}
        self._tried = {digest for digest in self.sheets.list_digests() if self.sheets.is_read(digest)}
        self._removed: set[str] = set()
        self._pending: deque[SheetFile] = deque()
        self._under_way: dict[str, Cancellation] = {}
        self._threads = 0
        self.problem = self.note = ""
        self.is_stopped = False

    def want(self, files: Iterable[SheetFile]) -> None:
        """Read these files and no others; sheets that were read before, in whatever process, are not read again.

        Further files are read although the user has stopped the reading of the others before.

        Raises:
            DigitnetError: the sheets cannot be stored.
        """
        with self._lock:
            given = {file.digest: file for file in files}
            self._removed &= given.keys()
            wanted = {digest: file for digest, file in given.items() if digest not in self._removed}
            if wanted.keys() != self._wanted.keys():
                self.problem = ""
            if wanted.keys() - self._wanted.keys():
                self.is_stopped = False
            self._wanted = wanted
            self._cancel(self._under_way.keys() - wanted.keys())
            if self.problem or self.is_stopped:
                return
            known = self.sheets.list_digests()
            if new := [SheetPage(file.name, digest) for digest, file in wanted.items() if digest not in known]:
                self.sheets.add(self._store.sheets.add(self.batch.id, new))
            if self.batch.settings.keeps_pictures and isinstance(self._store, BatchStore):
                self._keep_pictures(self._store.consents)
            self._pending = deque(file for digest, file in wanted.items() if digest not in self._tried)
            for _ in range(min(len(self._pending), max(2, os.cpu_count() or 1) - self._threads)):
                self._threads += 1
                threading.Thread(target=self._work, args=(get_caller(),), name="sheets", daemon=True).start()

    @property
    def is_reading(self) -> bool:
        """Whether wanted files are being read, or wait for their turn."""
        with self._lock:
            return bool(self._pending or self._under_way.keys() & self._wanted.keys())

    def stop(self) -> None:
        """Read no further file, and cancel those under way; what was read stays."""
        with self._lock:
            self.is_stopped = True
            self._pending.clear()
            self._cancel(self._under_way)

    def resume(self) -> None:
        """Forget the problem and that the user has stopped; the next call of `want` reads what was left."""
        with self._lock:
            self.problem, self.is_stopped = "", False

    def forget(self, ids: Iterable[int]) -> None:
        """Forget sheets that were removed; their files are read again only if they are taken away and added anew."""
        with self._lock:
            before = self.sheets.list_digests()
            self.sheets.forget(ids)
            gone = before - self.sheets.list_digests()
            self._tried -= gone
            self._removed |= gone

    def count(self) -> tuple[int, int]:
        """Return how many of the wanted files are done, and how many there are."""
        with self._lock:
            return len(self._wanted.keys() & self._tried - self._under_way.keys()), len(self._wanted)

    def count_left(self) -> int:
        """Return how many sheets are left to read whose files are not wanted, as after a reload of the page."""
        with self._lock:
            waiting = [read.sheet for read in self.sheets.find() if read.sheet.state == WAITING]
            return sum(sheet.page.digest not in self._wanted for sheet in waiting)

    def _cancel(self, digests: Iterable[str]) -> None:
        for digest in digests:
            self._under_way[digest].cancel()

    def _keep_pictures(self, consents: ConsentStore) -> None:
        """Keep the files that are not kept yet; say why if they cannot be, and read them all the same."""
        self.note = ""
        try:
            kept = list_pictures(self.batch.id)
            for digest in self._wanted.keys() - kept:
                if content := self._wanted[digest].load():
                    keep_picture(self.batch.id, content, consents)
        except DigitnetError as error:
            self.note = str(error)

    def _work(self, caller: Caller) -> None:
        with acting_as(caller):
            while file := self._take():
                is_done = False
                try:
                    with self._explain(), cancelable(self._under_way[file.digest]):
                        self._read_file(file)
                    is_done = True
                except CanceledError:
                    pass
                except DigitnetError as error:  # It cannot be stored.
                    self._give_up(str(error))
                finally:
                    with self._lock:
                        del self._under_way[file.digest]
                        if not is_done:
                            self._tried.discard(file.digest)

    def _take(self) -> SheetFile | None:
        """Return the next file; None ends the thread."""
        with self._lock:
            if not self._pending or not self._is_live():
                self._pending.clear()
                self._threads -= 1
                return None
            file = self._pending.popleft()
            self._tried.add(file.digest)
            self._under_way[file.digest] = Cancellation()
            return file

    def _give_up(self, problem: str) -> None:
        with self._lock:
            self.problem = problem
            self._pending.clear()

    def _read_file(self, file: SheetFile) -> None:
        """Read those pages of a file that were not read before."""
        if (content := file.load()) is None:
            return
        sheets = self.sheets.find_pages(file.digest)
        try:
            pages = run_when_free(count_pages, content, subject="The sheet", is_wanted=self._is_live)
        except DigitnetError as error:
            self._fail(sheets[0], error)
            return
        if self.batch.kind == FORM and pages > len(sheets):  # Of photos only the pages that were chosen are read.
            sheets = self._store.sheets.add_pages(sheets[0].id, pages)
            self.sheets.add(sheets)
        read = {sheet.id for sheet in self.sheets.find_pages(file.digest) if sheet.state == READ}
        for sheet in sheets:
            if sheet.id not in read:
                with claim((sheet.batch, sheet.id), self._is_live):
                    self._read_sheet(sheet, content)

    def _read_sheet(self, sheet: Sheet, content: bytes) -> None:
        """Read a sheet, and store what was read or why it cannot be read."""
        check_wanted(self._is_live)
        if twin := self._store.sheets.take_over(sheet.id, self._version):
            self.sheets.keep(sheet, twin.entry, twin.numbers)
            return
        settings = self.batch.settings
        task, known = choose_task(self.batch)
        try:
            with self._explain():
                wait_for_allowance(self._is_live)
                arguments = content, sheet.page, known, settings.model, settings.risk
                with noting_reading("sheet", settings.model) as note:
                    read = run_when_free(task, *arguments, subject="The sheet", is_wanted=self._is_live)
                    note(read.size, sum(character.isdigit() for number in read.numbers for character in number.text))
        except DigitnetError as error:
            self._fail(sheet, error)
            return
        self._store.sheets.save_reading(sheet.id, read.entry, read.numbers, settings.model, self._version)
        self.sheets.keep(sheet, read.entry, read.numbers, read.pictures)

    def _fail(self, sheet: Sheet, error: DigitnetError) -> None:
        """Store why a sheet cannot be read; raises the error itself if it is not the sheet's."""
        if isinstance(error, (CanceledError, QuotaError)):
            raise error
        self._store.sheets.save_failure(sheet.id, str(error))
        self.sheets.fail(sheet, str(error))
