"""Store batches of sheets in the database of user digits."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from digitnet.access.accounts import find_own_account
from digitnet.access.permissions import guarded
from digitnet.batches.lookup import count_batches, find_batch
from digitnet.batches.numbers import NumberStore
from digitnet.batches.records import Batch, BatchCounts, BatchSettings
from digitnet.batches.rows import to_batch, write_settings
from digitnet.batches.sheets import SheetStore
from digitnet.batches.templates import TemplateStore
from digitnet.collection.addition import check_database_room
from digitnet.collection.connections import OpenDatabase
from digitnet.collection.consents import ConsentStore
from digitnet.collection.database import explain_database_errors
from digitnet.collection.ownership import limit_to_caller
from digitnet.collection.samples import clean_text
from digitnet.collection.schema import batches, state
from digitnet.errors import CollectionError

MAX_NAME_LENGTH = 80  # Characters.
_RESTORABLE = timedelta(days=1)  # How long a deleted batch can be restored.


class BatchStore(OpenDatabase):
    """The batches of a database; threads and processes may share it.

    Methods see and change the batches that the caller may, see `digitnet.access.callers`: their own, and those of their
    scope. What they add is their own; a batch of others is as good as unknown to them. Every method raises
    CollectionError if the database cannot be read or written, or a batch is not there. Once a method that writes has
    returned, its changes survive a crash.
    """

    @property
    def sheets(self) -> SheetStore:
        """The sheets of the batches."""
        return SheetStore(self._engine, self._open_reader, self._open_writer)

    @property
    def numbers(self) -> NumberStore:
        """The numbers of the sheets, and what people have decided of them."""
        return NumberStore(self._open_reader, self._open_writer)

    @property
    def templates(self) -> TemplateStore:
        """The templates of forms."""
        return TemplateStore(self._engine, self._open_reader, self._open_writer)

    @property
    def consents(self) -> ConsentStore:
        """What accounts have agreed to: nothing is kept of others before."""
        return ConsentStore(self._open_reader, self._open_writer)

    @guarded("batches.add")
    def create(self, name: str, kind: str, settings: BatchSettings, *, template: str = "", expect: str = "") -> Batch:
        """Make a batch without sheets, see `Batch` for its values.

        Raises:
            AccessError: the caller has no account, or has not agreed to anything being kept of them.
            QuotaError: the disk is nearly full.
        """
        check_database_room(self._engine)
        batch = Batch(
            uuid.uuid4().hex,
            find_own_account(),
            clean_text(name, MAX_NAME_LENGTH) or kind.capitalize(),
            kind,
            datetime.now(UTC),
            template,
            expect,
            settings,
        )
        with self._open_writer() as connection:
            self.consents.require(connection)
            connection.execute(insert(batches).values(vars(batch) | {"settings": write_settings(settings)}))
        return batch

    @guarded("batches.look")
    def get(self, batch: str) -> Batch:
        """Return a batch by its id."""
        with self._open_reader() as connection:
            return find_batch(connection, batch)

    @guarded("batches.look")
    def list_batches(self) -> list[tuple[Batch, BatchCounts]]:
        """Return the batches that are not deleted, the newest first, and how far each is."""
        query = select(batches).where(batches.c.deleted.is_(None), limit_to_caller(batches.c.account))
        with self._open_reader() as connection:
            found = [to_batch(row) for row in connection.execute(query.order_by(batches.c.created.desc()))]
            counts = count_batches(connection, [batch.id for batch in found])
        return [(batch, counts.get(batch.id, BatchCounts())) for batch in found]

    @guarded("batches.look")
    def count(self, batch: str) -> BatchCounts:
        """Return how far a batch is."""
        with self._open_reader() as connection:
            found = find_batch(connection, batch)
            return count_batches(connection, [found.id]).get(found.id, BatchCounts())

    @guarded("batches.change")
    def rename(self, batch: str, name: str) -> None:
        """Give a batch another name."""
        if not (cleaned := clean_text(name, MAX_NAME_LENGTH)):
            raise CollectionError("Give the batch a name.")
        self._change(batch, name=cleaned)

    @guarded("batches.change")
    def keep_pictures(self, batch: str, *, keeps: bool) -> None:
        """Note whether the files of a batch are kept for a while."""
        settings = replace(self.get(batch).settings, keeps_pictures=keeps)
        self._change(batch, settings=write_settings(settings))

    @guarded("batches.delete")
    def delete(self, batch: str) -> None:
        """Mark a batch as deleted, so that it can be restored; `sweep` deletes it for good after a day."""
        self._change(batch, deleted=datetime.now(UTC))

    @guarded("batches.delete")
    def restore(self, batch: str) -> None:
        """Restore a batch that was marked as deleted."""
        with self._open_writer() as connection:
            is_there = (batches.c.id == batch) & limit_to_caller(batches.c.account)
            if not connection.execute(update(batches).where(is_there).values(deleted=None)).rowcount:
                raise CollectionError("This batch was deleted for good.")

    @guarded("batches.delete")
    def sweep(self) -> int:
        """Delete for good what the caller marked as deleted more than a day ago; return how many batches that were."""
        end = datetime.now(UTC) - _RESTORABLE
        with self._open_writer() as connection:
            is_due = (batches.c.deleted < end) & limit_to_caller(batches.c.account)
            return connection.execute(delete(batches).where(is_due)).rowcount

    def _change(self, batch: str, **values: object) -> None:
        with self._open_writer() as connection:
            found = find_batch(connection, batch)
            connection.execute(update(batches).where(batches.c.id == found.id).values(values))

    @contextmanager
    def _open_writer(self) -> Iterator[Connection]:
        """Open a transaction that commits when the block ends, after those of other writers; digits do not change."""
        with explain_database_errors("The batch cannot be saved"), self._writer.begin() as connection:
            connection.execute(select(state.c.writes).with_for_update())
            yield connection
