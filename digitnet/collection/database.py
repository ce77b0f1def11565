"""The database that people's digits are kept in: where it is, how it is opened, what it says when it cannot.

SQLite writes ahead (WAL) and waits for the disk at the end of each transaction, so that what was
committed stays through a crash; whoever writes waits for whoever wrote first.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, TimeoutError

from digitnet.errors import CollectionError, explain_os_errors
from digitnet.paths import data_dir

FILE = "digits.db"
_PATIENCE = 30.0  # seconds that another writer is waited for
_IMMEDIATE = {"begin": "IMMEDIATE"}
_SQLITE = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_IOERR": "the disk is full or cannot be written",
    "SQLITE_READONLY": "the file cannot be written",
    "SQLITE_PERM": "the file cannot be written",
    "SQLITE_BUSY": "another program keeps it locked; try again",
    "SQLITE_LOCKED": "another program keeps it locked; try again",
    "SQLITE_CANTOPEN": "the file cannot be opened",
    "SQLITE_CORRUPT": "the file is damaged; put a copy of it in its place",
    "SQLITE_NOTADB": "the file is damaged or is none of SQLite's; put a copy in its place or move it away",
    "SQLITE_TOOBIG": "a digit is too large",
}
_POSTGRESQL = {
    "53100": "the server's disk is full",
    "53300": "the server has too many connections; try again",
    "25006": "the server takes no changes",
    "42501": "the server does not allow it",
}


def connect(url: str | None = None) -> Engine:
    """Return the database of `url`, of `$DIGITNET_DATABASE_URL`, or the file `digits.db` in the data folder.

    Raises:
        CollectionError: it is no URL of SQLite or PostgreSQL, or the folder cannot be made.
    """
    place = _url(url or os.environ.get("DIGITNET_DATABASE_URL") or "")
    if place.get_backend_name() == "postgresql":
        return create_engine(place, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    with explain_os_errors("The folder for the digits cannot be made", CollectionError):
        Path(place.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(place, connect_args={"timeout": _PATIENCE})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def writer(engine: Engine) -> Engine:
    """Return the engine whose transactions have the right to write from their start."""
    return engine.execution_options(**_IMMEDIATE)


@contextmanager
def explain_database_errors(sentence: str) -> Iterator[None]:
    """Raise an error of the database or the file system as a CollectionError: the sentence, then the reason."""
    with explain_os_errors(sentence, CollectionError):
        try:
            yield
        except (DBAPIError, TimeoutError, sqlite3.Error) as error:
            raise CollectionError(f"{sentence}: {_find_reason(error)}.") from error


def copy_beside(engine: Engine, name: str) -> None:
    """Copy the file of an SQLite database, as last committed, beside it, named with `name` as `digits-<name>.db`."""
    path = Path(engine.url.database or "")
    partial, copy = path.with_name(f".{path.name}-{name}"), path.with_name(f"{path.stem}-{name}{path.suffix}")
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(partial)) as target:
            source.backup(target)
        os.replace(partial, copy)
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            partial.with_name(partial.name + ending).unlink(missing_ok=True)


def _url(text: str) -> URL:
    if not text:
        return URL.create("sqlite", database=str(data_dir() / FILE))
    with suppress(SQLAlchemyError, ValueError):
        url = make_url(text.replace("postgres://", "postgresql://", 1))
        if url.drivername in ("postgresql", "postgresql+psycopg"):
            return url.set(drivername="postgresql+psycopg")
        if url.drivername == "sqlite" and url.database not in (None, "", ":memory:"):
            return url
    raise CollectionError(
        "Expected a database as sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME in DIGITNET_DATABASE_URL. "
        f"Received: {text.partition(':')[0][:20]!r} and more."
    )


def _prepare(connection: Any, _: object) -> None:
    """Set up a new connection to SQLite; transactions are begun by `_begin` alone."""
    connection.isolation_level = None
    with closing(connection.cursor()) as cursor:
        _write_ahead(cursor)
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Let the file be written ahead; unlike all else, SQLite does not wait for others here."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > deadline:
                raise
        time.sleep(0.02)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', '')}")


def _find_reason(error: Exception) -> str:
    cause: Any = (error.orig or error) if isinstance(error, DBAPIError) else error
    if code := getattr(cause, "sqlite_errorname", None):
        known = next((text for start, text in _SQLITE.items() if code.startswith(start)), None)
    elif hasattr(cause, "sqlstate"):
        known = _POSTGRESQL.get(cause.sqlstate) if cause.sqlstate else "the database server does not let us in"
    else:
        known = None
    return known or str(cause).strip().partition("\n")[0].rstrip(".")
