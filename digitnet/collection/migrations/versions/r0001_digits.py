"""Create the tables of digits and of the collection's state."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the first tables."""
    op.create_table(
        "digits",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("picture", sa.LargeBinary, nullable=False),
        sa.Column("crop", sa.LargeBinary, nullable=False),
        sa.Column("label", sa.SmallInteger, nullable=False),
        sa.Column("read", sa.SmallInteger),
        sa.Column("confidence", sa.Double),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("file", sa.String, nullable=False),
        sa.Column("writer", sa.String, nullable=False),
        sa.Column("added", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    state = op.create_table(
        "state",
        sa.Column("collection", sa.String(32), primary_key=True),
        sa.Column("writes", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(state, [{"collection": uuid.uuid4().hex, "writes": 0}])
