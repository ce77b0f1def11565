"""Store labeled user digits, and strings of them: corrected, confirmed and imported."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Unpack

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, delete, func, insert, select, update

from digitnet.access.accounts import find_own_account, limit_accounts
from digitnet.access.permissions import guarded
from digitnet.collection.account_counts import Counts, count_by_account
from digitnet.collection.addition import Addition, check_quotas
from digitnet.collection.connections import OpenDatabase
from digitnet.collection.consents import ConsentStore
from digitnet.collection.erasure import delete_rows, wipe_deleted
from digitnet.collection.ownership import limit_to_caller, limit_to_own
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
from digitnet.collection.schema import changes, digits
from digitnet.collection.string_store import StringStore
from digitnet.collection.strings import StringSample
from digitnet.datasets.mnist import Digits
from digitnet.errors import CollectionError
from digitnet.labels import LABELS, NOT_A_DIGIT

__all__ = ["HELD_OUT_SHARE", "NOT_A_DIGIT", "SOURCES", "Addition", "Collection", "Filters", "Sample", "StoredDigit"]


class Collection(OpenDatabase):
    """The digits of a database; threads and processes may share it.

    Methods see and change the digits that the caller may, see `digitnet.access.callers`: their own, and those of their
    scope. What they add is their own. Ids and batches of others are as good as unknown to them.

    Every method raises CollectionError if the database cannot be read or written. Once a method that writes has
    returned, its changes survive a crash. Only callers who may look at digits can open a collection.
    """

    @property
    def strings(self) -> StringStore:
        """The strings of the collection."""
        return StringStore(self._open_reader, self._open_writer)

    @property
    def consents(self) -> ConsentStore:
        """What accounts have agreed to."""
        return ConsentStore(self._open_reader, self._open_writer)

    @guarded("digits.add")
    def add(self, samples: Sequence[Sample], strings: Sequence[StringSample] = ()) -> Addition:
        """Store samples and strings, all or none.

        For a picture that the caller has stored before the newest label wins, and a deleted digit is restored. A
        `StoredDigit` of an export keeps its time, and stays deleted if it is new here; so does a `StoredString`, which
        is stored once.

        Raises:
            AccessError: the caller has no account, or has not agreed to their digits being kept.
            CollectionError: a sample is invalid, or the samples cannot be stored; then none is stored.
            QuotaError: the caller has added too many in a day, or the disk is nearly full.
        """
        now, batch = self.find_next_time(), uuid.uuid4().hex
        rows = {row["digest"]: row for row in (to_row(sample, now) for sample in samples)}
        if not rows and not strings:
            return Addition(batch, 0, 0, 0)
        account = find_own_account()
        with self._open_reader() as connection:
            self.consents.require(connection)  # What is refused is not counted.
        check_quotas(self._engine, len(rows) + len(strings))
        with self._open_writer() as connection:
            self.consents.require(connection)
            known = {row.digest: row for row in find_known(connection, list(rows))}
            new = [row | {"batch": batch, "account": account} for digest, row in rows.items() if digest not in known]
            other = [(known[digest], row) for digest, row in rows.items() if needs_update(known.get(digest), row)]
            if other:
                connection.execute(insert(changes), [to_undo_row(old, batch) for old, _ in other])
                update_rows(connection, [merge_row(old, row, batch) for old, row in other])
            if new:
                connection.execute(insert(digits), new)
            rows_stored = self.strings.insert(connection, strings, now, batch, account)
        return Addition(batch, len(new), len(other), len(samples) - len(new) - len(other), rows_stored)

    @guarded("digits.change")
    def undo(self, batch: str) -> int:
        """Undo an addition, strings too, except for digits that were changed after it.

        Returns:
            The number of digits that were removed or changed back.
        """
        with self._open_writer() as connection:
            undoable = changes.join(digits, (changes.c.digit == digits.c.id) & (digits.c.batch == changes.c.batch))
            is_allowed = limit_to_caller(digits.c.account)
            query = select(changes).select_from(undoable).where(changes.c.batch == batch, is_allowed)
            old = [from_undo_row(row) for row in connection.execute(query)]
            update_rows(connection, old)
            removed = connection.execute(delete(digits).where(digits.c.batch == batch, is_allowed)).rowcount
            allowed = select(digits.c.id).where(is_allowed)
            connection.execute(delete(changes).where(changes.c.batch == batch, changes.c.digit.in_(allowed)))
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

    @guarded("digits.delete")
    def erase(self, account: str) -> Counts:
        """Delete all of an account for good, what could undo changes of its digits, and its consent.

        Raises:
            AccessError: the caller does not see the digits of this account.
        """
        limit_accounts((account,))
        with self._open_writer() as connection:
            erased = delete_rows(connection, account)
        wipe_deleted(self._engine, writes_anew=any(erased))
        return erased

    def find_labels(self, digests: Iterable[str]) -> dict[str, int]:
        """Return labels by digest that the caller gave, without unknown digests and deleted digits."""
        query = select(digits.c.digest, digits.c.label).where(~digits.c.deleted, limit_to_own(digits.c.account))
        with self._open_reader() as connection:
            return {
                row.digest: row.label
                for chunk in split_into_chunks(list(digests))
                for row in connection.execute(query.where(digits.c.digest.in_(chunk)))
            }

    def count_by_label(self, **filters: Unpack[Filters]) -> NDArray[np.int64]:
        """Return the number of digits of each label that match the filters, int64 (11,)."""
        query = select(digits.c.label, func.count()).where(*to_conditions(filters))
        found = np.zeros(len(LABELS), np.int64)
        with self._open_reader() as connection:
            for label, count in connection.execute(query.group_by(digits.c.label)):
                if label not in LABELS:
                    raise CollectionError(DAMAGED)
                found[label] = count
        return found

    def count_by_account(self) -> dict[str, Counts]:
        """Return what is kept of each account, also what is marked as deleted."""
        with self._open_reader() as connection:
            return count_by_account(connection)

    def list_writers(self) -> list[str]:
        """Return the writers of the digits without deleted ones; "" stands for an unknown writer."""
        query = select(digits.c.writer).where(*to_conditions({})).distinct()
        with self._open_reader() as connection:
            return sorted(connection.scalars(query), key=lambda name: (name.casefold(), name))

    def load_digits(self, **filters: Unpack[Filters]) -> Digits:
        """Return the digits that match the filters, the first added first, with labels 0 to 10."""
        query = select(digits.c.picture, digits.c.label).where(*to_conditions(filters)).order_by(digits.c.id)
        with self._open_reader() as connection:
            return to_digits(connection.execute(query).all())

    def load_pictures(self, **filters: Unpack[Filters]) -> tuple[NDArray[np.int64], Digits]:
        """Return ids, int64 (n,), and pictures of the matching digits, the newest first."""
        query = select(digits.c.id, digits.c.picture, digits.c.label).where(*to_conditions(filters))
        with self._open_reader() as connection:
            rows = connection.execute(query.order_by(*ORDERS["newest"])).all()
        return np.array([row.id for row in rows], np.int64), to_digits(rows)

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
                    update(digits)
                    .where(digits.c.id.in_(chunk), differs, limit_to_caller(digits.c.account))
                    .values(batch=None, **values)
                ).rowcount
                for chunk in split_into_chunks([int(id_) for id_ in ids])
            )
