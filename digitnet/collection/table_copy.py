"""Copy the tables of a collection into an SQLite file and back, from and to SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Column, Connection, Engine, Table, delete, func, insert, select, text, update

from digitnet.access.permissions import guarded
from digitnet.collection.account_counts import COUNTED_TABLES, Counts
from digitnet.collection.database import connect, explain_database_errors, with_immediate_transactions
from digitnet.collection.queries import DAMAGED, to_stored_digit
from digitnet.collection.schema import decisions, digits, metadata, sheets, state, strings, templates
from digitnet.collection.upgrade import upgrade_schema
from digitnet.errors import CollectionError

_TABLES = [table for table in metadata.sorted_tables if table is not state]  # A copy keeps the `state` of its target.
_NUMBERED_TABLES = (digits, strings, templates, sheets, decisions)
_ROWS_AT_ONCE = 500
_FIND_PROGRAMS = "SELECT count(*) FROM sqlite_master WHERE type IN ('view', 'trigger') OR sql LIKE 'CREATE VIRTUAL%'"


@guarded("digits.copy")
def count_stored(url: str | None = None) -> Counts:
    """Count what a collection stores; see `Collection.open` for `url` and errors."""
    sentence = "The collection of digits cannot be read"
    with _open(url) as engine, explain_database_errors(sentence), engine.connect() as connection:
        return _count(connection)


@guarded("digits.copy")
def save_tables(path: Path, url: str | None = None) -> Counts:
    """Write all tables of a collection into a new SQLite file, as they are at one moment.

    Others may write to the collection meanwhile. See `Collection.open` for `url`.

    Raises:
        CollectionError: the collection cannot be read, or the file cannot be written.
    """
    with (
        explain_database_errors("The digits cannot be copied"),
        _open(url) as engine,
        _open(_to_url(path)) as copy,
        _open_snapshot(engine) as source,
        copy.begin() as target,
    ):
        _copy(source, target)
        return _count(target)


@guarded("digits.copy")
def check_tables(path: Path) -> Counts:
    """Check a file of `save_tables` of any origin, upgrade it to the current schema, and count what it stores.

    Raises:
        CollectionError: it is damaged, was made by a newer digitnet, or holds anything that runs by itself.
    """
    with explain_database_errors("The digits cannot be read"):
        with closing(sqlite3.connect(path)) as connection:
            if connection.execute(_FIND_PROGRAMS).fetchone()[0]:
                raise CollectionError("The file of digits holds more than tables.")
        with _open(_to_url(path)) as engine, engine.connect() as connection:
            for table in _TABLES:
                _check_rows(connection, table)
            return _count(connection)


@guarded("digits.copy")
def restore_tables(path: Path, url: str | None = None) -> None:
    """Replace the content of a collection by that of a file of `check_tables`, all or nothing.

    Others may use the collection meanwhile. See `Collection.open` for `url`.

    Raises:
        CollectionError: the collection cannot be written; it is unchanged.
    """
    with (
        explain_database_errors("The digits cannot be restored"),
        _open(_to_url(path)) as copy,
        _open(url) as engine,
        copy.connect() as source,
        with_immediate_transactions(engine).begin() as target,
    ):
        target.execute(update(state).values(writes=state.c.writes + 1))  # Other writers wait.
        for table in reversed(_TABLES):
            target.execute(delete(table))
        _copy(source, target)
        if engine.dialect.name == "postgresql":
            _continue_numbers(target)


@contextmanager
def _open(url: str | None) -> Iterator[Engine]:
    """Connect to a collection and upgrade it; close its connections at the end."""
    engine = connect(url)
    try:
        upgrade_schema(engine)
        yield engine
    finally:
        engine.dispose()


def _to_url(path: Path) -> str:
    return URL.create("sqlite", database=str(path)).render_as_string()


@contextmanager
def _open_snapshot(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that sees one state of all tables, as each transaction of SQLite does."""
    level = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**level) as connection:
        yield connection


def _copy(source: Connection, target: Connection) -> None:
    for table in _TABLES:
        rows = select(table).order_by(*table.primary_key.columns)
        for part in source.execute(rows, execution_options={"yield_per": _ROWS_AT_ONCE}).partitions():
            target.execute(insert(table), [dict(row._mapping) for row in part])


def _check_rows(connection: Connection, table: Table) -> None:
    """Raise CollectionError unless all values have the types that SQLite declares but does not keep."""
    try:
        for row in connection.execute(select(table), execution_options={"yield_per": _ROWS_AT_ONCE}):
            if not all(_fits(row._mapping[column.name], column) for column in table.columns):
                raise CollectionError(DAMAGED)
            if table is digits:
                to_stored_digit(row)
    except (ValueError, TypeError) as error:  # What is in the file is no time.
        raise CollectionError(DAMAGED) from error


def _fits(value: Any, column: Column[Any]) -> bool:
    return bool(column.nullable) if value is None else isinstance(value, column.type.python_type)


def _count(connection: Connection) -> Counts:
    return Counts(*(connection.scalar(select(func.count()).select_from(table)) or 0 for table in COUNTED_TABLES))


def _continue_numbers(connection: Connection) -> None:
    """Have PostgreSQL number new rows after those that came with their numbers."""
    for table in _NUMBERED_TABLES:
        last = f"(SELECT max(id) FROM {table.name})"
        connection.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last}) WHERE {last} > 0")
        )
