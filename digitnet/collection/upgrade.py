"""Upgrade the schema of a collection with Alembic, in one transaction."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from digitnet.collection.database import copy_database, explain_database_errors, with_immediate_transactions
from digitnet.collection.schema import REVISIONS
from digitnet.errors import CollectionError

_ADVISORY_LOCK = 0x6469676974  # The key of the PostgreSQL lock that an upgrade holds.
_alembic_lock = threading.Lock()  # Alembic keeps state of the whole process.


def upgrade_schema(engine: Engine, revision: str = REVISIONS[-1]) -> None:
    """Upgrade the schema to the `revision`, the latest by default; create it if there is none.

    An older SQLite file is first copied to `digits-<revision>-<time>.db` beside it.

    Raises:
        CollectionError: the database cannot be opened or written, or its schema is newer than this code.
    """
    with explain_database_errors("The collection of digits cannot be opened"):
        with engine.connect() as connection:
            if read_revision(connection) == revision:
                return
        with _alembic_lock, with_immediate_transactions(engine).begin() as connection:
            _run_migrations(connection, revision)


def read_revision(connection: Connection) -> str | None:
    """Return the revision of the schema, None if there is no schema.

    Raises:
        CollectionError: the schema is newer than this code.
    """
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found is not None and found not in REVISIONS:
        raise CollectionError(f"The collection of digits was made by a newer digitnet ({str(found)[:20]}); update it.")
    return found


def _run_migrations(connection: Connection, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
    found = read_revision(connection)
    if found == revision:  # Another process was faster.
        return
    if found and connection.dialect.name == "sqlite":
        copy_database(connection.engine, f"{found}-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
