"""Build queries and rows of the collection: filters to SQL, samples to rows and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypedDict, TypeVar

import numpy as np
from sqlalchemy import ColumnElement, Connection, Row, bindparam, select, update

from digitnet.collection.ownership import limit_to_caller, limit_to_own, match_accounts
from digitnet.collection.samples import HELD_OUT_DIGEST_LIMIT, Sample, StoredDigit
from digitnet.collection.schema import digits
from digitnet.datasets.mnist import Digits
from digitnet.errors import CollectionError
from digitnet.labels import LABELS
from digitnet.preprocessing.normalization import PICTURE_SIZE

_MAX_VALUES_PER_STATEMENT = 1000
# Columns that an addition can change, and that undoing it changes back.
UNDO_COLUMNS = ("label", "labelled", "read", "confidence", "model", "writer", "deleted")
ORDERS = {
    "newest": (digits.c.added.desc(), digits.c.id.desc()),
    "oldest": (digits.c.added, digits.c.id),
    "label": (digits.c.label, digits.c.added.desc(), digits.c.id.desc()),
}
# Filters by a list of values: name, column, and type of a value.
_LIST_FILTERS: tuple[tuple[str, ColumnElement[Any], Callable[[Any], int | str]], ...] = (
    ("ids", digits.c.id, int),
    ("labels", digits.c.label, int),
    ("writers", digits.c.writer, str),
    ("sources", digits.c.source, str),
)
_INTERNAL_COLUMNS = ("batch", "labelled")
DAMAGED = "The collection of digits is damaged: it holds what digitnet does not write; put a copy of it in its place."
_T = TypeVar("_T")


class Filters(TypedDict, total=False):
    """Conditions on digits, all of which must hold; None allows all digits, an empty list none.

    Attributes:
        ids: allowed ids.
        labels: allowed labels.
        writers: allowed writers.
        sources: allowed sources.
        since: earliest time of addition; times without a time zone are local.
        until: time before which digits were added.
        labeled_since: earliest time at which digits were given their label.
        deleted: False for digits that are not deleted (the default), True for deleted ones, None for both.
        held_out: True for digits kept from training, False for the others.
        accounts: allowed accounts, and "@domain" for all accounts of a domain.
    """

    ids: Iterable[int] | None
    labels: Iterable[int] | None
    writers: Iterable[str] | None
    sources: Iterable[str] | None
    since: datetime | None
    until: datetime | None
    labeled_since: datetime | None
    deleted: bool | None
    held_out: bool | None
    accounts: Iterable[str] | None


def to_row(sample: Sample, now: datetime) -> dict[str, Any]:
    """Return the values of a new row for a sample."""
    if isinstance(sample, StoredDigit):
        return sample.to_values() | {"added": sample.added, "labelled": now, "deleted": sample.deleted}
    return sample.to_values() | {"added": now, "labelled": now, "deleted": False}


def find_known(connection: Connection, digests: list[str]) -> Iterator[Row[Any]]:
    """Yield the caller's own rows that have one of these digests."""
    columns = [digits.c[name] for name in ("id", "digest", "batch", *UNDO_COLUMNS)]
    for chunk in split_into_chunks(digests):
        yield from connection.execute(
            select(*columns).where(digits.c.digest.in_(chunk), limit_to_own(digits.c.account))
        )


def needs_update(old: Row[Any] | None, row: dict[str, Any]) -> bool:
    """Return whether a new row changes the known row `old`."""
    if old is None or row["deleted"]:
        return False
    return old.deleted or old.label != row["label"] or row["writer"] not in ("", old.writer)


def to_undo_row(old: Row[Any], batch: str) -> dict[str, Any]:
    """Return a row of `changes` that undoes the change of `old` by an addition."""
    return {"batch": batch, "digit": old.id, "before": old.batch, **{name: getattr(old, name) for name in UNDO_COLUMNS}}


def from_undo_row(row: Row[Any]) -> dict[str, Any]:
    """Return the values with which `update_rows` undoes a change, from a row of `changes`."""
    return {"row": row.digit, "batch": row.before, **{name: getattr(row, name) for name in UNDO_COLUMNS}}


def merge_row(old: Row[Any], row: dict[str, Any], batch: str) -> dict[str, Any]:
    """Return the new values of a known row; reading and writer stay if the new row has none."""
    read = row if row["read"] is not None else {name: getattr(old, name) for name in ("read", "confidence", "model")}
    return {
        "row": old.id,
        "batch": batch,
        "label": row["label"],
        "labelled": row["labelled"] if old.deleted or old.label != row["label"] else old.labelled,
        "writer": row["writer"] or old.writer,
        "deleted": False,
        **{name: read[name] for name in ("read", "confidence", "model")},
    }


def update_rows(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Update digits; the key `row` of each row is the id of its digit."""
    if rows:
        values: dict[str, Any] = {name: bindparam(name) for name in ("batch", *UNDO_COLUMNS)}
        connection.execute(update(digits).where(digits.c.id == bindparam("row")).values(values), rows)


def to_conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """Return filters as SQL conditions, to which only digits fit that the caller may see."""
    conditions: list[ColumnElement[bool]] = [limit_to_caller(digits.c.account)]
    for name, column, kind in _LIST_FILTERS:
        values: Any = filters.get(name)
        if values is not None:
            conditions.append(column.in_([kind(value) for value in values]))
    if (since := filters.get("since")) is not None:
        conditions.append(digits.c.added >= since)
    if (until := filters.get("until")) is not None:
        conditions.append(digits.c.added < until)
    if (labeled_since := filters.get("labeled_since")) is not None:
        conditions.append(digits.c.labelled >= labeled_since)
    if (deleted := filters.get("deleted", False)) is not None:
        conditions.append(digits.c.deleted.is_(deleted))
    if (held_out := filters.get("held_out")) is not None:
        is_held_out = digits.c.digest < HELD_OUT_DIGEST_LIMIT
        conditions.append(is_held_out if held_out else ~is_held_out)
    if (accounts := filters.get("accounts")) is not None:
        conditions.append(match_accounts(digits.c.account, accounts))
    return conditions


def to_digits(rows: Sequence[Any]) -> Digits:
    """Return the pictures and labels of rows as `Digits`; raises CollectionError if one is damaged."""
    for row in rows:
        _check_row(row)
    pictures = np.frombuffer(b"".join(row.picture for row in rows), np.uint8)
    return Digits(
        pictures.reshape(-1, PICTURE_SIZE, PICTURE_SIZE).copy(), np.array([row.label for row in rows], np.uint8)
    )


def to_stored_digit(row: Row[Any]) -> StoredDigit:
    """Return a row as a `StoredDigit`; raises CollectionError if it is damaged."""
    _check_row(row)
    fields = {name: value for name, value in row._mapping.items() if name not in _INTERNAL_COLUMNS}
    return StoredDigit(**fields | {"picture": np.frombuffer(row.picture, np.uint8).reshape(PICTURE_SIZE, PICTURE_SIZE)})


def _check_row(row: Any) -> None:
    if len(row.picture) != PICTURE_SIZE**2 or row.label not in LABELS:
        raise CollectionError(DAMAGED)


def split_into_chunks(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Yield values in chunks that are small enough for one SQL statement."""
    for start in range(0, len(values), _MAX_VALUES_PER_STATEMENT):
        yield values[start : start + _MAX_VALUES_PER_STATEMENT]
