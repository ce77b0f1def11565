"""Store the sheets of batches, and what was read from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from digitnet.access.permissions import guarded
from digitnet.access.spending import get_spending
from digitnet.batches.lookup import find_batch, find_sheet
from digitnet.batches.records import FAILED, READ, WAITING, Number, Sheet, SheetPage
from digitnet.batches.rows import to_number_row, to_sheet, write_entry
from digitnet.batches.twins import Twin, find_twin, load_reading
from digitnet.collection.addition import check_database_room
from digitnet.collection.consents import ConsentStore, OpenConnection
from digitnet.collection.queries import split_into_chunks
from digitnet.collection.samples import MAX_FILE_LENGTH, clean_text
from digitnet.collection.schema import numbers, sheets
from digitnet.documents.opening import MAX_PAGES
from digitnet.errors import CollectionError

MAX_SHEETS = 5000  # Of a batch.
Key = tuple[str, int]  # Digest of a file, and number of a page.


class SheetStore:
    """The sheets of batches; see `BatchStore`."""

    def __init__(self, engine: Engine, open_reader: OpenConnection, open_writer: OpenConnection) -> None:
        """Use the connections of a store of batches, which commit when their block ends."""
        self._engine, self._open_reader, self._open_writer = engine, open_reader, open_writer
        self._consents = ConsentStore(open_reader, open_writer)

    @guarded("batches.add")
    def add(self, batch: str, pages: Sequence[SheetPage]) -> list[Sheet]:
        """Add the first pages of files; return the sheets of all these pages, also those that were there before.

        Raises:
            AccessError: nothing may be kept of the caller.
            QuotaError: the caller has added too many sheets in a day, or the disk is nearly full.
            CollectionError: it is not the caller's own batch, or would have too many sheets.
        """
        unique = {(page.digest, page.page): page for page in pages}
        with self._open_reader() as connection:
            known = _find_known(connection, batch, unique)
        if new := [page for key, page in unique.items() if key not in known]:
            check_database_room(self._engine)
            get_spending().count_sheets(len(new))
            with self._open_writer() as connection:
                self._consents.require(connection)
                find_batch(connection, batch, is_own=True)
                _insert(connection, batch, new)
                known = _find_known(connection, batch, unique)
        return [known[key] for key in unique]

    @guarded("batches.add")
    def add_pages(self, sheet: int, pages: int) -> list[Sheet]:
        """Add the further pages of a file by its first page; return the sheets of all its pages in their order.

        Args:
            sheet: number of the sheet of the first page.
            pages: how many pages the file has.

        Raises:
            AccessError: nothing may be kept of the caller any more.
            QuotaError: the caller has added too many sheets in a day, or the disk is nearly full.
        """
        with self._open_reader() as connection:
            first = find_sheet(connection, sheet)
            own = (sheets.c.batch == first.batch) & (sheets.c.digest == first.digest)
            known = set(connection.scalars(select(sheets.c.page).where(own)))
        if missing := sorted(set(range(1, pages + 1)) - known):
            check_database_room(self._engine)
            get_spending().count_sheets(len(missing))
            with self._open_writer() as connection:
                self._consents.require(connection)
                connection.execute(update(sheets).where(own).values(pages=pages))
                further = [SheetPage(first.file, first.digest, page, pages) for page in missing]
                _insert(connection, first.batch, further, first.place)
        with self._open_reader() as connection:
            rows = connection.execute(select(sheets).where(own).order_by(sheets.c.page))
            return [to_sheet(row) for row in rows]

    @guarded("batches.delete")
    def remove(self, batch: str, ids: Sequence[int]) -> int:
        """Remove sheets of a batch with what was read from them; return how many they were."""
        with self._open_writer() as connection:
            found = find_batch(connection, batch)
            return sum(
                connection.execute(delete(sheets).where(sheets.c.batch == found.id, sheets.c.id.in_(chunk))).rowcount
                for chunk in split_into_chunks(list(ids))
            )

    @guarded("batches.look")
    def find(self, batch: str) -> list[Sheet]:
        """Return the sheets of a batch in their order, with their entries."""
        with self._open_reader() as connection:
            query = select(sheets).where(sheets.c.batch == find_batch(connection, batch).id).order_by(sheets.c.place)
            return [to_sheet(row) for row in connection.execute(query)]

    @guarded("batches.add")
    def save_reading(
        self, sheet: int, entry: dict[str, Any], found: Sequence[Number], model: str, version: str
    ) -> bool:
        """Store what was read from a sheet, all or nothing; a sheet that was read before stays as it is.

        Args:
            sheet: number of the sheet.
            entry: its entry, see `Sheet`.
            found: its numbers, in reading order.
            model: name of the model that has read it.
            version: SHA-256 of that model's network.

        Returns:
            Whether it was stored.

        Raises:
            AccessError: nothing may be kept of the caller any more.
            QuotaError: the disk is nearly full.
        """
        check_database_room(self._engine)
        values = {"state": READ, "error": "", "entry": write_entry(entry), "model": model, "version": version}
        with self._open_writer() as connection:
            self._consents.require(connection)
            if not _change(connection, sheet, values | {"read": datetime.now(UTC)}):
                return False
            if rows := [to_number_row(number, sheet, place) for place, number in enumerate(found)]:
                connection.execute(insert(numbers), rows)
        return True

    @guarded("batches.add")
    def save_failure(self, sheet: int, error: str) -> None:
        """Store why a sheet cannot be read; one that was read stays as it is."""
        with self._open_writer() as connection:
            _change(connection, sheet, {"state": FAILED, "error": error})

    @guarded("batches.add")
    def take_over(self, sheet: int, version: str) -> Twin | None:
        """Return what another tab has read from a sheet meanwhile, or what was read alike in another batch.

        What was read in another batch is stored as if it was read from the sheet.

        Args:
            sheet: number of the sheet that is to be read.
            version: SHA-256 of the network that would read it.

        Returns:
            The reading, None if nothing was read.
        """
        with self._open_reader() as connection:
            found = find_sheet(connection, sheet)
            if found.state == READ:
                return load_reading(connection, found)
            twin = find_twin(connection, found, version)
        if twin:
            self.save_reading(sheet, twin.entry, twin.numbers, twin.model, version)
        return twin


def _find_known(connection: Connection, batch: str, wanted: dict[Key, SheetPage]) -> dict[Key, Sheet]:
    """Return those of the wanted pages that a batch has."""
    found = find_batch(connection, batch)
    digests = sorted({digest for digest, _ in wanted})
    query = select(sheets).where(sheets.c.batch == found.id)
    rows = [
        row
        for chunk in split_into_chunks(digests)
        for row in connection.execute(query.where(sheets.c.digest.in_(chunk)))
    ]
    return {(row.digest, row.page): to_sheet(row) for row in rows if (row.digest, row.page) in wanted}


def _insert(connection: Connection, batch: str, pages: Sequence[SheetPage], start: int | None = None) -> None:
    """Add those of the pages that another tab has not added meanwhile.

    Args:
        connection: connection to the database.
        batch: id of the batch.
        pages: the pages.
        start: place of the first page of their file, None for files that follow all others.

    Raises:
        CollectionError: the batch would have too many sheets.
    """
    known = _find_known(connection, batch, {(page.digest, page.page): page for page in pages})
    new = [page for page in pages if (page.digest, page.page) not in known]
    query = select(func.count(), func.max(sheets.c.place)).where(sheets.c.batch == batch)
    count, last = connection.execute(query).one()
    following = 0 if last is None else (last // MAX_PAGES + 1) * MAX_PAGES
    if count + len(new) > MAX_SHEETS:
        raise CollectionError(f"A batch can have {MAX_SHEETS:,} sheets; begin another for the rest.")
    values = {"batch": batch, "state": WAITING, "error": "", "entry": "", "model": "", "version": ""}
    rows = [
        {
            **vars(page),
            "file": clean_text(page.file, MAX_FILE_LENGTH),
            "place": following + at * MAX_PAGES if start is None else start + page.page - 1,
            **values,
        }
        for at, page in enumerate(new)
    ]
    if rows:
        connection.execute(insert(sheets), rows)


def _change(connection: Connection, sheet: int, values: dict[str, Any]) -> int:
    """Set values of a sheet that was not read yet; return how many sheets that were."""
    find_sheet(connection, sheet)
    is_unread = (sheets.c.id == sheet) & (sheets.c.state != READ)
    return connection.execute(update(sheets).where(is_unread).values(values)).rowcount
