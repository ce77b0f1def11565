"""Delete what is kept of an account for good: its rows, and their bytes in the file."""

from __future__ import annotations

import time
from contextlib import closing

from sqlalchemy import Connection, Engine, delete

from digitnet.collection.account_counts import COUNTED_TABLES, Counts
from digitnet.collection.database import explain_database_errors
from digitnet.collection.schema import consents
from digitnet.errors import CollectionError

_WAIT_SECONDS = 30.0  # For those who read the file, until its log can be emptied.
_SECONDS_BETWEEN_TRIES = 0.1
_STILL_THERE = "The digits are deleted, but their bytes may still be in the file of the database"


def delete_rows(connection: Connection, account: str) -> Counts:
    """Delete all rows of an account, those that could undo changes of its digits, and its consent."""
    counts = [connection.execute(delete(table).where(table.c.account == account)).rowcount for table in COUNTED_TABLES]
    connection.execute(delete(consents).where(consents.c.account == account))
    return Counts(*counts)


def wipe_deleted(engine: Engine, *, writes_anew: bool) -> None:
    """Empty the log of an SQLite file, so that it does not hold the bytes of deleted rows.

    PostgreSQL does that itself in time, see `VACUUM`.

    Args:
        writes_anew: whether to write the file anew first, because rows that were moved may have left bytes in it.

    Raises:
        CollectionError: the disk is full, or somebody reads the file all the time; the rows are deleted.
    """
    if engine.dialect.name != "sqlite":
        return
    with (
        explain_database_errors(_STILL_THERE),
        closing(engine.raw_connection()) as connection,
        closing(connection.cursor()) as cursor,
    ):
        if writes_anew:
            cursor.execute("VACUUM")
        deadline = time.monotonic() + _WAIT_SECONDS
        while cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            if time.monotonic() > deadline:
                raise CollectionError(f"{_STILL_THERE}: others read it. Delete again later.")
            time.sleep(_SECONDS_BETWEEN_TRIES)
