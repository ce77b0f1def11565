"""Store strings in the database of a collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from digitnet.access.permissions import guarded
from digitnet.collection.ownership import limit_to_caller, limit_to_own, match_accounts
from digitnet.collection.queries import split_into_chunks
from digitnet.collection.schema import strings
from digitnet.collection.strings import StoredString, StringSample

_COLUMNS = ("picture", "text", "digest", "read", "confidence", "model", "source", "file", "writer", "account")
OpenConnection = Callable[[], AbstractContextManager[Connection]]


class StringStore:
    """The strings of a collection, which `Collection.add` stores and `Collection.undo` takes back.

    Of a row that an account has stored several times the last text holds. Methods see and change the strings that the
    caller may, see `digitnet.access.callers`. Every method raises CollectionError if the database cannot be read or
    written.
    """

    def __init__(self, open_reader: OpenConnection, open_writer: OpenConnection) -> None:
        """Use the connections of a collection, which commit when their block ends."""
        self._open_reader, self._open_writer = open_reader, open_writer

    @guarded("digits.add")
    def insert(
        self, connection: Connection, samples: Sequence[StringSample], now: datetime, batch: str, account: str
    ) -> int:
        """Store strings of the caller's own account as a part of an addition, without known ones of an export.

        Returns:
            The number of strings that were stored.
        """
        exported = [sample.digest for sample in samples if isinstance(sample, StoredString)]
        last = _find_last(connection, exported)
        rows = [row for sample in samples if (row := _to_row(sample, now, last.get(sample.digest)))]
        if rows:
            connection.execute(insert(strings), [row | {"batch": batch, "account": account} for row in rows])
        return len(rows)

    @guarded("digits.change")
    def remove(self, connection: Connection, batch: str) -> None:
        """Remove the strings of an addition, so that the texts before it hold again."""
        connection.execute(delete(strings).where(strings.c.batch == batch, limit_to_caller(strings.c.account)))

    def find_texts(self, digests: Iterable[str]) -> dict[str, str]:
        """Return texts by digest that the caller gave, without unknown digests and deleted strings."""
        with self._open_reader() as connection:
            last = _find_last(connection, list(digests))
        return {digest: row.text for digest, row in last.items() if not row.deleted}

    def find(
        self,
        *,
        writers: Iterable[str] | None = None,
        deleted: bool | None = False,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[StoredString]:
        """Return strings, the newest first, at most `limit` of them from `offset` on.

        Args:
            writers: allowed writers, None for all.
            deleted: False for strings that are not deleted, True for deleted ones, None for both.
            limit: the greatest number of strings, None for all.
            offset: number of strings to leave out.
        """
        query = _select_last(select(strings), writers, deleted).order_by(strings.c.id.desc()).limit(limit)
        with self._open_reader() as connection:
            return [_to_stored(row) for row in connection.execute(query.offset(offset) if offset else query)]

    def count(
        self,
        *,
        writers: Iterable[str] | None = None,
        deleted: bool | None = False,
        accounts: Iterable[str] | None = None,
    ) -> int:
        """Return the number of strings, see `find`; None allows all accounts that the caller sees."""
        query = _select_last(select(func.count()).select_from(strings), writers, deleted)
        if accounts is not None:
            query = query.where(match_accounts(strings.c.account, accounts))
        with self._open_reader() as connection:
            return connection.scalar(query) or 0

    @guarded("digits.delete")
    def delete(self, ids: Iterable[int]) -> int:
        """Mark strings as deleted; return the number of strings that were not deleted before."""
        return self._mark(ids, deleted=True)

    @guarded("digits.change")
    def restore(self, ids: Iterable[int]) -> int:
        """Restore deleted strings; return the number of strings that were deleted."""
        return self._mark(ids, deleted=False)

    def _mark(self, ids: Iterable[int], *, deleted: bool) -> int:
        with self._open_writer() as connection:
            return sum(
                connection.execute(
                    update(strings)
                    .where(strings.c.id.in_(chunk), strings.c.deleted != deleted, limit_to_caller(strings.c.account))
                    .values(deleted=deleted)
                ).rowcount
                for chunk in split_into_chunks([int(id_) for id_ in ids])
            )


def _find_last(connection: Connection, digests: Sequence[str]) -> dict[str, Row[Any]]:
    """Return the last row of each digest that is known of the caller's own account."""
    columns = [strings.c[name] for name in ("digest", "text", "writer", "deleted")]
    query = select(*columns).where(limit_to_own(strings.c.account)).order_by(strings.c.id)
    return {
        row.digest: row
        for chunk in split_into_chunks(digests)
        for row in connection.execute(query.where(strings.c.digest.in_(chunk)))
    }


def _to_row(sample: StringSample, now: datetime, last: Row[Any] | None) -> dict[str, Any]:
    """Return the values of a string to store; none if it is of an export and changes nothing of the `last` row."""
    values = sample.to_values()
    if not isinstance(sample, StoredString):
        return values | {"added": now, "deleted": False}
    if last is None:
        return values | {"added": sample.added, "deleted": sample.deleted}
    writer = values["writer"] or last.writer
    is_known = (last.text, last.writer, last.deleted) == (values["text"], writer, False)
    if sample.deleted or is_known:
        return {}
    return values | {"writer": writer, "added": sample.added, "deleted": False}


def _select_last(query: Select[Any], writers: Iterable[str] | None, deleted: bool | None) -> Select[Any]:
    """Restrict a query to the last strings of each account and digest that match, and that the caller may see."""
    last = select(func.max(strings.c.id)).group_by(strings.c.account, strings.c.digest)
    query = query.where(strings.c.id.in_(last), limit_to_caller(strings.c.account))
    if writers is not None:
        query = query.where(strings.c.writer.in_(list(writers)))
    return query if deleted is None else query.where(strings.c.deleted == deleted)


def _to_stored(row: Row[Any]) -> StoredString:
    values = {name: getattr(row, name) for name in _COLUMNS}
    return StoredString(**values, id=row.id, added=row.added, deleted=row.deleted)
