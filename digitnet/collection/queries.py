"""Rows and queries of the collection: filters to SQL, samples to rows and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypedDict, TypeVar

import numpy as np
from sqlalchemy import ColumnElement, Connection, Row, bindparam, select, update

from digitnet.collection.samples import HELD_OUT_DIGEST_LIMIT, Sample, StoredDigit
from digitnet.collection.schema import digits
from digitnet.datasets.mnist import Digits
from digitnet.preprocessing.normalization import PICTURE_SIZE

_AT_ONCE = 1000  # values in one statement
UNDO_COLUMNS = (
    "label",
    "labelled",
    "read",
    "confidence",
    "model",
    "writer",
    "deleted",
)  # of a digit before it is changed
ORDERS = {
    "newest": (digits.c.added.desc(), digits.c.id.desc()),
    "oldest": (digits.c.added, digits.c.id),
    "label": (digits.c.label, digits.c.added.desc(), digits.c.id.desc()),
}
_CHOICES: tuple[tuple[str, ColumnElement[Any], Callable[[Any], int | str]], ...] = (
    ("ids", digits.c.id, int),
    ("labels", digits.c.label, int),
    ("writers", digits.c.writer, str),
    ("sources", digits.c.source, str),
)
_T = TypeVar("_T")


class Filters(TypedDict, total=False):
    """Which digits are meant; None stands for all, an empty list for none.

    Attributes:
        ids: those of these numbers.
        labels, writers, sources: those that one of these holds for.
        since, until: times, those from `since` on and before `until`; without a time zone they are local.
        labeled_since: a time; those that were given their label from then on, whenever they came in.
        deleted: False leaves the deleted ones out, True gives them alone.
        held_out: those that are kept from training, or those that are not.
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


def to_row(sample: Sample, now: datetime) -> dict[str, Any]:
    """Return a sample as the values of a new row."""
    if isinstance(sample, StoredDigit):
        return sample.to_values() | {"added": sample.added, "labelled": now, "deleted": sample.deleted}
    return sample.to_values() | {"added": now, "labelled": now, "deleted": False}


def find_known(connection: Connection, digests: list[str]) -> Iterator[Row[Any]]:
    """Yield the stored rows that have one of these digests."""
    columns = [digits.c[name] for name in ("id", "digest", "batch", *UNDO_COLUMNS)]
    for some in in_batches(digests):
        yield from connection.execute(select(*columns).where(digits.c.digest.in_(some)))


def needs_update(old: Row[Any] | None, row: dict[str, Any]) -> bool:
    """Say whether a digit that is known changes by what came."""
    if old is None or row["deleted"]:
        return False
    return old.deleted or old.label != row["label"] or row["writer"] not in ("", old.writer)


def previous_row(old: Row[Any], batch: str) -> dict[str, Any]:
    """Return a row's values before a change, as `undo` needs them."""
    return {"batch": batch, "digit": old.id, "before": old.batch, **{name: getattr(old, name) for name in UNDO_COLUMNS}}


def merged_row(old: Row[Any], row: dict[str, Any], batch: str) -> dict[str, Any]:
    """Return what a known digit becomes: what was read stays unless it was read again, and so does its writer."""
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
    """Give each digit, named by `row`, the values that stand beside it."""
    if rows:
        values: dict[str, Any] = {name: bindparam(name) for name in ("batch", *UNDO_COLUMNS)}
        connection.execute(update(digits).where(digits.c.id == bindparam("row")).values(values), rows)


def to_conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """Return filters as SQL conditions."""
    chosen: list[ColumnElement[bool]] = []
    for name, column, kind in _CHOICES:
        values: Any = filters.get(name)
        if values is not None:
            chosen.append(column.in_([kind(each) for each in values]))
    if (since := filters.get("since")) is not None:
        chosen.append(digits.c.added >= since)
    if (until := filters.get("until")) is not None:
        chosen.append(digits.c.added < until)
    if (labeled_since := filters.get("labeled_since")) is not None:
        chosen.append(digits.c.labelled >= labeled_since)
    if (deleted := filters.get("deleted", False)) is not None:
        chosen.append(digits.c.deleted.is_(deleted))
    if (held_out := filters.get("held_out")) is not None:
        apart = digits.c.digest < HELD_OUT_DIGEST_LIMIT
        chosen.append(apart if held_out else ~apart)
    return chosen


def to_digits(rows: Sequence[Any]) -> Digits:
    """Return rows of pictures and labels as `Digits`."""
    pictures = np.frombuffer(b"".join(row.picture for row in rows), np.uint8)
    return Digits(
        pictures.reshape(-1, PICTURE_SIZE, PICTURE_SIZE).copy(), np.array([row.label for row in rows], np.uint8)
    )


def to_stored_digit(row: Row[Any]) -> StoredDigit:
    """Return a row as a `StoredDigit`."""
    fields = {name: value for name, value in row._mapping.items() if name not in ("batch", "labelled")}
    return StoredDigit(**fields | {"picture": np.frombuffer(row.picture, np.uint8).reshape(PICTURE_SIZE, PICTURE_SIZE)})


def in_batches(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Yield values in batches small enough for one SQL statement."""
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
