"""Bringing a collection's schema up to date, by Alembic, in one transaction, after a copy of the file."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from digitnet.collection.database import copy_beside, explain_database_errors, writer
from digitnet.collection.schema import REVISIONS
from digitnet.errors import CollectionError

_LOCK = 0x6469676974  # PostgreSQL's, held by whoever brings the schema up to date
_alone = threading.Lock()  # Alembic is set up once for a whole process


def upgrade_schema(engine: Engine, to: str = REVISIONS[-1]) -> None:
    """Bring the schema up to date, or to the revision `to`; make it where there is none.

    An older SQLite file is copied beside it first, as `digits-<its revision>-<time>.db`.

    Raises:
        CollectionError: the database cannot be opened or written, or its schema is newer than this code.
    """
    with explain_database_errors("The collection of digits cannot be opened"):
        with engine.connect() as connection:
            if read_revision(connection) == to:
                return
        with _alone, writer(engine).begin() as connection:
            _upgrade(connection, to)


def read_revision(connection: Connection) -> str | None:
    """Return the schema's revision, None where there is none.

    Raises:
        CollectionError: it is newer than this code.
    """
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found is not None and found not in REVISIONS:
        raise CollectionError(f"The collection of digits was made by a newer digitnet ({str(found)[:20]}); update it.")
    return found


def _upgrade(connection: Connection, to: str) -> None:
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    found = read_revision(connection)
    if found == to:  # another process was faster
        return
    if found and connection.dialect.name == "sqlite":
        copy_beside(connection.engine, f"{found}-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
