"""Connect to the database of user digits and turn its errors into sentences.

SQLite uses a write-ahead log (WAL) and waits for the disk at the end of each transaction, so that committed changes
survive a crash; a writer waits for other writers.
"""

from __future__ import annotations

import os
import re
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

DATABASE_FILE = "digits.db"
_LOCK_TIMEOUT_SECONDS = 30.0  # A writer waits at most this long for other writers.
_IMMEDIATE_OPTIONS = {"begin": "IMMEDIATE"}
_SQLITE_REASONS = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_IOERR": "the disk is full or cannot be written",
    "SQLITE_READONLY": "the file cannot be written",
    "SQLITE_PERM": "the file cannot be written",
    "SQLITE_BUSY": "another program has it locked; try again",
    "SQLITE_LOCKED": "another program has it locked; try again",
    "SQLITE_CANTOPEN": "the file cannot be opened",
    "SQLITE_CORRUPT": "the file is damaged; put a copy of it in its place",
    "SQLITE_NOTADB": "the file is damaged or is not an SQLite file; put a copy in its place or move it away",
    "SQLITE_TOOBIG": "a digit is too large",
}
_REFUSED = "the database server refuses the login"
_UNREACHABLE = "the database server cannot be reached; try again in a minute"
_POSTGRESQL_REASONS = {
    "57P01": _UNREACHABLE,  # It is shut down,
    "57P02": _UNREACHABLE,  # has crashed,
    "57P03": _UNREACHABLE,  # or starts.
    "53100": "the server's disk is full",
    "53300": "the server has too many connections; try again",
    "25006": "the server takes no changes",
    "42501": "the server does not allow it",
}


def connect(url: str | None = None) -> Engine:
    """Connect to `url`, `$DIGITNET_DATABASE_URL`, or `digits.db` in the data folder.

    Raises:
        CollectionError: the URL is not of SQLite or PostgreSQL, or the folder cannot be made.
    """
    target = _parse_url(url or os.environ.get("DIGITNET_DATABASE_URL") or "")
    if target.get_backend_name() == "postgresql":
        return create_engine(target, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    with explain_os_errors("The folder for the digits cannot be made", CollectionError):
        Path(target.database or "").parent.mkdir(parents=True, exist_ok=True)
    if _is_read_only(path := Path(target.database or "")):
        file = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        return create_engine(
            "sqlite://", creator=lambda: sqlite3.connect(file, uri=True, timeout=_LOCK_TIMEOUT_SECONDS)
        )
    engine = create_engine(target, connect_args={"timeout": _LOCK_TIMEOUT_SECONDS})
    event.listen(engine, "connect", _set_up_connection)
    event.listen(engine, "begin", _begin_transaction)
    return engine


def _is_read_only(path: Path) -> bool:
    """Return whether an SQLite file lies in a folder that takes no files, with all its changes in it.

    Then SQLite cannot open it as usual, because a write-ahead log needs files beside it.
    """
    log = path.with_name(f"{path.name}-wal")
    return path.is_file() and not os.access(path.parent, os.W_OK) and not (log.exists() and log.stat().st_size)


def with_immediate_transactions(engine: Engine) -> Engine:
    """Return an engine whose transactions take the right to write at their start."""
    return engine.execution_options(**_IMMEDIATE_OPTIONS)


@contextmanager
def explain_database_errors(sentence: str) -> Iterator[None]:
    """Raise errors of the database or the file system as CollectionError with a reason."""
    with explain_os_errors(sentence, CollectionError):
        try:
            yield
        except (DBAPIError, TimeoutError, sqlite3.Error) as error:
            raise CollectionError(f"{sentence}: {_find_reason(error)}.") from error


def copy_database(engine: Engine, name: str) -> None:
    """Copy the committed state of an SQLite database into `digits-<name>.db` beside its file."""
    path = Path(engine.url.database or "")
    partial, copy = path.with_name(f".{path.name}-{name}"), path.with_name(f"{path.stem}-{name}{path.suffix}")
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(partial)) as target:
            source.backup(target)
        os.replace(partial, copy)
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            partial.with_name(partial.name + ending).unlink(missing_ok=True)


def _parse_url(text: str) -> URL:
    if not text:
        return URL.create("sqlite", database=str(data_dir() / DATABASE_FILE))
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


def _set_up_connection(connection: Any, _: object) -> None:
    """Set up a new connection to SQLite; only `_begin_transaction` begins transactions."""
    connection.isolation_level = None
    with closing(connection.cursor()) as cursor:
        _enable_write_ahead_log(cursor)
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA secure_delete = ON")  # What is deleted is overwritten.


def _enable_write_ahead_log(cursor: sqlite3.Cursor) -> None:
    """Turn on the write-ahead log; retry while locked, which SQLite does not do here itself."""
    deadline = time.monotonic() + _LOCK_TIMEOUT_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > deadline:
                raise
        time.sleep(0.02)


def _begin_transaction(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', '')}")


def _find_reason(error: Exception) -> str:
    cause: Any = (error.orig or error) if isinstance(error, DBAPIError) else error
    if code := getattr(cause, "sqlite_errorname", None):
        known = next((text for start, text in _SQLITE_REASONS.items() if code.startswith(start)), None)
    elif hasattr(cause, "sqlstate"):
        known = _POSTGRESQL_REASONS.get(cause.sqlstate) if cause.sqlstate else _explain_connection(str(cause))
    else:
        known = None
    return known or str(cause).strip().partition("\n")[0].rstrip(".")


def _explain_connection(message: str) -> str:
    """Return why a connection failed, without the names of server and user that the message has."""
    is_there = "FATAL:" in message and not re.search("starting up|shutting down|terminating", message)
    return _REFUSED if is_there else _UNREACHABLE
