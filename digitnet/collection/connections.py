"""Open a collection's database, and give its readers and writers their connections."""

from __future__ import annotations

import hashlib
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from sqlalchemy import Connection, Engine, select, update

from digitnet.access.accounts import list_accounts
from digitnet.access.callers import get_caller
from digitnet.access.permissions import guarded
from digitnet.collection.database import connect, explain_database_errors, with_immediate_transactions
from digitnet.collection.queries import DAMAGED
from digitnet.collection.schema import state
from digitnet.collection.upgrade import upgrade_schema
from digitnet.errors import CollectionError


class OpenDatabase:
    """An open database of user digits; threads and processes may share it."""

    def __init__(self, engine: Engine) -> None:
        """Use an engine of `database.connect` whose schema is current."""
        self._engine = engine
        self._writer = with_immediate_transactions(engine)
        self._finalizer = weakref.finalize(self, engine.dispose)

    @classmethod
    @guarded("digits.look")
    def open(cls, url: str | None = None) -> Self:
        """Open the collection; create its tables or upgrade them first if necessary.

        Args:
            url: URL of an SQLite or PostgreSQL database; the default is `$DIGITNET_DATABASE_URL`, or else the
                file `digits.db` in the folder `$DIGITNET_DATA`, or `data` beside the package.

        Raises:
            CollectionError: the collection cannot be opened, or was made by a newer digitnet.
        """
        engine = connect(url)
        try:
            upgrade_schema(engine)
        except CollectionError:
            engine.dispose()
            raise
        return cls(engine)

    def close(self) -> None:
        """Close all connections; using the collection opens new ones."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get_version(self) -> str:
        """Return a text that changes with every write of any process, and with those whose digits the caller sees.

        What was computed of digits may so be kept under their version: nobody is shown what belongs to others.
        """
        with self._open_reader() as connection:
            row = connection.execute(select(state)).first()
        if row is None:
            raise CollectionError(DAMAGED)
        accounts = list_accounts(get_caller())
        view = "" if accounts is None else f"-{hashlib.sha256(repr(accounts).encode()).hexdigest()}"
        return f"{row.collection}-{row.writes}{view}"

    @contextmanager
    def _open_reader(self) -> Iterator[Connection]:
        with explain_database_errors("The collection of digits cannot be read"), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _open_writer(self) -> Iterator[Connection]:
        """Open a transaction that commits when the block ends, after those of other writers."""
        with explain_database_errors("The digits cannot be saved"), self._writer.begin() as connection:
            connection.execute(update(state).values(writes=state.c.writes + 1))
            yield connection
