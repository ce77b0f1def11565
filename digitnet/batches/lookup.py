"""Find batches and sheets of the caller in the database, and count how far batches are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, select

from digitnet.batches.records import FAILED, READ, Batch, BatchCounts
from digitnet.batches.rows import to_batch
from digitnet.collection.ownership import limit_to_caller, limit_to_own
from digitnet.collection.queries import split_into_chunks
from digitnet.collection.schema import batches, decisions, numbers, sheets
from digitnet.errors import CollectionError

_GONE = "This batch is not there any more."
_SHEET_GONE = "This sheet is not there any more."


def find_batch(connection: Connection, batch: str, *, is_own: bool = False) -> Batch:
    """Return a batch that is not deleted and that the caller may see, or that is their own.

    Raises:
        CollectionError: there is none.
    """
    limit = limit_to_own if is_own else limit_to_caller
    query = select(batches).where(batches.c.id == batch, batches.c.deleted.is_(None), limit(batches.c.account))
    if (row := connection.execute(query).first()) is None:
        raise CollectionError(_GONE)
    return to_batch(row)


def find_sheet(connection: Connection, sheet: int) -> Row[Any]:
    """Return the row of a sheet of a batch that the caller may see; raises CollectionError if there is none."""
    is_there = and_(sheets.c.id == sheet, batches.c.deleted.is_(None), limit_to_caller(batches.c.account))
    row = connection.execute(select(sheets).join(batches, batches.c.id == sheets.c.batch).where(is_there)).first()
    if row is None:
        raise CollectionError(_SHEET_GONE)
    return row


def count_batches(connection: Connection, ids: Sequence[str]) -> dict[str, BatchCounts]:
    """Return how far batches are, by id, without those that have no sheets."""
    counts: dict[str, BatchCounts] = {}
    states = select(
        sheets.c.batch,
        func.count(),
        func.count().filter(sheets.c.state == READ),
        func.count().filter(sheets.c.state == FAILED),
    ).group_by(sheets.c.batch)
    found = (
        select(
            sheets.c.batch,
            func.count(),
            func.count().filter(numbers.c.doubtful),
            func.count().filter(numbers.c.doubtful, ~_is_decided()),
        )
        .join(numbers, numbers.c.sheet == sheets.c.id)
        .group_by(sheets.c.batch)
    )
    for chunk in split_into_chunks(ids):
        of_numbers = {row[0]: row[1:] for row in connection.execute(found.where(sheets.c.batch.in_(chunk)))}
        for batch, *of_sheets in connection.execute(states.where(sheets.c.batch.in_(chunk))):
            counts[batch] = BatchCounts(*of_sheets, *of_numbers.get(batch, ()))
    return counts


def _is_decided() -> ColumnElement[bool]:
    """Return the condition that a decision holds of the number of a row of `numbers`."""
    is_of_number = (decisions.c.sheet == numbers.c.sheet) & (decisions.c.key == numbers.c.key)
    return exists(select(decisions.c.id).where(is_of_number, decisions.c.undone.is_(None)).correlate(numbers))
