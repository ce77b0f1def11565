"""Declare the tables of user digits, strings and batches; the migrations create them and upgrade older ones."""

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

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")  # Revisions of the schema, the latest last.


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

# Templates of forms as JSON, under a name of their own in each account.
templates = Table(
    "templates",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", String, nullable=False),
    Column("name", String, nullable=False),
    Column("content", String, nullable=False),
    Column("saved", Utc, nullable=False),
    UniqueConstraint("account", "name", name="templates_account_name"),
    sqlite_autoincrement=True,
)

# Sheets that were read together, and how: lists and settings are JSON here and in the tables of their sheets.
batches = Table(
    "batches",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", String, nullable=False),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("created", Utc, nullable=False),
    Column("template", String, nullable=False),
    Column("expect", String, nullable=False),
    Column("settings", String, nullable=False),
    Column("deleted", Utc),  # It can be restored until it is swept up.
    Index("batches_account", "account"),
)

# The pages of the files of a batch, each once.
sheets = Table(
    "sheets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch", ForeignKey("batches.id", ondelete="CASCADE"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("file", String, nullable=False),
    Column("page", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("state", String, nullable=False),
    Column("error", String, nullable=False),
    Column("entry", String, nullable=False),
    Column("model", String, nullable=False),
    Column("version", String, nullable=False),
    Column("read", Utc),
    UniqueConstraint("batch", "digest", "page", name="sheets_batch_digest_page"),
    Index("sheets_batch_place", "batch", "place"),
    Index("sheets_digest", "digest"),
    sqlite_autoincrement=True,
)

# The numbers of a sheet that was read; only doubtful ones have a picture.
numbers = Table(
    "numbers",
    metadata,
    Column("sheet", ForeignKey("sheets.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("name", String, nullable=False),
    Column("row", Integer, nullable=False),
    Column("column", Integer, nullable=False),
    Column("text", String, nullable=False),
    Column("alternatives", String, nullable=False),
    Column("confidence", Double),
    Column("doubtful", Boolean, nullable=False),
    Column("reason", String, nullable=False),
    Column("expect", String, nullable=False),
    Column("box", String, nullable=False),
    Column("crop", LargeBinary, nullable=False),
    Column("crop_box", String, nullable=False),
)

# What people have decided of numbers; the last decision that is not undone holds.
decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sheet", ForeignKey("sheets.id", ondelete="CASCADE"), nullable=False),
    Column("key", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("text", String, nullable=False),
    Column("made", Utc, nullable=False),
    Column("undone", Utc),
    Column("token", String(64), nullable=False),
    Column("addition", String(32)),  # The addition to the digits that it has taught, see `digits.batch`.
    UniqueConstraint("sheet", "token", name="decisions_sheet_token"),
    Index("decisions_sheet_key", "sheet", "key"),
    sqlite_autoincrement=True,
)

# One row: the id of the collection, and the number of its writes.
state = Table(
    "state",
    metadata,
    Column("collection", String(32), primary_key=True),
    Column("writes", BigInteger, nullable=False),
)
