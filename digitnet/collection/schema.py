"""Declare the tables of user digits and strings; the migrations create them and upgrade older ones."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
)

REVISIONS = ("0001", "0002", "0003", "0004", "0005")  # Revisions of the schema, the latest last.


class Utc(TypeDecorator[datetime]):
    """An aware time in UTC, also on SQLite, which stores no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the time as the database stores it."""
        if value is None:
            return None
        moment: datetime = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

digits = Table(
    "digits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("picture", LargeBinary, nullable=False),
    Column("crop", LargeBinary, nullable=False),
    Column("label", SmallInteger, nullable=False),
    Column("read", SmallInteger),
    Column("confidence", Double),
    Column("model", String, nullable=False),
    Column("source", String, nullable=False),
    Column("file", String, nullable=False),
    Column("writer", String, nullable=False),
    Column("added", Utc, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("labelled", Utc),  # The time of its label; NULL after an undo that did not know it.
    Column("batch", String(32)),  # The last addition; NULL once changed by hand.
    Column("account", String, nullable=False, server_default=""),  # Whose digit it is; "" for the owner's.
    UniqueConstraint("account", "digest", name="digits_account_digest"),
    Index("digits_added", "added"),
    Index("digits_batch", "batch"),
    Index("digits_labelled", "labelled"),
    sqlite_autoincrement=True,
)

# The values of known digits before an addition changed them, for undoing the addition.
changes = Table(
    "changes",
    metadata,
    Column("batch", String(32), primary_key=True),
    Column("digit", ForeignKey("digits.id", ondelete="CASCADE"), primary_key=True),
    Column("label", SmallInteger, nullable=False),
    Column("read", SmallInteger),
    Column("confidence", Double),
    Column("model", String, nullable=False),
    Column("writer", String, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("before", String(32)),
    Column("labelled", Utc),
)

# Rows of numbers as users corrected or confirmed them; the last one of an account and a digest holds.
strings = Table(
    "strings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("picture", LargeBinary, nullable=False),
    Column("text", String, nullable=False),
    Column("read", String, nullable=False),
    Column("confidence", Double),
    Column("model", String, nullable=False),
    Column("source", String, nullable=False),
    Column("file", String, nullable=False),
    Column("writer", String, nullable=False),
    Column("added", Utc, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("batch", String(32)),
    Column("account", String, nullable=False, server_default=""),
    Index("strings_account_digest", "account", "digest"),
    Index("strings_batch", "batch"),
    sqlite_autoincrement=True,
)

# The accounts that have agreed to their digits being kept.
consents = Table(
    "consents",
    metadata,
    Column("account", String, primary_key=True),
    Column("given", Utc, nullable=False),
)

# One row: the id of the collection, and the number of its writes.
state = Table(
    "state",
    metadata,
    Column("collection", String(32), primary_key=True),
    Column("writes", BigInteger, nullable=False),
)
