"""Keep who has agreed to their digits being kept; nothing is kept of others before."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select

from digitnet.access.accounts import find_own_account, has_account, is_stranger
from digitnet.access.callers import get_caller
from digitnet.access.permissions import guarded
from digitnet.collection.schema import consents
from digitnet.errors import AccessError

OpenConnection = Callable[[], AbstractContextManager[Connection]]


class ConsentStore:
    """The consents of accounts. The owner of this machine, whose digits stay on it, is not asked.

    Every method raises CollectionError if the database cannot be read or written.
    """

    def __init__(self, open_reader: OpenConnection, open_writer: OpenConnection) -> None:
        """Use the connections of a collection, which commit when their block ends."""
        self._open_reader, self._open_writer = open_reader, open_writer

    def is_given(self) -> bool:
        """Return whether digits of the caller may be kept."""
        if not is_stranger(get_caller()):
            return True
        with self._open_reader() as connection:
            return _is_given(connection)

    @guarded("digits.add")
    def give(self) -> None:
        """Record that the caller has agreed to their digits being kept.

        Raises:
            AccessError: the caller has no account.
        """
        account = find_own_account()
        if is_stranger(get_caller()):
            with self._open_writer() as connection:
                if not _is_given(connection):
                    connection.execute(insert(consents).values(account=account, given=datetime.now(UTC)))

    @guarded("digits.delete")
    def withdraw(self) -> None:
        """Keep no more digits of the caller from now on; those that were kept stay until they are deleted."""
        caller = get_caller()
        if has_account(caller):
            with self._open_writer() as connection:
                connection.execute(delete(consents).where(consents.c.account == caller.account))

    def check(self) -> None:
        """Check that digits of the caller may be kept; raises AccessError as `require` does."""
        with self._open_reader() as connection:
            self.require(connection)

    def require(self, connection: Connection) -> None:
        """Check that digits of the caller may be kept.

        Raises:
            AccessError: the caller has no account, or has not agreed.
        """
        find_own_account()
        if is_stranger(get_caller()) and not _is_given(connection):
            raise AccessError("Digits are kept only with your consent: choose to keep them first.")


def _is_given(connection: Connection) -> bool:
    query = select(consents.c.account).where(consents.c.account == get_caller().account)
    return connection.execute(query).first() is not None
