"""Store labeled user digits, and strings of them: corrected, confirmed and imported."""

from __future__ import annotations

import uuid
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Self, Unpack

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, select, update

from digitnet.access.permissions import guarded
from digitnet.collection.addition import Addition, check_quotas
from digitnet.collection.database import connect, explain_database_errors, with_immediate_transactions
from digitnet.collection.queries import (
    DAMAGED,
    ORDERS,
    Filters,
    find_known,
    from_undo_row,
    merge_row,
    needs_update,
    split_into_chunks,
    to_conditions,
    to_digits,
    to_row,
    to_stored_digit,
    to_undo_row,
    update_rows,
)
from digitnet.collection.samples import HELD_OUT_SHARE, SOURCES, Sample, StoredDigit, check_label
from digitnet.collection.schema import changes, digits, state
from digitnet.collection.string_store import StringStore
from digitnet.collection.strings import StringSample
from digitnet.collection.upgrade import upgrade_schema
from digitnet.datasets.mnist import Digits
from digitnet.errors import CollectionError
from digitnet.labels import LABELS, NOT_A_DIGIT

__all__ = ["HELD_OUT_SHARE", "NOT_A_DIGIT", "SOURCES", "Addition", "Collection", "Filters", "Sample", "StoredDigit"]


class Collection:
    """The digits of a database; threads and processes may share it.

    Every method raises CollectionError if the database cannot be read or written. Once a method that writes has
    returned, its changes survive a crash. Only callers who may look at digits can open a collection.
    """

    def __init__(self, engine: Engine) -> None:
        """Use an engine of `database.connect` whose schema is current."""
        self._engine = engine
        self._writer = with_immediate_transactions(engine)
        self._finalizer = weakref.finalize(self, engine.dispose)

    @classmethod
    @guarded("digits.look")
    def open(cls, url: str | None = None) -> Self:
        """Open the collection; create its tables or upgrade them first if necessary.

        Args:
            url: URL of an SQLite or PostgreSQL database; the default is `$DIGITNET_DATABASE_URL`, or else the
                file `digits.db` in the folder `$DIGITNET_DATA`, or `data` beside the package.

        Raises:
            CollectionError: the collection cannot be opened, or was made by a newer digitnet.
        """
        engine = connect(url)
        try:
            upgrade_schema(engine)
        except CollectionError:
            engine.dispose()
            raise
        return cls(engine)

    def close(self) -> None:
        """Close all connections; using the collection opens new ones."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def strings(self) -> StringStore:
        """The strings of the collection."""
        return StringStore(self._open_reader, self._open_writer)

    @guarded("digits.add")
    def add(self, samples: Sequence[Sample], strings: Sequence[StringSample] = ()) -> Addition:
        """Store samples and strings, all or none.

        For a known picture the newest label wins, and a deleted digit is restored. A `StoredDigit` of an export
        keeps its time, and stays deleted if it is new here; so does a `StoredString`, which is stored once.

        Raises:
            CollectionError: a sample is invalid, or the samples cannot be stored; then none is stored.
            QuotaError: the caller has added too many in a day, or the disk is nearly full.
        """
        now, batch = self.find_next_time(), uuid.uuid4().hex
        rows = {row["digest"]: row for row in (to_row(sample, now) for sample in samples)}
        if not rows and not strings:
            return Addition(batch, 0, 0, 0)
        check_quotas(self._engine, len(rows) + len(strings))
        with self._open_writer() as connection:
            known = {row.digest: row for row in find_known(connection, list(rows))}
            new = [row | {"batch": batch} for digest, row in rows.items() if digest not in known]
            other = [(known[digest], row) for digest, row in rows.items() if needs_update(known.get(digest), row)]
            if other:
                connection.execute(insert(changes), [to_undo_row(old, batch) for old, _ in other])
                update_rows(connection, [merge_row(old, row, batch) for old, row in other])
            if new:
                connection.execute(insert(digits), new)
            rows_stored = self.strings.insert(connection, strings, now, batch)
        return Addition(batch, len(new), len(other), len(samples) - len(new) - len(other), rows_stored)

    @guarded("digits.change")
    def undo(self, batch: str) -> int:
        """Undo an addition, strings too, except for digits that were changed after it.

        Returns:
            The number of digits that were removed or changed back.
        """
        with self._open_writer() as connection:
            undoable = changes.join(digits, (changes.c.digit == digits.c.id) & (digits.c.batch == changes.c.batch))
            query = select(changes).select_from(undoable).where(changes.c.batch == batch)
            old = [from_undo_row(row) for row in connection.execute(query)]
            update_rows(connection, old)
            removed = connection.execute(delete(digits).where(digits.c.batch == batch)).rowcount
            connection.execute(delete(changes).where(changes.c.batch == batch))
            self.strings.remove(connection, batch)
        return len(old) + removed

    def find(
        self, *, order: str = "newest", limit: int | None = None, offset: int = 0, **filters: Unpack[Filters]
    ) -> list[StoredDigit]:
        """Return the digits that match the filters, at most `limit` of them from `offset` on.

        Args:
            order: "newest" first, "oldest" first, or by "label" with the newest first.
        """
        if order not in ORDERS:
            raise CollectionError(f"Expected an order out of {', '.join(ORDERS)}. Received: {order[:20]!r}.")
        query = select(digits).where(*to_conditions(filters)).order_by(*ORDERS[order]).limit(limit)
        with self._open_reader() as connection:
            return [to_stored_digit(row) for row in connection.execute(query.offset(offset) if offset else query)]

    def count(self, **filters: Unpack[Filters]) -> int:
        """Return the number of digits that match the filters."""
        with self._open_reader() as connection:
            return connection.scalar(select(func.count()).select_from(digits).where(*to_conditions(filters))) or 0

    @guarded("digits.change")
    def relabel(self, ids: Iterable[int], label: int) -> int:
        """Set the label of digits; return the number of digits that had another label."""
        now = self.find_next_time()
        return self._change(ids, digits.c.label != check_label(label), label=check_label(label), labelled=now)

    @guarded("digits.delete")
    def delete(self, ids: Iterable[int]) -> int:
        """Mark digits as deleted; return the number of digits that were not deleted before."""
        return self._change(ids, ~digits.c.deleted, deleted=True)

    @guarded("digits.change")
    def restore(self, ids: Iterable[int]) -> int:
        """Restore deleted digits; return the number of digits that were deleted."""
        return self._change(ids, digits.c.deleted, deleted=False)

    def find_labels(self, digests: Iterable[str]) -> dict[str, int]:
        """Return labels by digest, without unknown digests and deleted digits."""
        columns = (digits.c.digest, digits.c.label)
        with self._open_reader() as connection:
            return {
                row.digest: row.label
                for chunk in split_into_chunks(list(digests))
                for row in connection.execute(select(*columns).where(digits.c.digest.in_(chunk), ~digits.c.deleted))
            }

    def count_by_label(self, writers: Iterable[str] | None = None) -> NDArray[np.int64]:
        """Return the number of digits of each label without deleted ones, int64 (11,)."""
        query = select(digits.c.label, func.count()).where(*to_conditions({"writers": writers}))
        found = np.zeros(len(LABELS), np.int64)
        with self._open_reader() as connection:
            for label, count in connection.execute(query.group_by(digits.c.label)):
                if label not in LABELS:
                    raise CollectionError(DAMAGED)
                found[label] = count
        return found

    def list_writers(self) -> list[str]:
        """Return the writers of the digits without deleted ones; "" stands for an unknown writer."""
        query = select(digits.c.writer).where(*to_conditions({})).distinct()
        with self._open_reader() as connection:
            return sorted(connection.scalars(query), key=lambda name: (name.casefold(), name))

    def load_digits(self, writers: Iterable[str] | None = None, held_out: bool | None = None) -> Digits:
        """Return the digits that are not deleted, the first added first, with labels 0 to 10."""
        conditions = to_conditions({"writers": writers, "held_out": held_out})
        query = select(digits.c.picture, digits.c.label).where(*conditions).order_by(digits.c.id)
        with self._open_reader() as connection:
            return to_digits(connection.execute(query).all())

    def load_pictures(self, **filters: Unpack[Filters]) -> tuple[NDArray[np.int64], Digits]:
        """Return ids, int64 (n,), and pictures of the matching digits, the newest first."""
        query = select(digits.c.id, digits.c.picture, digits.c.label).where(*to_conditions(filters))
        with self._open_reader() as connection:
            rows = connection.execute(query.order_by(*ORDERS["newest"])).all()
        return np.array([row.id for row in rows], np.int64), to_digits(rows)

    def get_version(self) -> str:
        """Return a text that changes with every write of any process."""
        with self._open_reader() as connection:
            row = connection.execute(select(state)).first()
        if row is None:
            raise CollectionError(DAMAGED)
        return f"{row.collection}-{row.writes}"

    def find_next_time(self) -> datetime:
        """Return the time of a change, in UTC: now, or just after the latest label if the clock was set back since."""
        now = datetime.now(UTC)
        with self._open_reader() as connection:
            latest = connection.scalar(select(func.max(digits.c.labelled)))
        return now if latest is None else max(now, latest + timedelta(microseconds=1))

    def _change(self, ids: Iterable[int], differs: ColumnElement[bool], **values: Any) -> int:
        with self._open_writer() as connection:
            return sum(
                connection.execute(
                    update(digits).where(digits.c.id.in_(chunk), differs).values(batch=None, **values)
                ).rowcount
                for chunk in split_into_chunks([int(id_) for id_ in ids])
            )

    @contextmanager
    def _open_reader(self) -> Iterator[Connection]:
        with explain_database_errors("The collection of digits cannot be read"), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _open_writer(self) -> Iterator[Connection]:
        """Open a transaction that commits when the block ends, after those of other writers."""
        with explain_database_errors("The digits cannot be saved"), self._writer.begin() as connection:
            connection.execute(update(state).values(writes=state.c.writes + 1))
            yield connection
