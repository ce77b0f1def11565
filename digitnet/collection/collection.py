"""Labelled digits of people - corrected, confirmed, imported - kept for good."""

from __future__ import annotations

import uuid
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self, Unpack

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, select, update

from digitnet.collection.database import connect, explain_database_errors, writer
from digitnet.collection.queries import (
    ORDERS,
    UNDO_COLUMNS,
    Filters,
    find_known,
    in_batches,
    merged_row,
    needs_update,
    previous_row,
    to_conditions,
    to_digits,
    to_row,
    to_stored_digit,
    update_rows,
)
from digitnet.collection.samples import HELD_OUT_SHARE, SOURCES, Sample, StoredDigit, check_label
from digitnet.collection.schema import changes, digits, state
from digitnet.collection.upgrade import upgrade_schema
from digitnet.datasets.mnist import Digits
from digitnet.errors import CollectionError
from digitnet.labels import LABELS, NOT_A_DIGIT

__all__ = ["HELD_OUT_SHARE", "NOT_A_DIGIT", "SOURCES", "Addition", "Collection", "Filters", "Sample", "StoredDigit"]


@dataclass(frozen=True)
class Addition:
    """What an addition did; `batch` names it for `undo`.

    Attributes:
        stored: digits that are new.
        relabeled: digits that were known and have another label or writer now, or are deleted no longer.
        known: digits that were known just so.
    """

    batch: str
    stored: int
    relabeled: int
    known: int


class Collection:
    """The digits of a database; threads and processes may share it.

    Every method raises CollectionError, with a sentence, where the database cannot be read or written; what
    a method that writes has returned for stays through a crash.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = writer(engine)
        self._finalizer = weakref.finalize(self, engine.dispose)

    @classmethod
    def open(cls, url: str | None = None) -> Self:
        """Open the collection, made or brought up to date where need be.

        Args:
            url: of an SQLite or PostgreSQL database; the default is `$DIGITNET_DATABASE_URL`, or else the
                file `digits.db` in the folder `$DIGITNET_DATA`, or `data` beside the package.

        Raises:
            CollectionError: it cannot be opened, or was made by a newer digitnet.
        """
        engine = connect(url)
        try:
            upgrade_schema(engine)
        except CollectionError:
            engine.dispose()
            raise
        return cls(engine)

    def close(self) -> None:
        """Close what is open; the collection can still be used and opens it again."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, samples: Sequence[Sample]) -> Addition:
        """Keep samples, all or none; the newest label of the same picture wins, and a deleted one comes back.

        A StoredDigit, as exports hold them, keeps its time, and stays deleted where it is new here.

        Raises:
            CollectionError: a sample is not what it should be, or the samples cannot be kept; none is.
        """
        now = datetime.now(UTC)
        rows = {row["digest"]: row for row in (to_row(sample, now) for sample in samples)}
        batch = uuid.uuid4().hex
        if not rows:
            return Addition(batch, 0, 0, 0)
        with self._writing() as connection:
            known = {row.digest: row for row in find_known(connection, list(rows))}
            new = [row | {"batch": batch} for digest, row in rows.items() if digest not in known]
            other = [(known[digest], row) for digest, row in rows.items() if needs_update(known.get(digest), row)]
            if other:
                connection.execute(insert(changes), [previous_row(old, batch) for old, _ in other])
                update_rows(connection, [merged_row(old, row, batch) for old, row in other])
            if new:
                connection.execute(insert(digits), new)
        return Addition(batch, len(new), len(other), len(samples) - len(new) - len(other))

    def undo(self, batch: str) -> int:
        """Take back what an addition did; digits that were changed after it stay as they are.

        Returns:
            how many digits are gone or as they were before.
        """
        with self._writing() as connection:
            left = changes.join(digits, (changes.c.digit == digits.c.id) & (digits.c.batch == changes.c.batch))
            query = select(changes).select_from(left).where(changes.c.batch == batch)
            old = [
                {"row": row.digit, "batch": row.before, **{name: getattr(row, name) for name in UNDO_COLUMNS}}
                for row in connection.execute(query)
            ]
            update_rows(connection, old)
            gone = connection.execute(delete(digits).where(digits.c.batch == batch)).rowcount
            connection.execute(delete(changes).where(changes.c.batch == batch))
        return len(old) + gone

    def find(
        self, *, order: str = "newest", limit: int | None = None, offset: int = 0, **filters: Unpack[Filters]
    ) -> list[StoredDigit]:
        """Return the digits that the filters leave, `limit` of them from `offset` on.

        Args:
            order: "newest" first, "oldest" first, or by "label" and the newest first.
        """
        if order not in ORDERS:
            raise CollectionError(f"Expected an order out of {', '.join(ORDERS)}. Received: {order[:20]!r}.")
        query = select(digits).where(*to_conditions(filters)).order_by(*ORDERS[order]).limit(limit)
        with self._reading() as connection:
            return [to_stored_digit(row) for row in connection.execute(query.offset(offset) if offset else query)]

    def count(self, **filters: Unpack[Filters]) -> int:
        """Return how many digits the filters leave."""
        with self._reading() as connection:
            return connection.scalar(select(func.count()).select_from(digits).where(*to_conditions(filters))) or 0

    def relabel(self, ids: Iterable[int], label: int) -> int:
        """Give digits another label; return how many had a different one."""
        now = datetime.now(UTC)
        return self._change(ids, digits.c.label != check_label(label), label=check_label(label), labelled=now)

    def delete(self, ids: Iterable[int]) -> int:
        """Put digits aside; return how many were not yet."""
        return self._change(ids, ~digits.c.deleted, deleted=True)

    def restore(self, ids: Iterable[int]) -> int:
        """Take deleted digits back in; return how many there were."""
        return self._change(ids, digits.c.deleted, deleted=False)

    def find_labels(self, digests: Iterable[str]) -> dict[str, int]:
        """Return the label of each of these digits that is here by its digest, deleted ones left out."""
        columns = (digits.c.digest, digits.c.label)
        with self._reading() as connection:
            return {
                row.digest: row.label
                for some in in_batches(list(digests))
                for row in connection.execute(select(*columns).where(digits.c.digest.in_(some), ~digits.c.deleted))
            }

    def count_by_label(self, writers: Iterable[str] | None = None) -> NDArray[np.int64]:
        """Return how many digits of each label there are, int64 (11,), deleted ones left out."""
        query = (
            select(digits.c.label, func.count()).where(*to_conditions({"writers": writers})).group_by(digits.c.label)
        )
        found = np.zeros(len(LABELS), np.int64)
        with self._reading() as connection:
            for label, count in connection.execute(query):
                found[label] = count
        return found

    def list_writers(self) -> list[str]:
        """Return the writers that have digits here, deleted ones left out; "" where some have none."""
        query = select(digits.c.writer).where(*to_conditions({})).distinct()
        with self._reading() as connection:
            return sorted(connection.scalars(query), key=lambda name: (name.casefold(), name))

    def load_digits(self, writers: Iterable[str] | None = None, held_out: bool | None = None) -> Digits:
        """Return the digits as training takes them, the first added first; NOT_A_DIGIT is a label too."""
        chosen = to_conditions({"writers": writers, "held_out": held_out})
        query = select(digits.c.picture, digits.c.label).where(*chosen).order_by(digits.c.id)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return to_digits(rows)

    def load_pictures(self, **filters: Unpack[Filters]) -> tuple[NDArray[np.int64], Digits]:
        """Return the ids, int64 (n,), and the pictures of the digits that the filters leave, the newest first."""
        query = select(digits.c.id, digits.c.picture, digits.c.label).where(*to_conditions(filters))
        with self._reading() as connection:
            rows = connection.execute(query.order_by(*ORDERS["newest"])).all()
        return np.array([row.id for row in rows], np.int64), to_digits(rows)

    def get_version(self) -> str:
        """Return a text that changes with every write, whoever wrote."""
        with self._reading() as connection:
            row = connection.execute(select(state)).one()
        return f"{row.collection}-{row.writes}"

    def _change(self, ids: Iterable[int], differs: ColumnElement[bool], **values: Any) -> int:
        with self._writing() as connection:
            return sum(
                connection.execute(
                    update(digits).where(digits.c.id.in_(some), differs).values(batch=None, **values)
                ).rowcount
                for some in in_batches([int(each) for each in ids])
            )

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with explain_database_errors("The collection of digits cannot be read"), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Give a transaction that is kept when the block ends well; one after the other, whoever writes."""
        with explain_database_errors("The digits cannot be saved"), self._writer.begin() as connection:
            connection.execute(update(state).values(writes=state.c.writes + 1))
            yield connection
